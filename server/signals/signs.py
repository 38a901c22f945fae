"""Every early-warning sign of domain/3 1.7 by its code: its name, its sources, what it is told from.

A row of the table that names several signs has a letter for each. To give a waiting sign its source: a reader in
`reading.READERS`; it then shows by itself.
"""

from collections.abc import Mapping

import msgspec

from server.signals import (
    about_oversight,
    about_people,
    about_recording,
    about_safety,
    about_shifts,
    at_the_desk,
)
from server.signals.facts import KINDS, SignalFacts
from server.signals.rule import Given, Rule
from server.signals.signal import Kind, Signal


class Sign(msgspec.Struct, frozen=True, kw_only=True):
    """One sign. `row` counts the rows of the table from 1; `fired_by` is what the ids of its signals name,
    `about` what each is about.
    """

    code: str
    name: str
    source: str
    row: int
    themes: tuple[str, ...]
    needs: tuple[str, ...]
    rule: Rule
    fired_by: Kind = "record"
    about: str = "record"

    def waits_for(self, facts: SignalFacts) -> str:
        """ "It needs closure tests (D2), not kept here yet.", "" when all it needs has a source."""
        missing = [KINDS[kind] for kind in self.needs if kind not in facts.readable]
        return f"It needs {' and '.join(missing)}, not kept here yet." if missing else ""


_ALL = (
    Sign(
        code="W01", row=1, name="Small changes in one person add up", source="S1E1", themes=("DE",),
        needs=("oversight",), rule=about_people.low_level_changes, about="person",
    ),
    Sign(
        code="W02", row=2, name="Senior review is not clear", source="S1E1", themes=("DE",),
        needs=("oversight",), rule=about_people.unclear_review,
    ),
    Sign(
        code="W03", row=3, name="Families ask before they are told", source="S1E1, S1E3", themes=("CM",),
        needs=("family_updates",), rule=about_people.family_asked_first, about="service",
    ),
    Sign(
        code="W04", row=4, name="Contact with family is missing", source="S1E3", themes=("CM",),
        needs=("owed_updates",), rule=about_people.contact_missing,
    ),
    Sign(
        code="W05a", row=5, name="The same safeguarding concern again", source="S0E1, S4E1", themes=("SG",),
        needs=("concerns",), rule=about_safety.repeated_theme, about="category",
    ),
    Sign(
        code="W05b", row=5, name="A record is sent back again and again", source="S0E1, S4E1", themes=("SG", "RE"),
        needs=("sent_back",), rule=about_safety.sent_back,
    ),
    Sign(
        code="W06", row=6, name="Vague wording or no clear timeline", source="S4E1", themes=("RE", "SG"),
        needs=("entries",), rule=about_recording.vague_wording, about="unit",
    ),
    Sign(
        code="W07", row=7, name="An action is not complete", source="S0E1, S1E2", themes=("OV",),
        needs=("actions",), rule=about_oversight.vague_action, fired_by="action", about="action",
    ),
    Sign(
        code="W08", row=8, name="A closure is proposed without evidence or in few words", source="S0E3",
        themes=("OV",), needs=("proposals",), rule=at_the_desk.vague_closure, fired_by="action", about="action",
    ),
    Sign(
        code="W09", row=9, name="The same gap after its action was closed", source="S0E3, S3E1",
        themes=("OV", "RE"), needs=("closures", "audits"), rule=at_the_desk.gap_after_closure, about="action",
    ),
    Sign(
        code="W10a", row=10, name="Records are written long after the care", source="S0E2, S2E1", themes=("RE", "ST"),
        needs=("entries",), rule=about_recording.written_late, about="unit",
    ),
    Sign(
        code="W10b", row=10, name="Records are rushed", source="S0E2, S2E1", themes=("RE", "ST"),
        needs=("shifts",), rule=about_recording.records_rushed, about="unit",
    ),
    Sign(
        code="W11a", row=11, name="Support is missed more than usual", source="S0E2, S2E1", themes=("ST",),
        needs=("shifts",), rule=about_shifts.support_missed, about="unit",
    ),
    Sign(
        code="W11b", row=11, name="Tired staff or unsafe pressure", source="S0E2, S2E1", themes=("ST",),
        needs=("shifts",), rule=about_shifts.strain, about="unit",
    ),
    Sign(
        code="W12", row=12, name="Old routines, or changed guidance not known", source="S2E2, S4E2",
        themes=("CO", "IL"), needs=("practice",), rule=about_shifts.old_routines,
    ),
    Sign(
        code="W13a", row=13, name="A temporary control was not looked at again", source="S3E2", themes=("IL",),
        needs=("controls_due", "control_checks"), rule=about_safety.control_overdue, fired_by="control",
        about="control",
    ),
    Sign(
        code="W13b", row=13, name="An incident is not followed by watching practice", source="S3E2", themes=("IL",),
        needs=("incidents",), rule=about_safety.incident_not_followed,
    ),
    Sign(
        code="W14", row=14, name="The control is known, the expectation is not", source="S3E2", themes=("IL",),
        needs=("practice",), rule=about_shifts.only_the_control,
    ),
    Sign(
        code="W15", row=15, name="Good audits, poor experience", source="S3E3", themes=("CO",),
        needs=("audits", "experience"), rule=about_oversight.audits_better_than_experience, about="service",
    ),
    Sign(
        code="W16", row=16, name="A defensive answer to a complaint", source="S3E3", themes=("CO",),
        needs=("responses",), rule=at_the_desk.defensive_response, fired_by="complaint",
        about="complaint",
    ),
    Sign(
        code="W17", row=17, name="An action is overdue and nobody says why", source="S4E2, S4E3", themes=("OV",),
        needs=("actions",), rule=about_oversight.overdue_in_silence, fired_by="action", about="action",
    ),
    Sign(
        code="W18a", row=18, name="A meeting without a challenge", source="S2E3", themes=("OV",),
        needs=("minutes",), rule=at_the_desk.no_challenge, fired_by="review", about="review",
    ),
    Sign(
        code="W18b", row=18, name="The same summary again", source="S2E3", themes=("OV",),
        needs=("minutes",), rule=at_the_desk.repeated_summary, fired_by="review", about="review",
    ),
    Sign(
        code="W18c", row=18, name="Vague notes of a visit", source="S4E3", themes=("OV",),
        needs=("visits",), rule=about_oversight.vague_visit,
    ),
    Sign(
        code="W19", row=19, name="An audit finding without an action", source="S4E3", themes=("OV",),
        needs=("audits", "minutes"), rule=about_oversight.finding_without_action,
    ),
)  # fmt: skip
SIGNS: Mapping[str, Sign] = {sign.code: sign for sign in _ALL}


def signals(given: Given) -> list[Signal]:
    """Every signal that the facts fire and nobody answered for, the newest first."""
    found = [
        signal
        for sign in SIGNS.values()
        if not sign.waits_for(given.facts)
        for signal in sign.rule(sign.code, given)
    ]
    return sorted(found, key=lambda signal: (signal.fired_at, signal.id), reverse=True)
