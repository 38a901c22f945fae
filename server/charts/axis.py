"""The upright axis: round figures that hold everything that is drawn, and do not go on to what cannot be."""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import count

import msgspec

MOST_STEPS = 5
_PERCENT_STEPS = (5, 10, 20, 25, 50)


class Bounds(msgspec.Struct, frozen=True):
    """What there can be: limits are drawn no further. None = no end."""

    low: Fraction | None
    high: Fraction | None

    def clip(self, value: Fraction) -> Fraction:
        """The value, or the end that it lies beyond."""
        value = value if self.low is None else max(value, self.low)
        return value if self.high is None else min(value, self.high)


class Axis(msgspec.Struct, frozen=True):
    """From `low` to `high`, whole numbers both, in steps that are all shown."""

    low: int
    high: int
    ticks: tuple[int, ...]

    def part_of(self, room: int, value: Fraction) -> int:
        """How far up the value stands in so much room, cut; what lies beyond an end stands at that end."""
        above = value.numerator - self.low * value.denominator
        return min(max(room * above // ((self.high - self.low) * value.denominator), 0), room)


def bounds_of(unit: str, points: Sequence[Fraction]) -> Bounds:
    """From 0 to 100 for a percentage, from 0 for a count, unless a point lies beyond: a fall since a baseline may be
    below 0.
    """
    none_below = unit in ("percent", "count", "run") and all(point >= 0 for point in points)
    none_above = unit == "percent" and all(point <= 100 for point in points)
    return Bounds(Fraction(0) if none_below else None, Fraction(100) if none_above else None)


def axis_of(values: Iterable[Fraction], unit: str, bounds: Bounds) -> Axis:
    """An axis that holds the values as far as the bounds go."""
    held = list(values) or [Fraction(0)]
    low, high = bounds.clip(min(held)), bounds.clip(max(held))
    for step in _steps(unit):
        first, last = low // step, -(-high // step)
        if last - first <= MOST_STEPS:
            break
    # Two steps at least, so that a flat line has room above and below
    while last - first < 2:
        if bounds.low is None or (first - 1) * step >= bounds.low:
            first -= 1
        else:
            last += 1
    ticks = tuple(number * step for number in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def beyond(value: Fraction, unit: str, bounds: Bounds) -> str:
    """ "over 100%" or "under 0" where a limit lies beyond the bounds; else ""."""
    clipped = bounds.clip(value)
    if clipped == value:
        return ""
    sign = "%" if unit == "percent" else ""
    return f"{'over' if value > clipped else 'under'} {clipped}{sign}"


def _steps(unit: str) -> Iterator[int]:
    if unit == "percent":
        yield from _PERCENT_STEPS
    for power in count(2 if unit == "percent" else 0):
        yield from (10**power, 2 * 10**power, 5 * 10**power)
