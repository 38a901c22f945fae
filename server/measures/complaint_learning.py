"""M08: what complaints taught, in care plans within eight weeks (domain/3; S2E2); M08b: the same seen in practice."""

from collections.abc import Iterable
from datetime import timedelta

from server.evidence.times import start_of_day
from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.desk_facts import Complaint
from server.measures.fact import happened_in
from server.measures.facts import Facts, PlanCheck
from server.measures.in_force import InForce
from server.measures.periods import Period, london_day


def in_plans(facts: Facts, period: Period, settings: InForce) -> Count:
    """M08: complaints whose plan was changed by day 56, of those to learn from whose days have ended. A running one is
    apart, also when its plan is changed already: else the quick ones alone would count.
    """
    to_learn = [complaint for complaint in facts.complaints if complaint.learning]
    checks: dict[str, list[PlanCheck]] = {}
    for check in facts.plan_checks:
        checks.setdefault(check.complaint, []).append(check)
    return tally(
        (complaint.id, _verdict(complaint, checks.get(complaint.id, ()), settings, facts))
        for complaint in to_learn
        if period.holds_day(complaint.learned_on or london_day(complaint.happened_at))
    )


def in_practice(facts: Facts, period: Period, settings: InForce) -> Count:
    """M08b: observations after a complaint in which the updated guidance was used, of those that could see it (F1)."""
    verdicts: dict[str, Verdict] = {"met": "met", "partly": "unmet", "not_met": "unmet"}
    unseen = LeftOut("Whether the updated guidance is used was not seen")
    return tally(
        (seen.id, verdicts.get(seen.updated_guidance, unseen))
        for seen in happened_in(facts.practice, period)
        if seen.reason == "after_complaint"
    )


def _verdict(complaint: Complaint, checks: Iterable[PlanCheck], settings: InForce, facts: Facts) -> Verdict:
    if complaint.learned_on is None:
        return LeftOut("It is not said when there was something to learn")
    began = start_of_day(complaint.learned_on)
    last = complaint.learned_on + timedelta(
        days=settings.number(complaint.service, "learning_update_days", began)
    )
    if london_day(facts.as_of) <= last:
        return "not_yet_due"
    changed = (check.updated_on for check in checks if check.updated == "yes")
    return "met" if any(day is not None and day <= last for day in changed) else "unmet"
