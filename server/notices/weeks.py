"""ISO weeks as an address names them: "2026-W47"."""

import re
from datetime import date

from server.evidence.times import FIRST_YEAR, LAST_YEAR
from server.measures.periods import Period, week_of

_LABEL = re.compile(r"([0-9]{4})-W([0-9]{2})", re.ASCII)


def read_label(text: str) -> Period | None:
    """The week that `text` names, or None when it names none from 1901 to 2200."""
    found = _LABEL.fullmatch(text)
    if not found or not FIRST_YEAR < int(found[1]) <= LAST_YEAR:
        return None
    try:
        return week_of(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        return None
