"""An action that may be closed, and one way to break each of the ten rules and no other."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import msgspec

from server.closure.facts import Drawn, Facts, Finding, HeldTarget, Piece, Proposal, Sample, Signer, Warned
from server.evidence.actions import ActionFields, Target
from server.triangulation.sentence import Figure

TODAY = date(2026, 11, 16)
CHANGED = date(2026, 9, 1)
FIELDS = ActionFields(
    title="Answer call bells at night",
    themes=("SG",),
    tags=(),
    unit="",
    source="audit",
    baseline="Night staff answered 31 of 44 bells within five minutes in July.",
    baseline_numerator=31,
    baseline_denominator=44,
    baseline_period="July 2026",
    expected="Bells are answered within five minutes.",
    targets=(
        Target(
            measure="M04", variant="", how="", comparator="at_least", hundredths=9500, unit="percent",
            start="2026-09-01", end="2026-11-10",
        ),
    ),
    risk="high",
    owner="chidi",
    review_route="Monthly quality meeting",
    deadline="2026-12-30",
    evidence_kinds=("audit", "observation"),
    changed_on=CHANGED.isoformat(),
    changed_what="Two staff share the night rounds of the bells.",
    learning="",
)  # fmt: skip
NOTE = "Two staff now share the night rounds, and every bell is answered within five minutes."


def piece(
    record: str, kind: str = "observation", bearing: str = "supports", days_ago: int = 3, **more: Any
) -> Piece:
    """One record that bears on the action."""
    usual = {"author": "amina", "unit": "alder-1", "shift": "day", "version": 1}
    return Piece(
        **{**usual, **more}, record=record, kind=kind, bearing=bearing, day=TODAY - timedelta(days=days_ago)
    )


def finding(record: str, days_ago: int, question: str = "sample_recording.clear", **more: Any) -> Finding:
    """A question of a sample that was not met."""
    usual = {"unit": "alder-1", "version": 1, "linked": True}
    return Finding(
        **{**usual, **more}, record=record, question=question, day=TODAY - timedelta(days=days_ago)
    )


def figure(state: Any = "met", count: str = "39 of 40 (97.5%)") -> Figure:
    """What a target comes to."""
    return Figure(code="M04", state=state, count=count, target="At least 95%", minimum=10)


PROPOSAL = Proposal(who="chidi", note=NOTE, checker="ben")
SAMPLE = Sample(who="ivo", drawn=(Drawn(record="o1", version=1, agrees=True),))
SIGNER = Signer(who="dana", may_sign=True, may_sign_high=True)
GOOD = Facts(
    fields=FIELDS,
    owner_here=True,
    today=TODAY,
    changed_on=CHANGED,
    targets=(HeldTarget(what="M04 Escalated in time", ends=date(2026, 11, 10), figure=figure()),),
    pieces=(
        piece("o1"),
        piece("o2", unit="alder-2", shift="night", author="bea"),
        piece("a1", "audit", days_ago=5, author="ben"),
    ),
    units=("alder-1", "alder-2"),
    proposal=PROPOSAL,
    sample=SAMPLE,
    signer=SIGNER,
)


def with_fields(facts: Facts, **changed: Any) -> Facts:
    """The same of an action with other fields."""
    return msgspec.structs.replace(facts, fields=msgspec.structs.replace(facts.fields, **changed))


def with_pieces(facts: Facts, change: Callable[[Piece], Piece]) -> Facts:
    """The same with every record changed."""
    return msgspec.structs.replace(facts, pieces=tuple(change(one) for one in facts.pieces))


def _alone(one: Piece) -> Piece:
    return msgspec.structs.replace(one, unit="alder-1", shift="day")


def _old(one: Piece) -> Piece:
    return msgspec.structs.replace(one, day=one.day - timedelta(days=40))


replace = msgspec.structs.replace
BREAKERS: dict[int, Callable[[Facts], Facts]] = {
    1: lambda facts: replace(facts, owner_here=False),
    2: lambda facts: replace(
        facts, targets=(replace(facts.targets[0], figure=figure("unmet", "37 of 40 (92.5%)")),)
    ),
    3: lambda facts: with_pieces(facts, _old),
    4: lambda facts: replace(
        facts, pieces=(*facts.pieces, piece("f1", "feedback", "contradicts", author="fay"))
    ),
    5: lambda facts: with_pieces(facts, _alone),
    6: lambda facts: replace(facts, concerns=(Warned(words="An immediate concern"),)),
    7: lambda facts: replace(facts, findings=(finding("s1", 100), finding("s2", 10))),
    8: lambda facts: replace(facts, proposal=replace(facts.proposal or PROPOSAL, note="Done.")),
    9: lambda facts: replace(facts, signer=replace(facts.signer or SIGNER, who="chidi")),
    10: lambda facts: replace(facts, proposal=replace(facts.proposal or PROPOSAL, checker="")),
}


def break_rules(numbers: Iterable[int], facts: Facts = GOOD) -> Facts:
    """The facts with these rules broken."""
    for number in sorted(numbers):
        facts = BREAKERS[number](facts)
    return facts
