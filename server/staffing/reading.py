"""A staffing week from the shift reviews of the floor and the desk's own tables. Jobs for `Database.read`."""

import sqlite3
from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any

import msgspec

import server.staffing.schema  # noqa: F401 the tables
from observation_forms import Catalogue
from server.complaints.received import count_received, read_items
from server.dated_settings.store import own_value_at
from server.evidence.times import day_in_london, write_instant
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY, Period, window
from server.measures.reading_records import Record, Source, read_records
from server.measures.reading_shifts import day_of_shift
from server.measures.support_under_pressure import AS_PLANNED
from server.staffing.shift import ROLES, Decided, Figures, ShiftReview, Typed
from server.staffing.week import Beside, Need, StaffingWeek, shifts_of

MISSED = ("personal_care", "meals", "medicines", "checks", "call_bells", "activities", "records")
ABSENCE = ("agency", "sick", "uncovered_hours")
_FIGURES = tuple(f"{grid}.{role}" for grid in ("staff_planned", "staff_worked") for role in ROLES)
_QUESTIONS = (
    *_FIGURES, *(f"staff_absence.{one}" for one in ABSENCE), *(f"missed_support.{kind}" for kind in MISSED),
    "short_risk_assessed", "pressure", "more_help", "staff_feeling", "tiredness", "records_rushed",
)  # fmt: skip


def read_staffing_week(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    service: str,
    week: Period,
    now: datetime,
) -> StaffingWeek:
    """The week as far as `scope` goes."""
    (found,) = read_staffing_weeks(connection, scope, catalogue, service, [week], now)
    return found


def read_staffing_weeks(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    service: str,
    weeks: Sequence[Period],
    now: datetime,
) -> list[StaffingWeek]:
    """Weeks that follow one another, read in one go."""
    scope, whole = scope.within([service]), window(weeks[0].start, weeks[-1].end)
    reviews = read_shift_reviews(connection, scope, catalogue, whole, now)
    typed, decided = read_typed(connection, scope, whole), read_decided(connection, scope, whole)
    needs, beside = (
        _needs(connection, scope, whole),
        _read_beside(connection, scope, catalogue, service, whole, now),
    )
    shifts = shifts_of(reviews, typed, decided)
    return [
        StaffingWeek(
            period=week,
            shifts=tuple(shift for shift in shifts if week.holds_day(shift.day)),
            needs=tuple(need for need in needs if week.holds_day(need.day)),
            beside=beside(week),
            expected=_expected(connection, service, week, now),
        )
        for week in weeks
    ]


def read_shift_reviews(
    connection: sqlite3.Connection, scope: Scope, catalogue: Catalogue, week: Period, now: datetime
) -> list[ShiftReview]:
    """F4 of the shifts that began in the week; a night is written up on the morning after."""
    source = Source(connection, scope, catalogue, week.start, now)
    records = [
        record
        for record in read_records(source, ["shift_review"], _QUESTIONS)
        if week.holds_day(day_of_shift(record))
    ]
    versions = _versions(connection, [record.id for record in records])
    return [_review(record, versions[record.id]) for record in records]


def read_typed(connection: sqlite3.Connection, scope: Scope, week: Period) -> list[Typed]:
    """Every row typed of a shift of the week, the last one last."""
    return [
        Typed(
            **_place(row),
            figures=Figures(
                planned={role: row[f"planned_{role}"] for role in ROLES},
                worked={role: row[f"worked_{role}"] for role in ROLES},
                agency=row["agency"],
                sick=row["sick"],
                uncovered_hours=row["uncovered_hours"],
            ),
        )
        for row in _rows(connection, "staffing_typed", scope, week)
    ]


def read_decided(connection: sqlite3.Connection, scope: Scope, week: Period) -> list[Decided]:
    """Every review of an exception of the week, the last one last."""
    return [
        Decided(**_place(row), mark=row["mark"], risk_assessed=bool(row["risk_assessed"]))
        for row in _rows(connection, "staffing_review", scope, week)
    ]


def _needs(connection: sqlite3.Connection, scope: Scope, week: Period) -> tuple[Need, ...]:
    rows = _rows(connection, "staffing_need", scope, week)
    return tuple(
        Need(
            id=row["id"],
            unit=row["unit"],
            day=date.fromisoformat(row["day"]),
            direction=row["direction"],
            people=row["people"],
            why=row["why"],
            who=row["who"],
            at=row["at"],
        )
        for row in rows
    )


def _read_beside(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    service: str,
    whole: Period,
    now: datetime,
) -> Callable[[Period], Beside]:
    """What stands beside the shifts of each week of `whole`."""
    source = Source(connection, scope, catalogue, whole.start, now)
    samples = read_records(source, ["sample_pressure"], ["support_was"])
    talks = read_records(source, ["lived_experience"], ["happened_at"])
    items = read_items(connection, service)

    def beside(week: Period) -> Beside:
        was = [one.chosen("support_was") for one in samples if week.holds(one.happened_at)]
        return Beside(
            samples=len(was),
            fell_short=sum(bool(one) and tuple(one) != (AS_PLANNED,) for one in was),
            talks=sum(week.holds(talk.happened_at) for talk in talks),
            received=count_received(items, week),
        )

    return beside


def _expected(connection: sqlite3.Connection, service: str, week: Period, now: datetime) -> int:
    """As M02 counts: a shift for each time of a handover, of the days that have begun."""
    times = own_value_at(connection, service, "handover_times", write_instant(week.opens_at)).split()
    last = min(week.end, day_in_london(now))
    return max(0, (last - week.start).days + 1) * min(len(times), 3)


def _review(record: Record, version: int) -> ShiftReview:
    return ShiftReview(
        record=record.id,
        version=version,
        unit=record.unit,
        day=day_of_shift(record),
        shift=record.shift,
        figures=Figures(
            planned={role: record.number(f"staff_planned.{role}") for role in ROLES},
            worked={role: record.number(f"staff_worked.{role}") for role in ROLES},
            **{one: record.number(f"staff_absence.{one}") for one in ABSENCE},
        ),
        accepted=record.reviewed,
        risk_assessed=record.yes("short_risk_assessed") is True,
        pressure=record.text("pressure"),
        missed={
            kind: count for kind in MISSED if (count := record.number(f"missed_support.{kind}") or 0) > 0
        },
        more_help=len(record.rows("more_help")),
        feeling=record.text("staff_feeling"),
        tiredness=record.text("tiredness"),
        rushed=record.text("records_rushed"),
    )


def _versions(connection: sqlite3.Connection, records: Sequence[str]) -> dict[str, int]:
    rows = connection.execute(
        """
        SELECT v.record, v.version
        FROM json_each(?) one CROSS JOIN record_version v INDEXED BY record_version_once ON v.record = one.value
        WHERE v.current = 1
        """,
        (msgspec.json.encode(records).decode(),),
    )
    return {row["record"]: row["version"] for row in rows}


def _rows(connection: sqlite3.Connection, table: str, scope: Scope, week: Period) -> list[sqlite3.Row]:
    seen, values = scope.places("service", "unit")
    return connection.execute(
        f"SELECT * FROM {table} WHERE {seen} AND day >= ? AND day < ? ORDER BY id",  # noqa: S608
        (*values, week.start.isoformat(), (week.end + ONE_DAY).isoformat()),
    ).fetchall()


def _place(row: sqlite3.Row) -> dict[str, Any]:
    names = ("id", "unit", "shift", "why", "who", "at")
    return {name: row[name] for name in names} | {"day": date.fromisoformat(row["day"])}
