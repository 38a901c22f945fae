"""The meetings that the documents name, how often each is held, and by when the next is (domain/2 1.3, 1.4). Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

import msgspec

ONE_DAY = timedelta(days=1)
EVERY: Mapping[str, str] = {
    "0": "Every week",
    "1": "Every month",
    "3": "Every quarter",
    "6": "Every half-year",
}
"""By the months between meetings, 0 for a week, as settings keep it."""
Rhythm = Sequence[tuple[date, int]]
"""From which day on how many months were between meetings, the first value from ever on, in order."""


class MeetingKind(msgspec.Struct, frozen=True):
    """One kind: `months` between its meetings by the documents, 0 for one every week. `source`: who asks for it."""

    code: str
    name: str
    months: int
    source: str


_KINDS = (
    MeetingKind("leadership", "Leadership review", 1, "S0E1"),
    MeetingKind("provider_oversight", "Provider oversight", 1, "S0E1, S1E1, S2E3"),
    MeetingKind("quality", "Quality meeting", 1, "S2E2, S4E1"),
    MeetingKind("staffing", "Staffing governance", 1, "S0E2, S2E1"),
    MeetingKind("closure", "Closures reviewed", 0, "S0E3"),
    MeetingKind("board", "Provider board", 3, "S2E3, S4E3"),
)
KINDS: Mapping[str, MeetingKind] = {kind.code: kind for kind in _KINDS}


def next_by(kind: MeetingKind, last: date | None, today: date, rhythm: Rhythm = ()) -> date:
    """The last day of the week, month, quarter or half-year in which the next meeting is: that after the last one, or
    the one that runs where none was held yet.

    A change of the rhythm counts for a time that has not begun. In one that has, it can ask for the meeting sooner,
    never later; what was overdue stays overdue.
    """
    changes = rhythm or ((date.min, kind.months),)
    if last is None:
        return _end(_held(changes, today), today)
    months = _held(changes, last)
    by = _after(months, last)
    for day, other in changes:
        if last < day <= min(today, by):
            sooner = max(_after(other, last), _end(other, day))
            by = min(by, sooner) if day > _end(months, last) else sooner
            months = other
    return by


def is_overdue(kind: MeetingKind, last: date | None, today: date, rhythm: Rhythm = ()) -> bool:
    """Whether the day by which it had to be held has passed. One that was never held is not overdue in its first."""
    return next_by(kind, last, today, rhythm) < today


def _held(rhythm: Rhythm, day: date) -> int:
    return [months for first, months in rhythm if first <= day][-1]


def _after(months: int, last: date) -> date:
    return _end(months, _end(months, last) + ONE_DAY)


def _end(months: int, day: date) -> date:
    if not months:
        return day + timedelta(days=6 - day.weekday())
    number = day.year * 12 + day.month - 1
    after = number - number % months + months
    return date(after // 12, after % 12 + 1, 1) - ONE_DAY
