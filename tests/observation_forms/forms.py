"""Forms for the tests: the published F1, the form of the vectors, and small ones written on the spot."""

from observation_forms import Definition, Form, Source, load_catalogue, parse
from observation_forms.shelf import LIBRARY

HEADER = Source("header/1.toml", (LIBRARY / "header" / "1.toml").read_bytes())
VECTORS = LIBRARY.parent / "vectors"
FULL_HEADER = Source("vectors/header.toml", (VECTORS / "header.toml").read_bytes())
"""A header with words for every built-in code."""

_TOP = """
id = "small"
code = "S1"
version = 1
header = "header/1"
title = "Small"
about = "A small form."
minutes = "1 minute"
evidence_kind = "observation"
themes = ["CO"]
result = { met_from = 90, not_met_below = 60 }

[[sections]]
id = "only"
title = "Only"
"""


def f1() -> Form:
    """The practice observation as it was first published."""
    forms = (form for form in load_catalogue().forms() if form.definition.form == "practice_observation")
    return next(form for form in forms if form.definition.version == 1)


def vectors_form() -> Definition:
    """The form of vectors/form.toml."""
    return parse(Source("vectors/form.toml", (VECTORS / "form.toml").read_bytes()), HEADER).definition


def rounds_form() -> Definition:
    """The form of vectors/rounds.toml: rows, cells, timescales, spawns and what is worked out."""
    return parse(
        Source("vectors/rounds.toml", (VECTORS / "rounds.toml").read_bytes()), FULL_HEADER
    ).definition


def small(body: str, top: str = _TOP, header: Source = FULL_HEADER) -> Definition:
    """A form whose one section holds the [[sections.questions]] of `body`; anything else may follow them."""
    return parse(Source("small/1.toml", (top + body).encode()), header).definition


def question(id: str, kind: str = "yes_no", rest: str = "") -> str:
    """The TOML of one question."""
    return f'[[sections.questions]]\nid = "{id}"\nkind = "{kind}"\nask = "What of {id}?"\n{rest}\n'


def in_row(id: str, kind: str = "yes_no", rest: str = "") -> str:
    """The TOML of one question of the rows of the repeat before it."""
    return question(id, kind, rest).replace("[[sections.questions]]", "[[sections.questions.questions]]")


def repeat(rows: str, rest: str = "", id: str = "people") -> str:
    """The TOML of a repeat that asks `rows` in each of its rows."""
    return question(id, "repeat", rest) + rows
