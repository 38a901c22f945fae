"""What early-warning signs are told from, beside the facts that measures count (domain/3, 1.7).

Made from the projections by `reading*.py`. What the desk records of domain/2 1.5 will say is defined here as well, and
read by nothing before they exist: `readable` says which lists have a source.
"""

from collections.abc import Mapping
from datetime import date, datetime
from fractions import Fraction

import msgspec

from server.measures.fact import Fact
from server.measures.facts import (
    Answer,
    Concern,
    ControlCheck,
    ControlDue,
    ExperienceAnswer,
    FamilyUpdate,
)


class OversightEntry(Fact, frozen=True, kw_only=True):
    """F8. `escalated`: somebody was told. `looks_again`: who will, None where nobody has to; `reason`: its letters."""

    person: str
    is_new: bool
    escalated: bool
    looks_again: str | None
    reason: int


class OwedUpdate(Fact, frozen=True, kw_only=True):
    """A family contact that an F8 or F10 asked for. `cause` is that record; `settled_at` when somebody recorded one."""

    cause: str
    person: str
    due_at: datetime
    settled_at: datetime | None


class SentBack(Fact, frozen=True, kw_only=True):
    """A manager asked the author of a record for more. `id` is "<record>/<number of the question>"."""


class WrittenEntry(Fact, frozen=True, kw_only=True):
    """One entry that was looked at (F5, F7-RE). `minutes` from care to writing, None where one is missing."""

    factual: Answer
    in_order: Answer
    minutes: int | None = None


class ShiftSigns(Fact, frozen=True, kw_only=True):
    """F4. `missed` is how often support was late, cut short or missed; None when it is not said."""

    rushed: bool
    tired: bool
    strained: bool
    missed: int | None


class PracticeSigns(Fact, frozen=True, kw_only=True):
    """F1 (questions 1.20, 1.22, 1.42, 1.43) and F2 (2.31, under `understood`)."""

    updated_guidance: Answer = ""
    changed_practice: Answer = ""
    knows_control: Answer = ""
    knows_expectation: Answer = ""
    understood: Answer = ""


class IncidentSigns(Fact, frozen=True, kw_only=True):
    """F10. `followed_at`: when the first observation or sample that is linked to it happened."""

    to_learn_from: bool
    followed_at: datetime | None


class AuditSigns(Fact, frozen=True, kw_only=True):
    """F7, each kind. `not_met`: the questions that were; `linked`: the sheet names an action of the service, or bears
    on one.
    """

    met: int
    scored: int
    not_met: tuple[str, ...]
    linked: bool


class VisitSigns(Fact, frozen=True, kw_only=True):
    """F11: the letters of the shortest of its findings, None when there are none."""

    shortest_finding: int | None


class ActionSigns(Fact, frozen=True, kw_only=True):
    """D1 as it stands, made at `happened_at`. `missing` names what it lacks; `last_noted` is the number and the instant
    of the last row of its history.
    """

    missing: tuple[str, ...]
    deadline: date
    closed: bool
    last_noted: tuple[int, datetime]


class ProposedClosure(Fact, frozen=True, kw_only=True):
    """D2: a proposal to close an action. `evidence_after`: pieces dated after the day practice changed."""

    action: str
    evidence_after: int
    note: int


class ClosedAction(Fact, frozen=True, kw_only=True):
    """D2: an action closed at `happened_at`, and the questions of samples that it was to put right."""

    action: str
    questions: frozenset[str]


class ComplaintResponse(Fact, frozen=True, kw_only=True):
    """D4, to come: whether its reviewer marked the answer to a complaint as defensive. People judge that alone."""

    defensive: bool


class Minutes(Fact, frozen=True, kw_only=True):
    """D5, signed at `received_at`: how many challenges were put, how much of the summary stood in the one before
    (None = first), and the samples whose findings its rows answer.
    """

    kind: str
    challenges: int
    overlap: Fraction | None
    audits: frozenset[str] = frozenset()


KINDS: Mapping[str, str] = {
    "oversight": "senior oversight entries (F8)",
    "family_updates": "family contact checks (F3)",
    "owed_updates": "incident records and senior oversight entries (F10, F8)",
    "concerns": "safeguarding screens and immediate concerns (F9, F12)",
    "sent_back": "questions asked about records",
    "entries": "live record checks and recording samples (F5, F7)",
    "shifts": "shift reviews (F4)",
    "practice": "practice observations and handovers (F1, F2)",
    "controls_due": "the list of temporary controls",
    "control_checks": "temporary controls looked at again (F2, F4)",
    "incidents": "incident records (F10)",
    "experience": "lived-experience checks (F6)",
    "audits": "record samples (F7)",
    "visits": "provider visits (F11)",
    "actions": "the register of actions (D1)",
    "proposals": "closure tests (D2)",
    "closures": "closed actions (D2)",
    "responses": "the register of complaints and feedback (D4)",
    "minutes": "signed reviews and minutes (D5)",
}
"""Each list in words: what a sign waits for when it cannot be told yet."""


class SignalFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything read at one moment. `readable` are the lists that have a source today."""

    as_of: datetime
    oversight: tuple[OversightEntry, ...] = ()
    family_updates: tuple[FamilyUpdate, ...] = ()
    owed_updates: tuple[OwedUpdate, ...] = ()
    concerns: tuple[Concern, ...] = ()
    sent_back: tuple[SentBack, ...] = ()
    entries: tuple[WrittenEntry, ...] = ()
    shifts: tuple[ShiftSigns, ...] = ()
    practice: tuple[PracticeSigns, ...] = ()
    controls_due: tuple[ControlDue, ...] = ()
    control_checks: tuple[ControlCheck, ...] = ()
    incidents: tuple[IncidentSigns, ...] = ()
    experience: tuple[ExperienceAnswer, ...] = ()
    audits: tuple[AuditSigns, ...] = ()
    visits: tuple[VisitSigns, ...] = ()
    actions: tuple[ActionSigns, ...] = ()
    proposals: tuple[ProposedClosure, ...] = ()
    closures: tuple[ClosedAction, ...] = ()
    responses: tuple[ComplaintResponse, ...] = ()
    minutes: tuple[Minutes, ...] = ()
    readable: frozenset[str] = frozenset(KINDS)
