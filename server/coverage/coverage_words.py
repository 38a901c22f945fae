"""What the page of coverage says of its figures. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date

from server.coverage.coverage import Coverage
from server.coverage.heat import Cell, HeatRow, empty_words
from server.coverage.missed import Missed
from server.coverage.promptness import Promptness
from server.coverage.wanted import Wanted
from server.dated_settings.setting import WEEKDAYS
from server.evidence.evidence_filter import Filter
from server.evidence.times import day_words, days_words
from server.evidence.words import SHIFTS

NO_UNIT = "No unit named"


def empty_of(coverage: Coverage) -> list[tuple[str, list[str]]]:
    """Each unit with a sentence for every shift that has an empty cell; units without one are left out."""
    found: dict[str, list[str]] = {}
    for row in coverage.heat:
        if said := empty_words(row, SHIFTS):
            found.setdefault(unit_words(row.unit, coverage.units), []).append(said)
    return list(found.items())


def unit_words(unit: str, units: Mapping[str, str]) -> str:
    """The unit's name."""
    return units.get(unit, unit) or NO_UNIT


def share_words(part: Sequence[str], among: Promptness) -> str:
    """ "12 of 40 (30%)", cut and not rounded; "none to count" """
    share = among.share(tuple(part))
    if share is None:
        return "none to count"
    return f"{len(part)} of {among.counted} ({int(100 * share)}%)"


def last_words(missed: Missed, today: date, looked_from: date) -> str:
    """ "Mon 2 Nov 2026, 14 days ago"; "Never since Wed 20 Nov 2025" """
    days = missed.days(today)
    if missed.last is None or days is None:
        return f"Never since {day_words(looked_from)}"
    return f"{day_words(missed.last)}, {days_words(days)} ago"


def records_of(row: HeatRow, wanted: Wanted, coverage: Coverage) -> str:
    """The list of evidence of that shift in that unit; of all forms, unless one is chosen."""
    return _evidence(wanted, coverage, row.unit, row.shift)


def cell_of(row: HeatRow, cell: Cell, wanted: Wanted, coverage: Coverage) -> str:
    """The list of evidence of that shift in that unit, of the weekday on which the shift began."""
    weekday = next(code for code, name in WEEKDAYS.items() if name == cell.weekday)
    return _evidence(wanted, coverage, row.unit, row.shift, weekday=weekday)


def late_of(shift: str, wanted: Wanted, coverage: Coverage) -> str:
    """The list of evidence that was recorded or arrived late."""
    return _evidence(wanted, coverage, wanted.unit, shift, "late")


def _evidence(
    wanted: Wanted, coverage: Coverage, unit: str, shift: str, *flags: str, weekday: str = ""
) -> str:
    limits = Filter(
        service=wanted.service,
        unit=unit,
        form=wanted.form,
        shift=shift,
        weekday=weekday,
        since=coverage.window.start,
        until=coverage.window.end,
        flags=flags,
    )
    return limits.address("/evidence")
