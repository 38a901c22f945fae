"""A chart, read: its groups and limits, what the rules say of each point, where it stands against the target."""

from collections.abc import Sequence
from enum import StrEnum
from fractions import Fraction

import msgspec

from server.charts.special_cause import Flag, Side, judge_all
from server.charts.xmr import Datum, Group, Limits, Method, groups_of


class Direction(StrEnum):
    """Which way is better."""

    INCREASE = "increase"
    DECREASE = "decrease"
    NEUTRAL = "neutral"


class State(StrEnum):
    """What a point tells. `NOT_KNOWN`: there are no limits yet."""

    USUAL = "usual"
    BETTER = "better"
    WORSE = "worse"
    UNUSUAL = "unusual"
    NOT_KNOWN = "not_known"


class Assurance(StrEnum):
    """What is to be expected of a measure that goes on as it does (domain/6): the target against the limits."""

    MEETS = "meets"
    MISSES = "misses"
    VARIES = "varies"
    NOT_KNOWN = "not_known"


class Baseline(msgspec.Struct, frozen=True):
    """Where an action started: the figure, and its period in words ("Jan to Mar 2026")."""

    value: Fraction
    numerator: int
    denominator: int
    period: str


class Target(msgspec.Struct, frozen=True):
    """What is to be reached, and in words ("At least 95%")."""

    value: Fraction
    words: str


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What a chart is about. `unit` is a measure's ("percent", "count", "run", "difference"), `step` one period of it
    ("week", "month"), `id` what its parts are called by in the page.
    """

    id: str
    title: str
    unit: str
    step: str
    direction: Direction
    target: Target | None = None
    baseline: Baseline | None = None


class Note(msgspec.Struct, frozen=True, kw_only=True):
    """A day on a chart, with what a person wrote about it. `rebases`: from that day limits are worked out anew.

    `said` is who wrote it and when, in words.
    """

    day: str
    words: str
    said: str = ""
    rebases: bool = False


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A chart that has been read. `flags` has one entry for each of `data`, `groups` cover them all."""

    subject: Subject
    data: tuple[Datum, ...]
    notes: tuple[Note, ...]
    method: Method
    groups: tuple[Group, ...]
    flags: tuple[Flag | None, ...]

    @property
    def last(self) -> int | None:
        """The place of the last point; None when there is none."""
        return next((at for at in reversed(range(len(self.data))) if self.data[at].value is not None), None)

    @property
    def limits(self) -> Limits | None:
        """The limits that the last point is judged by."""
        return None if self.last is None else self.limits_at(self.last)

    @property
    def state(self) -> State:
        """Variation: the state of the last point alone."""
        return State.NOT_KNOWN if self.last is None else self.state_at(self.last)

    @property
    def assurance(self) -> Assurance | None:
        """The target against the limits; None without a target, or where no way is better."""
        target, direction = self.subject.target, self.subject.direction
        if target is None or direction is Direction.NEUTRAL:
            return None
        return assure(target.value, self.limits, direction)

    def group_at(self, at: int) -> Group:
        """The group of one period."""
        return next(group for group in self.groups if group.first <= at < group.after)

    def limits_at(self, at: int) -> Limits | None:
        """The limits that one period is judged by."""
        return self.group_at(at).limits

    def state_at(self, at: int) -> State:
        """What one point tells."""
        if self.limits_at(at) is None or self.data[at].value is None:
            return State.NOT_KNOWN
        flag = self.flags[at]
        return State.USUAL if flag is None else weigh(flag, self.subject.direction)


def read_chart(
    subject: Subject, data: Sequence[Datum], notes: Sequence[Note] = (), method: Method | None = None
) -> Chart:
    """Read a series. Periods are of equal length, in order of time and without one missing (a gap has no value)."""
    chosen = method or Method()
    groups = groups_of(data, [note.day for note in notes if note.rebases], chosen)
    return Chart(
        subject=subject,
        data=tuple(data),
        notes=tuple(sorted(notes, key=lambda note: (note.day, not note.rebases))),
        method=chosen,
        groups=tuple(groups),
        flags=tuple(judge_all([datum.value for datum in data], groups)),
    )


def weigh(flag: Flag, direction: Direction) -> State:
    """Whether a special cause is for the better."""
    if direction is Direction.NEUTRAL:
        return State.UNUSUAL
    return State.BETTER if (flag.side is Side.HIGH) == (direction is Direction.INCREASE) else State.WORSE


def assure(target: Fraction, limits: Limits | None, direction: Direction) -> Assurance:
    """A target beyond the limits is met always or never; one between them, or on one, as chance has it."""
    if limits is None:
        return Assurance.NOT_KNOWN
    higher_is_better = direction is Direction.INCREASE
    if target > limits.upper:
        return Assurance.MISSES if higher_is_better else Assurance.MEETS
    if target < limits.lower:
        return Assurance.MEETS if higher_is_better else Assurance.MISSES
    return Assurance.VARIES
