"""M06: fewer repeat complaints than before."""

from datetime import date

import pytest

from server.measures.counting import Count
from server.measures.periods import before, month_of, window
from server.measures.series import count, series
from tests.server.measures.made import (
    MARCH,
    USUAL,
    complaint,
    facts,
)

APRIL = month_of(date(2026, 4, 1))
FEBRUARY = before(MARCH)


def repeats(then: int, now: int) -> Count:
    february = [complaint(f"then-{n}", "2026-02-10T10:00:00Z", repeat_of="x") for n in range(then)]
    march = [complaint(f"now-{n}", "2026-03-10T10:00:00Z", repeat_of="x") for n in range(now)]
    return count("M06", facts(complaints=[*february, *march]), MARCH, USUAL, baseline=FEBRUARY)


def test_8_then_2_is_75_per_cent_and_8_then_3_is_not() -> None:
    assert repeats(8, 2).value == 75
    assert repeats(8, 2).meets("at_least", 7500) is True
    assert repeats(8, 3).value == 125 / 2
    assert repeats(8, 3).meets("at_least", 7500) is False


def test_a_baseline_of_nought_is_undefined() -> None:
    assert repeats(0, 2).value is None
    assert repeats(0, 0).meets("at_least", 7500) is None


def test_under_four_only_the_counts_are_shown() -> None:
    three = repeats(3, 0)
    assert (three.counts_only, three.value, len(three.met), len(three.unmet)) == (True, None, 3, 0)
    assert repeats(4, 1).value == 75


def test_more_than_before_is_below_nought() -> None:
    assert repeats(4, 6).value == -50


def test_other_complaints_and_first_ones_do_not_count() -> None:
    among = [
        complaint("first", "2026-02-10T10:00:00Z"),
        complaint("food", "2026-02-10T10:00:00Z", repeat_of="x", communication=False),
    ]
    found = count("M06", facts(complaints=among), MARCH, USUAL, baseline=FEBRUARY)
    assert found.denominator == 0


def test_every_month_is_compared_with_the_one_before_the_first() -> None:
    many = [complaint(f"f{n}", "2026-02-10T10:00:00Z", repeat_of="x") for n in range(4)]
    march, april = series("M06", facts(complaints=many), [MARCH, APRIL], USUAL)
    assert (
        march.count
        == april.count
        == repeats(4, 0).__class__(numerator=4, denominator=4, met=("f0", "f1", "f2", "f3"), unmet=())
    )


def test_a_baseline_of_another_length_is_refused() -> None:
    ten, nine = window(date(2026, 3, 1), date(2026, 3, 10)), window(date(2026, 2, 1), date(2026, 2, 9))
    with pytest.raises(ValueError, match="not as long"):
        count("M06", facts(), ten, USUAL, baseline=nine)
