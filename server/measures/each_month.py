"""What must be there every month: M01a, M07, M09 and M15 (domain/3), and M09b, that challenge happens.

Three of them tell something, where ten records do (`measure_minimum_months`): a window has no more months than it has.
Months that lie in the period whole are counted; of the others only a part does, and nobody could say whether the rest
held it. A month that still runs and has it not is not yet due.
"""

from collections.abc import Callable, Iterable
from datetime import timedelta

import msgspec

from server.evidence.times import start_of_day
from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.desk_facts import Review
from server.measures.fact import Fact, happened_in
from server.measures.facts import Facts, Visit
from server.measures.in_force import InForce
from server.measures.periods import Period, london_day, whole_months

# S2E3.2: the least a provider's oversight rests on
REQUIRED_SOURCES = ("audits", "incidents", "staffing", "feedback")
# S2E1: what a month's staffing assurance joins
JOINED = ("rota_gaps", "dependency_changes", "missed_care", "staff_feedback", "complaints")

_PART = LeftOut("Only a part of this month is in the window")


def themes_reviewed(facts: Facts, period: Period, settings: InForce) -> Count:
    """M01a: months with a signed leadership review that has the summary of safeguarding themes (S0E1)."""
    return _months(facts, facts.reviews, period, settings, _reviews_themes)


def staffing_joined_up(facts: Facts, period: Period, settings: InForce) -> Count:
    """M07: months whose signed staffing summary holds all five (S2E1). A summary counts for the month it is of."""
    complete = {
        (summary.service, summary.month)
        for summary in facts.assurance
        if summary.kind == "staffing" and summary.signed_at is not None and set(JOINED) <= summary.holds
    }
    services = _services(facts, facts.assurance)
    return _each(facts, services, period, settings, lambda service, month: (service, month.label) in complete)


def overseen_on_current_evidence(facts: Facts, period: Period, settings: InForce) -> Count:
    """M09: months with provider oversight for which each required source had an item of the 31 days before (S2E3)."""
    return _months(facts, facts.reviews, period, settings, lambda review: _is_current(review, settings))


def challenged(facts: Facts, period: Period, settings: InForce) -> Count:
    """M09b: provider oversight meetings with a challenge that has an owner and a date to follow it up, of all of them.

    By meetings, not by challenges: one lively meeting does not stand for three silent ones.
    """
    meetings = [one for one in happened_in(facts.reviews, period) if one.kind == "provider_oversight"]
    count = tally((one.id, "met" if _has_challenge(one) else "unmet") for one in meetings)
    return _by_month(count, _services(facts, meetings), facts, settings)


def visited(facts: Facts, period: Period, settings: InForce) -> Count:
    """M15: months with a visit that has findings, actions, owners' names and follow-up evidence (S4E3)."""
    return _months(facts, facts.visits, period, settings, _is_whole)


def _months(
    facts: Facts, among: Iterable[Fact], period: Period, settings: InForce, holds: Callable[..., bool]
) -> Count:
    good = [fact for fact in among if holds(fact)]
    return _each(
        facts,
        _services(facts, among),
        period,
        settings,
        lambda service, month: any(
            fact.service == service and month.holds(fact.happened_at) for fact in good
        ),
    )


def _each(
    facts: Facts,
    services: list[str],
    period: Period,
    settings: InForce,
    has_it: Callable[[str, Period], bool],
) -> Count:
    """One id for each month, "2026-03"; of several services "alder/2026-03"."""
    whole, parts = whole_months(period)
    verdicts: list[tuple[str, Verdict]] = [(month.label, _PART) for month in parts]
    for service in services:
        for month in whole:
            id = month.label if len(services) == 1 else f"{service}/{month.label}"
            missing: Verdict = "unmet" if month.is_over(facts.as_of) else "not_yet_due"
            verdicts.append((id, "met" if has_it(service, month) else missing))
    return _by_month(tally(verdicts), services, facts, settings)


def _by_month(count: Count, services: list[str], facts: Facts, settings: InForce) -> Count:
    enough = max(settings.number(service, "measure_minimum_months", facts.as_of) for service in services)
    return msgspec.structs.replace(count, tells_from=enough)


def _services(facts: Facts, among: Iterable[Fact]) -> list[str]:
    return sorted(facts.services or {fact.service for fact in among} or {""})


def _reviews_themes(review: Review) -> bool:
    return review.kind == "leadership" and review.signed_at is not None and review.safeguarding_summary


def _is_current(review: Review, settings: InForce) -> bool:
    if review.kind != "provider_oversight":
        return False
    held_on = london_day(review.happened_at)
    days = settings.number(review.service, "evidence_current_days", start_of_day(held_on))
    oldest = held_on - timedelta(days=days)
    return all(
        any(shown.kind == source and oldest <= shown.dated <= held_on for shown in review.evidence)
        for source in REQUIRED_SOURCES
    )


def _has_challenge(review: Review) -> bool:
    return any(row.kind == "challenge" and row.follow_up_owner and row.follow_up_by for row in review.rows)


def _is_whole(visit: Visit) -> bool:
    return visit.findings and visit.actions and visit.owners and visit.follow_up
