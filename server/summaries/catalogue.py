"""The monthly summaries that the documents name (domain/2 1.3, D8): what each is about and what it counts.

`rows` are the numbers of domain/2 1.3. `parts` are those that a summary must hold (M07, S2E1).
"""

from collections.abc import Mapping

import msgspec

from server.measures.catalogue import MEASURES
from server.measures.each_month import JOINED


class SummaryKind(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of summary. `themes` () = all of them; `forms` () = every form of the floor."""

    code: str
    name: str
    about: str
    source: str
    rows: tuple[int, ...]
    themes: tuple[str, ...]
    measures: tuple[str, ...]
    forms: tuple[str, ...]
    parts: tuple[str, ...] = ()


_SAMPLES = (
    "sample_audit", "sample_care_plan", "sample_contact", "sample_deterioration", "sample_pressure",
    "sample_recording", "sample_safeguarding",
)  # fmt: skip
_ALL = (
    SummaryKind(
        code="safeguarding", name="Safeguarding theme summary",
        about="Concerns by kind, what came again, whether records are whole, what was done.",
        source="S0E1.1", rows=(1,), themes=("SG",), measures=("M01b", "M13"),
        forms=("safeguarding_screen", "immediate_concern", "sample_safeguarding"),
    ),
    SummaryKind(
        code="care_records", name="Care record quality report",
        about="Whether records are factual, in time and complete, and whether changes in health reach a senior.",
        source="S1E1.4", rows=(19,), themes=("RE", "DE", "CP"), measures=("M04", "M04-all", "M10", "M10-met"),
        forms=("live_record_check", "sample_recording", "sample_deterioration", "sample_care_plan"),
    ),
    SummaryKind(
        code="audits", name="Audit effectiveness summary",
        about="Whether audits find what matters and lead to action with an owner, a date and a check.",
        source="S1E2.4", rows=(24,), themes=("OV", "RE"), measures=("M05",), forms=_SAMPLES,
    ),
    SummaryKind(
        code="workforce", name="Workforce assurance summary",
        about="Staffing held beside missed care, what staff say and what people say.",
        source="S2E1.1", rows=(31,), themes=("ST",), measures=("M02-strict", "M02-managed", "M07b"),
        forms=("shift_review", "sample_pressure"), parts=JOINED,
    ),
    SummaryKind(
        code="monthly", name="Monthly assurance summary",
        about="Patterns that belong together: recording, care under pressure, what families are told.",
        source="S2E1.4, S3E1.5", rows=(34, 50), themes=(), measures=("M10", "M07b", "M06b", "M04-all"), forms=(),
    ),
    SummaryKind(
        code="recovery", name="Recovery assurance summary",
        about="Whether controls after an incident hold, and whether what was learned is seen in practice.",
        source="S3E2.5", rows=(55,), themes=("IL",),
        measures=("M11", "M11-recurrences", "M14-a", "M14-b", "M14b"),
        forms=("incident_record", "practice_observation"),
    ),
    SummaryKind(
        code="provider", name="Provider assurance report",
        about="What people and families say, held beside audits, visits and oversight.",
        source="S3E3.5", rows=(60,), themes=("OV", "CO", "CM"),
        measures=("M12", "M12-experience", "M12-gap", "M06b", "M09", "M09b", "M15"),
        forms=("lived_experience", "family_contact", "provider_visit"),
    ),
    SummaryKind(
        code="dashboard", name="Quality dashboard",
        about="Every measure of the service for the month.",
        source="S0E1.5, S4E2.5", rows=(5, 70), themes=(), measures=tuple(MEASURES), forms=(),
    ),
)  # fmt: skip
KINDS: Mapping[str, SummaryKind] = {kind.code: kind for kind in _ALL}

PARTS: Mapping[str, str] = {
    "rota_gaps": "Gaps in the rota",
    "dependency_changes": "Changes in what people need",
    "missed_care": "Signs of missed care",
    "staff_feedback": "What staff say",
    "complaints": "Complaints and feedback beside it",
}
"""The five parts of joined-up staffing assurance (S2E1) in words."""
