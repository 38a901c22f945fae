"""A measure's points become the data of a chart, and nothing is lost or made up on the way."""

from fractions import Fraction

from server.charts.reading import data_of
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
