"""The rhythm of a service (domain/2, 1.4): which forms come round by themselves, and when. Pure: no SQL, no clock.

Times are those on the clock on the wall in London. A time the spring night leaves out falls an hour later; one the
autumn night has twice is the first of the two.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

import msgspec

from server.evidence.times import LONDON, day_in_london, start_of_day, write_instant

ValueAt = Callable[[str, str], str]


class Slot(msgspec.Struct, frozen=True):
    """One time that something is due. Instants; a record of the form that happened from `opens_at` up to, and not
    including, `closes_at` is the one that was due.
    """

    day: str
    slot: str
    opens_at: str
    due_at: str
    closes_at: str


class Cadence(msgspec.Struct, frozen=True):
    """Something that comes round: of which form, for each service, unit or tablet, how often, for whom."""

    name: str
    form: str
    each: Literal["service", "unit", "tablet"]
    every: Literal["shift", "day", "week", "month"]
    setting: str
    who: str
    why: str

    def due_id(self, place: str, slot: Slot) -> str:
        """ "schedule/handover/alder/2026-11-21/0730" """
        return f"schedule/{self.name}/{place}/{slot.day}/{slot.slot}"


CADENCES = (
    Cadence("handover", "handover_check", "service", "shift", "handover_times", "deputy", "A shift hands over"),
    Cadence(
        "screen", "safeguarding_screen", "unit", "day", "screen_time", "floor",
        "Each morning: read the notes of the day before",
    ),
    Cadence(
        "deterioration", "sample_deterioration", "service", "week", "weekly_sample_day", "manager",
        "This week’s sample",
    ),
    Cadence(
        "recording", "sample_recording", "service", "week", "weekly_sample_day", "deputy", "This week’s sample"
    ),
    Cadence(
        "care_plans", "sample_care_plan", "service", "month", "monthly_sample_day", "deputy",
        "This month’s sample",
    ),
    Cadence(
        "contact", "sample_contact", "service", "month", "monthly_sample_day", "manager", "This month’s sample"
    ),
    Cadence(
        "audits", "sample_audit", "service", "month", "monthly_sample_day", "manager", "This month’s sample"
    ),
    Cadence("visit", "provider_visit", "service", "month", "visit_day", "manager", "This month’s visit"),
    Cadence("drill", "wifi_drill", "tablet", "month", "drill_day", "floor", "Once a month on each tablet"),
)  # fmt: skip


def slots(cadence: Cadence, value_at: ValueAt, since: datetime, until: datetime) -> list[Slot]:
    """Every slot due after `since` that opens by `until`, in order. `value_at(setting, instant)` is the setting's
    value in force at an instant: each slot follows the value that holds at its own time.
    """
    make = {"shift": _handovers, "day": _screens, "week": _weeks, "month": _months}[cadence.every]
    first, last = day_in_london(since) - timedelta(days=1), day_in_london(until) + timedelta(days=1)
    after, by = write_instant(since), write_instant(until)
    found = make(cadence, value_at, first, last)
    return [slot for slot in found if slot.due_at > after and slot.opens_at <= by]


def at_clock(day: date, clock: str) -> datetime:
    """The UTC instant at which London's clock shows `clock` ("07:30") on `day`."""
    return datetime.combine(day, time.fromisoformat(clock), LONDON).astimezone(UTC)


def _handovers(cadence: Cadence, value_at: ValueAt, first: date, last: date) -> Iterator[Slot]:
    for day in _days(first, last):
        for clock in _clocks_of(day, cadence.setting, value_at):
            instant, following = at_clock(day, clock), _next(day, clock, cadence.setting, value_at)
            within = int(value_at("handover_within", write_instant(instant)))
            yield Slot(
                day.isoformat(),
                clock.replace(":", ""),
                write_instant(_early(instant, value_at)),
                write_instant(instant + timedelta(minutes=within)),
                write_instant(_early(following, value_at)),
            )


def _early(handover: datetime, value_at: ValueAt) -> datetime:
    """A handover may begin a little early, and what is recorded from then on is the next one's."""
    return handover - timedelta(minutes=int(value_at("handover_early", write_instant(handover))))


def _clocks_of(day: date, setting: str, value_at: ValueAt) -> list[str]:
    """The times of a day, each by the value in force when it comes: a new value counts for what is still ahead."""
    start, end = write_instant(start_of_day(day)), write_instant(start_of_day(day + timedelta(days=1)))
    candidates = {*value_at(setting, start).split(), *value_at(setting, end).split()}
    return sorted(
        clock
        for clock in candidates
        if clock in value_at(setting, write_instant(at_clock(day, clock))).split()
    )


def _next(day: date, clock: str, setting: str, value_at: ValueAt) -> datetime:
    """When the next handover is; a day later at the latest."""
    for following, clocks in (
        (day, [later for later in _clocks_of(day, setting, value_at) if later > clock]),
        (day + timedelta(days=1), _clocks_of(day + timedelta(days=1), setting, value_at)),
    ):
        if clocks:
            return at_clock(following, clocks[0])
    return at_clock(day + timedelta(days=1), clock)


def _screens(cadence: Cadence, value_at: ValueAt, first: date, last: date) -> Iterator[Slot]:
    for day in _days(first, last):
        clock = value_at(cadence.setting, write_instant(start_of_day(day)))
        yield _whole_days(
            day, clock.replace(":", ""), day, day + timedelta(days=1), at_clock(day, clock)
        )  # fmt: skip


def _weeks(cadence: Cadence, value_at: ValueAt, first: date, last: date) -> Iterator[Slot]:
    monday = first - timedelta(days=first.weekday() + 7)
    while monday <= last:
        begins = write_instant(start_of_day(monday))
        number = int(value_at(cadence.setting, begins))
        day, end = monday + timedelta(days=number - 1), monday + timedelta(days=7)
        yield _whole_days(monday, "week", monday, end, at_clock(day, value_at("sample_time", begins)))
        monday = end


def _months(cadence: Cadence, value_at: ValueAt, first: date, last: date) -> Iterator[Slot]:
    month = (first.replace(day=1) - timedelta(days=1)).replace(day=1)
    while month <= last:
        begins = write_instant(start_of_day(month))
        # 0: it has no day of its own
        number = int(value_at(cadence.setting, begins)) or int(value_at("monthly_sample_day", begins))
        due = at_clock(month.replace(day=number), value_at("sample_time", begins))
        end = (month + timedelta(days=32)).replace(day=1)
        yield _whole_days(month, "month", month, end, due)
        month = end


def _whole_days(named: date, slot: str, first: date, end: date, due: datetime) -> Slot:
    opens, closes = write_instant(start_of_day(first)), write_instant(start_of_day(end))
    return Slot(named.isoformat(), slot, opens, write_instant(due), closes)


def _days(first: date, last: date) -> Iterator[date]:
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)
