"""Tablets: enrolled with a code that works once, known by a cookie after that, taken out of use by a person.

A revoked tablet keeps its row and its token: it may still send what it holds (which is held), and may read
nothing. What it must do with what it stores follows from why it was revoked (`wipe`).
Jobs for `Database.write` and `Database.read`.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

import server.identity.tablet_schema  # noqa: F401 the columns
from server.identity import audit
from server.identity.instants import at
from server.identity.organisation import new_id, service_of_unit
from server.identity.signing_keys import revoke_keys_on
from sync import publish

CONDITIONS: Mapping[str, str] = {
    "encrypted": "Its storage is encrypted",
    "screen_lock": "It locks its own screen",
}
"""What must be true of a device before it becomes a tablet (domain/5, shared-tablet controls)."""

REASONS: Mapping[str, str] = {
    "lost": "It is lost or stolen",
    "retired": "It is no longer needed",
}
"""Why a tablet is taken out of use."""


class Tablet(msgspec.Struct, frozen=True):
    """An enrolled tablet, as its cookie names it. Handlers get it by the name `tablet`."""

    id: str
    name: str
    unit: str
    service: str
    service_name: str
    service_kind: str
    revoked: bool
    revoked_why: str
    heard_at: str

    @property
    def wipe(self) -> str:
        """What a revoked tablet does with its store: "now", once nothing waits to be sent, or "when_done", once
        no draft is left either.
        """
        return "now" if self.revoked_why == "lost" else "when_done"


def make_code(
    connection: sqlite3.Connection,
    code_hash: str,
    name: str,
    unit: str,
    who: str,
    now: datetime,
    minutes: int,
    replaces: str = "",
) -> None:
    """Keep a code that enrols one tablet, called `name`, in `unit`, within `minutes`. `replaces` is the id of the
    tablet whose work it takes over.
    """
    service = service_of_unit(connection, unit)
    connection.execute(
        """
        INSERT INTO enrolment_code (code_hash, name, unit, made_by, made_at, expires_at, replaces)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """,
        (code_hash, name, unit, who, at(now), at(now, minutes=minutes), replaces),
    )
    audit.note(connection, "code_made", now, who=who, about=name, service=service)


def enrol(
    connection: sqlite3.Connection,
    code_hash: str,
    token_hash: str,
    now: datetime,
    address: str,
    conditions: Sequence[str] = (),
) -> Tablet | None:
    """Use up a code and make its tablet, in one transaction. None if the code is unknown, used or too old."""
    code = connection.execute(
        """
        SELECT name, unit, made_by, replaces FROM enrolment_code
        WHERE code_hash = ? AND used_at = '' AND expires_at > ?
        """,
        (code_hash, at(now)),
    ).fetchone()
    if code is None:
        audit.note_some(connection, "code_refused", now, address=address)
        return None
    tablet = new_id()
    service = service_of_unit(connection, code["unit"])
    kept = " ".join(one for one in CONDITIONS if one in conditions)
    connection.execute(
        """
        INSERT INTO tablet (id, name, service, unit, token_hash, enrolled_at, conditions, replaces)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (tablet, code["name"], service, code["unit"], token_hash, at(now), kept, code["replaces"]),
    )
    connection.execute(
        "UPDATE enrolment_code SET used_at = ?, tablet = ? WHERE code_hash = ?", (at(now), tablet, code_hash)
    )
    _publish(connection, tablet)
    audit.note(connection, "tablet_enrolled", now, who=code["made_by"], about=tablet, address=address)
    return find(connection, token_hash)


def find(connection: sqlite3.Connection, token_hash: str) -> Tablet | None:
    """The tablet that holds this token, revoked or not."""
    row = connection.execute(
        """
        SELECT tablet.id, tablet.name, tablet.unit, tablet.service, service.name AS service_name,
            service.kind AS service_kind, tablet.revoked_at <> '' AS revoked, revoked_why, heard_at
        FROM tablet JOIN service ON service.id = tablet.service WHERE token_hash = ?
        """,
        (token_hash,),
    ).fetchone()
    return msgspec.convert(dict(row) | {"revoked": bool(row["revoked"])}, Tablet) if row else None


def hear(connection: sqlite3.Connection, tablet: str, now: datetime) -> None:
    """Write down that the tablet was heard of."""
    connection.execute("UPDATE tablet SET heard_at = ? WHERE id = ?", (at(now), tablet))


def name_is_taken(
    connection: sqlite3.Connection, name: str, unit: str, now: datetime, besides: str = ""
) -> bool:
    """Whether a tablet in use in the same service, `besides` one, has this name, or will by a code that still
    works: two "Oak" could not be told apart.
    """
    return bool(
        connection.execute(
            """
            SELECT 1 FROM tablet
            WHERE service = :service AND name = :name COLLATE NOCASE AND revoked_at = '' AND id <> :besides
            UNION ALL
            SELECT 1 FROM enrolment_code JOIN unit ON unit.id = enrolment_code.unit
            WHERE unit.service = :service AND enrolment_code.name = :name COLLATE NOCASE
                AND used_at = '' AND expires_at > :now
            """,
            {
                "service": service_of_unit(connection, unit),
                "name": name,
                "now": at(now),
                "besides": besides,
            },
        ).fetchone()
    )


def revoke(
    connection: sqlite3.Connection,
    tablet: str,
    services: Sequence[str],
    who: str,
    now: datetime,
    why: str = "retired",
) -> bool:
    """Take a tablet of one of `services` out of use, for a reason of `REASONS`; twice is fine, and a retired one
    may turn out to be lost. What a lost one signed counts no more when it comes in after that. False when there is
    none such.
    """
    row = connection.execute(
        "SELECT service, revoked_at, revoked_why FROM tablet WHERE id = ?", (tablet,)
    ).fetchone()
    if row is None or row["service"] not in services:
        return False
    if not row["revoked_at"]:
        connection.execute(
            "UPDATE tablet SET revoked_at = ?, revoked_by = ?, revoked_why = ? WHERE id = ?",
            (at(now), who, why, tablet),
        )
        _publish(connection, tablet)
        audit.note(connection, "tablet_revoked", now, who=who, about=tablet)
    if why == "lost" and row["revoked_why"] != "lost":
        connection.execute("UPDATE tablet SET revoked_why = 'lost' WHERE id = ?", (tablet,))
        revoke_keys_on(connection, tablet, why, now)
        audit.note(connection, "tablet_lost", now, who=who, about=tablet)
    return True


def rename(connection: sqlite3.Connection, tablet: str, name: str, who: str, now: datetime) -> bool:
    """Call a tablet by another name; its records go on naming it by its id. False when the name is taken."""
    row = connection.execute("SELECT name, unit FROM tablet WHERE id = ?", (tablet,)).fetchone()
    if name_is_taken(connection, name, row["unit"], now, tablet):
        return False
    if name != row["name"]:
        connection.execute("UPDATE tablet SET name = ? WHERE id = ?", (name, tablet))
        _publish(connection, tablet)
        audit.note(connection, "tablet_renamed", now, who=who, about=tablet)
    return True


def move(connection: sqlite3.Connection, tablet: str, unit: str, who: str, now: datetime) -> None:
    """Give a tablet to another unit of its own service. Raises `ValueError` for a unit of another: what it holds
    is of its service, and so are the records that still wait on it.
    """
    row = connection.execute("SELECT service, unit FROM tablet WHERE id = ?", (tablet,)).fetchone()
    if service_of_unit(connection, unit) != row["service"]:
        raise ValueError(f"the unit {unit} is not of the service {row['service']}")
    if unit != row["unit"]:
        connection.execute("UPDATE tablet SET unit = ? WHERE id = ?", (unit, tablet))
        _publish(connection, tablet)
        audit.note(connection, "tablet_moved", now, who=who, about=tablet)


def note_wiped(connection: sqlite3.Connection, tablet: str, now: datetime) -> bool:
    """A tablet out of use says that it has wiped its store; it counts once. False for one that is in use."""
    row = connection.execute("SELECT revoked_at, wiped_at FROM tablet WHERE id = ?", (tablet,)).fetchone()
    if not row["revoked_at"]:
        return False
    if not row["wiped_at"]:
        connection.execute("UPDATE tablet SET wiped_at = ? WHERE id = ?", (at(now), tablet))
        audit.note(connection, "tablet_wiped", now, about=tablet)
    return True


def is_wiped(connection: sqlite3.Connection, tablet: str) -> bool:
    """Whether a tablet out of use has said that it wiped its store."""
    row = connection.execute("SELECT wiped_at FROM tablet WHERE id = ?", (tablet,)).fetchone()
    return bool(row["wiped_at"])


def _publish(connection: sqlite3.Connection, tablet: str) -> None:
    """Tell the tablets of its service, itself among them, what this one is now."""
    row = connection.execute(
        "SELECT service, name, unit, revoked_at FROM tablet WHERE id = ?", (tablet,)
    ).fetchone()
    body = None if row["revoked_at"] else {"id": tablet, "name": row["name"], "unit": row["unit"]}
    publish(connection, row["service"], "tablet", tablet, body)
