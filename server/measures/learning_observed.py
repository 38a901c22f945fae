"""M14b: practice watched within seven days of what was learned (domain/3; S4E2.4)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.facts import Facts, LearningItem
from server.measures.in_force import InForce
from server.measures.periods import Period


def watched(facts: Facts, period: Period, settings: InForce) -> Count:
    """M14b: what was learned and then watched in time (F1), of what was learned and had to be watched."""
    first: dict[str, datetime] = {}
    for seen in facts.practice:
        if seen.cause:
            first[seen.cause] = min(seen.happened_at, first.get(seen.cause, seen.happened_at))
    return tally(
        (item.id, _verdict(item, first, settings, facts.as_of))
        for item in facts.learning
        if period.holds(item.learned_at)
    )


def _verdict(
    item: LearningItem, first: Mapping[str, datetime], settings: InForce, as_of: datetime
) -> Verdict:
    within = settings.number(item.service, "observe_after_learning", item.learned_at)
    due_at = item.learned_at + timedelta(minutes=within)
    seen_at = first.get(item.cause)
    if seen_at is not None:
        return "met" if seen_at <= due_at else "unmet"
    if item.not_needed:
        return LeftOut("Somebody said why it need not be watched")
    return "not_yet_due" if as_of <= due_at else "unmet"
