"""From a measure and its points (server/measures), and an action's target, to what a chart is made of."""

from collections.abc import Sequence
from fractions import Fraction

from server.charts.chart import Baseline, Direction, Subject, Target
from server.charts.periods import period_words
from server.charts.xmr import Datum
from server.evidence import actions
from server.measures.counting import Measure, Point

LOWER_IS_BETTER = frozenset({"M07b", "M10", "M11-recurrences"})
# A gap between two figures: nearer to 0 is better, from both sides
NEITHER_IS_BETTER = frozenset({"M12-gap"})
_BY_COMPARATOR = {
    "at_least": Direction.INCREASE,
    "at_most": Direction.DECREASE,
    "exactly": Direction.NEUTRAL,
}
_SHARES = ("percent", "difference")


def data_of(points: Sequence[Point], minimum: int = 0) -> list[Datum]:
    """One datum for each point. Below `minimum` counted, a share is marked as too few; a period in which nothing was
    counted, or too little for a figure, is a gap.
    """
    return [
        Datum(
            label=period_words(point.start, point.end),
            value=point.count.value,
            numerator=point.count.numerator,
            denominator=point.count.denominator,
            start=point.start,
            end=point.end,
            few=point.count.unit == "percent" and point.count.few(minimum),
            late=len(point.late),
        )
        for point in points
    ]


def subject_of(
    measure: Measure,
    *,
    id: str,
    step: str,
    goal: actions.Target | None = None,
    baseline: Baseline | None = None,
) -> Subject:
    """What the chart of a measure is about. With an action's target, that says which way is better; a target in another
    unit than the measure's is left out. `id` and `step` are as in `Subject`.
    """
    direction = Direction.INCREASE
    if measure.code in LOWER_IS_BETTER:
        direction = Direction.DECREASE
    elif measure.code in NEITHER_IS_BETTER:
        direction = Direction.NEUTRAL
    target = None
    if goal is not None and (goal.unit == "percent") == (measure.unit in _SHARES):
        target = Target(Fraction(goal.hundredths, 100), actions.target_words(goal))
        direction = _BY_COMPARATOR[goal.comparator]
    return Subject(
        id=id,
        title=measure.name,
        unit=measure.unit,
        step=step,
        direction=direction,
        target=target,
        baseline=baseline,
    )
