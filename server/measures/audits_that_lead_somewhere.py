"""M05: audits with clear findings, an action for each, an owner and a date, and an impact check (domain/3; S1E2).

Decided: "could not tell" leaves the count only where nothing else is missing. The form's own "all four there" says No
for it; a measure never counts what was not seen (domain/3, counting rules).
"""

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.fact import happened_in
from server.measures.facts import Answer, Facts
from server.measures.in_force import InForce
from server.measures.periods import Period


def audits_sound(facts: Facts, period: Period, settings: InForce) -> Count:
    """M05: audits with all four, of the audits checked (F7-AU)."""
    return tally(
        (
            audit.id,
            all_there(
                audit.findings_clear, audit.each_has_action, audit.owner_and_date, audit.impact_checked
            ),
        )
        for audit in happened_in(facts.checked_audits, period)
    )


def all_there(*answers: Answer) -> Verdict:
    """Met when every one is; unmet as soon as one is "partly" or "no"; else left out."""
    if any(answer in ("partly", "not_met") for answer in answers):
        return "unmet"
    if all(answer == "met" for answer in answers):
        return "met"
    return LeftOut("Something could not be seen, or was not answered")
