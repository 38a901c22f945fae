"""Who works here, as the desk lists them. Jobs for `Database.read`."""

import sqlite3
from datetime import datetime

import msgspec

import server.staff.schema  # noqa: F401 the table
from server.identity.instants import at
from server.identity.permissions import ROLE_NAMES, Role
from server.identity.viewer import Viewer
from server.staff.powers import Held, Powers, powers_of

# What is kept of somebody without an email: nobody can have this one (RFC 2606)
NO_EMAIL = "@no-email.invalid"


class SignIn(msgspec.Struct, frozen=True):
    """When somebody last signed in with the server's knowledge, and on which tablet ("" = at the desk)."""

    at: str
    tablet: str


class Person(msgspec.Struct, frozen=True):
    """A member of staff. `pin`: "set", "first" (not used yet), "late" (a first PIN that is too old) or "none"."""

    id: str
    name: str
    email: str
    left_at: str
    pin: str
    first_pin_until: str
    has_password: bool
    code_until: str
    sessions: int
    seen: SignIn | None
    roles: tuple[Held, ...]

    def roles_now(self, now: datetime) -> list[Held]:
        """The roles that are not over; those to come too."""
        return [held for held in self.roles if not held.is_over(now)]


class Places(msgspec.Struct, frozen=True):
    """The names of services and units, by id; every one of the provider."""

    services: dict[str, str]
    units: dict[str, tuple[str, str]]

    def words(self, held: Held) -> str:
        """Where a role holds: "Alder House", "Alder House 1", "all services"."""
        if not held.service:
            return "all services"
        return self.units[held.unit][1] if held.unit in self.units else self.services[held.service]

    def role_words(self, held: Held) -> str:
        """The role and where it holds."""
        return f"{ROLE_NAMES[held.role]}, {self.words(held)}"

    def choices(self, powers: Powers) -> dict[str, str]:
        """The places for which somebody with these powers may give a role: the code a form sends, and the words."""
        found = {"*": "All services"} if powers.everywhere and len(self.services) > 1 else {}
        for service, name in self.services.items():
            if service in powers.gives:
                found[service] = f"{name}, all of it"
                found |= {f"{service}/{id}": unit for id, (of, unit) in self.units.items() if of == service}
        return found


def read_places(connection: sqlite3.Connection) -> Places:
    """Every service and unit by name."""
    services = connection.execute("SELECT id, name FROM service ORDER BY name").fetchall()
    units = connection.execute("SELECT id, service, name FROM unit ORDER BY name").fetchall()
    return Places(
        {row["id"]: row["name"] for row in services},
        {row["id"]: (row["service"], row["name"]) for row in units},
    )


def read_powers(connection: sqlite3.Connection, viewer: Viewer) -> Powers:
    """What the viewer may give, and where."""
    return powers_of(viewer, [row["id"] for row in connection.execute("SELECT id FROM service").fetchall()])


def read_staff(
    connection: sqlite3.Connection, powers: Powers, now: datetime, staff: str = ""
) -> list[Person]:
    """Everyone that somebody with these powers may see, leavers too, by name; with `staff`, that one or nobody."""
    rows = connection.execute(
        """
        SELECT staff.id, staff.name, email, left_at, coalesce(staff_pin.hash, '') AS pin_hash,
            coalesce(first_until, '') AS first_until, password.staff IS NOT NULL AS has_password,
            coalesce(first_password.expires_at, '') AS code_until,
            (SELECT count(*) FROM session WHERE session.staff = staff.id AND ended_at = '') AS sessions
        FROM staff LEFT JOIN staff_pin ON staff_pin.staff = staff.id
        LEFT JOIN password ON password.staff = staff.id LEFT JOIN first_password ON first_password.staff = staff.id
        WHERE ? = '' OR staff.id = ? ORDER BY staff.name COLLATE NOCASE, staff.id
        """,
        (staff, staff),
    ).fetchall()
    found = ((row, read_roles(connection, row["id"])) for row in rows)
    return [_person(connection, row, roles, now) for row, roles in found if powers.sees(roles)]


def read_roles(connection: sqlite3.Connection, staff: str) -> tuple[Held, ...]:
    """Every role that somebody has, had or will have, those that ended last."""
    rows = connection.execute(
        """
        SELECT id, role, coalesce(service, '') AS service, unit, starts, ends FROM staff_role
        WHERE staff = ? ORDER BY ends <> '', starts, id
        """,
        (staff,),
    )
    return tuple(Held(**dict(row) | {"role": Role(row["role"])}) for row in rows)


def only_manager_of(connection: sqlite3.Connection, staff: str, now: datetime) -> list[str]:
    """The names of the services that have no registered manager but this person."""
    rows = connection.execute(
        """
        SELECT service.name, group_concat(DISTINCT staff_role.staff) AS managers FROM service JOIN staff_role
            ON staff_role.service IS NULL OR staff_role.service = service.id
        JOIN staff ON staff.id = staff_role.staff
        WHERE role = ? AND starts <= ? AND (ends = '' OR ends > ?) AND left_at = ''
        GROUP BY service.id ORDER BY service.name
        """,
        (Role.REGISTERED_MANAGER, at(now), at(now)),
    )
    return [row["name"] for row in rows if row["managers"] == staff]


def _person(
    connection: sqlite3.Connection, row: sqlite3.Row, roles: tuple[Held, ...], now: datetime
) -> Person:
    until = row["first_until"]
    seen = connection.execute(
        """
        SELECT at, coalesce(tablet.name, '') AS tablet FROM identity_audit
        LEFT JOIN tablet ON tablet.id = identity_audit.tablet
        WHERE who = ? AND what IN ('signed_in', 'tablet_signed_in') ORDER BY identity_audit.id DESC LIMIT 1
        """,
        (row["id"],),
    ).fetchone()
    return Person(
        id=row["id"],
        name=row["name"],
        email="" if row["email"].endswith(NO_EMAIL) else row["email"],
        left_at=row["left_at"],
        pin=_pin(row["pin_hash"], until, now),
        first_pin_until=until,
        has_password=bool(row["has_password"]),
        code_until=row["code_until"] if row["code_until"] > at(now) else "",
        sessions=row["sessions"],
        seen=SignIn(seen["at"], seen["tablet"]) if seen else None,
        roles=roles,
    )


def _pin(hash: str, first_until: str, now: datetime) -> str:
    if not hash:
        return "none"
    if not first_until:
        return "set"
    return "first" if first_until > at(now) else "late"
