"""Facts from what is written on the floor every shift: F2, F3, F4, F5, F8, F9, F10 and F12."""

from collections.abc import Sequence
from datetime import date, timedelta

from observation_forms import Question
from server.evidence.times import LONDON
from server.measures.facts import (
    Concern,
    ControlCheck,
    FamilyUpdate,
    Incident,
    OversightEntry,
    RecordingAnswer,
    ShiftStaffing,
)
from server.measures.reading_newest import read_newest
from server.measures.reading_records import Common, Record, Source, by_days, keys_of, read_records

# What an update to family that was still owed is opened as (F3, [[spawns]])
STILL_OWED = ("who_may_be_told", "try_again", "promise_open")
_ROLES = ("senior", "carer", "other")
_NOON = 12
_SHORT = ("partly", "not_met")
# What says something about recording (F5, F7-RE)
_RECORDING = ("live_record_check", "sample_recording")


def oversight_entries(source: Source) -> tuple[OversightEntry, ...]:
    """F8, new entries alone: a second look is of the same change."""
    questions = ("entry", "noticed_at", "told_at", "urgency")
    return tuple(
        OversightEntry(
            **record.common(),
            noticed_at=record.instant("noticed_at"),
            told_at=record.instant("told_at"),
            timescale=record.timescale("urgency"),
        )
        for record in read_records(source, ["senior_oversight"], questions)
        if record.text("entry") == "new"
    )


def family_updates(source: Source) -> tuple[FamilyUpdate, ...]:
    """F3."""
    questions = (
        "who", "what_happened", "known_at", "promised_by", "update_made", "contacted_at", "family_first",
    )  # fmt: skip
    return tuple(
        FamilyUpdate(
            **record.common(),
            who=record.text("who"),
            update_made=record.text("update_made"),
            known_at=record.instant("known_at"),
            contacted_at=record.instant("contacted_at"),
            promised_by=record.instant("promised_by"),
            timescale=record.timescale("what_happened"),
            family_first=record.yes("family_first"),
            follows=_follows(record),
        )
        for record in read_records(source, ["family_contact"], questions)
    )


@by_days(ShiftStaffing)
def shifts(source: Source) -> tuple[ShiftStaffing, ...]:
    """F4. Reviewed: somebody at the desk read it, or accepted it as evidence, as it stands now."""
    cells = [f"{grid}.{role}" for grid in ("staff_planned", "staff_worked") for role in _ROLES]
    questions = (*cells, "short_risk_assessed", "pressure")
    return tuple(
        ShiftStaffing(
            **record.common(),
            day=day_of_shift(record),
            shift=record.shift,
            enough=_enough(record),
            reviewed=record.reviewed,
            risk_assessed=record.yes("short_risk_assessed") is True,
            pressure=record.text("pressure"),
        )
        for record in read_records(source, ["shift_review"], questions)
    )


def recording_answers(source: Source) -> tuple[RecordingAnswer, ...]:
    """F5 and F7-RE: each answer that counts for M10, with the question under the name of its form. Of the days that
    are looked back, the newest finding of each question in each unit: a later one repeats it, or none.
    """
    return (*earlier_findings(source), *_answers(source.told_of))


def _answers(source: Source) -> list[RecordingAnswer]:
    counted = keys_of(source, _RECORDING, _is_counted)
    return [
        RecordingAnswer(
            **record.common(key),
            question=f"{record.form}.{question.id}",
            answer=record.scored(key),
            repeat=record.text("repeat_finding") == "yes",
        )
        for record in read_records(source, _RECORDING, ["repeat_finding", *counted])
        for key, question in record.asked()
        if _is_counted(question)
    ]


def earlier_findings(source: Source) -> list[RecordingAnswer]:
    """Of the days that are looked back, the newest finding of each question in each unit."""
    if not source.looked_back:
        return []
    newest: dict[tuple[str, str, str], RecordingAnswer] = {}
    counted = keys_of(source, _RECORDING, _is_counted)
    for one in read_newest(source, _RECORDING, counted, _short_codes(source, _RECORDING)):
        option = one.question.by_code.get(one.value)
        if option is None or not _is_counted(one.question) or option.score not in _SHORT:
            continue
        finding = RecordingAnswer(
            id=f"{one.record}/{one.key}",
            service=one.service,
            unit=one.unit,
            happened_at=one.happened_at,
            received_at=one.received_at,
            question=f"{one.form}.{one.question.id}",
            answer="partly" if option.score == "partly" else "not_met",
        )
        place = finding.service, finding.unit, finding.question
        if place not in newest or (newest[place].happened_at, newest[place].id) < (
            finding.happened_at,
            finding.id,
        ):
            newest[place] = finding
    return sorted(newest.values(), key=lambda finding: finding.id)


def _is_counted(question: Question) -> bool:
    return "M10" in question.measures


def _short_codes(source: Source, forms: Sequence[str]) -> list[str]:
    return sorted(
        {
            option.code
            for form in source.catalogue.forms()
            if form.definition.form in forms
            for question in form.definition.questions()
            if _is_counted(question)
            for option in question.options
            if option.score in _SHORT
        }
    )


@by_days(ControlCheck)
def control_checks(source: Source) -> tuple[ControlCheck, ...]:
    """F2.G and F4.E, a row for each control; F1 1.23, where no control is named."""
    rows = [
        ControlCheck(
            **record.common(f"controls.{control}"),
            control=control,
            holds=record.scored(f"controls.{control}.control_holds"),
        )
        for record in read_records(
            source, ["handover_check", "shift_review"], ["controls", "controls.*.control_holds"]
        )
        for control in record.rows("controls")
    ]
    seen = [
        ControlCheck(**record.common(), control="", holds=record.scored("temporary_control"))
        for record in read_records(source, ["practice_observation"], ["temporary_control"])
        if record.answers
    ]
    return (*rows, *seen)


def incidents(source: Source) -> tuple[Incident, ...]:
    """F10."""
    return tuple(
        Incident(
            **record.common(),
            kind=record.text("kind"),
            learning=record.yes("learning_likely"),
        )
        for record in read_records(source, ["incident_record"], ["kind", "learning_likely"])
    )


def concerns(source: Source) -> tuple[Concern, ...]:
    """F9, an entry at a time, those screened as no concern left out; F12."""
    raised = read_records(source, ["immediate_concern"], ["what"])
    columns = [f"found.*.{column}" for column in ("found_person", "found_kind", "decision")]
    screened = read_records(source, ["safeguarding_screen"], ["notes_of", "found", *columns])
    actions = _actions_of(source, [*raised, *screened])
    rows = [
        Concern(
            **_of_whole_home(record.common(f"found.{row}"), record),
            person=record.text(f"found.{row}.found_person"),
            category=record.text(f"found.{row}.found_kind"),
            actions=actions.get(record.id, frozenset()),
        )
        for record in screened
        for row in record.rows("found")
        if record.text(f"found.{row}.decision") != "no_concern"
    ]
    alone = [
        Concern(
            **record.common(),
            person=record.person,
            category=record.text("what"),
            actions=actions.get(record.id, frozenset()),
        )
        for record in raised
    ]
    return (*alone, *rows)


def _of_whole_home(common: Common, record: Record) -> Common:
    """The notes of the whole home say nothing of a unit."""
    return {**common, "unit": ""} if record.text("notes_of") == "home" else common


def _follows(record: Record) -> str:
    before, _, spawn = record.spawned_by.partition("/")
    return before if spawn in STILL_OWED else ""


def _enough(record: Record) -> bool | None:
    pairs = [
        (record.number(f"staff_planned.{role}"), record.number(f"staff_worked.{role}")) for role in _ROLES
    ]
    if any(planned is None or worked is None for planned, worked in pairs):
        return None
    return all(planned <= worked for planned, worked in pairs if planned is not None and worked is not None)


def day_of_shift(record: Record) -> date:
    """A night that is written up in the morning began the day before."""
    shown = record.happened_at.astimezone(LONDON)
    return shown.date() - timedelta(days=int(record.shift == "night" and shown.hour < _NOON))


def _actions_of(source: Source, records: list[Record]) -> dict[str, frozenset[str]]:
    """The actions of their own service that records bear on, or that a case which holds them leads to."""
    found: dict[str, set[str]] = {}
    for record in records:
        rows = source.connection.execute(
            """
            SELECT b.action FROM bearing b JOIN action a ON a.id = b.action WHERE b.record = ? AND a.service = ?
            UNION SELECT json_extract(s.said, '$.action') AS action FROM case_record c
                JOIN desk_act d ON d.desk = c.desk AND d.what = 'action_linked'
                JOIN desk_said s ON s.desk = d.desk AND s.version = d.version WHERE c.record = ?
            """,
            (record.id, record.service, record.id),
        )
        found.setdefault(record.id, set()).update(row["action"] for row in rows)
    return {record: frozenset(actions) for record, actions in found.items()}
