"""The limits of an XmR chart, in exact fractions (domain/6, 2.7).

A series falls into groups: a new one begins wherever a person let the limits be worked out anew. Each group has its own
mean and limits. A period in which nothing was counted is a gap: it has no value, and what stands on its two sides are
no neighbours.
"""

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from math import lcm

import msgspec

LIMIT = Fraction(133, 50)
NEAR_LIMIT = LIMIT * 2 / 3
SCREEN = Fraction(3267, 1000)


class Datum(msgspec.Struct, frozen=True):
    """One period: `value` in the measure's own unit (a percentage from 0 to 100), None for a gap.

    `start` and `end` are London days ("2026-03-02"), both included. `few`: too little was counted for the figure to
    weigh much. `late`: how many records came after the period was first complete.
    """

    label: str
    value: Fraction | None
    numerator: int
    denominator: int
    start: str
    end: str
    few: bool = False
    late: int = 0


class Method(msgspec.Struct, frozen=True, kw_only=True):
    """How limits are worked out. All four are settings with a dated history (domain/6, [design]).

    Below `trial_from` points there are no limits, below `limits_from` they are called trial limits. `screened` leaves
    moving ranges of 3.267 times their average and more out, once. `fix_after`: only so many points of a group count, 0
    = all of them.
    """

    trial_from: int = 5
    limits_from: int = 13
    screened: bool = False
    fix_after: int = 0


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What is usual in one group, worked out from `points` points. `left_out`: moving ranges that were screened out."""

    mean: Fraction
    upper: Fraction
    lower: Fraction
    near_upper: Fraction
    near_lower: Fraction
    points: int
    trial: bool
    left_out: int = 0


class Group(msgspec.Struct, frozen=True):
    """The periods from `first` up to but not with `after`, and their limits; None when there are too few points."""

    first: int
    after: int
    limits: Limits | None


def groups_of(data: Sequence[Datum], rebased_from: Sequence[str], method: Method) -> list[Group]:
    """The groups of a series in order of time. `rebased_from` are days: a group begins with the first period that
    starts on such a day or after it.
    """
    starts = {0} | {_first_from(data, day) for day in rebased_from}
    edges = [*sorted(start for start in starts if start < len(data)), len(data)]
    return [
        Group(first, after, limits_of([datum.value for datum in data[first:after]], method))
        for first, after in pairwise(edges)
    ]


def limits_of(values: Sequence[Fraction | None], method: Method) -> Limits | None:
    """The limits of one group, or None when it has too few points, or no two of them stand side by side."""
    used, scale = whole(_used(values, method.fix_after))
    points = [value for value in used if value is not None]
    ranges = [
        abs(after - before) for before, after in pairwise(used) if before is not None and after is not None
    ]
    if len(points) < method.trial_from or not points or not ranges:
        return None
    kept = _screened(ranges) if method.screened else ranges
    mean, moving = Fraction(sum(points), len(points) * scale), Fraction(sum(kept), len(kept) * scale)
    return Limits(
        mean=mean,
        upper=mean + LIMIT * moving,
        lower=mean - LIMIT * moving,
        near_upper=mean + NEAR_LIMIT * moving,
        near_lower=mean - NEAR_LIMIT * moving,
        points=len(points),
        trial=len(points) < method.limits_from,
        left_out=len(ranges) - len(kept),
    )


def whole(values: Sequence[Fraction | None]) -> tuple[list[int | None], int]:
    """The values over one denominator, which comes with them: as exact as fractions, and ten times as quick."""
    scale = lcm(*(value.denominator for value in values if value is not None))
    return [
        None if value is None else value.numerator * (scale // value.denominator) for value in values
    ], scale


def _first_from(data: Sequence[Datum], day: str) -> int:
    return next((at for at, datum in enumerate(data) if datum.start >= day), len(data))


def _used(values: Sequence[Fraction | None], fix_after: int) -> Sequence[Fraction | None]:
    """The values up to the last that counts; gaps among them count for nothing."""
    if fix_after:
        places = [at for at, value in enumerate(values) if value is not None]
        if len(places) > fix_after:
            return values[: places[fix_after - 1] + 1]
    return values


def _screened(ranges: Sequence[int]) -> Sequence[int]:
    total = sum(ranges)
    # When nothing moves at all, nothing stands out
    return [one for one in ranges if one * len(ranges) < SCREEN * total] if total else ranges
