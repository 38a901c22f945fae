"""The four rules that tell a special cause from the usual ups and downs, in their order (domain/6, 2.7).

A gap ends every run. So does the end of a group: what came before the limits were worked out anew is judged by its own.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

import msgspec

from server.charts.xmr import Group, Limits

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
Stretch: TypeAlias = Sequence[tuple[int, Fraction]]
Sides: TypeAlias = Mapping[int, Side]


def judge_all(values: Values, groups: Sequence[Group]) -> list[Flag | None]:
    """For each period the special cause that is there, or None. A group without limits is not judged."""
    return [flag for group in groups for flag in judge(values[group.first : group.after], group.limits)]


def judge(values: Values, limits: Limits | None) -> list[Flag | None]:
    """The flags of one group."""
    flags: list[Flag | None] = [None] * len(values)
    if limits is None:
        return flags
    for stretch in _stretches(values):
        found = {
            Rule.OUTSIDE: _outside(stretch, limits),
            Rule.TREND: _trend(stretch),
            Rule.TWO_OF_THREE: _two_of_three(stretch, limits),
            Rule.SHIFT: _shift(stretch, limits),
        }
        for at, _ in stretch:
            flags[at] = next((Flag(rule, found[rule][at]) for rule in Rule if at in found[rule]), None)
    return flags


def _outside(stretch: Stretch, limits: Limits) -> Sides:
    """Beyond a limit; a point on the limit itself is not."""
    beyond = {at: _beyond(value, limits.lower, limits.upper) for at, value in stretch}
    return {at: side for at, side in beyond.items() if side}


def _trend(stretch: Stretch) -> Sides:
    """Seven points in a row, each above the one before, or each below it; two equal ones end it."""
    sides: dict[int, Side] = {}
    for run in _windows(stretch, RUN):
        steps = {_sign(after - before) for (_, before), (_, after) in pairwise(run)}
        if len(steps) == 1 and (side := steps.pop()):
            # Where one trend turns into the next, the point belongs to the one that led up to it
            for at, _ in run:
                sides.setdefault(at, side)
    return sides


def _two_of_three(stretch: Stretch, limits: Limits) -> Sides:
    """Two of three points in a row between near limit and limit, all three on one side; the two alone are flagged."""
    outside = _outside(stretch, limits)
    sides: dict[int, Side] = {}
    for three in _windows(stretch, 3):
        on = {_sign(value - limits.mean) for _, value in three}
        near = [
            at
            for at, value in three
            if at not in outside and _beyond(value, limits.near_lower, limits.near_upper)
        ]
        if len(on) == 1 and (side := on.pop()) and len(near) >= 2:
            sides |= dict.fromkeys(near, side)
    return sides


def _shift(stretch: Stretch, limits: Limits) -> Sides:
    """Seven points in a row on one side of the mean; one on the mean itself ends it."""
    sides: dict[int, Side] = {}
    for run in _windows(stretch, RUN):
        on = {_sign(value - limits.mean) for _, value in run}
        if len(on) == 1 and (side := on.pop()):
            sides |= {at: side for at, _ in run}
    return sides


def _stretches(values: Values) -> Iterator[Stretch]:
    """The parts without a gap, each point with its place."""
    part: list[tuple[int, Fraction]] = []
    for at, value in enumerate(values):
        if value is not None:
            part.append((at, value))
        elif part:
            yield part
            part = []
    if part:
        yield part


def _windows(stretch: Stretch, size: int) -> Iterator[Stretch]:
    return (stretch[at : at + size] for at in range(len(stretch) - size + 1))


def _beyond(value: Fraction, lower: Fraction, upper: Fraction) -> Side | None:
    if value > upper:
        return Side.HIGH
    return Side.LOW if value < lower else None


def _sign(difference: Fraction) -> Side | None:
    return _beyond(difference, Fraction(), Fraction())
