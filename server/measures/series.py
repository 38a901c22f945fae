"""A measure over periods, each with what came after it was first complete (domain/3, counting rules)."""

from collections.abc import Sequence

import msgspec

from server.measures.catalogue import COMPARED, COUNTED, MEASURES, missing
from server.measures.counting import NOTHING, Count, Point
from server.measures.fact import happened_in
from server.measures.facts import Facts
from server.measures.in_force import InForce
from server.measures.periods import Period, before


def series(
    code: str,
    facts: Facts,
    periods: Sequence[Period],
    settings: InForce,
    *,
    baseline: Period | None = None,
) -> list[Point]:
    """The measure in each period, in the order given. Raises `KeyError` for a code that no measure has.

    `baseline` is for M06 alone; by default it is what lies directly before the first period.
    """
    compared_with = baseline or (before(periods[0]) if periods else None)
    return [
        Point(
            period=period.label,
            start=period.start.isoformat(),
            end=period.end.isoformat(),
            count=count(code, facts, period, settings, baseline=compared_with),
            late=late(code, facts, period),
        )
        for period in periods
    ]


def count(
    code: str, facts: Facts, period: Period, settings: InForce, *, baseline: Period | None = None
) -> Count:
    """The measure in one period; undefined, and never 0, while something that it needs is not kept anywhere."""
    measure = MEASURES[code]
    if missing(measure, facts):
        return msgspec.structs.replace(NOTHING, unit=measure.unit)
    if code in COMPARED:
        return COMPARED[code](facts, period, settings, baseline or before(period))
    return COUNTED[code](facts, period, settings)


def late(code: str, facts: Facts, period: Period) -> tuple[str, ...]:
    """The records of the period, of kinds that the measure counts, that came or were corrected after it had ended."""
    return tuple(
        sorted(
            {
                fact.record
                for kind in MEASURES[code].needs
                for fact in happened_in(facts.listed(kind), period)
                if fact.received_at >= period.closes_at
            }
        )
    )
