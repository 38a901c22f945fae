"""Whose managers may read an event: those of the one service that it belongs to, as far as that is known."""

import sqlite3

_BY_ID = (
    "SELECT service FROM tablet WHERE id = ?",
    "SELECT unit.service FROM person JOIN unit ON unit.id = person.unit WHERE person.id = ?",
    "SELECT service FROM record_version WHERE record = ? AND current = 1 AND restricted = 0",
)


def service_of(connection: sqlite3.Connection, *, who: str, about: str, tablet: str, when: str) -> str:
    """The service of a tablet, a person, a record or a member of staff; "" when it is none, or more than one.

    What is about a concern about a manager belongs to none: only those who may see the concern read of it.
    """
    for id in (tablet, about):
        if id and (service := _found(connection, id)):
            return service
    if about and _is_restricted(connection, about):
        return ""
    return _of_staff(connection, who, when) or _of_staff(connection, about, when)


def is_known(connection: sqlite3.Connection, id: str) -> bool:
    """Whether there is a record or an action with this id: anything else in an address is what somebody typed."""
    sql = "SELECT 1 FROM record_version WHERE record = ? UNION ALL SELECT 1 FROM action WHERE id = ?"
    return connection.execute(f"{sql} LIMIT 1", (id, id)).fetchone() is not None


def _found(connection: sqlite3.Connection, id: str) -> str:
    rows = (connection.execute(sql, (id,)).fetchone() for sql in _BY_ID)
    return next((str(row[0]) for row in rows if row), "")


def _is_restricted(connection: sqlite3.Connection, record: str) -> bool:
    sql = "SELECT 1 FROM record_version WHERE record = ? AND restricted = 1"
    return connection.execute(sql, (record,)).fetchone() is not None


def _of_staff(connection: sqlite3.Connection, staff: str, when: str) -> str:
    """The one service in which they have a role; "" for whoever works in several, or in none."""
    if not staff:
        return ""
    rows = connection.execute(
        """
        SELECT DISTINCT service.id FROM staff_role
        JOIN service ON staff_role.service IS NULL OR staff_role.service = service.id
        WHERE staff_role.staff = ? AND (ends = '' OR ends > ?)
        """,
        (staff, when),
    ).fetchall()
    return str(rows[0][0]) if len(rows) == 1 else ""
