"""What cases say to the measures: incident reviews (M14), safeguarding records (M13), the actions of concerns (M01b).

Given to whoever reads whole services; somebody who sees one unit, or what was chosen for a visitor, sees no case.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from server.cases.clocks import clocks, end_of
from server.cases.kinds import SAFEGUARDING
from server.cases.records import first_times
from server.cases.register import known
from server.cases.standing import facts, outcome
from server.desk_records.store import DeskRecord, Reach, read_register
from server.evidence.times import read_day, read_instant
from server.identity.scope import Scope
from server.measures import reading_samples
from server.measures.desk_facts import IncidentReview
from server.measures.facts import Answer, SafeguardingRecord
from server.measures.reading_records import Source

_DECISION = "Decision, the day the desk had it"


def reach_in(scope: Scope) -> Reach:
    """The services that a scope holds whole, and of those the ones with what few may see."""
    whole = [
        part
        for part in scope.parts
        if not (part.unit or part.forms or part.actions or part.since or part.until)
    ]
    return Reach(
        tuple(sorted({part.service for part in whole})),
        tuple(sorted({part.service for part in whole if part.restricted})),
    )


def incident_reviews(source: Source) -> tuple[IncidentReview, ...]:
    """Each review of a case, for every record that it held by then: what was added later was not reviewed."""
    found = []
    for case in read_register(source.connection, "case", reach_in(source.scope)):
        held = source.connection.execute(
            "SELECT record, at FROM case_record WHERE desk = ? ORDER BY record", (case.id,)
        ).fetchall()
        for act in case.every("reviewed"):
            at = read_instant(act.at)
            found += [
                IncidentReview(
                    id=f"{case.id}/{act.version}/{row['record']}",
                    service=case.service,
                    unit=case.unit,
                    happened_at=at,
                    received_at=at,
                    incident=row["record"],
                )
                for row in held
                if row["at"] <= act.at
            ]
    return tuple(found)


def safeguarding_records(source: Source) -> tuple[SafeguardingRecord, ...]:
    """The desk's safeguarding cases on the day their outcome review was due, and the samples (F7-SG) of what is kept
    elsewhere: a sample about a person who has a case at the desk by then is not counted beside it.
    """
    cases = [
        case
        for case in read_register(source.connection, "case", reach_in(source.scope))
        if case.kind == SAFEGUARDING
    ]
    times = first_times(source.connection, [case.id for case in cases])
    kept = [_of_case(source, case, times.get(case.id)) for case in cases]
    return (*(one for one in kept if one is not None), *_samples(source, cases))


def _samples(source: Source, cases: Iterable[DeskRecord]) -> list[SafeguardingRecord]:
    opened = [(case.service, case.now("person"), read_instant(case.opened_at)) for case in cases]
    samples = reading_samples.safeguarding_records(source)
    rows = source.connection.execute(
        """
        SELECT v.record, v.person
        FROM json_each(?) one CROSS JOIN record_version v INDEXED BY record_version_once ON v.record = one.value
        WHERE v.current = 1
        """,
        (msgspec.json.encode([sample.record for sample in samples]).decode(),),
    )
    people = {row["record"]: row["person"] for row in rows}

    def is_kept(sample: SafeguardingRecord) -> bool:
        person = people.get(sample.record, "")
        return any(
            person and (service, person) == (sample.service, about) and at <= sample.happened_at
            for service, about, at in opened
        )

    return [sample for sample in samples if not is_kept(sample)]


def _of_case(source: Source, case: DeskRecord, times: tuple[str, str] | None) -> SafeguardingRecord | None:
    """None while no day is set for its outcome review."""
    planned = case.last("outcome_set")
    day = read_day(planned.get("by")) if planned else None
    if day is None:
        return None
    due = end_of(day)
    reviewed = outcome(case)
    decided = [
        clock.done_at is not None and clock.done_at <= clock.due_at
        for clock in clocks(case, known(source.connection, case, times), source.as_of)
        if clock.what == _DECISION
    ]
    return SafeguardingRecord(
        id=case.id,
        service=case.service,
        unit=case.unit,
        happened_at=due,
        received_at=read_instant(case.opened_at),
        concern=_met(bool(facts(case)) and bool(case.now("affected"))),
        protection=_met(any(read_instant(act.at) <= due for act in case.every("control", "action_linked"))),
        decision=_met(all(decided)),
        outcome=_outcome(read_instant(reviewed.at) if reviewed else None, due, source.as_of),
    )


def _outcome(done_at: datetime | None, due: datetime, as_of: datetime) -> Answer:
    if done_at is None and as_of <= due:
        return "not_seen"
    return _met(done_at is not None and done_at <= due)


def _met(holds: bool) -> Answer:
    return "met" if holds else "not_met"
