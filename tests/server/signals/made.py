"""Facts for signs in a line each, and what they fire. Times are UTC ("2026-03-10T09:00:00Z")."""

from datetime import date, timedelta
from typing import Any

from server.measures.facts import Concern, ControlCheck, ControlDue, ExperienceAnswer
from server.measures.in_force import InForce
from server.signals.facts import (
    ActionSigns,
    AuditSigns,
    IncidentSigns,
    OversightEntry,
    OwedUpdate,
    PracticeSigns,
    SentBack,
    ShiftSigns,
    SignalFacts,
    VisitSigns,
    WrittenEntry,
)
from server.signals.rule import Given
from server.signals.signal import NOTHING_COVERED, Covered, Signal
from server.signals.signs import SIGNS
from tests.server.measures.made import USUAL, at, common, update

DAY = "2026-03-10T09:00:00Z"
LATER = "2026-06-30T12:00:00Z"


def on(day: int, clock: str = "09:00") -> str:
    """A moment of March 2026; day 32 is the first of April."""
    return f"{date(2026, 3, 1) + timedelta(days=day - 1)}T{clock}:00Z"


def given(
    as_of: str = LATER, covered: Covered = NOTHING_COVERED, settings: InForce = USUAL, **lists: Any
) -> Given:
    """What rules are given."""
    read: dict[str, Any] = {name: tuple(many) for name, many in lists.items()}
    return Given(SignalFacts(as_of=at(as_of), **read), settings, covered)


def fired(code: str, as_of: str = LATER, covered: Covered = NOTHING_COVERED, **lists: Any) -> list[Signal]:
    """The signals of one sign."""
    return SIGNS[code].rule(code, given(as_of, covered, **lists))


def fired_by(code: str, as_of: str = LATER, **lists: Any) -> list[tuple[str, ...]]:
    """The ids that fired each signal of one sign."""
    return [signal.fired_by for signal in fired(code, as_of, **lists)]


def oversight(id: str, happened: str = DAY, **more: Any) -> OversightEntry:
    """F8, nothing wrong with it."""
    usual = {"person": "ab", "is_new": True, "escalated": False, "looks_again": "senior", "reason": 40}
    return OversightEntry(**common(id, happened, unit=more.pop("unit", "alder-1")), **{**usual, **more})


def asked_first(id: str, happened: str) -> Any:
    """F3 of a family that asked first."""
    return update(id, happened, family_first=True)


def owed(id: str, due: str = DAY, settled: str = "") -> OwedUpdate:
    """A contact that the record `id` asked for."""
    return OwedUpdate(
        **common(f"{id}/family", on(1)),
        cause=id,
        person="ab",
        due_at=at(due),
        settled_at=at(settled) if settled else None,
    )


def concern(id: str, happened: str, category: str = "poor_care", unit: str = "alder-1") -> Concern:
    """F9 or F12."""
    return Concern(**common(id, happened, unit=unit), person="", category=category, actions=frozenset())


def question(record: str, number: int, happened: str = DAY) -> SentBack:
    """A question that a manager asked about a record."""
    return SentBack(**common(f"{record}/{number}", happened))


def entry(id: str, happened: str = DAY, **more: Any) -> WrittenEntry:
    """F5, a good entry."""
    usual: dict[str, Any] = {"factual": "met", "in_order": "met", "minutes": 10}
    return WrittenEntry(**common(id, happened, unit=more.pop("unit", "alder-1")), **{**usual, **more})


def shift(id: str, happened: str, **more: Any) -> ShiftSigns:
    """F4, a calm shift."""
    usual: dict[str, Any] = {"rushed": False, "tired": False, "strained": False, "missed": 0}
    return ShiftSigns(**common(id, happened, unit=more.pop("unit", "alder-1")), **{**usual, **more})


def practice(id: str = "p", happened: str = DAY, **answers: Any) -> PracticeSigns:
    """F1 or F2."""
    return PracticeSigns(**common(id, happened), **answers)


def control_due(due: str, control: str = "mat", opened: str = on(1)) -> ControlDue:
    """A control on the list."""
    return ControlDue(**common(f"control/{control}/{due[:10]}", opened), control=control, due_at=at(due))


def checked(control: str, happened: str) -> ControlCheck:
    """A control looked at again."""
    return ControlCheck(**common(f"check-{happened}", happened), control=control, holds="met")


def incident(
    id: str = "i", happened: str = on(1), followed: str = "", to_learn: bool = True
) -> IncidentSigns:
    """F10."""
    return IncidentSigns(
        **common(id, happened), to_learn_from=to_learn, followed_at=at(followed) if followed else None
    )


def sheet(id: str, happened: str = DAY, met: int = 10, not_met: int = 0, **more: Any) -> AuditSigns:
    """F7: so many met, so many not."""
    usual = {"linked": False}
    questions = tuple(f"sample.q{number}" for number in range(not_met))
    return AuditSigns(
        **common(id, happened), met=met, scored=met + not_met, not_met=questions, **{**usual, **more}
    )


def said(id: str, happened: str = DAY, answer: Any = "met") -> ExperienceAnswer:
    """F6, one answer."""
    return ExperienceAnswer(**common(id, happened), question="6.06", answer=answer)


def visit(id: str, shortest: int | None, happened: str = DAY) -> VisitSigns:
    """F11."""
    return VisitSigns(**common(id, happened, unit=""), shortest_finding=shortest)


def action(id: str = "a", noted: str = on(1), number: int = 1, **more: Any) -> ActionSigns:
    """D1, complete and not due for long."""
    usual: dict[str, Any] = {"missing": (), "deadline": date(2026, 3, 31), "closed": False}
    return ActionSigns(**common(id, on(1)), last_noted=(number, at(noted)), **{**usual, **more})
