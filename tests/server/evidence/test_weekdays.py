"""The weekday of a record is London's, also in nights in which the clocks change; a night is that of its evening."""

import sqlite3
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evidence import evidence_query
from server.evidence.evidence_filter import Filter, read_filter
from server.evidence.times import LONDON
from server.evidence.weekdays import hours_of, span_of
from server.identity.scope import of_services
from tests.server.coverage.test_page import watched
from tests.server.due.shift import Shift
from tests.server.world import Browser, World

SUNDAY, SATURDAY = "7", "6"
WEEK = {"since": date(2026, 11, 9), "until": date(2026, 11, 15)}
HOURS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda one: one.replace(tzinfo=UTC))


@given(HOURS, st.sampled_from("1234567"), st.sampled_from(["", "day", "night"]))
def test_an_hour_is_among_those_of_its_weekday_and_of_no_other(at: datetime, day: str, shift: str) -> None:
    shown = at.astimezone(LONDON)
    began = shown.date() - timedelta(days=int(shift == "night" and shown.hour < 12))
    hours = hours_of(day, began - timedelta(days=7), began + timedelta(days=7), shift)
    assert (f"{at:%Y-%m-%dT%H}" in hours) == (began.isoweekday() == int(day))
    assert len(set(hours)) == len(hours)


def test_the_sunday_on_which_the_clocks_go_forward_has_23_hours_and_the_other_25() -> None:
    for day, count, first in (
        (date(2026, 3, 29), 23, "2026-03-29T00"),
        (date(2026, 10, 25), 25, "2026-10-24T23"),
    ):
        hours = hours_of(SUNDAY, day, day, "day")
        assert (len(hours), hours[0]) == (count, first)


def test_a_night_begins_at_noon_and_ends_at_noon() -> None:
    assert span_of(date(2026, 3, 28), date(2026, 3, 28), "night") == (
        "2026-03-28T12:00:00Z",
        "2026-03-29T11:00:00Z",
    )


def test_a_weekday_without_a_day_is_asked_for_one() -> None:
    wanted, faults = read_filter({"weekday": ["7"]})
    assert (wanted, set(faults)) == (Filter(), {"weekday"})
    wanted, faults = read_filter({"weekday": ["7"], "since": ["2026-11-01"]})
    assert (wanted.until, faults) == (date(2027, 11, 1), {})
    wanted, faults = read_filter({"weekday": ["7"], "since": ["2020-01-01"], "until": ["2026-11-15"]})
    assert (wanted.since, set(faults)) == (date(2025, 11, 15), {"weekday"})
    wanted, _ = read_filter({"weekday": ["8"], "since": ["2026-11-01"]})
    assert wanted.weekday == ""
    assert Filter(weekday=SUNDAY, since=date(2026, 11, 1)).without("since", "").weekday == ""


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def found(browser: Browser, query: str) -> list[str]:
    return [one["record"] for one in browser.get(f"/evidence.json?{query}").json()["records"]]


def test_a_cell_of_coverage_leads_to_what_was_recorded_on_its_shift(shift: Shift, chidi: Browser) -> None:
    evening = shift.record(
        "practice_observation", "2026-11-14T23:00:00Z", **watched("2026-11-14T23:00:00Z", "night")
    )
    morning = shift.record(
        "practice_observation", "2026-11-15T04:00:00Z", **watched("2026-11-15T04:00:00Z", "night")
    )
    day = shift.record("practice_observation", "2026-11-15T10:00:00Z", **watched("2026-11-15T10:00:00Z"))
    days = "since=2026-11-14&until=2026-11-15"
    assert found(chidi, f"weekday={SATURDAY}&shift=night&{days}") == [morning, evening]
    assert found(chidi, f"weekday={SUNDAY}&{days}") == [day, morning]
    assert found(chidi, f"weekday={SUNDAY}&shift=night&{days}") == []
    page = chidi.get("/coverage").text
    for number in (SATURDAY, SUNDAY):
        assert f"weekday={number}" in page
    assert (
        "Nights that began on a: Saturday"
        in chidi.get(f"/evidence?weekday={SATURDAY}&shift=night&{days}").text
    )
    assert found(chidi, f"weekday={SUNDAY}&{days}&text=staff") == found(chidi, f"{days}&text=staff&weekday=7")


def test_a_weekday_walks_an_interval_of_an_index(sql: sqlite3.Connection) -> None:
    asked: list[str] = []
    sql.set_trace_callback(asked.append)
    evidence_query.read_rows(
        sql,
        Filter(weekday=SUNDAY, since=WEEK["since"], until=WEEK["until"]),
        of_services(["alder", "birch"]),
        25,
    )
    sql.set_trace_callback(None)
    plan = " | ".join(row["detail"] for row in sql.execute(f"EXPLAIN QUERY PLAN {asked[-1]}"))
    assert "SCAN v" not in plan
    assert "current_by_service (service=? AND happened_at>? AND happened_at<?)" in plan, plan
