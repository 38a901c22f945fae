"""The days that a view shows: those an address asks for, or the usual ones up to today. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from server.coverage.wanted import read_window
from server.measures.periods import Period, window

# A quarter, as boards look at it; a unit and a theme hold much more than a person does
USUAL_DAYS: Mapping[str, int] = {"people": 91, "framework": 91, "units": 28, "themes": 28}


def read_period(
    asked: Mapping[str, Sequence[str]], kind: str, today: date
) -> tuple[Period, dict[str, str], list[tuple[str, str]]]:
    """The days, a sentence for each part of the address that was left out, and the days as an address has them (none
    for the usual ones)."""
    faults: dict[str, str] = {}
    usual = window(today - timedelta(days=USUAL_DAYS.get(kind, 28) - 1), today)
    chosen = read_window(asked, usual, faults)
    pairs = [("since", str(chosen.start)), ("until", str(chosen.end))] if chosen else []
    return chosen or usual, faults, pairs
