"""One record as coverage counts it, and the shift that it belongs to. Pure: no SQL, no clock."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from functools import cached_property

import msgspec

from server.evidence.times import LONDON
from server.measures.periods import ONE_DAY, Period

SHIFTS = ("day", "late", "night")
# Where a record names no shift: the one that the tablet would have offered (pwa/js/instants.mjs)
_STARTS = {"day": time(7), "late": time(14), "night": time(21)}
_NOON = 12


class Seen(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A record that stands. `noted_after` is how many seconds after it happened its first version was written, both by
    the tablet's own clock; `clock_doubtful`: that clock was out. `stopped`: nobody saw or heard anything.
    """

    id: str
    service: str
    unit: str
    form: str
    happened_at: datetime
    shift: str = ""
    person: str = ""
    routine: str = ""
    noted_after: int = 0
    clock_doubtful: bool = False
    stopped: bool = False

    @cached_property
    def worked(self) -> tuple[date, str]:
        """The London day on which its shift began, and the shift. A night belongs to the day on which it began."""
        shown = self.happened_at.astimezone(LONDON)
        shift = self.shift if self.shift in SHIFTS else _shift_at(shown.time())
        return shown.date() - timedelta(days=int(shift == "night" and shown.hour < _NOON)), shift


def within(seen: Iterable[Seen], window: Period) -> list[Seen]:
    """Those whose shift began in the window, in a steady order."""
    return sorted((one for one in seen if window.holds_day(one.worked[0])), key=lambda one: one.id)


def begins(day: date, shift: str) -> datetime:
    """When the shift of that day begins, by the clock in London."""
    return datetime.combine(day, _STARTS[shift], LONDON)


def days_of(window: Period) -> list[date]:
    """Each day of it."""
    return [window.start + number * ONE_DAY for number in range(window.days)]


def _shift_at(shown: time) -> str:
    return next((shift for shift in ("night", "late", "day") if shown >= _STARTS[shift]), "night")
