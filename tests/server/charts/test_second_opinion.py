"""Limits and flags against a second way of working them out: whole numbers only, each point asked by itself."""

from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from server.charts.chart import Direction, assure, weigh
from server.charts.special_cause import Flag, Rule, Side, judge, judge_all
from server.charts.xmr import Limits, Method, groups_of, limits_of
from tests.server.charts.series import weeks

Whole = int | None

# Few different values, so that ties, points on the mean and points on a limit do come up
values_few = st.lists(st.one_of(st.none(), st.integers(-4, 4)), max_size=30)
values_unbroken = st.lists(st.integers(-30, 30), min_size=5, max_size=40)
values_walking = st.lists(st.integers(-3, 4), min_size=8, max_size=30).map(
    lambda steps: [sum(steps[:at]) for at in range(len(steps))]
)
series: st.SearchStrategy[list[Whole]] = st.one_of(values_few, values_unbroken, values_walking)
methods = st.builds(
    Method,
    trial_from=st.integers(1, 8),
    limits_from=st.integers(9, 20),
    screened=st.booleans(),
    fix_after=st.sampled_from([0, 0, 1, 5, 12]),
)
directions = st.sampled_from(list(Direction))


class Second:
    """One group, in whole numbers: the mean is `total / count`, the average moving range `moved / ranges`. `compare`
    multiplies everything out.
    """

    def __init__(self, values: list[Whole], method: Method) -> None:
        self.values = values
        used: list[Whole] = []
        for value in values:
            if method.fix_after and sum(one is not None for one in used) == method.fix_after:
                break
            used.append(value)
        points = [value for value in used if value is not None]
        moves = [
            abs(after - before)
            for before, after in pairwise(used)
            if before is not None and after is not None
        ]
        self.there = len(points) >= max(1, method.trial_from) and bool(moves)
        self.total, self.count = sum(points), len(points)
        self.moved, self.ranges = sum(moves), len(moves)
        if self.there and method.screened and self.moved:
            # move >= 3.267 * moved / ranges
            kept = [move for move in moves if 1000 * move * self.ranges < 3267 * self.moved]
            self.moved, self.ranges = sum(kept), len(kept)

    def above(self, value: int, thirds: int) -> int:
        """The sign of `value - (mean + thirds / 3 * 2.66 * average moving range)`."""
        scale = 150 * self.count * self.ranges
        bound = 150 * self.total * self.ranges + thirds * 133 * self.moved * self.count
        return (value * scale > bound) - (value * scale < bound)

    def beyond(self, at: int, thirds: int) -> int:
        """1 above the upper of two limits, -1 below the lower, else 0."""
        value = self.values[at]
        if value is None:
            return 0
        return (self.above(value, thirds) > 0) - (self.above(value, -thirds) < 0)

    def flag(self, at: int) -> tuple[str, int] | None:
        if not self.there or self.values[at] is None:
            return None
        if side := self.beyond(at, 3):
            return "outside", side
        for begin in range(at - 6, at + 1):
            if side := self.trends(begin):
                return "trend", side
        for begin in range(at - 2, at + 1):
            side = self.same_side(begin, 3)
            near = [self.near(place) for place in range(begin, begin + 3)] if side else []
            if sum(near) >= 2 and self.near(at):
                return "two_of_three", side
        for begin in range(at - 6, at + 1):
            if side := self.same_side(begin, 7):
                return "shift", side
        return None

    def near(self, at: int) -> bool:
        return bool(self.beyond(at, 2)) and not self.beyond(at, 3)

    def whole(self, begin: int, size: int) -> list[int]:
        """The values of a window, or none when it is not whole."""
        if begin < 0 or begin + size > len(self.values):
            return []
        window = [value for value in self.values[begin : begin + size] if value is not None]
        return window if len(window) == size else []

    def trends(self, begin: int) -> int:
        window = self.whole(begin, 7)
        if window and window == sorted(set(window)):
            return 1
        return -1 if window and window == sorted(set(window), reverse=True) else 0

    def same_side(self, begin: int, size: int) -> int:
        sides = {self.above(value, 0) for value in self.whole(begin, size)}
        return sides.pop() if len(sides) == 1 else 0


def exact(values: list[Whole]) -> list[Fraction | None]:
    return [None if value is None else Fraction(value) for value in values]


def flags_of(values: list[Fraction | None], method: Method) -> list[Flag | None]:
    return judge(values, limits_of(values, method))


def plainly(flags: list[Flag | None]) -> list[tuple[str, int] | None]:
    return [(flag.rule.value, 1 if flag.side is Side.HIGH else -1) if flag else None for flag in flags]


@given(series, methods)
def test_both_ways_find_the_same_flags(values: list[Whole], method: Method) -> None:
    second = Second(values, method)
    assert plainly(flags_of(exact(values), method)) == [second.flag(at) for at in range(len(values))]


@given(series, methods)
def test_both_ways_find_the_same_limits(values: list[Whole], method: Method) -> None:
    second, found = Second(values, method), limits_of(exact(values), method)
    assert (found is not None) == second.there
    if found:
        mean, moving = Fraction(second.total, second.count), Fraction(second.moved, second.ranges)
        assert found.mean == mean
        assert (found.upper, found.lower) == (
            mean + 266 * moving / 100,
            mean - 266 * moving / 100,
        )
        assert found.near_upper - found.mean == found.mean - found.near_lower == 266 * 2 * moving / 300


@given(series, methods, st.sets(st.integers(0, 30), max_size=3))
def test_groups_are_judged_as_if_the_others_were_not_there(
    values: list[Whole], method: Method, starts: set[int]
) -> None:
    data = weeks(exact(values))
    groups = groups_of(data, [data[at].start for at in starts if at < len(data)], method)
    edges = sorted({0, len(values), *(at for at in starts if at < len(values))})
    parts = [Second(values[first:after], method) for first, after in pairwise(edges)]
    expected = [part.flag(at) for part in parts for at in range(len(part.values))]
    assert plainly(judge_all(exact(values), groups)) == expected


@given(series, methods, st.fractions(-50, 50, max_denominator=60))
def test_adding_a_constant_moves_the_limits_and_changes_no_flag(
    values: list[Whole], method: Method, more: Fraction
) -> None:
    before = exact(values)
    after = [None if value is None else value + more for value in before]
    assert flags_of(after, method) == flags_of(before, method)
    one, other = limits_of(before, method), limits_of(after, method)
    assert (one is None) == (other is None)
    if one and other:
        assert moved(one, more) == other


@given(series, methods, directions)
def test_a_mirrored_series_mirrors_high_and_low(
    values: list[Whole], method: Method, direction: Direction
) -> None:
    up = exact(values)
    down = [None if value is None else -value for value in up]
    other = {Side.HIGH: Side.LOW, Side.LOW: Side.HIGH}
    mirrored = [flag and Flag(flag.rule, other[flag.side]) for flag in flags_of(up, method)]
    assert flags_of(down, method) == mirrored
    turned = {Direction.INCREASE: Direction.DECREASE, Direction.DECREASE: Direction.INCREASE}
    for flag, back in zip(flags_of(up, method), mirrored, strict=True):
        if flag and back:
            assert weigh(flag, direction) is weigh(back, turned.get(direction, direction))


@given(series, methods, st.fractions(Fraction(1, 60), 50, max_denominator=60))
def test_another_unit_of_measurement_changes_no_flag(
    values: list[Whole], method: Method, times: Fraction
) -> None:
    scaled = [None if value is None else value * times for value in exact(values)]
    assert flags_of(scaled, method) == flags_of(exact(values), method)


@given(series, methods)
def test_a_gap_is_never_flagged_and_a_flag_needs_limits(values: list[Whole], method: Method) -> None:
    flags = flags_of(exact(values), method)
    assert all(flag is None for flag, value in zip(flags, values, strict=True) if value is None)
    assert Second(values, method).there or not any(flags)


@given(st.integers(-20, 20), st.integers(-20, 20), st.integers(-20, 20), directions)
def test_assurance_turns_with_the_way_that_is_better(
    target: int, one: int, other: int, direction: Direction
) -> None:
    lower, upper = sorted((one, other))
    limits = Limits(
        mean=Fraction(lower + upper, 2), upper=Fraction(upper), lower=Fraction(lower),
        near_upper=Fraction(upper), near_lower=Fraction(lower), points=13, trial=False,
    )  # fmt: skip
    if direction is Direction.NEUTRAL:
        return
    said = assure(Fraction(target), limits, direction).value
    if lower <= target <= upper:
        assert said == "varies"
    else:
        assert said == ("misses" if (target > upper) == (direction is Direction.INCREASE) else "meets")


def test_what_is_generated_meets_every_rule() -> None:
    """The comparison above would be worth little if the series never met them."""
    found: set[tuple[Rule, Side]] = set()

    @settings(derandomize=True)
    @given(series, methods)
    def look(values: list[Whole], method: Method) -> None:
        found.update((flag.rule, flag.side) for flag in flags_of(exact(values), method) if flag)

    look()
    assert {rule for rule, _ in found} == set(Rule)


def moved(limits: Limits, more: Fraction) -> Limits:
    return Limits(
        mean=limits.mean + more, upper=limits.upper + more, lower=limits.lower + more,
        near_upper=limits.near_upper + more, near_lower=limits.near_lower + more,
        points=limits.points, trial=limits.trial, left_out=limits.left_out,
    )  # fmt: skip
