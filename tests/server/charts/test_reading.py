"""A measure's points become the data of a chart, and nothing is lost or made up on the way."""

from fractions import Fraction

import pytest

from server.charts.chart import Direction
from server.charts.reading import LOWER_IS_BETTER, NEITHER_IS_BETTER, data_of, subject_of
from server.evidence.actions import Target
from server.measures.catalogue import MEASURES
from server.measures.counting import Count, Point


def point(count: Count, late: tuple[str, ...] = ()) -> Point:
    return Point(period="2026-03", start="2026-03-01", end="2026-03-31", count=count, late=late)


def count(numerator: int, denominator: int, **more: object) -> Count:
    return Count(numerator=numerator, denominator=denominator, met=(), unmet=(), **more)  # type: ignore[arg-type]


def test_a_share_is_an_exact_percentage_with_its_counts() -> None:
    (datum,) = data_of([point(count(2, 3))])
    assert (datum.label, datum.value) == ("March 2026", Fraction(200, 3))
    assert (datum.numerator, datum.denominator) == (2, 3)


def test_nothing_counted_is_a_gap_and_never_nought() -> None:
    (datum,) = data_of([point(count(0, 0))])
    assert datum.value is None


def test_too_little_for_a_figure_is_a_gap_too() -> None:
    (datum,) = data_of([point(count(1, 3, counts_only=True))])
    assert (datum.value, datum.denominator) == (None, 3)


def test_a_run_is_its_own_figure_and_never_too_few() -> None:
    (datum,) = data_of([point(count(3, 4, unit="run"))], minimum=10)
    assert (datum.value, datum.few) == (Fraction(3), False)


def test_small_numbers_and_late_records_are_marked() -> None:
    few, enough = data_of([point(count(3, 9), late=("r1", "r2")), point(count(3, 10))], minimum=10)
    assert (few.few, few.late) == (True, 2)
    assert (enough.few, enough.late) == (False, 0)


def goal(comparator: str, hundredths: int, unit: str = "percent") -> Target:
    return Target(
        measure="M04", variant="", how="", comparator=comparator, hundredths=hundredths, unit=unit,
        start="2026-03-01", end="2026-05-31",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("comparator", "direction"),
    [
        ("at_least", Direction.INCREASE),
        ("at_most", Direction.DECREASE),
        ("exactly", Direction.NEUTRAL),
    ],
)
def test_an_actions_target_says_which_way_is_better(comparator: str, direction: Direction) -> None:
    subject = subject_of(MEASURES["M04"], id="a", step="week", goal=goal(comparator, 9550))
    assert subject.direction is direction
    assert subject.target is not None
    assert subject.target.value == Fraction(191, 2)
    assert "95.5%" in subject.target.words


def test_a_target_in_another_unit_is_no_line_on_the_chart() -> None:
    subject = subject_of(MEASURES["M11-recurrences"], id="a", step="month", goal=goal("at_least", 9500))
    assert (subject.target, subject.direction) == (None, Direction.DECREASE)
    whole = subject_of(MEASURES["M02-strict"], id="a", step="week", goal=goal("at_least", 400, "count"))
    assert whole.target is not None
    assert whole.target.value == 4


def test_measures_whose_question_says_so_are_better_lower() -> None:
    said = {code for code, measure in MEASURES.items() if "Fewer is better" in measure.question}
    assert said == LOWER_IS_BETTER
    assert {
        code for code, measure in MEASURES.items() if "Nearer to 0" in measure.question
    } == NEITHER_IS_BETTER
    assert subject_of(MEASURES["M10"], id="a", step="month").direction is Direction.DECREASE
    assert subject_of(MEASURES["M12-gap"], id="a", step="month").direction is Direction.NEUTRAL
