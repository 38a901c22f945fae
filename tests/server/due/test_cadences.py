"""The rhythm of a service, on London's clock, whatever the clocks did that night."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.dated_settings.known import OWN
from server.due.cadences import CADENCES, Cadence, Slot, at_clock, slots
from server.evidence.times import in_london, write_instant

HANDOVER = next(each for each in CADENCES if each.name == "handover")
SCREEN = next(each for each in CADENCES if each.name == "screen")
DAYS = st.dates(date(2020, 1, 1), date(2040, 1, 1))
TIMES = st.lists(st.times().map(lambda time: f"{time:%H:%M}"), min_size=1, max_size=6, unique=True).map(
    lambda times: " ".join(sorted(times))
)


def usual(name: str, instant: str) -> str:
    return OWN[name].default


def between(cadence: Cadence, first: date, days: int) -> list[Slot]:
    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return slots(cadence, usual, since, since + timedelta(days=days))


@pytest.mark.parametrize("cadence", CADENCES, ids=lambda cadence: cadence.name)
@settings(deadline=None)
@given(first=DAYS, days=st.integers(1, 70))
def test_the_times_of_a_cadence_lie_end_to_end(cadence: Cadence, first: date, days: int) -> None:
    found = between(cadence, first, days)
    assert found == sorted(found, key=lambda slot: slot.due_at)
    for one, following in pairwise(found):
        assert one.closes_at == following.opens_at
        assert one.opens_at < one.due_at <= one.closes_at


@settings(deadline=None)
@given(first=DAYS, moves=st.lists(st.integers(1, 90), min_size=1, max_size=6))
def test_laying_out_in_steps_finds_what_one_step_finds(first: date, moves: list[int]) -> None:
    since = start = datetime(first.year, first.month, first.day, tzinfo=UTC)
    found: dict[str, Slot] = {}
    for hours in moves:
        until = since + timedelta(hours=hours)
        for cadence in CADENCES:
            for slot in slots(cadence, usual, since, until):
                found[cadence.due_id("alder", slot)] = slot
        since = until
    whole = {
        cadence.due_id("alder", slot): slot
        for cadence in CADENCES
        for slot in slots(cadence, usual, start, since)
    }
    assert found == whole


@settings(deadline=None)
@given(first=DAYS, times=TIMES)
def test_no_two_items_have_one_id_and_none_is_forgotten(first: date, times: str) -> None:
    def value_at(name: str, instant: str) -> str:
        return times if name == "handover_times" else OWN[name].default

    since = datetime(first.year, first.month, first.day, tzinfo=UTC)
    found = slots(HANDOVER, value_at, since, since + timedelta(days=4))
    ids = [HANDOVER.due_id("alder", slot) for slot in found]
    assert len(ids) == len(set(ids))
    inside = [slot for slot in found if (first + timedelta(days=1)).isoformat() == slot.day]
    assert [slot.slot for slot in inside] == [time.replace(":", "") for time in times.split()]


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1), date(2026, 12, 1)])
def test_handovers_are_at_the_time_on_the_wall(day: date) -> None:
    found = [slot for slot in between(HANDOVER, day - timedelta(days=1), 3) if slot.day == day.isoformat()]
    shown = [f"{in_london(slot.due_at):%H:%M}" for slot in found]
    assert shown == ["08:00", "15:00", "21:30"]


def test_the_screen_is_an_hour_earlier_by_utc_in_summer() -> None:
    winter, summer = (between(SCREEN, day, 1)[-2] for day in (date(2026, 1, 10), date(2026, 7, 10)))
    assert (winter.due_at[11:16], summer.due_at[11:16]) == ("10:00", "09:00")


def test_a_time_the_spring_night_leaves_out_falls_an_hour_later() -> None:
    assert write_instant(at_clock(date(2026, 3, 29), "01:30")) == "2026-03-29T01:30:00Z"
    assert f"{in_london('2026-03-29T01:30:00Z'):%H:%M}" == "02:30"


def test_a_time_the_autumn_night_has_twice_is_the_first() -> None:
    assert write_instant(at_clock(date(2026, 10, 25), "01:30")) == "2026-10-25T00:30:00Z"


def test_a_new_time_counts_from_when_it_holds() -> None:
    def value_at(name: str, instant: str) -> str:
        if name != "handover_times":
            return OWN[name].default
        return "08:00 20:00" if instant >= "2026-11-16T12:00:00Z" else "07:30 14:30 21:00"

    since = datetime(2026, 11, 16, tzinfo=UTC)
    found = slots(HANDOVER, value_at, since, since + timedelta(hours=40))
    assert [(slot.day[-2:], slot.slot) for slot in found] == [
        ("16", "0730"), ("16", "2000"), ("17", "0800")
    ]  # fmt: skip


def test_visits_samples_and_early_handovers_follow_the_value_that_holds_then() -> None:
    """The visit on day 3 and everything at 12:30 from December on; a handover a quarter of an hour early at most."""
    chosen = {"visit_day": "3", "sample_time": "12:30", "handover_early": "15"}

    def value_at(name: str, instant: str) -> str:
        return chosen.get(name, OWN[name].default) if instant >= "2026-12-01" else OWN[name].default

    since, until = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 20, tzinfo=UTC)
    due = {
        name: [
            slot.due_at
            for cadence in CADENCES
            if cadence.name == name
            for slot in slots(cadence, value_at, since, until)
        ]
        for name in ("visit", "audits", "deterioration")
    }
    assert due["visit"] == ["2026-11-25T17:00:00Z", "2026-12-03T12:30:00Z"]
    assert due["audits"] == ["2026-11-25T17:00:00Z", "2026-12-25T12:30:00Z"]
    assert due["deterioration"][3:] == [
        "2026-11-27T17:00:00Z", "2026-12-04T17:00:00Z", "2026-12-11T12:30:00Z", "2026-12-18T12:30:00Z",
    ]  # fmt: skip
    early = {slot.opens_at[:16] for slot in slots(HANDOVER, value_at, since, until)}
    assert {"2026-11-30T06:30", "2026-12-01T07:15"} <= early
