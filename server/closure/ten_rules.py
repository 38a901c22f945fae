"""The ten rules in their order, and the verdict that follows from them (domain/3 1.9). Pure.

Nothing here closes anything: the verdict says what people may do next.
"""

from collections.abc import Callable, Sequence

import msgspec

from server.closure.evidence_current import evidence_current
from server.closure.facts import Facts, Outcome, Said
from server.closure.hands_apart import hands_apart
from server.closure.kinds_agree import kinds_agree
from server.closure.looked_at_again import looked_at_again
from server.closure.no_repeat_finding import no_repeat_finding
from server.closure.note_is_specific import note_is_specific
from server.closure.nothing_open import nothing_open
from server.closure.plan_is_whole import plan_is_whole
from server.closure.practice_changed import practice_changed
from server.closure.target_met import target_met

READY, MIXED, NOT_SUPPORTED = "Ready to propose", "Evidence mixed — keep open", "Not supported"


class Rule(msgspec.Struct, frozen=True):
    """One rule: its number and name, where it is from, and what decides it."""

    number: int
    code: str
    name: str
    source: str
    decide: Callable[[Facts], Said]


RULES: tuple[Rule, ...] = (
    Rule(1, "plan_is_whole", "The plan is whole", "S4", plan_is_whole),
    Rule(2, "target_met", "The target is met on exact counts", "S1E1", target_met),
    Rule(3, "evidence_current", "Evidence is from after the change, and current", "S2E3", evidence_current),
    Rule(4, "kinds_agree", "Kinds of evidence are enough, and agree", "S0E3, S3E3, S4", kinds_agree),
    Rule(5, "practice_changed", "Practice itself was seen to change", "S4", practice_changed),
    Rule(6, "nothing_open", "No concern or warning on the theme is open", "1.2", nothing_open),
    Rule(7, "no_repeat_finding", "Nothing was found again", "S0E3", no_repeat_finding),
    Rule(8, "note_is_specific", "The closure note says what changed", "S0E3", note_is_specific),
    Rule(9, "hands_apart", "Three people, and a sample that agrees", "S0E3.2 to .4", hands_apart),
    Rule(10, "looked_at_again", "Somebody will see whether it holds", "S0, S3", looked_at_again),
)
BY_CODE = {rule.code: rule for rule in RULES}


def work_out(facts: Facts) -> list[Outcome]:
    """What each rule says, in their order."""
    return [_outcome(rule, rule.decide(facts)) for rule in RULES]


def may_close(outcomes: Sequence[Outcome]) -> bool:
    """Whether all ten rules pass: one that fails, or is still to come, is enough against it."""
    return [one.rule for one in outcomes if one.state == "pass"] == [rule.number for rule in RULES]


def broken(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """The rules that are not kept."""
    return [one for one in outcomes if one.state == "fail"]


def verdict(outcomes: Sequence[Outcome], facts: Facts) -> str:
    """One of the three: nothing is broken; something is, and something else speaks for it; or nothing does.

    What speaks for it is a target that is met, or a record from after the change that supports it.
    """
    if not broken(outcomes):
        return READY
    met = any(one.code == "target_met" and one.state == "pass" for one in outcomes)
    supported = any(one.bearing == "supports" for one in facts.since)
    return MIXED if met or supported else NOT_SUPPORTED


def _outcome(rule: Rule, said: Said) -> Outcome:
    return Outcome(
        rule=rule.number, code=rule.code, state=said.state, reason=said.reason, records=said.records
    )
