"""A command that only some may give: whose name it is given in, with their password, and what their roles allow."""

import sqlite3
from datetime import datetime

import msgspec

from server.identity.instants import at
from server.identity.organisation import OrganisationError
from server.identity.passwords import Passwords
from server.identity.permissions import MAY, Permission, Role
from sync import Database

_REFUSED = (
    "The email and the password do not belong together, or this is not theirs to do: check both, "
    "and their roles on the Staff page."
)


class Named(msgspec.Struct, frozen=True):
    """Who gives the command, and the services in which they may; `restricted`: where they see what few may."""

    staff: str
    services: tuple[str, ...]
    restricted: tuple[str, ...]


async def in_the_name_of(
    database: Database, email: str, password: str, permission: Permission, now: datetime
) -> Named:
    """Who has this email and password and may do this. Raises `OrganisationError`, in the same words for all faults."""
    kept = await database.read(lambda sql: _kept(sql, email, now))
    right = await Passwords().check(password, kept["hash"] if kept else None)
    if not right or kept is None:
        raise OrganisationError(_REFUSED)
    staff = str(kept["id"])
    services = await database.read(lambda sql: _services(sql, staff, permission, now))
    if not services:
        raise OrganisationError(_REFUSED)
    few = await database.read(lambda sql: _services(sql, staff, Permission.READ_RESTRICTED, now))
    return Named(staff, services, few)


def _kept(connection: sqlite3.Connection, email: str, now: datetime) -> sqlite3.Row | None:
    found: sqlite3.Row | None = connection.execute(
        """
        SELECT staff.id, password.hash FROM staff JOIN password ON password.staff = staff.id
        WHERE email = ? AND (left_at = '' OR left_at > ?)
        """,
        (email, at(now)),
    ).fetchone()
    return found


def _services(
    connection: sqlite3.Connection, staff: str, permission: Permission, now: datetime
) -> tuple[str, ...]:
    """Whole services only: a role in a single unit decides nothing for all of it."""
    rows = connection.execute(
        """
        SELECT staff_role.role, service.id FROM staff_role
        JOIN service ON staff_role.service IS NULL OR staff_role.service = service.id
        WHERE staff_role.staff = ? AND starts <= ? AND (ends = '' OR ends > ?) AND unit = ''
        """,
        (staff, at(now), at(now)),
    )
    return tuple(sorted({row["id"] for row in rows if permission in MAY[Role(row["role"])]}))
