"""M03: high-risk closures that rest on evidence from after the change (domain/3; S0E3: all of them must)."""

from server.measures.counting import Count, LeftOut, Verdict, tally
from server.measures.desk_facts import Closure
from server.measures.fact import happened_in
from server.measures.facts import Facts
from server.measures.in_force import InForce
from server.measures.periods import Period

SUPPORTS = ("audit", "feedback", "observation")


def supported(facts: Facts, period: Period, settings: InForce) -> Count:
    """M03: closures with an audit, feedback or an observation dated after the day of the change, of all high-risk
    closures.
    """
    return tally(
        (closure.id, _verdict(closure))
        for closure in happened_in(facts.closures, period)
        if closure.risk == "high"
    )


def _verdict(closure: Closure) -> Verdict:
    changed_on = closure.changed_on
    if changed_on is None:
        return LeftOut("It is not said when practice was changed")
    after = any(shown.kind in SUPPORTS and shown.dated > changed_on for shown in closure.evidence)
    return "met" if after else "unmet"
