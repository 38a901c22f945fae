"""A chart in plain words: what a screen reader says of the drawing, and what stands beside it.

A figure is cut, never rounded up: 94.96% is 94.9%, so that no figure looks like a target it did not reach.
"""

from collections.abc import Mapping
from fractions import Fraction

from server.charts.chart import Assurance, Chart, Direction, State
from server.charts.special_cause import RUN, Flag, Rule, Side
from server.charts.xmr import Datum

MINUS = "−"

_RULES: Mapping[tuple[Rule, Side], str] = {
    (Rule.OUTSIDE, Side.HIGH): "above the upper limit",
    (Rule.OUTSIDE, Side.LOW): "below the lower limit",
    (Rule.TREND, Side.HIGH): f"{RUN} or more in a row, each higher than the one before",
    (Rule.TREND, Side.LOW): f"{RUN} or more in a row, each lower than the one before",
    (Rule.TWO_OF_THREE, Side.HIGH): "two of three in a row close to the upper limit",
    (Rule.TWO_OF_THREE, Side.LOW): "two of three in a row close to the lower limit",
    (Rule.SHIFT, Side.HIGH): f"{RUN} or more in a row above the mean",
    (Rule.SHIFT, Side.LOW): f"{RUN} or more in a row below the mean",
}
_ASSURANCE: Mapping[Assurance, tuple[str, str]] = {
    Assurance.MEETS: ("expected to be met", "all that is usual reaches it"),
    Assurance.MISSES: ("expected to be missed", "nothing that is usual reaches it"),
    Assurance.VARIES: ("hit and miss", "what is usual reaches it at some times, and not at others"),
    Assurance.NOT_KNOWN: ("not known yet", ""),
}
BETTER_WHEN: Mapping[Direction, str] = {
    Direction.INCREASE: "higher is better",
    Direction.DECREASE: "lower is better",
    Direction.NEUTRAL: "neither way is better",
}


def figure(value: Fraction, unit: str) -> str:
    """ "95%", "94.9%", "1.94", "−3.06": cut after one decimal of a percentage, after two of anything else."""
    whole, _, rest = exact_figure(value, unit).removesuffix("%").partition(".")
    rest = rest.rstrip("0")
    text = f"{whole}.{rest}" if rest else whole
    return f"{text}%" if unit == "percent" else text


def exact_figure(value: Fraction, unit: str) -> str:
    """The same with all its decimals ("95.0%", "4.60"), for columns of a table."""
    places = 1 if unit == "percent" else 2
    cut = abs(value.numerator) * 10**places // value.denominator
    whole, rest = divmod(cut, 10**places)
    sign = MINUS if value < 0 and cut else ""
    return f"{sign}{whole}.{rest:0{places}}{'%' if unit == 'percent' else ''}"


def count_words(numerator: int, denominator: int, unit: str) -> str:
    """ "38 of 40"; "" where a figure is no share of anything, or nothing was counted."""
    return f"{numerator} of {denominator}" if unit == "percent" and denominator else ""


def figure_words(value: Fraction, numerator: int, denominator: int, unit: str) -> str:
    """ "38 of 40, 95%"; the figure alone where it is no share of anything."""
    count = count_words(numerator, denominator, unit)
    return f"{count}, {figure(value, unit)}" if count else figure(value, unit)


def summary(chart: Chart) -> str:
    """The whole chart in a few sentences: "10 of 12 weeks. Trial limits. Last point: higher than usual, and higher is
    better. Target, at least 95%: expected to be missed."
    """
    if chart.last is None:
        return "Nothing to count yet."
    said = [f"{periods_words(chart)}.", limits_words(chart)]
    if chart.limits is not None:
        said.append(f"Last point: {state_words(chart)}.")
        if chart.assurance is not None and chart.subject.target is not None:
            target = chart.subject.target.words
            said.append(f"Target, {target[:1].lower()}{target[1:]}: {assurance_words(chart.assurance)}.")
    return " ".join(said)


def periods_words(chart: Chart) -> str:
    """ "12 weeks"; "10 of 12 weeks" when in two of them nothing was counted."""
    points, periods = sum(datum.value is not None for datum in chart.data), len(chart.data)
    count = f"{periods}" if points == periods else f"{points} of {periods}"
    return f"{count} {steps_words(chart, periods)}"


def steps_words(chart: Chart, count: int) -> str:
    """ "week" or "weeks" """
    return chart.subject.step if count == 1 else f"{chart.subject.step}s"


def limits_words(chart: Chart) -> str:
    """What the limits are worth, and how many points are missing where there are none."""
    if chart.limits is not None:
        return "Trial limits." if chart.limits.trial else f"Limits from {chart.limits.points} points."
    needed = chart.method.trial_from
    there = _points_now(chart)
    if there >= needed:
        return "A run chart, without limits: no two points stand side by side."
    since = " since limits were begun anew" if len(chart.groups) > 1 else ""
    return f"A run chart, without limits: {there} of the {needed} points that they need{since}."


def state_words(chart: Chart) -> str:
    """Where the last point stands: "higher than usual, and higher is better", "as usual"."""
    if chart.last is None or chart.state is State.NOT_KNOWN:
        return "not known yet"
    flag = chart.flags[chart.last]
    if flag is None:
        return "as usual"
    if flag.rule is Rule.TREND:
        moved = "rising" if flag.side is Side.HIGH else "falling"
    else:
        moved = "higher than usual" if flag.side is Side.HIGH else "lower than usual"
    joined = "and" if chart.state is State.BETTER else "but"
    if chart.state is State.UNUSUAL:
        return moved
    return f"{moved}, {joined} {BETTER_WHEN[chart.subject.direction]}"


def assurance_words(assurance: Assurance) -> str:
    """What to expect of the target if all goes on as it does."""
    return _ASSURANCE[assurance][0]


def assurance_reason(assurance: Assurance) -> str:
    """Why, in words."""
    return _ASSURANCE[assurance][1]


def rule_words(flag: Flag) -> str:
    """Why a point is a special cause."""
    return _RULES[flag.rule, flag.side]


def point_words(chart: Chart, at: int) -> str:
    """What the rules say of one period, for the table behind the chart."""
    flag = chart.flags[at]
    if chart.data[at].value is None:
        return gap_words(chart.data[at])
    if chart.limits_at(at) is None:
        return "No limits yet"
    return capital(rule_words(flag)) if flag else "As usual"


def gap_words(datum: Datum) -> str:
    """Why a period has no figure."""
    return "Too little counted for a figure" if datum.denominator else "Nothing to count"


def method_words(chart: Chart) -> str:
    """How the limits were worked out, so that anybody can do it again."""
    screened = "large jumps were left out once" if chart.method.screened else "no jump was left out"
    fixed = (
        f" Only the first {chart.method.fix_after} points of each part count for them."
        if chart.method.fix_after
        else ""
    )
    return (
        "Limits are the mean plus and minus 2.66 times the average difference between neighbouring points; "
        f"{screened}.{fixed}"
    )


def capital(words: str) -> str:
    """As at the beginning of a sentence."""
    return f"{words[:1].upper()}{words[1:]}"


def _points_now(chart: Chart) -> int:
    """The points that the last limits could have been worked out from."""
    if chart.last is None:
        return 0
    group = chart.group_at(chart.last)
    return sum(datum.value is not None for datum in chart.data[group.first : group.after])
