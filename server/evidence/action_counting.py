"""What the target of an action is held against: which measures, over which periods, and how it stands. Pure.

A target is held exactly against the count of its own window; one that is still running is met or not "so far". Nothing
here says that an action worked.
"""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Literal

import msgspec

from server.charts.words import figure
from server.evidence.actions import Target
from server.measures.catalogue import measures_of
from server.measures.counting import Count, Measure
from server.measures.periods import ONE_DAY, Period, month_of, months, week_of, weeks, window
from server.triangulation.sentence import Figure

State = Literal["met", "unmet", "few", "nothing", "apart"]

# Of what an action names as a whole ("M04"), these stand beside it and are held against no target
BESIDE = frozenset(
    {
        "M02-strict", "M04-all", "M06b", "M07b", "M08b", "M09b", "M10-met", "M11-recurrences", "M12-experience",
        "M12-gap", "M14b",
    }
)  # fmt: skip
# What comes once a month, or seldom: by the week there would be more gaps than points
MONTHLY = frozenset(
    {"M01a", "M03", "M05", "M06", "M07", "M08", "M08b", "M09", "M09b", "M13", "M14-a", "M14-b", "M15"}
)
_SHARES = ("percent", "difference")
_WORSE_FIRST: tuple[State, ...] = ("nothing", "apart", "few", "unmet", "met")


class Verdict(msgspec.Struct, frozen=True):
    """How a count stands against a target, in a word and in words."""

    state: State
    words: str


def measured_by(target: Target) -> list[tuple[Measure, bool]]:
    """The measures that a target names, and whether it is held against each; [] for one in an action's own words."""
    found = measures_of(target.measure, target.variant)
    return [(one, bool(target.variant) or one.code not in BESIDE) for one in found]


def step_of(measure: Measure) -> str:
    """ "week" or "month": one period of its chart."""
    return "month" if measure.code in MONTHLY else "week"


def full_periods(step: str, first: date, today: date, most: int) -> list[Period]:
    """The weeks or months that are over, from the one that holds `first` on, at most the newest so many."""
    running = week_of(today) if step == "week" else month_of(today)
    last = running.start - ONE_DAY
    if last < first:
        return [week_of(last) if step == "week" else month_of(last)]
    return (weeks(first, last) if step == "week" else months(first, last))[-most:]


def so_far(target: Target, today: date) -> Period:
    """The window of a target, up to today while it is running; all of it before it begins."""
    start, end = date.fromisoformat(target.start), date.fromisoformat(target.end)
    return window(start, min(end, max(today, start)))


def holds_against(target: Target, measure: Measure) -> bool:
    """Whether target and measure are given in the same way: a share against a share, a number against a number."""
    return (target.unit == "percent") == (measure.unit in _SHARES)


def judge(count: Count, measure: Measure, target: Target, *, minimum: int, over: bool, waits: str) -> Verdict:
    """How the count stands. `waits`: what it needs before anything can be counted ("" = nothing)."""
    if waits:
        return Verdict("nothing", waits)
    if not holds_against(target, measure):
        kinds = ("a number", "a share") if target.unit == "count" else ("a share", "a number")
        return Verdict("apart", f"The target is {kinds[0]} and this is {kinds[1]}: they cannot be compared.")
    meets = count.meets(target.comparator, target.hundredths)
    if meets is None:
        few = bool(count.denominator)
        return Verdict(
            "few" if few else "nothing", "Too little for a figure." if few else "Nothing counted yet."
        )
    words = f"{'Met' if meets else 'Not met'}{'' if over else ' so far'}."
    if count.unit in _SHARES and count.few(minimum):
        return Verdict("few", f"{words} Too few to tell: at least {count.needed(minimum)} are needed.")
    return Verdict("met" if meets else "unmet", words)


def counted_words(count: Count) -> str:
    """ "31 of 40 (77.5%)", "2 weeks in a row", "12 points, of 20"; "" when nothing was counted."""
    value = count.value
    if count.unit == "run":
        return f"{count.numerator} {'week' if count.numerator == 1 else 'weeks'} in a row"
    if value is None:
        return f"{count.numerator} of {count.denominator}" if count.denominator else ""
    if count.unit == "difference":
        points = _whole(value)
        return f"{points} {'point' if abs(value) == 1 else 'points'}"
    if count.unit == "count":
        return str(count.numerator)
    return f"{count.numerator} of {count.denominator} ({figure(value, count.unit)})"


def together(code: str, verdicts: list[tuple[Verdict, str, int]], target: str) -> Figure:
    """One target that several measures are held against, for the sentence: the worst of them speaks. With each verdict
    goes its count in words, and from how many on that says something.
    """
    rank: Mapping[str, int] = {state: place for place, state in enumerate(_WORSE_FIRST)}
    worst, count, needed = min(verdicts, key=lambda one: rank[one[0].state])
    return Figure(code=code, state=worst.state, count=count, target=target, minimum=needed)


def _whole(value: Fraction) -> str:
    return figure(value, "difference")
