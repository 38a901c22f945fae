"""Series for the tests of charts."""

from collections.abc import Iterable
from datetime import date, timedelta
from fractions import Fraction

from server.charts.chart import Baseline, Chart, Direction, Note, Subject, Target, read_chart
from server.charts.special_cause import Flag, judge
from server.charts.xmr import Datum, Method, limits_of

FIRST = date(2026, 1, 5)
SEVEN_AND_MORE = Method(trial_from=1)


def values_of(*values: int | str | None) -> list[Fraction | None]:
    """Exact values; "1/3" is a third, None a gap."""
    return [None if value is None else Fraction(value) for value in values]


def weeks(values: Iterable[Fraction | None], first: date = FIRST) -> list[Datum]:
    """One week for each value, from a Monday on."""
    days = ((value, first + timedelta(days=7 * at)) for at, value in enumerate(values))
    return [
        Datum(
            label=f"week of {day.day} {day:%b %Y}",
            value=value,
            numerator=0 if value is None else value.numerator,
            denominator=0 if value is None else value.denominator,
            start=day.isoformat(),
            end=(day + timedelta(days=6)).isoformat(),
        )
        for value, day in days
    ]


def shares(*counts: tuple[int, int]) -> list[Datum]:
    """One week for each numerator and denominator, in per cent."""
    values = [Fraction(100 * top, bottom) if bottom else None for top, bottom in counts]
    return [
        Datum(one.label, one.value, top, bottom, one.start, one.end)
        for one, (top, bottom) in zip(weeks(values), counts, strict=True)
    ]


def flags_of(*values: int | str | None, method: Method = SEVEN_AND_MORE) -> list[Flag | None]:
    """What the rules say of each value of one group."""
    exact = values_of(*values)
    return judge(exact, limits_of(exact, method))


def chart_of(
    data: list[Datum],
    *,
    direction: Direction = Direction.INCREASE,
    target: int | None = None,
    baseline: Baseline | None = None,
    notes: Iterable[Note] = (),
    method: Method | None = None,
    unit: str = "percent",
    title: str = "Escalated in time",
    id: str = "chart",
) -> Chart:
    """A chart of weeks."""
    goal = None if target is None else Target(Fraction(target), f"At least {target}%")
    subject = Subject(
        id=id, title=title, unit=unit, step="week", direction=direction, target=goal, baseline=baseline
    )
    return read_chart(subject, data, tuple(notes), method)
