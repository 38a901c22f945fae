"""Rule 2 (S1E1 and the other examples): each target is met on exact counts, for the whole window, on enough of them.

A target that a person counts is met when whoever proposes closing typed the count of its whole window after that ended,
and somebody else counted the same again from what they name (`counted.py`).
"""

from server.closure.counted import ByHand, count_words, fault_of_count, fault_of_recount
from server.closure.facts import Facts, HeldTarget, Said, failed, later, passed
from server.evidence.times import day_words
from server.triangulation.sentence import Figure


def target_met(facts: Facts) -> Said:
    """Every window has ended, and every exact count of a whole window meets its target with enough behind it."""
    wrong = [words for target in facts.targets if (words := _wrong(target, facts))]
    waits = [words for target in facts.targets if (words := _waits(target, facts))]
    records = tuple(sorted({record for target in facts.targets for record in target.records}))
    if wrong or not facts.targets:
        return failed(" ".join(wrong) or "No target can be worked out.", records)
    if waits:
        return later(" ".join(waits))
    return passed(" ".join(_met(target) for target in facts.targets), records)


def _met(target: HeldTarget) -> str:
    hand = target.by_hand
    if target.figure is not None:
        return f"{target.what}: {target.figure.count}, met."
    if hand is None or hand.counted is None:
        return ""
    return f"{target.what}: {count_words(hand.counted, hand.target)}, met; counted by hand, and again by another."


def _waits(target: HeldTarget, facts: Facts) -> str:
    """What is still to come before a count by hand can be judged, "" for nothing."""
    if target.figure is not None or target.by_hand is None:
        return ""
    if facts.proposal is None:
        return f"{target.what}: a person counts this one, and types the count when closing is proposed."
    if not (facts.sample and facts.sample.looked_at):
        return f"{target.what}: whoever samples counts it again."
    return ""


def _wrong_by_hand(hand: ByHand, facts: Facts) -> str:
    """Why a count by hand does not show that its target is met, "" for nothing, or while nobody could say."""
    if facts.proposal is None:
        return ""
    fault = fault_of_count(hand)
    if not fault and facts.sample and facts.sample.looked_at:
        fault = fault_of_recount(hand, facts.fields.owner)
    return fault


def _wrong(target: HeldTarget, facts: Facts) -> str:
    figure, hand = target.figure, target.by_hand
    if figure is None and hand is None:
        return f"{target.what}: a person counts this one, so no record shows that it was met."
    if target.ends >= facts.today:
        return f"{target.what}: its window runs until {day_words(target.ends)}."
    if hand is not None and figure is None:
        fault = _wrong_by_hand(hand, facts)
        return f"{target.what}: {fault}" if fault else ""
    return _wrong_figure(target.what, figure) if figure else ""


def _wrong_figure(what: str, figure: Figure) -> str:
    if figure.state == "nothing":
        return f"{what}: nothing was counted."
    if figure.state == "apart":
        return f"{what}: the target cannot be held against what is counted."
    if figure.state == "few":
        return f"{what}: {figure.count} is too little to tell, at least {figure.minimum} are needed."
    if figure.state == "unmet":
        return f"{what}: {figure.count}, and the target is {_small(figure.target)}."
    return ""


def _small(words: str) -> str:
    return words[:1].lower() + words[1:]
