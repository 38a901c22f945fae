"""A target that a person counts: what was counted, and what somebody else counted again (rule 2; domain/3 1.9.2). Pure.

Decided: whoever proposes closing types the count of each whole window; whoever samples counts it again from records or
documents that they name, and types what they found. Whether both agree is worked out. Rejected: a box "the count is
right", for it would be ticked; a step of the owner's own, for whoever proposes answers for what is proposed; a count by
the owner again, for they own what it says.
"""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import msgspec

from server.charts.words import figure
from server.evidence.actions import Target, target_words
from server.evidence.times import day_of, day_words
from server.measures.counting import Count


class HandCount(msgspec.Struct, frozen=True, kw_only=True):
    """What a person counted of the target at `target` (from 1): so many of so many that were looked at, on the London
    days `since` to `until` ("2026-11-16"). Of a target that is a number, `numerator` is that number.
    """

    target: int
    numerator: int
    denominator: int
    since: str
    until: str


class Recount(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever sampled counted of the same, and from which records or documents."""

    target: int
    numerator: int
    denominator: int
    source: str


class ByHand(msgspec.Struct, frozen=True, kw_only=True):
    """A target that a person counts, with the count of the round that runs. What has not happened yet is None or "".

    `counted_on` is the London day on which it was typed; `minimum`: fewer than that tell nothing.
    """

    target: Target
    minimum: int
    counted: HandCount | None = None
    counted_by: str = ""
    counted_on: date | None = None
    recounted: Recount | None = None
    recounted_by: str = ""


def count_words(count: HandCount | Recount, target: Target) -> str:
    """ "38 of 40 (95%)", "2, of 40 that were looked at"; a share is cut, never rounded up."""
    if target.unit != "percent":
        return f"{count.numerator}, of {count.denominator} that were looked at"
    share = Fraction(100 * count.numerator, count.denominator)
    return f"{count.numerator} of {count.denominator} ({figure(share, 'percent')})"


def fault_of_numbers(count: HandCount | Recount, target: Target) -> str:
    """What is wrong with the numbers by themselves, "" for nothing."""
    if count.numerator < 0 or count.denominator < 1:
        return "Give both as whole numbers: so many, of so many that were looked at."
    if target.unit == "percent" and count.numerator > count.denominator:
        return "There cannot be more of them than were looked at."
    return ""


def fault_of_days(count: HandCount, target: Target) -> str:
    """What is wrong with the days, "" for nothing: it is of the whole window, and of nothing else."""
    if (count.since, count.until) == (target.start, target.end):
        return ""
    return f"Count the whole window, {day_of(target.start)} to {day_of(target.end)}, and nothing beside it."


def fault_of_count(hand: ByHand) -> str:
    """Why the typed count does not show that the target is met, "" for nothing."""
    count, target = hand.counted, hand.target
    if count is None:
        return "a person counts this one, and nobody typed what was counted."
    fault = fault_of_numbers(count, target) or fault_of_days(count, target)
    if fault:
        return f"{fault[:1].lower()}{fault[1:]}"
    if hand.counted_on is None or hand.counted_on.isoformat() <= target.end:
        return f"the count was typed before its window ended, on {day_of(target.end)}."
    said = count_words(count, target)
    if count.denominator < hand.minimum:
        return f"{said} is too little to tell, at least {hand.minimum} are needed."
    if not _meets(count, target):
        words = target_words(target)
        return f"{said}, counted by hand, and the target is {words[:1].lower()}{words[1:]}."
    return ""


def fault_of_recount(hand: ByHand, owner: str) -> str:
    """Why what was counted again does not bear it out, "" for nothing. `owner` is that of the action."""
    count, again, target = hand.counted, hand.recounted, hand.target
    if count is None or again is None:
        return "nobody has counted it again."
    if hand.recounted_by in (hand.counted_by, owner):
        return "whoever owns the action or typed the count may not be who counts it again."
    if fault_of_numbers(again, target) or not again.source.strip():
        return "it was not counted again from anything that is named."
    if (again.numerator, again.denominator) != (count.numerator, count.denominator):
        return (
            f"{count_words(count, target)} was typed, and counted again it is {count_words(again, target)}."
        )
    return ""


def window_words(target: Target) -> str:
    """ "Thu 1 Oct 2026 to Sat 14 Nov 2026" """
    return " to ".join(day_words(date.fromisoformat(day)) for day in (target.start, target.end))


def by_place(counts: Sequence[HandCount], place: int) -> HandCount | None:
    """The count of one target."""
    return next((one for one in counts if one.target == place), None)


def _meets(count: HandCount, target: Target) -> bool:
    exact = Count(
        numerator=count.numerator,
        denominator=count.denominator,
        met=(),
        unmet=(),
        unit="percent" if target.unit == "percent" else "count",
    )
    return exact.meets(target.comparator, target.hundredths) is True
