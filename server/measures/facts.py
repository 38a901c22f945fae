"""What measures count: one plain fact for each thing that a record says (domain/3 1.6, column "data").

Made from the projections by `reading*.py`, of the versions that stand alone; never from a body. Instants are UTC
datetimes, days are London days. What the desk records of domain/2 1.5 will say is in `desk_facts.py`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Literal

import msgspec

from server.measures.desk_facts import (
    AssuranceSummary,
    Closure,
    Complaint,
    IncidentReview,
    Review,
)
from server.measures.fact import Fact
from server.measures.periods import monday_of

Answer = Literal["met", "partly", "not_met", "not_seen", ""]
"""What a standard question was answered with; "" = not answered."""


class SampledConcern(Fact, frozen=True, kw_only=True):
    """F7-DE: one concern that was sampled. `timescale` is the setting that its urgency gives.

    `clock_is_right`: whether the sampler lets the two times decide (None = not answered); `reasoned`: it says why not.
    """

    first_sign_at: datetime | None
    told: bool | None
    told_at: datetime | None
    timescale: str
    clock_is_right: bool | None
    reasoned: bool


class OversightEntry(Fact, frozen=True, kw_only=True):
    """F8: one new entry of the senior on shift."""

    noticed_at: datetime | None
    told_at: datetime | None
    timescale: str


class CheckedAudit(Fact, frozen=True, kw_only=True):
    """F7-AU: what one audit was found to have."""

    findings_clear: Answer
    each_has_action: Answer
    owner_and_date: Answer
    impact_checked: Answer


class FamilyUpdate(Fact, frozen=True, kw_only=True):
    """F3: one check of a contact with family. `follows`: the record whose update this one was still owed ("" = none).

    `timescale` is the setting that says how soon; an update that was promised has its own `promised_by`.
    """

    who: str
    update_made: str
    known_at: datetime | None
    contacted_at: datetime | None
    promised_by: datetime | None
    timescale: str
    family_first: bool | None
    follows: str = ""


class PressureSample(Fact, frozen=True, kw_only=True):
    """F7-HP: what became of the support of one record sampled from a shift under pressure."""

    record_date: date | None
    shift: str
    support_was: tuple[str, ...]


class ShiftStaffing(Fact, frozen=True, kw_only=True):
    """F4 (and the desk's staffing week, D6): one shift. `day` is the one it began on.

    `enough`: worked at least what was planned, role by role (None = not said). `reviewed`: somebody at the desk looked
    at it; `risk_assessed`: somebody looked at how risky it was. `pressure` as the team leader rated it.
    """

    day: date
    shift: str
    enough: bool | None
    reviewed: bool
    risk_assessed: bool
    pressure: str


class PlanCheck(Fact, frozen=True, kw_only=True):
    """F7-CP: whether a care plan says what was learned from a complaint."""

    complaint: str
    updated: str
    updated_on: date | None


class PracticeSeen(Fact, frozen=True, kw_only=True):
    """F1: one observation. `cause` is the due item it was made for."""

    reason: str
    complaint: str
    cause: str
    updated_guidance: Answer
    temporary_control: Answer


class RecordingAnswer(Fact, frozen=True, kw_only=True):
    """F5, F7-RE: one answer about recording, of one entry that was looked at. `repeat`: the sampler says it was found
    before.
    """

    question: str
    answer: Answer
    repeat: bool = False


class ControlCheck(Fact, frozen=True, kw_only=True):
    """F2.G, F4.E: one temporary control looked at again; F1 1.23, with no control named."""

    control: str
    holds: Answer


class ControlDue(Fact, frozen=True, kw_only=True):
    """A control on the list, to be looked at again by `due_at`. It was put there, or changed, at `happened_at`."""

    control: str
    due_at: datetime


class Incident(Fact, frozen=True, kw_only=True):
    """F10: one incident. `learning`: whether there may be something to learn (None = not said)."""

    kind: str
    learning: bool | None


class Voice(Fact, frozen=True, kw_only=True):
    """F6, and those heard on a visit (F11): whether they noticed a change. `topic` = the complaint asked about."""

    change: str
    topic: str = ""


class ExperienceAnswer(Fact, frozen=True, kw_only=True):
    """F6, F11: one answer of somebody about living here."""

    question: str
    answer: Answer
    topic: str = ""


class AuditSheet(Fact, frozen=True, kw_only=True):
    """F7: how many of the scored questions of one sheet were met."""

    met: int
    scored: int


class SafeguardingRecord(Fact, frozen=True, kw_only=True):
    """F7-SG, later the case (D3) too: which of the four are there and in time. `outcome` "not_seen" = not due yet."""

    concern: Answer
    protection: Answer
    decision: Answer
    outcome: Answer


class Visit(Fact, frozen=True, kw_only=True):
    """F11: what a visit by the provider has. Each is whether it is there for every row that needs it."""

    findings: bool
    actions: bool
    owners: bool
    follow_up: bool


class Concern(Fact, frozen=True, kw_only=True):
    """F9 row, F12: somebody thought something was wrong. `actions` are those its record bears on."""

    person: str
    category: str
    actions: frozenset[str]


class Outcome(Fact, frozen=True, kw_only=True):
    """F1, F6, F7 (and D5): something seen afterwards that bears on `actions`."""

    actions: frozenset[str]


class LearningItem(Fact, frozen=True, kw_only=True):
    """Something learned that practice must be watched for: a learning message, or an incident that taught something.

    `cause` is the id of the due item; `not_needed` when somebody said why it need not be watched.
    """

    cause: str
    learned_at: datetime
    not_needed: bool = False


KINDS: Mapping[str, str] = {
    "sampled_concerns": "samples of changes in health (F7-DE)",
    "oversight_entries": "senior oversight entries (F8)",
    "checked_audits": "samples of audits (F7-AU)",
    "family_updates": "family contact checks (F3)",
    "pressure_samples": "samples of busy shifts (F7-HP)",
    "shifts": "shift reviews (F4)",
    "plan_checks": "samples of care plans (F7-CP)",
    "practice": "practice observations (F1)",
    "recording_answers": "live record checks and recording samples (F5, F7-RE)",
    "control_checks": "temporary controls looked at again (F2, F4, F1)",
    "controls_due": "the list of temporary controls",
    "incidents": "incident records (F10)",
    "voices": "lived-experience checks (F6)",
    "experience": "lived-experience checks (F6)",
    "audit_sheets": "record samples (F7)",
    "safeguarding_records": "safeguarding cases, and samples of safeguarding records (D3, F7-SG)",
    "visits": "provider visits (F11)",
    "concerns": "safeguarding screens and immediate concerns (F9, F12)",
    "outcomes": "records that show an outcome (F1, F6, F7)",
    "learning": "learning messages and incidents to learn from",
    "reviews": "signed reviews and minutes",
    "closures": "closed actions",
    "complaints": "the register of complaints and feedback",
    "incident_reviews": "signed incident reviews",
    "assurance": "signed monthly summaries",
}
"""Each list in words: what a measure needs when it says that there is nothing to count yet."""


class Facts(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Everything read at one moment. `readable` are the lists that have a source today; the others are empty, and a
    measure that needs one of them counts nothing. `as_of` tells what is due by now.
    """

    as_of: datetime
    services: tuple[str, ...] = ()
    sampled_concerns: tuple[SampledConcern, ...] = ()
    oversight_entries: tuple[OversightEntry, ...] = ()
    checked_audits: tuple[CheckedAudit, ...] = ()
    family_updates: tuple[FamilyUpdate, ...] = ()
    pressure_samples: tuple[PressureSample, ...] = ()
    shifts: tuple[ShiftStaffing, ...] = ()
    plan_checks: tuple[PlanCheck, ...] = ()
    practice: tuple[PracticeSeen, ...] = ()
    recording_answers: tuple[RecordingAnswer, ...] = ()
    control_checks: tuple[ControlCheck, ...] = ()
    controls_due: tuple[ControlDue, ...] = ()
    incidents: tuple[Incident, ...] = ()
    voices: tuple[Voice, ...] = ()
    experience: tuple[ExperienceAnswer, ...] = ()
    audit_sheets: tuple[AuditSheet, ...] = ()
    safeguarding_records: tuple[SafeguardingRecord, ...] = ()
    visits: tuple[Visit, ...] = ()
    concerns: tuple[Concern, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    learning: tuple[LearningItem, ...] = ()
    reviews: tuple[Review, ...] = ()
    closures: tuple[Closure, ...] = ()
    complaints: tuple[Complaint, ...] = ()
    incident_reviews: tuple[IncidentReview, ...] = ()
    assurance: tuple[AssuranceSummary, ...] = ()
    readable: frozenset[str] = frozenset(KINDS)

    # A chart asks each of these for every point

    @cached_property
    def shifts_by_week(self) -> Mapping[date, Sequence[ShiftStaffing]]:
        """The shifts that began in each week, by its Monday."""
        found: defaultdict[date, list[ShiftStaffing]] = defaultdict(list)
        for shift in self.shifts:
            found[monday_of(shift.day)].append(shift)
        return dict(found)

    @cached_property
    def rated_shifts(self) -> Mapping[tuple[str, date, str], set[str]]:
        """The pressure as it was rated, by service, day and shift."""
        found: defaultdict[tuple[str, date, str], set[str]] = defaultdict(set)
        for shift in self.shifts:
            if shift.pressure:
                found[shift.service, shift.day, shift.shift].add(shift.pressure)
        return dict(found)

    @cached_property
    def controls_looked_at(self) -> Mapping[str, Sequence[datetime]]:
        """When each control was looked at."""
        found: defaultdict[str, list[datetime]] = defaultdict(list)
        for check in self.control_checks:
            if check.control:
                found[check.control].append(check.happened_at)
        return dict(found)

    def listed(self, kind: str) -> tuple[Fact, ...]:
        """The facts of one list by its name."""
        found: tuple[Fact, ...] = getattr(self, kind)
        return found

    def of_unit(self, unit: str) -> "Facts":
        """The same with what is of one unit alone; what belongs to no unit stays."""
        return msgspec.structs.replace(
            self,
            **{kind: tuple(fact for fact in self.listed(kind) if fact.unit in ("", unit)) for kind in KINDS},
        )

    def about(self, complaint: str) -> "Facts":
        """The same with the voices alone that were asked about one complaint (M12, "answers on that topic")."""
        return msgspec.structs.replace(
            self,
            voices=tuple(voice for voice in self.voices if voice.topic == complaint),
            experience=tuple(answer for answer in self.experience if answer.topic == complaint),
        )
