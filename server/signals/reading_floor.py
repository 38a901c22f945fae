"""Facts for early-warning signs from what is written on the floor: F1, F2, F4, F5, F7, F8, F10, F11."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from server.measures.escalated_in_time import whole_minutes
from server.measures.reading_records import Record, Source, keys_of, read_records
from server.measures.reading_samples import sample_forms
from server.measures.support_under_pressure import HIGH
from server.signals.facts import (
    AuditSigns,
    IncidentSigns,
    OversightEntry,
    PracticeSigns,
    ShiftSigns,
    VisitSigns,
    WrittenEntry,
)

_NOT_LISTED = "not_listed"


def oversight(source: Source) -> tuple[OversightEntry, ...]:
    """F8, first entries and second looks. Nobody has to look again where checks are over, or were not asked about."""
    questions = ("entry", "contacted_who", "checks_every", "review_by", "decision_and_reason")
    return tuple(
        OversightEntry(
            **record.common(),
            person=record.person,
            is_new=record.text("entry") == "new",
            escalated=record.text("contacted_who") not in ("", "no_one_yet"),
            looks_again=record.text("review_by")
            if record.text("checks_every") not in ("", "no_more")
            else None,
            reason=len(record.text("decision_and_reason").strip()),
        )
        for record in read_records(source, ["senior_oversight"], questions)
    )


def entries(source: Source) -> tuple[WrittenEntry, ...]:
    """F5, a row for each entry looked at; F7-RE."""
    columns = ("facts_only", "order_clear", "care_at", "written_at")
    live = [
        WrittenEntry(
            **record.common(row),
            factual=record.scored(f"{row}.facts_only"),
            in_order=record.scored(f"{row}.order_clear"),
            minutes=_minutes(record.instant(f"{row}.care_at"), record.instant(f"{row}.written_at")),
        )
        for record in read_records(
            source, ["live_record_check"], ["entries", *(f"entries.*.{column}" for column in columns)]
        )
        for row in (f"entries.{name}" for name in record.rows("entries"))
    ]
    sampled = [
        WrittenEntry(
            **record.common(),
            factual=record.scored("factual_words"),
            in_order=record.scored("timeline_clear"),
        )
        for record in read_records(source, ["sample_recording"], ["factual_words", "timeline_clear"])
    ]
    return (*live, *sampled)


def shifts(source: Source) -> tuple[ShiftSigns, ...]:
    """F4."""
    questions = ("records_rushed", "tiredness", "pressure", "missed_support.*")
    return tuple(
        ShiftSigns(
            **record.common(),
            rushed=record.text("records_rushed") in ("some", "many"),
            tired=record.text("tiredness") == "serious",
            strained=record.text("pressure") in HIGH,
            missed=_missed(record),
        )
        for record in read_records(source, ["shift_review"], questions)
    )


def practice(source: Source) -> tuple[PracticeSigns, ...]:
    """F1 and F2."""
    watched = ("updated_guidance", "changed_practice", "knows_control", "knows_expectation")
    seen = [
        PracticeSigns(**record.common(), **{question: record.scored(question) for question in watched})
        for record in read_records(source, ["practice_observation"], watched)
    ]
    told = [
        PracticeSigns(**record.common(), understood=record.scored("understood"))
        for record in read_records(source, ["handover_check"], ["understood"])
    ]
    return (*seen, *told)


def incidents(source: Source) -> tuple[IncidentSigns, ...]:
    """F10. Followed by an observation or a sample that was asked for because of it, or that picks it; and by saying why
    practice need not be watched.
    """
    followed: dict[str, datetime] = {}
    forms = ["practice_observation", *sample_forms(source), "not_needed"]
    for record in read_records(source, forms, ["incident", "reason"]):
        for incident in {record.spawned_by.partition("/")[0], record.text("incident")} - {"", _NOT_LISTED}:
            followed[incident] = min(followed.get(incident, record.happened_at), record.happened_at)
    return tuple(
        IncidentSigns(
            **record.common(),
            to_learn_from=record.yes("learning_likely") is not False,
            followed_at=followed.get(record.id),
        )
        for record in read_records(source, ["incident_record"], ["learning_likely"])
    )


def audits(source: Source) -> tuple[AuditSigns, ...]:
    """F7, each kind. Linked: it names an open action, or bears on an action of its service."""
    forms = sample_forms(source)
    scored = keys_of(source, forms, lambda question: any(option.score for option in question.options))
    sheets = read_records(source, forms, ["action_open", *scored])
    bears = _bears(source, [record.id for record in sheets])
    found = []
    for record in sheets:
        scores = [(f"{record.form}.{question.id}", record.scored(key)) for key, question in record.asked()]
        met = sum(score == "met" for _, score in scores)
        short = sum(score in ("partly", "not_met") for _, score in scores)
        found.append(
            AuditSigns(
                **record.common(),
                met=met,
                scored=met + short,
                not_met=tuple(question for question, score in scores if score == "not_met"),
                linked=record.text("action_open") not in ("", _NOT_LISTED) or record.id in bears,
            )
        )
    return tuple(found)


def visits(source: Source) -> tuple[VisitSigns, ...]:
    """F11."""
    found = []
    for record in read_records(source, ["provider_visit"], ["findings", "findings.*.finding_what"]):
        lengths = [
            len(record.text(f"findings.{row}.finding_what").strip()) for row in record.rows("findings")
        ]
        found.append(VisitSigns(**record.common(), shortest_finding=min(lengths, default=None)))
    return tuple(found)


def _minutes(care_at: datetime | None, written_at: datetime | None) -> int | None:
    """From care to writing; an entry written before the care is no quick one."""
    if care_at is None or written_at is None or written_at < care_at:
        return None
    return whole_minutes(care_at, written_at)


def _missed(record: Record) -> int | None:
    counts = [
        number
        for key in record.answers
        if key.startswith("missed_support.") and (number := record.number(key)) is not None
    ]
    return sum(counts) if counts else None


def _bears(source: Source, records: Sequence[str]) -> frozenset[str]:
    """Those of the records that bear on an action of their own service."""
    rows = source.connection.execute(
        """
        SELECT DISTINCT b.record FROM json_each(?) asked CROSS JOIN bearing b ON b.record = asked.value
        JOIN record_version v ON v.seq = b.seq AND v.current = 1
        JOIN action a ON a.id = b.action AND a.service = v.service
        """,
        (msgspec.json.encode(records).decode(),),
    )
    return frozenset(row["record"] for row in rows)
