"""Logs of care that was watched, people who were heard and visits of the provider: F1, F5, F6, F11."""

from server.named_logs.named_log import Column, NamedLog

_CORE = (
    "follows_plan", "asked_and_told", "kind_and_private", "not_rushed", "safe_practice", "noticed_change",
    "record_matches",
)  # fmt: skip
_KNOWS = ("knows_person", "knows_reporting", "knows_control", "knows_expectation")
_NEXT = ("feedback", "feedback_at", "went_well", "must_change", "next_step", "watch_again_by")
_LEARNING = ("after_complaint", "after_incident", "after_safeguarding", "recheck")
_VISITOR = "Provider representative, once a month (F11)"

OF_PRACTICE: tuple[NamedLog, ...] = (
    NamedLog(
        code="practice-observation",
        name="Practice observation log",
        records=((39, "S2E2.4"),),
        purpose="What was seen when somebody watched care being given.",
        written_by="Senior staff (F1)",
        forms=("practice_observation",),
        columns=(
            Column("Why and what", ("reason", "routine", "staff_observed")),
            Column("With the person’s agreement", ("person_agreed", "stopped_because")),
            Column("The care", _CORE),
            Column("The updated plan", ("updated_guidance", "preferences_followed")),
            Column("What staff know", _KNOWS),
            Column("Feedback and next step", _NEXT),
        ),
    ),
    NamedLog(
        code="practice-monitoring",
        name="Practice monitoring sheet",
        records=((49, "S3E1.4"),),
        purpose="Live checks of records: what is better, what is uneven, who needs closer support.",
        written_by="Team leader, during the shift (F5)",
        forms=("live_record_check",),
        columns=(
            Column(
                "Records looked at",
                (
                    "entries.entry_person",
                    "entries.entry_kind",
                    "entries.write_delay",
                    "entries.written_in_time",
                    "entries.facts_only",
                    "entries.order_clear",
                    "entries.says_what_was_done",
                    "entries.passed_on",
                    "entries.matches",
                    "entries.own_login",
                ),
            ),
            Column("Better", ("improvement",)),
            Column("Still uneven", ("inconsistency", "gap_matters")),
            Column("Closer support", ("support_staff", "support_routine", "support_why", "coached_now")),
        ),
        expected="shift",
        missing="No live check",
    ),
    NamedLog(
        code="local-quality-review",
        name="Local quality review",
        records=((59, "S3E3.4"),),
        purpose="Fresh feedback and the change that was seen: what it is like here.",
        written_by="Team leader, activities staff or deputy (F6)",
        forms=("lived_experience",),
        columns=(
            Column("Who was heard, and how", ("who", "agreed", "how", "helped")),
            Column("Follows", ("linked_complaint", "since_what")),
            Column("Change", ("change", "worse_unsafe")),
            Column(
                "What they say",
                ("feels_safe", "help_comes", "the_way_i_like", "same_whoever", "listened_to", "who_to_tell"),
            ),
            Column("Own words", ("own_words",)),
            Column("What was seen", ("mood", "practice_changed", "uneven_where", "uneven_words")),
        ),
    ),
    NamedLog(
        code="practice-observation-audit",
        name="Practice observation audit",
        records=((69, "S4E2.4"),),
        purpose="Care watched because something was learned: is the new way of working there?",
        written_by="Clinical or care lead, within seven days of the learning (F1)",
        forms=("practice_observation",),
        columns=(
            Column("Why and what", ("reason", "complaint", "incident", "learning_reference", "routine")),
            Column("The new way", ("updated_guidance", "changed_practice", "temporary_control")),
            Column("What staff know", _KNOWS),
            Column("The care", _CORE),
            Column("Feedback and next step", _NEXT),
        ),
        only=(("reason", _LEARNING),),
    ),
    NamedLog(
        code="provider-visits",
        name="Provider oversight visit template",
        records=((71, "S4E3.1"),),
        purpose="What the provider saw and heard on its own visits.",
        written_by=_VISITOR,
        forms=("provider_visit",),
        columns=(
            Column("Safety", ("safety_seen", "safety_source", "safety_good")),
            Column("Staffing", ("staffing_seen", "staffing_source", "staffing_good")),
            Column("Care records", ("care_records_seen", "care_records_source", "care_records_good")),
            Column("Heard", ("people_heard", "staff_heard", "fewer_people_because", "fewer_staff_because")),
            Column("Followed end to end", ("traced",)),
            Column("What the manager says", ("manager_risks", "manager_progress")),
        ),
        expected="visit",
        missing="No visit",
    ),
    NamedLog(
        code="visit-report",
        name="Visit report",
        records=((73, "S4E3.3"),),
        purpose="What each visit says of earlier actions, what it found, and what changes.",
        written_by=_VISITOR,
        forms=("provider_visit",),
        columns=(
            Column("Earlier actions", ("previous",)),
            Column("New findings", ("findings",)),
            Column("More sure of", ("confidence_up",)),
            Column("Still a risk", ("risk_remains",)),
            Column("What changes", ("what_changes", "escalated_to", "escalated_because")),
        ),
        expected="visit",
        missing="No visit",
        rest="Closing an action is decided at the desk; the visit says what it saw.",
    ),
)
