"""A record belongs to the shift and the London day on which it happened; a night to the day on which it began."""

from datetime import date

import pytest

from server.coverage.seen import within
from tests.server.coverage.made import days, seen


@pytest.mark.parametrize(
    ("at", "given", "day", "shift"),
    [
        ("2026-11-16T09:00:00Z", "day", "2026-11-16", "day"),
        ("2026-11-16T23:30:00Z", "night", "2026-11-16", "night"),
        ("2026-11-17T05:00:00Z", "night", "2026-11-16", "night"),
        ("2026-11-17T11:59:59Z", "night", "2026-11-16", "night"),
        ("2026-11-17T12:00:00Z", "night", "2026-11-17", "night"),
        # An early riser's day shift stays that day's
        ("2026-11-17T05:00:00Z", "day", "2026-11-17", "day"),
        # In summer 23:30 UTC is past midnight in London
        ("2026-07-06T23:30:00Z", "night", "2026-07-06", "night"),
        ("2026-07-06T23:30:00Z", "late", "2026-07-07", "late"),
        # 29 March: 01:00 GMT is 02:00 BST. The night began on the 28th, on both sides of it
        ("2026-03-29T00:59:59Z", "night", "2026-03-28", "night"),
        ("2026-03-29T01:00:00Z", "night", "2026-03-28", "night"),
        ("2026-03-29T11:00:00Z", "night", "2026-03-29", "night"),
        # 25 October: 01:30 comes twice
        ("2026-10-25T00:30:00Z", "night", "2026-10-24", "night"),
        ("2026-10-25T01:30:00Z", "night", "2026-10-24", "night"),
        ("2026-10-25T23:30:00Z", "night", "2026-10-25", "night"),
    ],
)
def test_the_day_of_a_shift(at: str, given: str, day: str, shift: str) -> None:
    assert seen(at, shift=given).worked == (date.fromisoformat(day), shift)


@pytest.mark.parametrize(
    ("at", "day", "shift"),
    [
        ("2026-11-16T06:59:59Z", "2026-11-15", "night"),
        ("2026-11-16T07:00:00Z", "2026-11-16", "day"),
        ("2026-11-16T14:00:00Z", "2026-11-16", "late"),
        ("2026-11-16T21:00:00Z", "2026-11-16", "night"),
        # The clock in London decides: 06:00 UTC is 07:00 from 29 March, and 06:00 again from 25 October
        ("2026-03-29T06:00:00Z", "2026-03-29", "day"),
        ("2026-10-25T06:00:00Z", "2026-10-24", "night"),
    ],
)
def test_a_record_without_a_shift_has_the_one_of_its_time(at: str, day: str, shift: str) -> None:
    assert seen(at).worked == (date.fromisoformat(day), shift)
    assert seen(at, shift="sleep-in").worked == (date.fromisoformat(day), shift)


def test_a_window_takes_the_nights_that_began_in_it() -> None:
    before = seen("2026-11-16T02:00:00Z", "before", shift="night")
    last = seen("2026-11-23T05:00:00Z", "last", shift="night")
    after = seen("2026-11-23T08:00:00Z", "after", shift="day")
    assert within([after, last, before], days("2026-11-16", "2026-11-22")) == [last]
