"""Where a measure stands: the state of its last point, and its target against the limits."""

from fractions import Fraction

import pytest

from server.charts.chart import Assurance, Chart, Direction, Note, State, read_chart
from server.charts.xmr import Method
from tests.server.charts.series import chart_of, values_of, weeks

# Mean 2, average moving range 2: limits at 7.32 and -3.32
SWINGING = values_of(*[1, 3] * 7)
UP, DOWN, NEITHER = Direction.INCREASE, Direction.DECREASE, Direction.NEUTRAL


def ending_with(*last: int | str | None, direction: Direction = UP, target: int | None = None) -> Chart:
    """A series whose limits are fixed by its first fourteen points."""
    data = weeks([*SWINGING, *values_of(*last)])
    return chart_of(data, direction=direction, target=target, unit="count", method=Method(fix_after=14))


@pytest.mark.parametrize(
    ("last", "direction", "state"),
    [
        (8, UP, State.BETTER),
        (8, DOWN, State.WORSE),
        (8, NEITHER, State.UNUSUAL),
        (-4, UP, State.WORSE),
        (-4, DOWN, State.BETTER),
        (-4, NEITHER, State.UNUSUAL),
        (2, UP, State.USUAL),
    ],
)
def test_which_way_is_better_decides_what_a_point_tells(
    last: int, direction: Direction, state: State
) -> None:
    assert ending_with(last, direction=direction).state is state


def test_the_last_point_alone_is_the_state() -> None:
    chart = ending_with(9, 2)
    assert chart.state_at(14) is State.BETTER
    assert chart.state is State.USUAL


def test_a_gap_at_the_end_is_not_the_last_point() -> None:
    chart = ending_with(9, None)
    assert (chart.last, chart.state) == (14, State.BETTER)
    assert chart.state_at(15) is State.NOT_KNOWN


@pytest.mark.parametrize(
    ("target", "up", "down"),
    [
        (8, Assurance.MISSES, Assurance.MEETS),
        (7, Assurance.VARIES, Assurance.VARIES),
        (-3, Assurance.VARIES, Assurance.VARIES),
        (-4, Assurance.MEETS, Assurance.MISSES),
    ],
)
def test_a_target_beyond_the_limits_is_met_always_or_never(
    target: int, up: Assurance, down: Assurance
) -> None:
    assert ending_with(2, target=target).assurance is up
    assert ending_with(2, target=target, direction=DOWN).assurance is down


def test_a_target_on_a_limit_is_hit_and_miss() -> None:
    # Mean 50 and an average moving range of 50 put the upper limit at 183
    data = weeks(values_of(*[25, 75] * 7))
    assert chart_of(data, target=183).assurance is Assurance.VARIES
    assert chart_of(data, target=184).assurance is Assurance.MISSES


def test_there_is_no_assurance_without_target_or_way() -> None:
    assert ending_with(2).assurance is None
    assert ending_with(2, target=9, direction=NEITHER).assurance is None


def test_without_limits_nothing_is_known() -> None:
    chart = chart_of(weeks(values_of(1, 2, 90)), target=50)
    assert (chart.state, chart.assurance) == (State.NOT_KNOWN, Assurance.NOT_KNOWN)


def test_nothing_at_all_can_be_read() -> None:
    chart = chart_of([], target=50)
    assert (chart.last, chart.limits, chart.state) == (None, None, State.NOT_KNOWN)


def test_only_notes_that_rebase_begin_limits_anew() -> None:
    data = weeks(values_of(*[1, 3] * 5, *[31, 33] * 5))
    day = data[10].start
    said = Note(day=day, words="A new rota")
    assert len(read_chart(chart_of([]).subject, data, [said]).groups) == 1
    both = read_chart(
        chart_of([]).subject, data, [said, Note(day=day, words="Steady since then", rebases=True)]
    )
    assert [group.first for group in both.groups] == [0, 10]
    assert both.limits is not None
    assert both.limits.mean == Fraction(32)
    assert both.flags == (None,) * 20


def test_after_a_rebase_the_last_point_waits_for_its_own_limits() -> None:
    data = weeks(values_of(*[1, 3] * 7, 40, 41))
    chart = chart_of(data, notes=[Note(day=data[14].start, words="Moved house", rebases=True)])
    assert chart.state is State.NOT_KNOWN
    assert chart.limits_at(13) is not None
