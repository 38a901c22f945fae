"""M14: incidents reviewed within five working days, and what they taught looked at in the next review (domain/3; S4E2).

The day of the incident never counts: from a Friday before a bank-holiday Monday, the fifth working day is the Monday
after. The whole of that day, London time, is still in time.
"""

from server.measures.counting import Count, Verdict, tally
from server.measures.fact import happened_in
from server.measures.facts import Facts, Incident
from server.measures.in_force import InForce
from server.measures.periods import Period, london_day
from server.measures.working_days import add_working_days


def in_working_days(facts: Facts, period: Period, settings: InForce) -> Count:
    """M14-a: incidents reviewed in time, of those whose working days have ended."""
    reviewed: dict[str, list[int]] = {}
    for review in facts.incident_reviews:
        reviewed.setdefault(review.incident, []).append(london_day(review.happened_at).toordinal())
    return tally(
        (incident.id, _in_time(incident, min(reviewed.get(incident.record, [0])), settings, facts))
        for incident in happened_in(facts.incidents, period)
    )


def learning_at_next_review(facts: Facts, period: Period, settings: InForce) -> Count:
    """M14-b: incidents with something to learn that is in the rows of the next review, of those with a review since."""
    return tally(
        (incident.id, _at_next(incident, facts))
        for incident in happened_in(facts.incidents, period)
        if incident.learning
    )


def _in_time(incident: Incident, first_review: int, settings: InForce, facts: Facts) -> Verdict:
    """`first_review`: the day it was reviewed first, as an ordinal; 0 = never."""
    allowed = settings.number(incident.service, "incident_review_days", incident.happened_at)
    last = add_working_days(london_day(incident.happened_at), allowed)
    if london_day(facts.as_of) <= last:
        return "not_yet_due"
    return "met" if 0 < first_review <= last.toordinal() else "unmet"


def _at_next(incident: Incident, facts: Facts) -> Verdict:
    since = [
        review
        for review in facts.reviews
        if review.service == incident.service and incident.happened_at < review.happened_at <= facts.as_of
    ]
    if not since:
        return "not_yet_due"
    following = min(since, key=lambda review: (review.happened_at, review.id))
    return "met" if incident.record in following.learning else "unmet"
