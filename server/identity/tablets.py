"""Tablets: enrolled with a code that works once, known by a cookie after that, taken out of use by a person.

A revoked tablet keeps its row and its token: it may still send what it holds (which is held), and may read
nothing.
Jobs for `Database.write` and `Database.read`.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from server.identity import audit
from server.identity.instants import at
from server.identity.organisation import new_id, service_of_unit
from sync import publish


class Tablet(msgspec.Struct, frozen=True):
    """An enrolled tablet, as its cookie names it. Handlers get it by the name `tablet`."""

    id: str
    name: str
    unit: str
    service: str
    service_name: str
    service_kind: str
    revoked: bool
    heard_at: str


def make_code(
    connection: sqlite3.Connection,
    code_hash: str,
    name: str,
    unit: str,
    who: str,
    now: datetime,
    minutes: int,
) -> None:
    """Keep a code that enrols one tablet, called `name`, in `unit`, within `minutes`."""
    service_of_unit(connection, unit)
    connection.execute(
        """
        INSERT INTO enrolment_code (code_hash, name, unit, made_by, made_at, expires_at)
        VALUES (?, ?, ?, ?, ?, ?)
        """,
        (code_hash, name, unit, who, at(now), at(now, minutes=minutes)),
    )
    audit.note(connection, "code_made", now, who=who, about=name)


def enrol(
    connection: sqlite3.Connection, code_hash: str, token_hash: str, now: datetime, address: str
) -> Tablet | None:
    """Use up a code and make its tablet, in one transaction. None if the code is unknown, used or too old."""
    code = connection.execute(
        """
        SELECT name, unit, made_by FROM enrolment_code
        WHERE code_hash = ? AND used_at = '' AND expires_at > ?
        """,
        (code_hash, at(now)),
    ).fetchone()
    if code is None:
        audit.note(connection, "code_refused", now, address=address)
        return None
    tablet = new_id()
    service = service_of_unit(connection, code["unit"])
    connection.execute(
        "INSERT INTO tablet (id, name, service, unit, token_hash, enrolled_at) VALUES (?, ?, ?, ?, ?, ?)",
        (tablet, code["name"], service, code["unit"], token_hash, at(now)),
    )
    connection.execute(
        "UPDATE enrolment_code SET used_at = ?, tablet = ? WHERE code_hash = ?", (at(now), tablet, code_hash)
    )
    publish(connection, service, "tablet", tablet, {"id": tablet, "name": code["name"], "unit": code["unit"]})
    audit.note(connection, "tablet_enrolled", now, who=code["made_by"], about=tablet, address=address)
    return find(connection, token_hash)


def find(connection: sqlite3.Connection, token_hash: str) -> Tablet | None:
    """The tablet that holds this token, revoked or not."""
    row = connection.execute(
        """
        SELECT tablet.id, tablet.name, tablet.unit, tablet.service, service.name AS service_name,
            service.kind AS service_kind, tablet.revoked_at <> '' AS revoked, heard_at
        FROM tablet JOIN service ON service.id = tablet.service WHERE token_hash = ?
        """,
        (token_hash,),
    ).fetchone()
    return msgspec.convert(dict(row) | {"revoked": bool(row["revoked"])}, Tablet) if row else None


def hear(connection: sqlite3.Connection, tablet: str, now: datetime) -> None:
    """Write down that the tablet was heard of."""
    connection.execute("UPDATE tablet SET heard_at = ? WHERE id = ?", (at(now), tablet))


def name_is_taken(connection: sqlite3.Connection, name: str, unit: str, now: datetime) -> bool:
    """Whether a tablet in use in the same service has this name, or will by a code that still works: two
    "Oak" could not be told apart.
    """
    return bool(
        connection.execute(
            """
            SELECT 1 FROM tablet
            WHERE service = :service AND name = :name COLLATE NOCASE AND revoked_at = ''
            UNION ALL
            SELECT 1 FROM enrolment_code JOIN unit ON unit.id = enrolment_code.unit
            WHERE unit.service = :service AND enrolment_code.name = :name COLLATE NOCASE
                AND used_at = '' AND expires_at > :now
            """,
            {"service": service_of_unit(connection, unit), "name": name, "now": at(now)},
        ).fetchone()
    )


def revoke(
    connection: sqlite3.Connection, tablet: str, services: Sequence[str], who: str, now: datetime
) -> bool:
    """Take a tablet of one of `services` out of use; twice is fine. False when there is none such."""
    row = connection.execute("SELECT service, revoked_at FROM tablet WHERE id = ?", (tablet,)).fetchone()
    if row is None or row["service"] not in services:
        return False
    if not row["revoked_at"]:
        connection.execute(
            "UPDATE tablet SET revoked_at = ?, revoked_by = ? WHERE id = ?", (at(now), who, tablet)
        )
        publish(connection, row["service"], "tablet", tablet, None)
        audit.note(connection, "tablet_revoked", now, who=who, about=tablet)
    return True
