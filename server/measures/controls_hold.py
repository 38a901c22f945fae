"""M11: controls after an incident that hold, and incidents of a kind that came again (domain/3; S3E2).

Each time a control was looked at counts, and each day by which one on the list had to be looked at and was not. Fewer
recurrences are better. What staff can say back of a learning message (F2 2.31) is no control, and is not counted.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.fact import happened_in
from server.measures.facts import ControlDue, Facts
from server.measures.in_force import InForce
from server.measures.periods import Period, london_day

_VERDICTS: dict[str, Verdict] = {"met": "met", "partly": "unmet", "not_met": "unmet"}


def in_place_and_known(facts: Facts, period: Period, settings: InForce) -> Count:
    """M11: re-checks that found the control in place and understood, of the re-checks due."""
    unseen = LeftOut("The control was not seen, or not answered for")
    checked = [
        (check.id, _VERDICTS.get(check.holds, unseen)) for check in happened_in(facts.control_checks, period)
    ]
    missed = [
        (due.id, verdict)
        for due in facts.controls_due
        if period.holds(due.due_at)
        and (verdict := _missed(due, facts.controls_looked_at, facts.as_of)) is not None
    ]
    return tally([*checked, *missed])


def recurrences(facts: Facts, period: Period, settings: InForce) -> Count:
    """M11-recurrences: how many incidents of the period are of a kind that the service had within 90 days before."""
    before: dict[tuple[str, str], list[datetime]] = {}
    for incident in facts.incidents:
        before.setdefault((incident.service, incident.kind), []).append(incident.happened_at)
    again: list[tuple[str, Verdict]] = []
    for incident in happened_in(facts.incidents, period):
        if incident.kind in ("", "other"):
            again.append((incident.id, LeftOut("No kind of incident was chosen")))
            continue
        within = settings.number(incident.service, "repeat_concern_days", incident.happened_at)
        repeats = any(
            earlier < incident.happened_at
            and (london_day(incident.happened_at) - london_day(earlier)).days <= within
            for earlier in before[incident.service, incident.kind]
        )
        again.append((incident.id, "met" if repeats else "unmet"))
    return tally(again, "count")


def _missed(due: ControlDue, checks: Mapping[str, Sequence[datetime]], as_of: datetime) -> Verdict | None:
    """None when it was looked at in time: then that look is counted, and it alone."""
    if any(due.happened_at <= at <= due.due_at for at in checks.get(due.control, ())):
        return None
    return "not_yet_due" if as_of <= due.due_at else "unmet"
