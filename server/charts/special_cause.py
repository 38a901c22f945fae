"""The four rules that tell a special cause from the usual ups and downs, in their order (domain/6, 2.7).

A gap ends every run. So does the end of a group: what came before the limits were worked out anew is judged by its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

import msgspec

from server.charts.xmr import Group, Limits, whole

RUN = 7


class Rule(StrEnum):
    """Which rule a point meets; when it meets several, the first of these is named."""

    OUTSIDE = "outside"
    TREND = "trend"
    TWO_OF_THREE = "two_of_three"
    SHIFT = "shift"


class Side(StrEnum):
    """Where a point stands, or where a trend leads."""

    HIGH = "high"
    LOW = "low"


class Flag(msgspec.Struct, frozen=True):
    """A special cause at one point."""

    rule: Rule
    side: Side


Values: TypeAlias = Sequence[Fraction | None]
Stretch: TypeAlias = Sequence[tuple[int, int]]
Sides: TypeAlias = Mapping[int, Side]


def judge_all(values: Values, groups: Sequence[Group]) -> list[Flag | None]:
    """For each period the special cause that is there, or None. A group without limits is not judged."""
    return [flag for group in groups for flag in judge(values[group.first : group.after], group.limits)]


def judge(values: Values, limits: Limits | None) -> list[Flag | None]:
    """The flags of one group."""
    flags: list[Flag | None] = [None] * len(values)
    if limits is None:
        return flags
    lines = (limits.mean, limits.upper, limits.lower, limits.near_upper, limits.near_lower)
    scaled, _ = whole([*lines, *values])
    mean, upper, lower, near_upper, near_lower = (line or 0 for line in scaled[: len(lines)])
    for stretch in _stretches(scaled[len(lines) :]):
        outside = _beyond(stretch, lower, upper)
        near = {
            at: side for at, side in _beyond(stretch, near_lower, near_upper).items() if at not in outside
        }
        on = _beyond(stretch, mean, mean)
        places = [at for at, _ in stretch]
        found = {
            Rule.OUTSIDE: outside,
            Rule.TREND: _trend(stretch),
            Rule.TWO_OF_THREE: _two_of_three(places, near, on),
            Rule.SHIFT: _shift(places, on),
        }
        for at in places:
            flags[at] = next((Flag(rule, found[rule][at]) for rule in Rule if at in found[rule]), None)
    return flags


def _trend(stretch: Stretch) -> Sides:
    """Seven points in a row, each above the one before, or each below it; two equal ones end it."""
    steps = {
        at: side
        for (at, value), (_, before) in zip(stretch[1:], stretch, strict=False)
        for side in [_side(value - before)]
        if side
    }
    places = [at for at, _ in stretch]
    sides: dict[int, Side] = {}
    for run in _windows(places, RUN):
        if side := _all_on(run[1:], steps):
            # Where one trend turns into the next, the point belongs to the one that led up to it
            for at in run:
                sides.setdefault(at, side)
    return sides


def _two_of_three(places: Sequence[int], near: Sides, on: Sides) -> Sides:
    """Two of three points in a row between near limit and limit, all three on one side; the two alone are flagged."""
    sides: dict[int, Side] = {}
    for three in _windows(places, 3):
        close = [at for at in three if at in near]
        if len(close) >= 2 and (side := _all_on(three, on)):
            sides |= dict.fromkeys(close, side)
    return sides


def _shift(places: Sequence[int], on: Sides) -> Sides:
    """Seven points in a row on one side of the mean; one on the mean itself ends it."""
    sides: dict[int, Side] = {}
    for run in _windows(places, RUN):
        if side := _all_on(run, on):
            sides |= dict.fromkeys(run, side)
    return sides


def _stretches(values: Sequence[int | None]) -> Iterator[Stretch]:
    """The parts without a gap, each point with its place."""
    part: list[tuple[int, int]] = []
    for at, value in enumerate(values):
        if value is not None:
            part.append((at, value))
        elif part:
            yield part
            part = []
    if part:
        yield part


def _windows(places: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (places[at : at + size] for at in range(len(places) - size + 1))


def _all_on(places: Sequence[int], sides: Sides) -> Side | None:
    """The one side that all of these are on, if there is one."""
    side = sides.get(places[0])
    return side if all(sides.get(at) is side for at in places) else None


def _beyond(stretch: Stretch, lower: int, upper: int) -> Sides:
    """The points above the one line or below the other; a point on a line is neither."""
    return {
        at: Side.HIGH if value > upper else Side.LOW
        for at, value in stretch
        if value > upper or value < lower
    }


def _side(difference: int) -> Side | None:
    if difference > 0:
        return Side.HIGH
    return Side.LOW if difference < 0 else None
