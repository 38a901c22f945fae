"""Coverage as a file: every cell and figure of the page. It names no staff, and no person either: they are counted."""

from collections import Counter

from server.coverage.coverage import Coverage
from server.coverage.coverage_words import unit_words
from server.evidence.evidence_export import csv_lines
from server.evidence.words import SHIFTS

COLUMNS = ("what", "unit", "shift", "weekday", "routine", "number", "of", "last", "few")

Line = tuple[object, ...]


def lines_of(coverage: Coverage) -> list[Line]:
    """The lines of the file under `COLUMNS`. `of`: shifts that there were, people who live there, records counted."""
    return [*_looked(coverage), *_people(coverage), *_routines(coverage), *_prompt(coverage)]


def as_csv(lines: list[Line]) -> bytes:
    """The file, with a byte-order mark for Excel."""
    return b"\xef\xbb\xbf" + csv_lines([COLUMNS, *lines])


def _looked(coverage: Coverage) -> list[Line]:
    return [
        (
            "looked or listened", unit_words(row.unit, coverage.units), SHIFTS[row.shift], cell.weekday, "",
            cell.count, cell.shifts, "", "",
        )
        for row in coverage.heat
        for cell in row.cells
    ]  # fmt: skip


def _people(coverage: Coverage) -> list[Line]:
    gone = Counter(one.unit for one in coverage.not_heard)
    what = f"people not heard for {coverage.unheard} days or more"
    return [(what, name, "", "", "", gone[unit], "", "", "") for unit, name in coverage.units.items()]


def _routines(coverage: Coverage) -> list[Line]:
    what = f"routine not watched for {coverage.unwatched} days or more"
    return [
        (
            what, unit_words(one.unit, coverage.units), "", "", coverage.routines[one.id], "", "",
            one.last.isoformat() if one.last else "", "",
        )
        for one in coverage.not_watched
    ]  # fmt: skip


def _prompt(coverage: Coverage) -> list[Line]:
    lines: list[Line] = []
    for one in coverage.promptness:
        shift = SHIFTS[one.shift] if one.shift else "All"
        few = "yes" if one.few(coverage.minimum) else "no"
        for what, part in (
            ("within 15 minutes", one.soon),
            ("after 15 minutes, within 2 hours", one.two_hours),
            ("later", one.later),
        ):
            lines.append((f"written {what}", "", shift, "", "", len(part), one.counted, "", few))
    return lines
