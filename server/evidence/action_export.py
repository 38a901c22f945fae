"""The register of actions as a file: the lines on screen, in their order, in the same words.

In full, the file can be changed in a spreadsheet and brought in again (`action_import`): its columns are the fields of
the action's form. Not in full, owners are pseudonyms and what was written by hand is left out but for the title:
without it nobody could tell one action from another. The column `look_through` says so.
"""

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from server.evidence import words
from server.evidence.action_measures import pick_of
from server.evidence.action_register import Line
from server.evidence.action_targets import PARTS
from server.evidence.actions import Action, Target, hundredths_words
from server.evidence.evidence_export import csv_lines
from server.evidence.people import Names
from server.evidence.pseudonyms import LEFT_OUT

WHOLE_SERVICE = "Whole service"
BETWEEN = "; "
# What the file says besides, and an import does not read
FIGURES = ("status", "overdue", "supports", "contradicts", "inconclusive", "newest_evidence", "look_through")
BEFORE_TARGETS = (
    "number", "id", "service", "status", "title", "themes", "tags", "unit", "risk", "source", "baseline",
    "baseline_numerator", "baseline_denominator", "baseline_period", "expected",
)  # fmt: skip
AFTER_TARGETS = (
    "owner", "review_route", "deadline", "evidence_kinds", "changed_on", "changed_what", "learning", *FIGURES[1:],
)  # fmt: skip

WordsOf = Callable[[str], str]


def headings(targets: int) -> list[str]:
    """The first line of a file whose actions have up to so many measures."""
    numbered = [f"{part}_{row}" for row in range(1, targets + 1) for part in PARTS]
    return [*BEFORE_TARGETS, *numbered, *AFTER_TARGETS]


def as_csv(lines: Sequence[Line], names: Names, *, in_full: bool) -> bytes:
    """The file, with a byte-order mark for Excel."""
    most = max((len(line.action.fields.targets) for line in lines), default=1)
    head = headings(most)
    table = [cells(line, names, in_full=in_full) for line in lines]
    return b"\xef\xbb\xbf" + csv_lines([head, *([row.get(name, "") for name in head] for row in table)])


def as_json(lines: Sequence[Line], names: Names, *, in_full: bool) -> bytes:
    """The file as one JSON object."""
    actions = [document(line, names, in_full=in_full) for line in lines]
    return json.dumps({"actions": actions}, ensure_ascii=False, indent=1).encode()


def cells(line: Line, names: Names, *, in_full: bool) -> dict[str, object]:
    """One action as the columns of the file. The names say who: pseudonyms, unless it is `in_full`."""
    own = written_cells(line.action, names, _words_of(in_full))
    return own | _figures(line) | {"look_through": "" if in_full else "title"}


def document(line: Line, names: Names, *, in_full: bool) -> dict[str, object]:
    """One action as JSON: the columns of the CSV, its measures as a list."""
    row, targets = cells(line, names, in_full=in_full), line.action.fields.targets
    numbered = {f"{part}_{number}" for number in range(1, len(targets) + 1) for part in PARTS}
    measures = [dict(zip(PARTS, target_cells(target, _words_of(in_full)), strict=True)) for target in targets]
    return {name: value for name, value in row.items() if name not in numbered} | {"measures": measures}


def written_cells(action: Action, names: Names, words_of: WordsOf) -> dict[str, object]:
    """What people wrote about an action, as cells; free text goes through `words_of`."""
    fields = action.fields
    row: dict[str, object] = {
        "number": action.number,
        "id": action.id,
        "service": called(action.service, names.services),
        "title": fields.title,
        "themes": BETWEEN.join(words.named(words.themes(), theme) for theme in fields.themes),
        "tags": BETWEEN.join(fields.tags),
        "unit": called(fields.unit, units_within(action.service, names)) if fields.unit else WHOLE_SERVICE,
        "risk": words.named(words.RISKS, fields.risk),
        "source": words.named(words.SOURCES, fields.source),
        "baseline": words_of(fields.baseline),
        "baseline_numerator": "" if fields.baseline_numerator is None else fields.baseline_numerator,
        "baseline_denominator": "" if fields.baseline_denominator is None else fields.baseline_denominator,
        "baseline_period": words_of(fields.baseline_period),
        "expected": words_of(fields.expected),
        "owner": called(fields.owner, names.staff),
        "review_route": words_of(fields.review_route),
        "deadline": fields.deadline,
        "evidence_kinds": BETWEEN.join(
            words.named(words.EVIDENCE_KINDS, kind) for kind in fields.evidence_kinds
        ),
        "changed_on": fields.changed_on,
        "changed_what": words_of(fields.changed_what),
        "learning": words_of(fields.learning),
    }
    for number, target in enumerate(fields.targets, 1):
        row |= {
            f"{part}_{number}": cell for part, cell in zip(PARTS, target_cells(target, words_of), strict=True)
        }
    return row


def target_cells(target: Target, words_of: WordsOf) -> tuple[str, ...]:
    """One measure as its cells, in the order of `PARTS`."""
    return (
        pick_of(target.measure, target.variant),
        words_of(target.how),
        words.named(words.COMPARATORS, target.comparator),
        hundredths_words(target.hundredths),
        words.named(words.TARGET_UNITS, target.unit),
        target.start,
        target.end,
    )


def called(id: str, known: Mapping[str, str]) -> str:
    """What something is called in a file: its name, with its id where two have the same name or it has none."""
    name = known.get(id, "")
    same = Counter(other.casefold() for other in known.values())
    return name if name and same[name.casefold()] <= 1 else f"{name} ({id})".strip()


def units_within(service: str, names: Names) -> dict[str, str]:
    """The units of one service, id to name."""
    return {id: name for id, name in names.units.items() if names.unit_service.get(id) == service}


def _figures(line: Line) -> dict[str, object]:
    return {
        "status": line.state_words,
        "overdue": "yes" if line.overdue else "no",
        "supports": line.tally.supports,
        "contradicts": line.tally.contradicts,
        "inconclusive": line.tally.inconclusive,
        "newest_evidence": line.tally.latest,
    }


def _words_of(in_full: bool) -> WordsOf:
    return lambda text: text if in_full or not text else LEFT_OUT
