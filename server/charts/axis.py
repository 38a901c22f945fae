"""The upright axis: round figures that hold everything that is drawn, and never say what cannot be."""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import count

import msgspec

MOST_STEPS = 5
_PERCENT_STEPS = (5, 10, 20, 25)
_NO_LESS: dict[str, Fraction] = {unit: Fraction(0) for unit in ("percent", "count", "run")}
_NO_MORE: dict[str, Fraction] = {"percent": Fraction(100)}


class Axis(msgspec.Struct, frozen=True):
    """From `low` to `high`, whole numbers both, in steps that are all shown."""

    low: int
    high: int
    ticks: tuple[int, ...]

    def part_of(self, room: int, value: Fraction) -> int:
        """How far up the value stands in so much room, cut; what lies beyond an end stands at that end."""
        above = value.numerator - self.low * value.denominator
        return min(max(room * above // ((self.high - self.low) * value.denominator), 0), room)


def axis_of(values: Iterable[Fraction], unit: str) -> Axis:
    """An axis that holds the values. A percentage never reads below 0 or above 100, a count never below 0."""
    held = list(values) or [Fraction(0)]
    low, high = clip(min(held), unit), clip(max(held), unit)
    for step in _steps(unit):
        first, last = low // step, -(-high // step)
        if last - first <= MOST_STEPS:
            break
    # Two steps at least, so that a flat line has room above and below
    while last - first < 2:
        if clip(Fraction((first - 1) * step), unit) == (first - 1) * step:
            first -= 1
        else:
            last += 1
    ticks = tuple(number * step for number in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks)


def clip(value: Fraction, unit: str) -> Fraction:
    """The value, or the end of what there can be in this unit."""
    low, high = _NO_LESS.get(unit), _NO_MORE.get(unit)
    value = value if low is None else max(value, low)
    return value if high is None else min(value, high)


def beyond(value: Fraction, unit: str) -> str:
    """ "over 100%" or "under 0" where a limit lies beyond what there can be; else ""."""
    clipped = clip(value, unit)
    if clipped == value:
        return ""
    sign = "%" if unit == "percent" else ""
    return f"{'over' if value > clipped else 'under'} {clipped}{sign}"


def _steps(unit: str) -> Iterator[int]:
    if unit == "percent":
        yield from _PERCENT_STEPS
        return
    for power in count():
        yield from (10**power, 2 * 10**power, 5 * 10**power)
