"""Limits are those of the published charts, exactly; a group begins where a person said so; gaps are no neighbours."""

from fractions import Fraction

import pytest

from server.charts.xmr import Group, Limits, Method, groups_of, limits_of
from tests.server.charts.series import values_of, weeks

# The series of the package's own vignette (domain/6): eighteen points, one of them far out
PUBLISHED = values_of(1, 2, 1, 2, 10, *[1, 2] * 6, 1)


def limits(*values: int | str | None, method: Method | None = None) -> Limits:
    found = limits_of(values_of(*values), method or Method())
    assert found is not None
    return found


def hundredths(value: Fraction) -> int:
    """Rounded to the nearest hundredth, as the vignette prints it."""
    return round(value * 100)


def test_the_published_series_has_its_limits_unscreened() -> None:
    found = limits_of(PUBLISHED, Method())
    assert found is not None
    assert len(PUBLISHED) == 18
    assert [hundredths(one) for one in (found.upper, found.mean, found.lower)] == [695, 194, -306]
    assert (found.left_out, found.trial) == (0, False)


def test_the_published_series_has_its_limits_screened() -> None:
    found = limits_of(PUBLISHED, Method(screened=True))
    assert found is not None
    assert [hundredths(one) for one in (found.upper, found.mean, found.lower)] == [460, 194, -72]
    assert found.left_out == 2


def test_limits_are_exact_fractions() -> None:
    found = limits(0, 1, 0, 1, 1)
    assert found.mean == Fraction(3, 5)
    assert found.upper == Fraction(3, 5) + Fraction(133, 50) * Fraction(3, 4)
    assert found.near_lower == Fraction(3, 5) - Fraction(133, 75) * Fraction(3, 4)


@pytest.mark.parametrize(("points", "trial"), [(4, None), (5, True), (12, True), (13, False)])
def test_few_points_have_no_limits_or_trial_limits(points: int, trial: bool | None) -> None:
    found = limits_of(values_of(*range(points)), Method())
    assert (found.trial if found else None) == trial


def test_the_thresholds_are_settings() -> None:
    assert limits_of(values_of(1, 2, 3), Method(trial_from=3)) is not None
    assert not limits(1, 2, 3, 4, 5, 6, method=Method(limits_from=6)).trial


def test_gaps_are_no_points() -> None:
    assert limits_of(values_of(1, 2, None, 3, 4), Method()) is None
    assert limits(1, 2, None, 3, 4, 5).points == 5


def test_no_moving_range_crosses_a_gap() -> None:
    assert limits(1, 2, 1, None, 90, 91, 90) == limits_of(
        values_of(1, 2, 1, None, None, 90, 91, 90), Method()
    )
    assert limits(1, 2, 1, None, 90, 91, 90).upper == Fraction(275, 6) + Fraction(133, 50)


def test_points_that_all_stand_alone_have_no_limits() -> None:
    assert limits_of(values_of(1, None, 2, None, 3, None, 4, None, 5), Method()) is None


def test_no_points_have_no_limits_whatever_the_threshold() -> None:
    assert limits_of([], Method(trial_from=0)) is None
    assert limits_of(values_of(None, None), Method(trial_from=0)) is None


def test_only_the_first_points_count_when_limits_are_fixed() -> None:
    fixed = limits(1, 2, 1, 2, 1, 50, 60, 70, method=Method(fix_after=5))
    assert fixed == limits(1, 2, 1, 2, 1)
    assert fixed.points == 5


def test_a_gap_does_not_count_among_the_first_points() -> None:
    assert limits(1, None, 1, 2, 1, 2, 90, method=Method(fix_after=5)) == limits(1, None, 1, 2, 1, 2)


def test_fixing_after_more_points_than_there_are_changes_nothing() -> None:
    assert limits(1, 2, 1, 2, 1, method=Method(fix_after=5)) == limits(1, 2, 1, 2, 1)


def rising_by(*steps: Fraction) -> list[Fraction | None]:
    return [sum(steps[:at], Fraction()) for at in range(len(steps) + 1)]


@pytest.mark.parametrize(("more", "left_out"), [(Fraction(0), 1), (Fraction(-1, 1000), 0)])
def test_screening_leaves_out_a_range_on_the_bound_itself(more: Fraction, left_out: int) -> None:
    # Three small ranges and a large one whose average is 1, so that the bound is 3.267
    large, small = Fraction(3267, 1000) + more, Fraction(4) - Fraction(3267, 1000) - more
    found = limits_of(rising_by(*[small / 3] * 3, large), Method(screened=True))
    assert found is not None
    assert found.left_out == left_out


def test_screening_a_series_that_never_moves_keeps_it() -> None:
    assert limits(3, 3, 3, 3, 3, method=Method(screened=True)).upper == 3


def test_each_group_has_limits_of_its_own() -> None:
    data = weeks(values_of(1, 2, 1, 2, 1, 11, 12, 11, 12, 11))
    first, second = groups_of(data, [data[5].start], Method())
    assert (first.first, first.after, second.first, second.after) == (0, 5, 5, 10)
    assert first.limits == limits(1, 2, 1, 2, 1)
    assert second.limits == limits(11, 12, 11, 12, 11)


def test_a_group_begins_with_the_first_period_from_the_day_on() -> None:
    data = weeks(values_of(*range(4)))
    assert [group.first for group in groups_of(data, ["2026-01-13"], Method())] == [0, 2]


@pytest.mark.parametrize("day", ["2025-12-01", "2026-01-05", "2027-01-01"])
def test_a_day_before_or_after_the_series_makes_no_group(day: str) -> None:
    data = weeks(values_of(*range(4)))
    assert groups_of(data, [day, day], Method()) == [Group(0, 4, None)]


def test_a_series_of_nothing_has_no_groups() -> None:
    assert groups_of([], ["2026-01-05"], Method()) == []
