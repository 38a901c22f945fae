"""Writing of a staffing week: figures of a shift, the review of an exception, a change in needs. Jobs for
`Database.write`; every row is kept for good, with a line in the audit trail.
"""

import sqlite3
from datetime import date, datetime

import msgspec

import server.staffing.schema  # noqa: F401 the tables
from server.identity import audit
from server.identity.instants import at
from server.staffing.shift import ROLES, Figures, Shift


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """What a row is about, who writes it and why."""

    service: str
    unit: str
    day: date
    why: str
    who: str
    at: datetime


def type_shift(connection: sqlite3.Connection, place: Place, shift: str, figures: Figures) -> None:
    """Keep the figures of a shift; they stand for those typed before."""
    row = (
        {**_row(place), "shift": shift}
        | {f"planned_{role}": figures.planned[role] for role in ROLES}
        | {f"worked_{role}": figures.worked[role] for role in ROLES}
        | {"agency": figures.agency, "sick": figures.sick, "uncovered_hours": figures.uncovered_hours}
    )
    _insert(connection, "staffing_typed", row)
    _note(connection, place, f"figures of {place.day} {shift}")


def review_exception(
    connection: sqlite3.Connection, place: Place, shift: Shift, *, risk_assessed: bool
) -> None:
    """Keep that somebody reviewed what is there of a shift now, and whether its risk was assessed."""
    row = {**_row(place), "shift": shift.shift, "mark": shift.mark, "risk_assessed": int(risk_assessed)}
    review = _insert(connection, "staffing_review", row)
    if not shift.is_typed:
        connection.executemany(
            "INSERT INTO staffing_reviewed VALUES (?, ?, ?)",
            [(review, one.record, one.version) for one in shift.reviews],
        )
    said = "risk assessed" if risk_assessed else "risk not assessed"
    _note(connection, place, f"exception of {place.day} {shift.shift} reviewed, {said}")


def note_need(connection: sqlite3.Connection, place: Place, direction: str, people: int) -> None:
    """Keep that so many people of a unit need more, or less, than before."""
    _insert(connection, "staffing_need", {**_row(place), "direction": direction, "people": people})
    _note(connection, place, f"needs of {people} on {place.day}: {direction}")


def _row(place: Place) -> dict[str, object]:
    return {
        "service": place.service,
        "unit": place.unit,
        "day": place.day.isoformat(),
        "why": place.why,
        "who": place.who,
        "at": at(place.at),
    }


def _insert(connection: sqlite3.Connection, table: str, row: dict[str, object]) -> int:
    sql = f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"  # noqa: S608
    return int(connection.execute(sql, tuple(row.values())).lastrowid or 0)


def _note(connection: sqlite3.Connection, place: Place, details: str) -> None:
    audit.note(
        connection,
        "staffing_written",
        place.at,
        who=place.who,
        about=place.unit,
        details=details,
        service=place.service,
    )
