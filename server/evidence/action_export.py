"""The register of actions as a file: the lines on screen, in their order, in the same words.

Not in full, its owners are pseudonyms and what was written by hand is left out but for the title: without it nobody
could tell one action from another. The column `look_through` says so.
"""

import json
from collections.abc import Sequence

from server.evidence import words
from server.evidence.action_register import Line
from server.evidence.actions import baseline_words, target_words
from server.evidence.evidence_export import csv_lines
from server.evidence.people import Names
from server.evidence.pseudonyms import LEFT_OUT


def cells(line: Line, names: Names, *, in_full: bool) -> dict[str, object]:
    """One action as the columns of the file. The names say who: pseudonyms, unless it is `in_full`."""
    action, fields = line.action, line.action.fields

    def words_of(text: str) -> str:
        return text if in_full or not text else LEFT_OUT

    return {
        "number": action.number,
        "service": names.services.get(action.service, action.service),
        "title": fields.title,
        "themes": "; ".join(words.named(words.themes(), theme) for theme in fields.themes),
        "unit": names.unit(fields.unit) if fields.unit else "Whole service",
        "risk": words.named(words.RISKS, fields.risk),
        "status": words.named(words.STATUSES, action.status),
        "source": words.named(words.SOURCES, fields.source),
        "baseline": words_of(fields.baseline),
        "baseline_figure": baseline_words(fields),
        "expected": words_of(fields.expected),
        "measures": "; ".join([*fields.measures, *([words_of(fields.measure)] if fields.measure else [])]),
        "target": target_words(fields),
        "window_start": fields.window_start,
        "window_end": fields.window_end,
        "owner": names.one_of_staff(fields.owner),
        "review_route": words_of(fields.review_route),
        "deadline": fields.deadline,
        "overdue": "yes" if line.overdue else "no",
        "evidence_needed": "; ".join(
            words.named(words.EVIDENCE_KINDS, kind) for kind in fields.evidence_kinds
        ),
        "supports": line.tally.supports,
        "contradicts": line.tally.contradicts,
        "inconclusive": line.tally.inconclusive,
        "newest_evidence": line.tally.latest,
        "id": action.id,
        "look_through": "" if in_full else "title",
    }


def as_csv(lines: Sequence[Line], names: Names, *, in_full: bool) -> bytes:
    """The file, with a byte-order mark for Excel."""
    table = [cells(line, names, in_full=in_full) for line in lines]
    return b"\xef\xbb\xbf" + csv_lines([_HEADINGS, *(list(row.values()) for row in table)])


def as_json(lines: Sequence[Line], names: Names, *, in_full: bool) -> bytes:
    """The file as one JSON object."""
    return json.dumps(
        {"actions": [cells(line, names, in_full=in_full) for line in lines]}, ensure_ascii=False, indent=1
    ).encode()


_HEADINGS = [
    "number",
    "service",
    "title",
    "themes",
    "unit",
    "risk",
    "status",
    "source",
    "baseline",
    "baseline_figure",
    "expected",
    "measures",
    "target",
    "window_start",
    "window_end",
    "owner",
    "review_route",
    "deadline",
    "overdue",
    "evidence_needed",
    "supports",
    "contradicts",
    "inconclusive",
    "newest_evidence",
    "id",
    "look_through",
]
