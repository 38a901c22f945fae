"""Reading what was typed about a staffing week: values, or under each field what to put right. Pure."""

from collections.abc import Mapping
from datetime import date

import msgspec

from server.evidence.times import read_day
from server.staffing.reading import ABSENCE
from server.staffing.shift import ROLES, Figures

MOST_STAFF, MOST_HOURS, MOST_PEOPLE = 99, 999, 200
SHORTEST_WHY, LONGEST_WHY = 10, 1_000
WHY_FAULT = f"Write it in {SHORTEST_WHY} letters or more, {LONGEST_WHY} at most."
DIRECTIONS: Mapping[str, str] = {"more": "Need more than before", "less": "Need less than before"}
ASSESSED: Mapping[str, str] = {"yes": "Yes", "no": "No"}


class NeedTyped(msgspec.Struct, frozen=True):
    """A change in needs as it was typed."""

    day: date
    direction: str
    people: int
    why: str


def read_figures(typed: Mapping[str, str], faults: dict[str, str]) -> Figures:
    """Every number of a shift; what is missing or no number is a fault."""
    most = {name: MOST_HOURS if name == "uncovered_hours" else MOST_STAFF for name in ABSENCE}
    return Figures(
        planned={role: _number(typed, f"planned_{role}", MOST_STAFF, faults) for role in ROLES},
        worked={role: _number(typed, f"worked_{role}", MOST_STAFF, faults) for role in ROLES},
        agency=_number(typed, "agency", most["agency"], faults),
        sick=_number(typed, "sick", most["sick"], faults),
        uncovered_hours=_number(typed, "uncovered_hours", most["uncovered_hours"], faults),
    )


def read_why(typed: Mapping[str, str], name: str, faults: dict[str, str]) -> str:
    """Some words in somebody's own name."""
    why = typed.get(name, "").replace("\r\n", "\n").strip()
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        faults[name] = WHY_FAULT
    return why


def read_need(typed: Mapping[str, str], today: date, faults: dict[str, str]) -> NeedTyped:
    """A change in needs that has happened."""
    day = read_day(typed.get("need_day", "").strip())
    if day is None or day > today:
        faults["need_day"] = "Choose the day since when it is so: today or before."
    direction = typed.get("need_direction", "")
    if direction not in DIRECTIONS:
        faults["need_direction"] = "Choose whether they need more or less."
    people = _number(typed, "need_people", MOST_PEOPLE, faults)
    if people == 0:
        faults["need_people"] = f"Write a whole number from 1 to {MOST_PEOPLE}."
    return NeedTyped(day or today, direction, people, read_why(typed, "need_why", faults))


def _number(typed: Mapping[str, str], name: str, most: int, faults: dict[str, str]) -> int:
    text = typed.get(name, "").strip()
    if not (text.isascii() and text.isdecimal() and len(text) <= 4 and int(text) <= most):
        faults[name] = f"Write a whole number from 0 to {most}."
        return 0
    return int(text)
