"""A chart can be read by its words alone."""

from fractions import Fraction

import pytest

from server.charts.chart import Chart, Direction, Note
from server.charts.periods import period_words, tick_words
from server.charts.special_cause import Flag, Rule, Side
from server.charts.words import exact_figure, figure, method_words, point_words, rule_words, summary
from server.charts.xmr import Method
from tests.server.charts.series import chart_of, shares, values_of, weeks

SWINGING = [(1, 4), (3, 4)] * 7


def said(chart: Chart) -> str:
    return summary(chart)


def test_ten_of_twelve_weeks_are_read_as_such() -> None:
    counts = [(1, 4), (2, 4), (1, 4), (0, 0), (2, 4), (1, 4), (2, 4), (1, 4), (0, 0), (2, 4), (1, 4), (1, 1)]
    assert said(chart_of(shares(*counts))) == ("10 of 12 weeks. Trial limits. Last point: as usual.")
    calm = [(10, 40), (11, 40)] * 2
    higher = [*calm, (0, 0), *calm, (0, 0), (10, 40), (36, 40)]
    assert said(chart_of(shares(*higher), target=95)) == (
        "10 of 12 weeks. Trial limits. Last point: higher than usual, and higher is better. "
        "Target, at least 95%: expected to be missed."
    )


@pytest.mark.parametrize(
    ("last", "direction", "words"),
    [
        (90, Direction.INCREASE, "higher than usual, and higher is better"),
        (90, Direction.DECREASE, "higher than usual, but lower is better"),
        (90, Direction.NEUTRAL, "higher than usual"),
        (-90, Direction.INCREASE, "lower than usual, but higher is better"),
        (-90, Direction.DECREASE, "lower than usual, and lower is better"),
        (2, Direction.INCREASE, "as usual"),
    ],
)
def test_the_last_point_says_which_way_is_better(last: int, direction: Direction, words: str) -> None:
    data = weeks(values_of(*[1, 3] * 7, last))
    assert (
        said(chart_of(data, direction=direction)) == f"15 weeks. Limits from 15 points. Last point: {words}."
    )


def test_a_trend_is_rising_even_below_the_mean() -> None:
    rising = [f"{tenth}/10" for tenth in range(7)]
    chart = chart_of(
        weeks(values_of(*[-9, 9] * 4, *rising)), direction=Direction.DECREASE, method=Method(fix_after=8)
    )
    assert "Last point: rising, but lower is better." in said(chart)


@pytest.mark.parametrize(
    ("target", "words"),
    [(95, "hit and miss"), (300, "expected to be missed")],
)
def test_the_target_is_said_with_what_to_expect(target: int, words: str) -> None:
    assert said(chart_of(shares(*SWINGING), target=target)).endswith(f"Target, at least {target}%: {words}.")


def test_few_points_are_a_run_chart_and_say_how_many_are_missing() -> None:
    assert said(chart_of(shares((6, 10), (0, 0), (9, 12)))) == (
        "2 of 3 weeks. A run chart, without limits: 2 of the 5 points that they need."
    )


def test_a_new_start_says_that_points_are_missing_since_then() -> None:
    data = shares(*SWINGING, (4, 4), (4, 4))
    chart = chart_of(data, notes=[Note(day=data[14].start, words="New premises", rebases=True)])
    assert "2 of the 5 points that they need since limits were begun anew." in said(chart)


def test_points_that_stand_alone_say_why_there_are_no_limits() -> None:
    chart = chart_of(shares(*[(1, 4), (0, 0)] * 5))
    assert "without limits: no two points stand side by side." in said(chart)


def test_nothing_is_said_of_nothing() -> None:
    assert said(chart_of(shares((0, 0), (0, 0)), target=90)) == "Nothing to count yet."
    assert said(chart_of([])) == "Nothing to count yet."


def test_one_period_is_not_called_several() -> None:
    assert said(chart_of(shares((1, 2)))).startswith("1 week. ")


@pytest.mark.parametrize(
    ("value", "unit", "short", "full"),
    [
        ("95", "percent", "95%", "95.0%"),
        ("94.99", "percent", "94.9%", "94.9%"),
        ("200/3", "percent", "66.6%", "66.6%"),
        ("35/18", "count", "1.94", "1.94"),
        ("-3063/1000", "count", "−3.06", "−3.06"),
        ("-1/1000", "count", "0", "0.00"),
        ("7", "run", "7", "7.00"),
        ("4.6", "difference", "4.6", "4.60"),
    ],
)
def test_figures_are_cut_and_never_rounded_up(value: str, unit: str, short: str, full: str) -> None:
    assert figure(Fraction(value), unit) == short
    assert exact_figure(Fraction(value), unit) == full


def test_every_rule_has_words_for_both_sides() -> None:
    words = {rule_words(Flag(rule, side)) for rule in Rule for side in Side}
    assert len(words) == 8


def test_the_table_says_what_each_period_is() -> None:
    chart = chart_of(shares(*SWINGING, (0, 0)))
    assert [point_words(chart, at) for at in (0, 14)] == ["As usual", "Nothing to count"]
    assert point_words(chart_of(shares((1, 2))), 0) == "No limits yet"


def test_how_limits_were_made_is_said() -> None:
    plain, other = (
        method_words(chart_of([], method=method))
        for method in (Method(), Method(screened=True, fix_after=12))
    )
    assert "2.66 times" in plain
    assert "no jump was left out" in plain
    assert "large jumps were left out once" in other
    assert "Only the first 12 points" in other


@pytest.mark.parametrize(
    ("start", "end", "words", "tick"),
    [
        ("2026-03-01", "2026-03-31", "March 2026", "Mar"),
        ("2028-02-01", "2028-02-29", "February 2028", "Feb"),
        ("2026-12-01", "2026-12-31", "December 2026", "Dec"),
        ("2026-03-02", "2026-03-08", "week of 2 Mar 2026", "2 Mar"),
        ("2026-03-02", "2026-03-02", "2 Mar 2026", "2 Mar"),
        ("2026-03-03", "2026-03-09", "3 Mar 2026 to 9 Mar 2026", "3 Mar"),
        ("2026-03-01", "2026-04-30", "1 Mar 2026 to 30 Apr 2026", "1 Mar"),
    ],
)
def test_periods_have_the_names_people_use(start: str, end: str, words: str, tick: str) -> None:
    assert (period_words(start, end), tick_words(start, end)) == (words, tick)
