"""Logs of sampled records: F7 in its variants, and the feedback of F1 beside F7-RE."""

from server.named_logs.named_log import Column, NamedLog

_RECORD = Column("Record", ("record_reference", "record_date", "audit_scope", "how_sampled"))
_COMMON = Column("As a record", ("accurate", "written_in_time", "signed", "consistent"))
_FINDING = Column("Finding", ("finding", "repeat_finding"))
_FOLLOWS = Column(
    "What follows",
    ("action_needed", "action_wanted", "action_open", "impact_looked_for", "impact_check_by"),
)

OF_SAMPLES: tuple[NamedLog, ...] = (
    NamedLog(
        code="care-record-quality",
        name="Care record quality report",
        records=((19, "S1E1.4"),),
        purpose="Sampled concerns about a person’s health: told to a senior in time, looked at, followed up.",
        written_by="Registered manager, a sample each week (F7-DE)",
        forms=("sample_deterioration",),
        columns=(
            _RECORD,
            Column(
                "Timing",
                (
                    "first_sign_at", "senior_told", "senior_told_at", "urgency", "time_to_senior",
                    "within_timescale", "overruled_because",
                ),
            ),
            Column("Review and follow-up", ("senior_review", "follow_up_done", "risk_rose", "family_told")),
            _COMMON,
            _FINDING,
            _FOLLOWS,
        ),
        expected="deterioration",
        missing="No sample this week",
        rest="The report itself, with the manager’s judgement, is written and signed at the desk.",
    ),
    NamedLog(
        code="audit-workbook",
        name="Updated audit workbook",
        records=((23, "S1E2.3"),),
        purpose="Every sampled record, of whatever kind: what was found, whether it was found before, what follows.",
        written_by="Audit owners (F7)",
        forms=(
            "sample_deterioration", "sample_safeguarding", "sample_care_plan", "sample_pressure",
            "sample_contact", "sample_recording",
        ),
        columns=(_RECORD, _COMMON, _FINDING, _FOLLOWS),
    ),
    NamedLog(
        code="audit-effectiveness",
        name="Monthly audit effectiveness summary",
        records=((24, "S1E2.4"),),
        purpose="Audits that were themselves looked at: clear findings, actions, owners, impact checks.",
        written_by="Quality lead, once a month (F7-AU)",
        forms=("sample_audit",),
        columns=(
            _RECORD,
            Column("The audit", ("findings_clear", "each_has_action", "owner_and_date", "impact_checked")),
            Column("All four there", ("audit_sound",)),
            Column("Believable", ("known_risks_found", "score_believable")),
            _FINDING,
            _FOLLOWS,
        ),
        expected="audits",
        missing="No sample this month",
        rest="The summary itself, with the quality lead’s judgement, is written and signed at the desk.",
    ),
    NamedLog(
        code="contact-quality",
        name="Quality report (monthly sample of contact records vs themes)",
        records=((29, "S1E3.4"),),
        purpose="Sampled contact records: recorded, in time, and clear enough to show reassurance and consent.",
        written_by="Registered manager, once a month (F7-CM)",
        forms=("sample_contact",),
        columns=(
            _RECORD,
            Column(
                "The contact",
                (
                    "update_due", "contact_recorded", "contact_in_time", "contact_complete",
                    "matches_complaint",
                ),
            ),
            _COMMON,
            _FINDING,
            _FOLLOWS,
        ),
        expected="contact",
        missing="No sample this month",
        rest="The report itself, held against the themes of complaints, is written and signed at the desk.",
    ),
    NamedLog(
        code="operational-quality",
        name="Operational quality file",
        records=((32, "S2E1.2"),),
        purpose="Support delayed, shortened, missed or poorly evidenced on busy shifts.",
        written_by="Deputy, after a shift under high pressure (F7-HP)",
        forms=("sample_pressure",),
        columns=(
            _RECORD,
            Column("Shift", ("pressured_shift",)),
            Column("Support", ("support_was", "support_given", "effect")),
            Column("Cause", ("cause", "cause_words")),
            _COMMON,
            _FINDING,
            _FOLLOWS,
        ),
    ),
    NamedLog(
        code="care-planning-audit",
        name="Care planning audit file",
        records=((37, "S2E2.2"),),
        purpose="Learning from complaints and incidents that is, or is not, in the care plan.",
        written_by="Deputy, once a month (F7-CP)",
        forms=("sample_care_plan",),
        columns=(
            _RECORD,
            Column("What was to be learned", ("learning_from", "complaint", "incident", "learning_words")),
            Column(
                "The plan",
                ("plan_updated", "plan_updated_on", "plan_agreed", "staff_told", "preferences_there"),
            ),
            _COMMON,
            _FINDING,
            _FOLLOWS,
        ),
        expected="care_plans",
        missing="No sample this month",
    ),
    NamedLog(
        code="supervision-and-briefing",
        name="Supervision and staff briefing tracker",
        records=((64, "S4E1.4"),),
        purpose="How recording is sampled each week, and what staff were told after they were watched.",
        written_by="Deputy, a sample each week (F7-RE); whoever watched (F1)",
        forms=("sample_recording", "practice_observation"),
        columns=(
            Column("What", ("record_reference", "record_date", "routine", "staff_observed")),
            Column(
                "Recording",
                ("daily_record", "medicines_chart", "plan_in_date", "factual_words", "timeline_clear"),
            ),
            Column("Staff know", ("knows_reporting", "knows_expectation")),
            Column("Told to staff", ("feedback", "feedback_at", "feedback_not_yet", "staff_view", "staff_words")),
            Column("Supervision and coaching", ("next_step", "watch_again_by", "must_change")),
            Column("Finding", ("finding", "repeat_finding", "action_needed", "action_wanted")),
        ),
        expected="recording",
        missing="No recording sample this week",
    ),
)  # fmt: skip
