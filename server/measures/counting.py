"""What a measure comes to: how many of how many, which ones, and what was left out and why (domain/3, 1.6).

Integers and exact fractions only: a share is compared with its target as a fraction, never as a rounded figure. A
denominator of 0 is undefined, never 0 per cent.
"""

from collections.abc import Iterable
from fractions import Fraction
from typing import Literal

import msgspec

Unit = Literal["percent", "count", "run", "difference"]

_COMPARED_AS_SHARE = ("percent", "difference")


class LeftOut(msgspec.Struct, frozen=True):
    """Neither in the numerator nor in the denominator, and why in words."""

    why: str


Verdict = Literal["met", "unmet", "not_yet_due"] | LeftOut


class Count(msgspec.Struct, frozen=True, kw_only=True):
    """A numerator over a denominator, with the ids behind them in a steady order.

    `met` are in the numerator, `unmet` in the denominator alone, `not_yet_due` and `left_out` (id, why) in neither.
    `counts_only`: too little to be given as a percentage. `tells_from`: what comes round once a month tells something
    from so many on. Of a "run" or a "count" the numerator is the figure itself;
    of a "difference" the numerator may be below 0. `more`: of how many more than the ids that are listed here only the
    number is known, by "met", "unmet" or why they were left out.
    """

    numerator: int
    denominator: int
    met: tuple[str, ...]
    unmet: tuple[str, ...]
    not_yet_due: tuple[str, ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    unit: Unit = "percent"
    counts_only: bool = False
    tells_from: int | None = None
    more: tuple[tuple[str, int], ...] = ()

    @property
    def all_left_out(self) -> int:
        """How many were left out, listed or not."""
        return len(self.left_out) + sum(many for what, many in self.more if what not in ("met", "unmet"))

    @property
    def value(self) -> Fraction | None:
        """The exact figure: a percentage (0 to 100), points of difference, or a number; None when undefined."""
        if not self.denominator or self.counts_only:
            return None
        if self.unit in _COMPARED_AS_SHARE:
            return Fraction(100 * self.numerator, self.denominator)
        return Fraction(self.numerator)

    def meets(self, comparator: str, target_hundredths: int) -> bool | None:
        """Whether the exact figure is "at_least", "at_most" or "exactly" the target (95 % is 9,500).

        None when undefined. Raises `ValueError` for another comparator.
        """
        value = self.value
        if value is None:
            return None
        target = Fraction(target_hundredths, 100)
        if comparator == "at_least":
            return value >= target
        if comparator == "at_most":
            return value <= target
        if comparator == "exactly":
            return value == target
        raise ValueError(f"no comparator is called {comparator!r}: use at_least, at_most or exactly")

    def needed(self, minimum: int) -> int:
        """From how many on it says something by itself, where `minimum` records do (domain/3: minimum N)."""
        return minimum if self.tells_from is None else min(minimum, self.tells_from)

    def few(self, minimum: int) -> bool:
        """Whether too few were counted to say anything by themselves."""
        return self.denominator < self.needed(minimum)


NOTHING = Count(numerator=0, denominator=0, met=(), unmet=())


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """One measure: what it is called, what it asks, where it is from, what its figure is, which facts it counts.

    `needs` are names of `Facts` lists, what is counted first. `variants` are the codes of its close relations.
    """

    code: str
    name: str
    question: str
    source: str
    unit: Unit
    needs: tuple[str, ...]
    variants: tuple[str, ...] = ()


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """A measure in one period. `period` is "2026-03", "2026-W12" or "2026-03-02 to 2026-04-26"; `start` and `end` are
    London days, both in it. `late`: records and corrections that came after the period was first complete.
    """

    period: str
    start: str
    end: str
    count: Count
    late: tuple[str, ...] = ()


def tally(verdicts: Iterable[tuple[str, Verdict]], unit: Unit = "percent") -> Count:
    """Each id with what became of it, as one count: the same whatever order they come in."""
    met: list[str] = []
    unmet: list[str] = []
    not_yet_due: list[str] = []
    left_out: list[tuple[str, str]] = []
    of = {"met": met, "unmet": unmet, "not_yet_due": not_yet_due}
    for id, verdict in sorted(verdicts, key=lambda pair: pair[0]):
        if isinstance(verdict, LeftOut):
            left_out.append((id, verdict.why))
        else:
            of[verdict].append(id)
    return Count(
        numerator=len(met),
        denominator=len(met) + len(unmet),
        met=tuple(met),
        unmet=tuple(unmet),
        not_yet_due=tuple(not_yet_due),
        left_out=tuple(left_out),
        unit=unit,
    )
