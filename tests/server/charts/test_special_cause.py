"""The four rules, their strictness, their order; a gap or a new group ends a run."""

from fractions import Fraction

import pytest

from server.charts.special_cause import Flag, Rule, Side, judge, judge_all
from server.charts.xmr import Limits, Method, groups_of, limits_of
from tests.server.charts.series import flags_of, values_of, weeks

HIGH = Side.HIGH
# Mean 0, limits at 3, near limits at 2
PLAIN = Limits(
    mean=Fraction(0), upper=Fraction(3), lower=Fraction(-3), near_upper=Fraction(2), near_lower=Fraction(-2),
    points=20, trial=False,
)  # fmt: skip


def found(*values: int | str | None) -> list[tuple[str, str] | None]:
    return [
        None if flag is None else (flag.rule.value, flag.side.value)
        for flag in judge(values_of(*values), PLAIN)
    ]


def places(*values: int | str | None, rule: Rule) -> list[int]:
    return [at for at, flag in enumerate(judge(values_of(*values), PLAIN)) if flag and flag.rule is rule]


def test_beyond_a_limit_is_outside_and_on_it_is_not() -> None:
    assert found("301/100", 0, "-301/100", 0, 3, 0, -3) == [
        ("outside", "high"), None, ("outside", "low"), None, None, None, None,
    ]  # fmt: skip


def test_the_published_series_has_one_point_outside() -> None:
    flags = flags_of(1, 2, 1, 2, 10, *[1, 2] * 6, 1, method=Method())
    assert [at for at, flag in enumerate(flags) if flag] == [4]
    assert flags[4] == Flag(Rule.OUTSIDE, HIGH)


def test_seven_rising_points_are_a_trend_and_all_flagged() -> None:
    rising = [f"{tenths}/10" for tenths in (-12, -8, -4, 0, 4, 8, 12)]
    assert found(*rising) == [("trend", "high")] * 7
    assert found(*reversed(rising)) == [("trend", "low")] * 7
    assert found(*rising[1:]) == [None] * 6


def test_a_tie_ends_a_trend() -> None:
    assert found("-12/10", "-8/10", "-4/10", "-4/10", "4/10", "8/10", "12/10") == [None] * 7


def test_a_point_between_two_trends_belongs_to_the_first() -> None:
    up = [f"{tenths}/10" for tenths in (-9, -6, -3, 0, 3, 6, 9)]
    flags = found(*up, *reversed(up[:-1]))
    assert flags == [("trend", "high")] * 7 + [("trend", "low")] * 6


def test_two_of_three_beyond_the_near_limit_are_flagged_alone() -> None:
    assert found(0, "5/2", 1, "5/2", 0) == [
        None,
        ("two_of_three", "high"),
        None,
        ("two_of_three", "high"),
        None,
    ]
    assert found("-5/2", "-5/2", -1) == [("two_of_three", "low")] * 2 + [None]


def test_two_of_three_on_opposite_sides_are_none() -> None:
    assert found("5/2", 1, "-5/2") == [None] * 3
    assert found("5/2", "-1/10", "5/2") == [None] * 3


def test_the_third_must_not_stand_on_the_mean() -> None:
    assert found("5/2", 0, "5/2") == [None] * 3


def test_a_point_on_the_near_limit_is_not_beyond_it() -> None:
    assert found(2, 1, "5/2") == [None] * 3


def test_a_point_outside_is_not_one_of_the_two() -> None:
    assert found("5/2", 1, 4) == [None, None, ("outside", "high")]
    assert found("5/2", 4, "5/2") == [("two_of_three", "high"), ("outside", "high"), ("two_of_three", "high")]


def test_three_beyond_the_near_limit_are_all_flagged() -> None:
    assert found("5/2", "5/2", "5/2") == [("two_of_three", "high")] * 3


def test_two_points_alone_are_no_two_of_three() -> None:
    assert found("5/2", "5/2") == [None] * 2


def test_seven_on_one_side_are_a_shift_and_all_flagged() -> None:
    assert found(1, "1/2", 1, "1/2", 1, "1/2", 1) == [("shift", "high")] * 7
    assert found(-1, "-1/2", -1, "-1/2", -1, "-1/2") == [None] * 6


def test_a_point_on_the_mean_ends_a_shift() -> None:
    assert found(1, "1/2", 1, 0, 1, "1/2", 1, "1/2") == [None] * 8


def test_seven_equal_points_are_no_shift_and_no_trend() -> None:
    assert flags_of(*[5] * 7, method=Method()) == [None] * 7
    assert found(*[0] * 7) == [None] * 7


def test_outside_comes_before_a_trend() -> None:
    assert found("-2/5", "-1/5", 0, "1/5", "2/5", "3/5", 4)[-2:] == [("trend", "high"), ("outside", "high")]


def test_a_trend_comes_before_two_of_three() -> None:
    assert places(-4, -2, -1, 0, 1, "5/2", "26/10", rule=Rule.TREND) == [1, 2, 3, 4, 5, 6]


def test_two_of_three_come_before_a_shift() -> None:
    values = (1, "1/2", 1, "1/2", 1, "5/2", "5/2")
    assert places(*values, rule=Rule.TWO_OF_THREE) == [5, 6]
    assert places(*values, rule=Rule.SHIFT) == [0, 1, 2, 3, 4]


def test_outside_comes_before_a_shift() -> None:
    assert found(1, "1/2", 1, 5, 1, "1/2", 1) == [
        *[("shift", "high")] * 3, ("outside", "high"), *[("shift", "high")] * 3,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "values",
    [
        ("-12/10", "-8/10", "-4/10", None, "0", "4/10", "8/10", "12/10"),
        (1, "1/2", 1, None, "1/2", 1, "1/2", 1),
        ("5/2", 1, None, "5/2"),
    ],
)
def test_a_gap_ends_every_run(values: tuple[int | str | None, ...]) -> None:
    assert found(*values) == [None] * len(values)


def test_no_run_reaches_into_the_next_group() -> None:
    rising = values_of(*range(12))
    data = weeks(rising)
    method = Method(trial_from=2)
    cut = groups_of(data, [data[6].start], method)
    assert judge_all(rising, cut) == [None] * 12
    assert {flag.rule for flag in judge_all(rising, groups_of(data, [], method)) if flag} == {
        Rule.OUTSIDE,
        Rule.TREND,
    }


def test_nothing_is_judged_without_limits() -> None:
    assert limits_of(values_of(1, 2, 900, 1), Method()) is None
    assert flags_of(1, 2, 900, 1, method=Method()) == [None] * 4


def test_a_gap_has_no_flag() -> None:
    assert found(None, 5, None) == [None, ("outside", "high"), None]
