"""All forms in one file for the tablet, what several forms have in common said once.

Twenty forms share their header, their closing and many of their questions. Said once, and each section's
definition beside the HTML that asks it, they take a fraction of what they take one by one. `unbundled` in
pwa/js/forms.mjs reads it.
"""

import re
from collections.abc import Iterable

import msgspec

from observation_forms.parse import Form

_SECTIONS = re.compile(rb"(<section .*?</section>)", re.DOTALL)


def bundle(forms: Iterable[tuple[Form, bytes]]) -> bytes:
    """Each form with its fragment. The first line is JSON, hash -> the numbers of the lines that make its
    definition, and of those that make its fragment; the other lines are these pieces.
    """
    lines: dict[bytes, int] = {}
    index: dict[str, tuple[list[int], list[int]]] = {}
    for form, html in forms:
        pieces = _json_pieces(form), [piece for piece in _SECTIONS.split(html) if piece]
        _number(lines, *pieces)
        index[form.hash] = [lines[piece] for piece in pieces[0]], [lines[piece] for piece in pieces[1]]
    return b"\n".join([msgspec.json.encode(index), *lines])


def _json_pieces(form: Form) -> list[bytes]:
    """The definition's JSON cut so that each section is a piece of its own."""
    pieces, rest = [], form.json
    for section in form.definition.sections:
        piece = msgspec.json.encode(section)
        before, found, rest = rest.partition(piece)
        if not found:
            raise ValueError(f"section '{section.id}' is not in the JSON of {form.definition.form}")
        pieces += [before, piece]
    return [piece for piece in [*pieces, rest] if piece]


def _number(lines: dict[bytes, int], *parts: list[bytes]) -> None:
    """Number the pieces not seen before, those of both parts by turns: gzip looks back 32 kB only."""
    longest = max(len(part) for part in parts)
    for place in range(longest):
        for part in parts:
            if place < len(part):
                if b"\n" in part[place]:
                    raise ValueError("a piece of a form has a line end in it")
                lines.setdefault(part[place], len(lines))
