"""The register of actions as a file: the lines on screen, in their order, in the same words."""

import json
from collections.abc import Sequence

from server.evidence import words
from server.evidence.action_register import Line
from server.evidence.actions import baseline_words, target_words
from server.evidence.evidence_export import csv_lines
from server.evidence.people import Names


def cells(line: Line, names: Names) -> dict[str, object]:
    """One action as the columns of the file."""
    action, fields = line.action, line.action.fields
    return {
        "number": action.number,
        "service": names.services.get(action.service, action.service),
        "title": fields.title,
        "themes": "; ".join(words.named(words.themes(), theme) for theme in fields.themes),
        "unit": names.unit(fields.unit) if fields.unit else "Whole service",
        "risk": words.named(words.RISKS, fields.risk),
        "status": words.named(words.STATUSES, action.status),
        "source": words.named(words.SOURCES, fields.source),
        "baseline": fields.baseline,
        "baseline_figure": baseline_words(fields),
        "expected": fields.expected,
        "measures": "; ".join([*fields.measures, *([fields.measure] if fields.measure else [])]),
        "target": target_words(fields),
        "window_start": fields.window_start,
        "window_end": fields.window_end,
        "owner": names.one_of_staff(fields.owner),
        "review_route": fields.review_route,
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
    }


def as_csv(lines: Sequence[Line], names: Names) -> bytes:
    """The file, with a byte-order mark for Excel."""
    table = [cells(line, names) for line in lines]
    return b"\xef\xbb\xbf" + csv_lines([_HEADINGS, *(list(row.values()) for row in table)])


def as_json(lines: Sequence[Line], names: Names) -> bytes:
    """The file as one JSON object."""
    return json.dumps(
        {"actions": [cells(line, names) for line in lines]}, ensure_ascii=False, indent=1
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
]
