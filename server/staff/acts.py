"""What is done to members of staff. Each act is one transaction with its event in the audit trail.

Jobs for `Database.write`; who may do it was asked before (`powers.py`).
"""

import sqlite3
from datetime import datetime

import msgspec

from server.identity import audit, organisation, sessions
from server.identity.instants import read
from server.identity.organisation import new_id
from server.identity.permissions import Role
from server.staff.powers import Held
from server.staff.reading import NO_EMAIL, read_roles


class Given(msgspec.Struct, frozen=True):
    """A role to give: where ("" = all services, "" = the whole service), from when and perhaps until when."""

    role: Role
    service: str
    unit: str
    starts: datetime
    ends: datetime | None = None


def add(connection: sqlite3.Connection, name: str, email: str, given: Given, who: str, now: datetime) -> str:
    """Add somebody with their first role; their id. Raises `OrganisationError` when the email is in use."""
    staff = new_id()
    organisation.add_staff(connection, staff, name, email or f"{staff}{NO_EMAIL}")
    _give(connection, staff, given, now)
    audit.note(
        connection, "staff_added", now, who=who, about=staff, details=given.role, service=given.service
    )
    return staff


def give(connection: sqlite3.Connection, staff: str, given: Given, who: str, now: datetime) -> None:
    """Give somebody one more role."""
    _give(connection, staff, given, now)
    audit.note(connection, "role_given", now, who=who, about=staff, details=given.role, service=given.service)


def end(connection: sqlite3.Connection, staff: str, held: Held, who: str, now: datetime) -> bool:
    """End one role. False when somebody else did meanwhile."""
    if not _still_held(connection, staff, held, now):
        return False
    organisation.end_role(connection, held.id, now)
    audit.note(connection, "role_ended", now, who=who, about=staff, details=held.role, service=held.service)
    return True


def move(
    connection: sqlite3.Connection, staff: str, held: Held, service: str, unit: str, who: str, now: datetime
) -> bool:
    """End a role in one place and begin the same in another at the same instant; it ends when it would have. One that
    is to come begins there on its day. False as for `end`.
    """
    if not _still_held(connection, staff, held, now):
        return False
    organisation.end_role(connection, held.id, now)
    starts, ends = max(read(held.starts), now), read(held.ends) if held.ends else None
    _give(connection, staff, Given(held.role, service, unit, starts, ends), now)
    for place in dict.fromkeys((held.service, service)):
        audit.note(connection, "staff_moved", now, who=who, about=staff, details=held.role, service=place)
    return True


def leave(connection: sqlite3.Connection, staff: str, who: str, now: datetime) -> None:
    """Somebody leaves: PIN, keys and sessions end, and tablets forget them."""
    # While they still belong to their service: it is its managers who may read of it
    audit.note(connection, "staff_left", now, who=who, about=staff)
    connection.execute("DELETE FROM first_password WHERE staff = ?", (staff,))
    organisation.end_employment(connection, staff, now)


def sign_out(connection: sqlite3.Connection, staff: str, who: str, now: datetime) -> None:
    """End every desk session of somebody."""
    sessions.end_all(connection, staff, now)
    audit.note(connection, "signed_out_everywhere", now, who=who, about=staff)


def _give(connection: sqlite3.Connection, staff: str, given: Given, now: datetime) -> None:
    organisation.give_role(
        connection, staff, given.role, given.service or None, given.starts, given.ends, given.unit, now
    )


def _still_held(connection: sqlite3.Connection, staff: str, held: Held, now: datetime) -> bool:
    return held in read_roles(connection, staff) and not held.is_over(now)
