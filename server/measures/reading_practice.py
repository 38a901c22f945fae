"""Facts from what was watched, heard and visited (F1, F6, F11), and what followed from what was learned."""

import msgspec

from server.evidence.times import read_day, read_instant, start_of_day, write_instant
from server.measures.facts import (
    ControlDue,
    ExperienceAnswer,
    LearningItem,
    Outcome,
    PracticeSeen,
    Visit,
    Voice,
)
from server.measures.periods import ONE_DAY, ONE_SECOND
from server.measures.reading_records import Record, Source, keys_of, read_records
from server.measures.reading_samples import sample_forms
from server.review.standing import COUNTS

_CHANGE = "6.05"
_PARTS = ("safety_good", "staffing_good", "care_records_good")
_OF_A_VISIT = (*_PARTS, "findings", "findings.*", "previous", "previous.*.proof_seen")
_LOOKED_AT = ("met", "partly", "not_met")


def practice(source: Source) -> tuple[PracticeSeen, ...]:
    """F1. One that was stopped at once was made for nothing: nobody saw any practice."""
    questions = ("reason", "complaint", "person_agreed", "updated_guidance", "temporary_control")
    return tuple(
        PracticeSeen(
            **record.common(),
            reason=record.text("reason"),
            complaint=record.text("complaint"),
            cause="" if record.yes("person_agreed") is False else record.spawned_by,
            updated_guidance=record.scored("updated_guidance"),
            temporary_control=record.scored("temporary_control"),
        )
        for record in read_records(source, ["practice_observation"], questions)
    )


def voices(source: Source) -> tuple[Voice, ...]:
    """F6, F11: who noticed a change."""
    return tuple(
        Voice(**record.common(key), change=record.text(key), topic=record.text("linked_complaint"))
        for record, key, number in _said(source)
        if number == _CHANGE
    )


def experience(source: Source) -> tuple[ExperienceAnswer, ...]:
    """F6, F11: what people say about living here, with the question under its number in domain/4."""
    return tuple(
        ExperienceAnswer(
            **record.common(key),
            question=number,
            answer=record.scored(key),
            topic=record.text("linked_complaint"),
        )
        for record, key, number in _said(source)
        if number != _CHANGE
    )


def visits(source: Source) -> tuple[Visit, ...]:
    """F11. A visit that found nothing new and says so has its findings: what it saw of safety, staffing and records.

    It has follow-up evidence when the proof of some earlier action was looked at; of one that is not due there is none.
    """
    return tuple(_visit(record) for record in read_records(source, ["provider_visit"], _OF_A_VISIT))


def outcomes(source: Source) -> tuple[Outcome, ...]:
    """F1, F6, F7: of each action the last record that bears on it; whether one came later hangs on it alone."""
    forms = ["practice_observation", "lived_experience", *sample_forms(source)]
    seen, allowed = source.scope.records("v")
    actions = source.connection.execute(
        f"SELECT id FROM action WHERE service IN ({', '.join('?' * len(source.scope.services))})",  # noqa: S608
        source.scope.services,
    ).fetchall()
    last = f"""
        SELECT v.record, v.service, v.unit, v.happened_at, v.received_at
        FROM bearing b INDEXED BY bearing_by_action CROSS JOIN record_version v ON v.seq = b.seq
        WHERE b.action = ? AND v.service = (SELECT service FROM action WHERE id = b.action)
            AND v.form IN (SELECT value FROM json_each(?)) AND v.happened_at < ? AND {COUNTS} AND {seen}
        ORDER BY b.happened_at DESC, b.record DESC LIMIT 1
    """  # noqa: S608
    until = write_instant(source.as_of + ONE_DAY)
    found = []
    for action in actions:
        values = (action["id"], msgspec.json.encode(forms).decode(), until, *allowed)
        for row in source.connection.execute(last, values):
            found.append(
                Outcome(
                    id=f"{row['record']}/{action['id']}",
                    service=row["service"],
                    unit=row["unit"],
                    happened_at=read_instant(row["happened_at"]),
                    received_at=read_instant(row["received_at"]),
                    actions=frozenset({action["id"]}),
                )
            )
    return tuple(sorted(found, key=lambda outcome: outcome.id))


def learning(source: Source) -> tuple[LearningItem, ...]:
    """Learning messages of the list, and incidents that may teach something (F10). A message counts from the end of
    the day it was given, as the due list has it.
    """
    not_needed = {record.spawned_by for record in read_records(source, ["not_needed"], ["reason"])}
    messages = source.connection.execute(
        f"""
        SELECT id, service, fields, added_at FROM listed WHERE kind = 'learning_message'
            AND service IN ({", ".join("?" * len(source.scope.services))}) ORDER BY id
        """,  # noqa: S608
        source.scope.services,
    ).fetchall()
    found = []
    for row in messages:
        given = read_day(str(msgspec.json.decode(row["fields"]).get("given_at", "")))
        if given is not None and given >= source.since:
            learned_at = start_of_day(given + ONE_DAY) - ONE_SECOND
            found.append(
                LearningItem(
                    id=f"learning/{row['id']}",
                    service=row["service"],
                    happened_at=learned_at,
                    received_at=read_instant(row["added_at"]),
                    cause=f"learning/{row['id']}",
                    learned_at=learned_at,
                    not_needed=f"learning/{row['id']}" in not_needed,
                )
            )
    taught = [
        LearningItem(
            **record.common(),
            cause=f"{record.id}/observe",
            learned_at=record.happened_at,
            not_needed=f"{record.id}/observe" in not_needed,
        )
        for record in read_records(source, ["incident_record"], ["learning_likely"])
        if record.yes("learning_likely")
    ]
    return (*found, *taught)


def controls_due(source: Source) -> tuple[ControlDue, ...]:
    """The days by which controls on the list are to be looked at, less those that were ended or put off before."""
    seen, allowed = source.scope.due("d")
    rows = source.connection.execute(
        f"""
        SELECT d.id, d.cause, d.service, d.unit, d.opened_at, d.due_at FROM due_item d
        WHERE d.origin = 'control' AND d.taken_back = '' AND d.due_at >= ? AND {seen} ORDER BY d.id
        """,  # noqa: S608
        (write_instant(start_of_day(source.since)), *allowed),
    )
    return tuple(
        ControlDue(
            id=row["id"],
            service=row["service"],
            unit=row["unit"],
            happened_at=read_instant(row["opened_at"]),
            received_at=read_instant(row["opened_at"]),
            control=row["cause"],
            due_at=read_instant(row["due_at"]),
        )
        for row in rows
    )


def _said(source: Source) -> list[tuple[Record, str, str]]:
    """Every answer that counts for M12, with its key and the number of its question."""
    forms = ["lived_experience", "provider_visit"]
    counted = keys_of(source, forms, lambda question: "M12" in question.measures)
    return [
        (record, key, question.number)
        for record in read_records(source, forms, ["linked_complaint", *counted])
        for key, question in record.asked()
        if "M12" in question.measures
    ]


def _visit(record: Record) -> Visit:
    findings = [f"findings.{row}" for row in record.rows("findings")]
    seen = [record.text(part) for part in _PARTS]
    proofs = [record.text(f"previous.{row}.proof_seen") for row in record.rows("previous")]
    return Visit(
        **record.common(),
        findings=all(seen)
        and bool(record.chosen("findings"))
        and all(record.text(f"{row}.finding_what") for row in findings),
        actions=all(
            record.text(f"{row}.finding_action") and record.day(f"{row}.finding_by") for row in findings
        ),
        owners=all(
            record.chosen(f"{row}.finding_owner") or record.text(f"{row}.finding_owner_name")
            for row in findings
        ),
        follow_up=bool(record.chosen("previous"))
        and all(proofs)
        and (not proofs or any(proof in _LOOKED_AT for proof in proofs)),
    )
