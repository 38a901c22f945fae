"""M13: safeguarding records that are complete, from the concern to the review, each part in time (domain/3; S4E1)."""

from server.measures.audits_that_lead_somewhere import all_there
from server.measures.counting import Count, Verdict, tally
from server.measures.fact import happened_in
from server.measures.facts import Facts, SafeguardingRecord
from server.measures.in_force import InForce
from server.measures.periods import Period


def records_complete(facts: Facts, period: Period, settings: InForce) -> Count:
    """M13: all four there, of the records whose review was due. What is not due yet is apart, also when something else
    is missing already.
    """
    return tally((record.id, _complete(record)) for record in happened_in(facts.safeguarding_records, period))


def _complete(record: SafeguardingRecord) -> Verdict:
    if record.outcome == "not_seen":
        return "not_yet_due"
    return all_there(record.concern, record.protection, record.decision, record.outcome)
