"""Shifts as measures count them (M02, M07b): the floor's, with what was reviewed of them at the desk; where the floor
said nothing, what was typed there.
"""

import sqlite3
from collections.abc import Mapping
from datetime import date

import msgspec

import server.staffing.schema  # noqa: F401 the tables
from server.evidence.times import read_instant, start_of_day
from server.measures import reading_shifts
from server.measures.facts import ShiftStaffing
from server.measures.periods import window
from server.measures.reading_records import Source
from server.staffing.reading import read_decided, read_typed
from server.staffing.shift import Shift
from server.staffing.week import shifts_of


def shifts(source: Source) -> tuple[ShiftStaffing, ...]:
    """Every shift of the floor and of the desk. One that was reviewed at the desk is reviewed, and whether its risk was
    assessed is what was said there last; a shift review that was corrected since must be reviewed again.
    """
    decided = _decided(source.connection)
    floor = [
        msgspec.structs.replace(fact, reviewed=True, risk_assessed=decided[fact.id])
        if fact.id in decided
        else fact
        for fact in reading_shifts.shifts(source)
    ]
    said = {(fact.service, fact.unit, fact.day, fact.shift) for fact in floor if fact.enough is not None}
    typed = [
        _fact(service, shift)
        for service in source.scope.services
        for shift in _typed(source, service)
        if (service, shift.unit, shift.day, shift.shift) not in said
    ]
    return (*floor, *typed)


def _decided(connection: sqlite3.Connection) -> Mapping[str, bool]:
    """Whether the risk was assessed, by each record of which the version that stands was reviewed."""
    rows = connection.execute(
        """
        SELECT r.record, s.risk_assessed
        FROM staffing_reviewed r JOIN staffing_review s ON s.id = r.review
        CROSS JOIN record_version v INDEXED BY record_version_once ON v.record = r.record AND v.version = r.version
        WHERE v.current = 1 ORDER BY s.id
        """
    )
    return {row["record"]: bool(row["risk_assessed"]) for row in rows}


def _typed(source: Source, service: str) -> list[Shift]:
    period = window(source.since, max(source.since, date(source.as_of.year + 1, 1, 1)))
    scope = source.scope.within([service])
    typed, decided = (
        read_typed(source.connection, scope, period),
        read_decided(source.connection, scope, period),
    )
    return [shift for shift in shifts_of([], typed, decided) if shift.typed]


def _fact(service: str, shift: Shift) -> ShiftStaffing:
    last = shift.typed[-1]
    return ShiftStaffing(
        id=f"staffing-{last.id}",
        service=service,
        unit=shift.unit,
        happened_at=start_of_day(shift.day),
        received_at=read_instant(last.at),
        day=shift.day,
        shift=shift.shift,
        enough=last.figures.enough,
        reviewed=shift.decision is not None,
        risk_assessed=shift.decision is not None and shift.decision.risk_assessed,
        pressure="",
    )
