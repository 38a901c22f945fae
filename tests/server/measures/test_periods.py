"""Days, weeks and months are London's, also on the nights when the clocks change."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.evidence.times import day_in_london
from server.measures.periods import (
    after,
    before,
    month_of,
    months,
    week_of,
    weeks,
    whole_months,
    window,
)
from tests.server.measures.made import at

DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))


def test_the_week_of_the_spring_change_has_an_hour_less() -> None:
    week = week_of(date(2026, 3, 29))
    assert week.label == "2026-W13"
    assert (week.start, week.end) == (date(2026, 3, 23), date(2026, 3, 29))
    assert week.closes_at - week.opens_at == timedelta(hours=167)


def test_the_week_of_the_autumn_change_has_an_hour_more() -> None:
    week = week_of(date(2026, 10, 25))
    assert week.closes_at - week.opens_at == timedelta(hours=169)


def test_half_past_eleven_in_summer_utc_is_the_next_day_in_london() -> None:
    march, april = month_of(date(2026, 3, 1)), month_of(date(2026, 4, 1))
    last_of_april = at("2026-04-30T23:30:00Z")
    assert not april.holds(last_of_april)
    assert month_of(date(2026, 5, 1)).holds(last_of_april)
    assert march.holds(at("2026-03-31T22:59:59Z"))
    assert april.holds(at("2026-03-31T23:00:00Z"))


def test_the_first_days_of_january_may_be_of_the_last_week_of_the_old_year() -> None:
    assert week_of(date(2027, 1, 1)).label == "2026-W53"
    assert week_of(date(2025, 12, 31)).label == "2026-W01"


def test_months_go_from_the_one_that_holds_the_first_day_to_the_one_that_holds_the_last() -> None:
    found = months(date(2026, 11, 30), date(2027, 2, 1))
    assert [month.label for month in found] == ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert month_of(date(2028, 2, 10)).end == date(2028, 2, 29)


def test_a_window_parts_into_whole_months_and_the_rest() -> None:
    whole, parts = whole_months(window(date(2026, 11, 16), date(2027, 1, 31)))
    assert [month.label for month in whole] == ["2026-12", "2027-01"]
    assert [month.label for month in parts] == ["2026-11"]


def test_a_window_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="2026-03-01"):
        window(date(2026, 3, 2), date(2026, 3, 1))


def test_before_a_window_lie_as_many_days() -> None:
    ten_weeks = window(date(2026, 3, 2), date(2026, 5, 10))
    assert before(ten_weeks) == window(date(2025, 12, 22), date(2026, 3, 1))
    assert before(month_of(date(2026, 3, 5))).label == "2026-02"


@given(DAYS, DAYS)
def test_weeks_and_months_cover_every_day_once(one: date, other: date) -> None:
    first, last = sorted((one, min(other, one + timedelta(days=400))))
    for found in (weeks(first, last), months(first, last)):
        assert all(early.closes_at == later.opens_at for early, later in pairwise(found))
        assert sum(period.holds_day(first) for period in found) == 1
        assert sum(period.holds_day(last) for period in found) == 1


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_an_instant_is_in_the_week_of_its_day_in_london(instant: datetime) -> None:
    assert week_of(day_in_london(instant)).holds(instant)
    assert month_of(day_in_london(instant)).holds(instant)


@given(DAYS)
def test_after_undoes_before(day: date) -> None:
    for period in (week_of(day), month_of(day), window(day, day + timedelta(days=9))):
        assert after(before(period)) == period
