"""Places on the paper: axes that hold everything, lengths without floats, words that do not touch."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.charts.axis import MOST_STEPS, Axis, Bounds, axis_of, beyond, bounds_of
from server.charts.frame import Frame, spread, units

figures = st.lists(st.fractions(-300, 300, max_denominator=97), max_size=12)


def axis(values: Sequence[Fraction], unit: str, points: Sequence[Fraction] = ()) -> Axis:
    return axis_of(values, unit, bounds_of(unit, points))


@given(figures, figures, st.sampled_from(["percent", "count", "run", "difference"]))
def test_an_axis_holds_every_value_in_a_few_round_steps(
    points: list[Fraction], limits: list[Fraction], unit: str
) -> None:
    bounds = bounds_of(unit, points)
    found = axis_of([*points, *limits], unit, bounds)
    assert all(found.low <= bounds.clip(value) <= found.high for value in limits)
    assert all(found.low <= point <= found.high for point in points)
    assert 2 <= len(found.ticks) - 1 <= MOST_STEPS
    assert len({after - before for before, after in pairwise(found.ticks)}) == 1
    assert all(0 <= found.part_of(1000, value) <= 1000 for value in limits)


@given(figures)
def test_a_percentage_never_reads_below_nothing_or_above_everything(limits: list[Fraction]) -> None:
    found = axis(limits, "percent", [Fraction(50)])
    assert 0 <= found.low < found.high <= 100


def test_a_point_below_nothing_is_drawn_where_it_is() -> None:
    """Complaints that rose since the baseline: a fall of minus 50 per cent."""
    point = [Fraction(-50), Fraction(75)]
    assert axis([*point, Fraction(-300)], "percent", point).low <= -300
    assert bounds_of("percent", point) == Bounds(None, Fraction(100))


@pytest.mark.parametrize(
    ("values", "unit", "ticks"),
    [
        ((60, 95), "percent", (60, 70, 80, 90, 100)),
        ((0, 100), "percent", (0, 20, 40, 60, 80, 100)),
        ((100,), "percent", (90, 95, 100)),
        ((0,), "percent", (0, 5, 10)),
        ((-12, 130), "percent", (0, 20, 40, 60, 80, 100)),
        ((-3, 9), "count", (0, 2, 4, 6, 8, 10)),
        ((-3, 9), "difference", (-5, 0, 5, 10)),
        ((), "count", (0, 1, 2)),
        ((0, 4000), "count", (0, 1000, 2000, 3000, 4000)),
    ],
)
def test_axes_have_round_figures(values: tuple[int, ...], unit: str, ticks: tuple[int, ...]) -> None:
    assert axis([Fraction(value) for value in values], unit).ticks == ticks


def test_a_limit_beyond_what_can_be_says_so() -> None:
    percent, number, open_ended = (bounds_of(unit, ()) for unit in ("percent", "count", "difference"))
    assert beyond(Fraction(1023, 10), "percent", percent) == "over 100%"
    assert beyond(Fraction(-3), "percent", percent) == "under 0%"
    assert beyond(Fraction(-3), "count", number) == "under 0"
    assert beyond(Fraction(-3), "difference", open_ended) == ""
    assert beyond(Fraction(100), "percent", percent) == ""


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (300, "3"),
        (250, "2.5"),
        (33, "0.33"),
        (-33, "-0.33"),
        (120, "1.2"),
        (7, "0.07"),
        (0, "0"),
        (-500, "-5"),
    ],
)
def test_lengths_are_written_to_a_hundredth(length: int, text: str) -> None:
    assert units(length) == text


@given(st.lists(st.integers(0, 200), max_size=8).map(sorted))
def test_words_are_pushed_apart_and_stay_in_order(places: list[int]) -> None:
    moved = spread(places, 17, 0, 200)
    assert all(after - before >= 17 for before, after in pairwise(moved))
    assert not moved or moved[-1] <= 200


def test_words_with_room_stay_where_they_are() -> None:
    assert spread([10, 90], 17, 0, 200) == [10, 90]


def test_the_strip_for_the_start_lies_before_the_first_period() -> None:
    frame = Frame(
        width=100, height=50, left=10, right=10, top=5, bottom=5, inset=0, periods=4, before=20,
        axis=axis([Fraction(0), Fraction(100)], "percent"),
    )  # fmt: skip
    assert [units(frame.edge(0)), units(frame.x(0)), units(frame.edge(4))] == ["30", "37.5", "90"]
    assert [units(frame.y(Fraction(value))) for value in (0, 100, 150)] == ["45", "5", "5"]
