"""M02: weeks in a row, strict and managed."""

from datetime import date, timedelta
from typing import Any

import msgspec

from server.measures.facts import ShiftStaffing
from server.measures.in_force import InForce
from server.measures.periods import Period, month_of, week_of, window
from server.measures.series import count
from tests.server.measures.made import USUAL, at, facts, full_weeks, shift

MONDAY = date(2026, 3, 2)
FOUR_WEEKS = window(MONDAY, MONDAY + timedelta(days=27))


def runs(
    shifts: list[ShiftStaffing], period: Period = FOUR_WEEKS, settings: InForce = USUAL
) -> tuple[int, int]:
    read = facts(shifts=shifts)
    return (
        count("M02-strict", read, period, settings).numerator,
        count("M02-managed", read, period, settings).numerator,
    )


def with_one(number: int, **changed: Any) -> list[ShiftStaffing]:
    """Four full weeks, of which one shift is otherwise."""
    four = list(full_weeks(MONDAY, 4))
    four[number] = msgspec.structs.replace(four[number], **changed)
    return four


def test_four_full_weeks_are_a_run_of_four() -> None:
    assert runs(list(full_weeks(MONDAY, 4))) == (4, 4)
    found = count("M02-strict", facts(shifts=full_weeks(MONDAY, 4)), FOUR_WEEKS, USUAL)
    assert found.meets("at_least", 400) is True
    assert found.met == ("2026-W10", "2026-W11", "2026-W12", "2026-W13")


def test_one_unreviewed_exception_breaks_the_streak() -> None:
    in_week_three = with_one(2 * 21 + 5, enough=False, risk_assessed=True)
    assert runs(in_week_three) == (1, 1)
    broken = count("M02-managed", facts(shifts=in_week_three), FOUR_WEEKS, USUAL)
    assert (broken.met, broken.unmet) == (("2026-W13",), ("2026-W12",))
    assert broken.meets("at_least", 400) is False


def test_an_exception_reviewed_and_assessed_breaks_the_strict_run_alone() -> None:
    assert runs(with_one(2 * 21 + 5, enough=False, reviewed=True, risk_assessed=True)) == (1, 4)


def test_reviewed_but_not_assessed_is_not_managed() -> None:
    assert runs(with_one(30, enough=False, reviewed=True)) == (2, 2)


def test_a_short_last_week_leaves_a_run_of_nought() -> None:
    last = with_one(83, enough=False)
    assert runs(last) == (0, 0)
    assert count("M02-strict", facts(shifts=last), FOUR_WEEKS, USUAL).denominator == 1


def test_a_week_with_a_missing_shift_is_no_proof_and_says_so() -> None:
    missing = list(full_weeks(MONDAY, 4))[:-1]
    found = count("M02-strict", facts(shifts=missing), FOUR_WEEKS, USUAL)
    assert found.value is None
    assert found.left_out == (("2026-W13", "Only 20 of 21 shifts are recorded"),)


def test_a_shift_whose_numbers_are_not_given_is_not_recorded() -> None:
    assert runs(with_one(21, enough=None)) == (2, 2)


def test_two_reviews_of_one_shift_are_one_shift() -> None:
    doubled = list(full_weeks(MONDAY, 4))[:-1]
    doubled.append(msgspec.structs.replace(doubled[-1], id="again"))
    assert count("M02-strict", facts(shifts=doubled), FOUR_WEEKS, USUAL).left_out


def test_a_home_with_two_handovers_has_two_shifts_a_day() -> None:
    twelve_hours = InForce({**USUAL.defaults, "handover_times": "08:00 20:00"})
    two = [one for one in full_weeks(MONDAY, 4) if one.shift != "late"]
    assert runs(two, settings=twelve_hours) == (4, 4)
    assert runs(two) == (0, 0)


def test_in_a_window_the_run_begins_with_the_window() -> None:
    six = list(full_weeks(MONDAY - timedelta(days=14), 6))
    assert runs(six) == (4, 4)
    assert runs(six, week_of(MONDAY + timedelta(days=21))) == (6, 6)


def test_a_window_that_begins_on_a_wednesday_counts_from_the_monday_after() -> None:
    from_wednesday = window(MONDAY + timedelta(days=2), MONDAY + timedelta(days=27))
    assert runs(list(full_weeks(MONDAY, 4)), from_wednesday) == (3, 3)


def test_a_month_ends_with_its_last_whole_week() -> None:
    """March 2026 ends on a Tuesday: the week that begins on the 30th is of April."""
    assert runs([*full_weeks(MONDAY, 4), shift(date(2026, 3, 30), enough=False)], month_of(MONDAY)) == (4, 4)


def test_the_week_that_still_runs_is_not_yet_due() -> None:
    wednesday = facts("2026-03-25T12:00:00Z", shifts=full_weeks(MONDAY, 3))
    found = count("M02-strict", wednesday, FOUR_WEEKS, USUAL)
    assert (found.numerator, found.not_yet_due) == (3, ("2026-W13",))


def test_no_shift_at_all_is_undefined() -> None:
    found = count("M02-strict", facts(), FOUR_WEEKS, USUAL)
    assert (found.value, found.unit) == (None, "run")


def test_the_week_of_the_clock_change_is_a_week_like_any_other() -> None:
    assert at("2026-03-29T12:00:00Z") in [one.happened_at.replace(hour=12) for one in full_weeks(MONDAY, 4)]
    assert runs(list(full_weeks(date(2026, 3, 23), 1)), week_of(date(2026, 3, 29))) == (1, 1)
