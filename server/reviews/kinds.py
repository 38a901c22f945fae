"""The meetings that the documents name, how often each is held, and by when the next is (domain/2 1.3, 1.4). Pure."""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec

ONE_DAY = timedelta(days=1)


class MeetingKind(msgspec.Struct, frozen=True):
    """One kind: `months` between its meetings, 0 for one that is held every week. `source`: who asks for it."""

    code: str
    name: str
    months: int
    source: str

    @property
    def every(self) -> str:
        """ "Every week", "Every month", "Every quarter" """
        return {0: "Every week", 1: "Every month", 3: "Every quarter"}[self.months]


_KINDS = (
    MeetingKind("leadership", "Leadership review", 1, "S0E1"),
    MeetingKind("provider_oversight", "Provider oversight", 1, "S0E1, S1E1, S2E3"),
    MeetingKind("quality", "Quality meeting", 1, "S2E2, S4E1"),
    MeetingKind("staffing", "Staffing governance", 1, "S0E2, S2E1"),
    MeetingKind("closure", "Closures reviewed", 0, "S0E3"),
    MeetingKind("board", "Provider board", 3, "S2E3, S4E3"),
)
KINDS: Mapping[str, MeetingKind] = {kind.code: kind for kind in _KINDS}


def next_by(kind: MeetingKind, last: date | None, today: date) -> date:
    """The last day of the week, month or quarter in which the next meeting is: that after the last one, or the one that
    runs where none was held yet.
    """
    return _end(kind, today) if last is None else _end(kind, _end(kind, last) + ONE_DAY)


def is_overdue(kind: MeetingKind, last: date | None, today: date) -> bool:
    """Whether the day by which it had to be held has passed. One that was never held is not overdue in its first."""
    return next_by(kind, last, today) < today


def _end(kind: MeetingKind, day: date) -> date:
    if not kind.months:
        return day + timedelta(days=6 - day.weekday())
    months = day.year * 12 + day.month - 1
    after = months - months % kind.months + kind.months
    return date(after // 12, after % 12 + 1, 1) - ONE_DAY
