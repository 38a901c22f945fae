"""M06: fewer repeat complaints about communication than before (domain/3; S1E3): 8 then 2 is 75 per cent fewer.

A baseline of 0 is undefined; one under four (a setting) is shown as counts, never as a percentage.
"""

from server.measures.counting import Count
from server.measures.facts import Facts
from server.measures.in_force import InForce
from server.measures.periods import Period


def reduction(facts: Facts, period: Period, settings: InForce, baseline: Period) -> Count:
    """M06: repeats of the baseline less repeats of the period, of those of the baseline; below 0 when there are more.

    `met` are the complaints of the baseline, `unmet` those of the period. Raises `ValueError` unless the two are two
    months, two weeks, or as many days.
    """
    if period.kind != baseline.kind or (period.kind == "days" and period.days != baseline.days):
        raise ValueError(f"{period.label} is not as long as its baseline, {baseline.label}")
    then, now = _repeats(facts, baseline), _repeats(facts, period)
    leasts = [
        settings.number(service, "measure_baseline", period.opens_at) for service in sorted(_services(facts))
    ]
    return Count(
        numerator=len(then) - len(now),
        denominator=len(then),
        met=then,
        unmet=now,
        unit="percent",
        counts_only=len(then) < max(leasts, default=0),
    )


def _repeats(facts: Facts, period: Period) -> tuple[str, ...]:
    return tuple(
        sorted(
            complaint.id
            for complaint in facts.complaints
            if complaint.communication and complaint.repeat_of and period.holds(complaint.happened_at)
        )
    )


def _services(facts: Facts) -> set[str]:
    return set(facts.services) or {complaint.service for complaint in facts.complaints}
