"""Rule 4 (S0E3 target, S4, S3E3): enough kinds of evidence for a high risk, and none that contradicts another.

Decided: disagreement blocks whatever the risk, for "mixed evidence keeps actions open" (S1, S2) makes no difference;
the two numbers are for high risk alone. A contradiction is explained by setting records aside in review, with a reason:
then they count no more. Rejected: a box to tick that it is explained, for it would be ticked.
"""

from collections import Counter

from server.closure.facts import Facts, Piece, Said, behind, failed, passed
from server.evidence import words
from server.triangulation.agreement import joined

# domain/3 1.9.4, S0E3: one of these must be there before a high risk is closed
PROOFS = ("audit", "feedback", "observation")
LEAST_KINDS = 2


def kinds_agree(facts: Facts) -> Said:
    """For a high risk at least one audit, feedback or observation, and two kinds; and no kind says otherwise."""
    kinds = {kind: _says(facts, kind) for kind in words.EVIDENCE_KINDS if _of(facts, kind)}
    wrong = []
    if facts.fields.risk == "high" and not set(PROOFS) & set(kinds):
        wrong.append("A high risk needs an audit, feedback or an observation from after the change.")
    if facts.fields.risk == "high" and len(kinds) < LEAST_KINDS:
        wrong.append("A high risk needs two different kinds of evidence from after the change.")
    against = [_named(kind) for kind, says in kinds.items() if says == "contradicts"]
    divided = [_named(kind) for kind, says in kinds.items() if says == "divided"]
    supporting = [_named(kind) for kind, says in kinds.items() if says == "supports"]
    if against:
        ending = f", and most of {joined(supporting)} supports it" if supporting else ""
        wrong.append(f"Most of {joined(against)} contradicts it{ending}.")
    if divided:
        wrong.append(f"Of {joined(divided)} as much contradicts it as supports it.")
    if not supporting:
        wrong.append("No kind of evidence supports it.")
    if facts.gap is not None and abs(facts.gap) > facts.gap_points:
        better, worse = ("Audits", "people do") if facts.gap > 0 else ("People", "audits do")
        points = abs(facts.gap.numerator) // facts.gap.denominator
        wrong.append(f"{better} say better than {worse}, by {points} points.")
    if wrong:
        return failed(" ".join(wrong), behind(facts.since))
    verb = "support" if len(supporting) > 1 else "supports"
    return passed(
        f"{joined(supporting).capitalize()}: most {verb} it, and no kind says otherwise.", behind(facts.since)
    )


def _of(facts: Facts, kind: str) -> list[Piece]:
    return [one for one in facts.since if one.kind == kind]


def _says(facts: Facts, kind: str) -> str:
    """What most of a kind says, by exact numbers, as `triangulation.standing` has it."""
    count = Counter(one.bearing for one in _of(facts, kind))
    if count["supports"] == count["contradicts"]:
        return "divided" if count["supports"] else "inconclusive"
    return "supports" if count["supports"] > count["contradicts"] else "contradicts"


def _named(kind: str) -> str:
    return words.named(words.EVIDENCE_KINDS, kind).lower()
