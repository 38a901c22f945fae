"""The provider's shape: services, units, people, staff and their roles. Every change is published to the
tablets of its service in the same transaction, so a tablet's list and the server's tables cannot drift apart.

All functions are jobs for `Database.write`: they take the connection first and do only SQL.
"""

import secrets
import sqlite3
from datetime import datetime

# The tables of what is changed here belong to the database, whichever command makes it
import server.identity.tablet_people_schema  # noqa: F401
from server.identity.instants import at
from server.identity.permissions import ROLE_NAMES, Role
from server.identity.signing_keys import end_keys_of
from sync import publish

SERVICE_KINDS = ("residential", "supported_living", "homecare")

# What the tablet calls things in each kind of service (domain/2, 1.4: three of the fifteen examples are not
# residential)
WORDS: dict[str, dict[str, str]] = {
    "residential": {
        "person": "resident",
        "people": "residents",
        "place": "room",
        "unit": "unit",
        "home": "home",
    },
    "supported_living": {
        "person": "tenant",
        "people": "tenants",
        "place": "flat",
        "unit": "house",
        "home": "house",
    },
    "homecare": {
        "person": "client",
        "people": "clients",
        "place": "reference",
        "unit": "round",
        "home": "service",
    },
}


class OrganisationError(Exception):
    """What was asked does not fit what is there; `str()` is one sentence with the remedy."""


def new_id() -> str:
    """An id for a new row: 16 hexadecimal digits nobody can guess."""
    return secrets.token_hex(8)


def add_provider(connection: sqlite3.Connection, id: str, name: str) -> None:
    """Add the provider. There is one per database."""
    connection.execute("INSERT INTO provider (id, name) VALUES (?, ?)", (id, name))


def add_service(connection: sqlite3.Connection, id: str, provider: str, name: str, kind: str) -> None:
    """Add a service of `kind` (one of `SERVICE_KINDS`). Staff who work in all services become known to it."""
    connection.execute(
        "INSERT INTO service (id, provider, name, kind) VALUES (?, ?, ?, ?)", (id, provider, name, kind)
    )
    publish_words(connection)
    for row in connection.execute("SELECT DISTINCT staff FROM staff_role WHERE service IS NULL").fetchall():
        publish_staff(connection, row["staff"])


def publish_words(connection: sqlite3.Connection) -> None:
    """Tell each service's tablets what it is and what it calls things; nothing new is sent where nothing is."""
    for row in connection.execute("SELECT id, name, kind FROM service").fetchall():
        publish(connection, row["id"], "service", row["id"], {**dict(row), "words": WORDS[row["kind"]]})


def add_unit(connection: sqlite3.Connection, id: str, service: str, name: str) -> None:
    """Add a unit to a service."""
    connection.execute("INSERT INTO unit (id, service, name) VALUES (?, ?, ?)", (id, service, name))
    publish(connection, service, "unit", id, {"id": id, "name": name})


def add_person(connection: sqlite3.Connection, id: str, unit: str, initials: str, place: str) -> None:
    """Add someone the service supports: initials and room or reference only."""
    connection.execute(
        "INSERT INTO person (id, unit, initials, place) VALUES (?, ?, ?, ?)", (id, unit, initials, place)
    )
    body = {"id": id, "initials": initials, "place": place, "unit": unit}
    publish(connection, service_of_unit(connection, unit), "person", id, body)


def remove_person(connection: sqlite3.Connection, id: str, now: datetime) -> None:
    """The person no longer uses the service: tablets forget them, records about them stay."""
    connection.execute("UPDATE person SET left_at = ? WHERE id = ?", (at(now), id))
    service = connection.execute(
        "SELECT service FROM unit JOIN person ON person.unit = unit.id WHERE person.id = ?", (id,)
    ).fetchone()["service"]
    publish(connection, service, "person", id, None)


def add_staff(connection: sqlite3.Connection, id: str, name: str, email: str) -> None:
    """Add a member of staff. Without a role they can sign in and see nothing, and no tablet knows them."""
    try:
        connection.execute("INSERT INTO staff (id, name, email) VALUES (?, ?, ?)", (id, name, email))
    except sqlite3.IntegrityError:
        raise OrganisationError(
            f"There is already someone with the email {email}: use another one."
        ) from None


def give_role(
    connection: sqlite3.Connection,
    staff: str,
    role: Role,
    service: str | None,
    starts: datetime,
    ends: datetime | None = None,
    unit: str = "",
    now: datetime | None = None,
) -> None:
    """Give `staff` a role in a service, one `unit` of it, or in all services (None), from `starts` and perhaps until
    `ends`. `now` (None: the moment it starts) decides whether tablets are told at once or when it begins.
    """
    connection.execute(
        "INSERT INTO staff_role (staff, role, service, unit, starts, ends) VALUES (?, ?, ?, ?, ?, ?)",
        (staff, role, service, unit, at(starts), at(ends) if ends else ""),
    )
    publish_staff(connection, staff, now or starts)


def end_role(connection: sqlite3.Connection, role: int, now: datetime) -> None:
    """End one role of somebody at `now`; the tablets of a service in which they have none left forget them. What they
    recorded there before, and what of it still waits on a tablet, counts.
    """
    row = connection.execute("SELECT staff, starts FROM staff_role WHERE id = ?", (role,)).fetchone()
    # One that has not begun yet ends as it begins: it never was
    connection.execute("UPDATE staff_role SET ends = ? WHERE id = ?", (max(at(now), row["starts"]), role))
    publish_staff(connection, row["staff"], now)


def publish_turned_roles(connection: sqlite3.Connection, now: datetime) -> None:
    """Tell the tablets of roles that began or ended by themselves. Nothing is sent where nothing changed."""
    rows = connection.execute(
        "SELECT DISTINCT staff FROM staff_role WHERE role <> ? AND (ends <> '' OR starts > ?)",
        (Role.VISITOR, at(now, days=-31)),
    ).fetchall()
    for row in rows:
        publish_staff(connection, row["staff"], now)


def end_employment(connection: sqlite3.Connection, staff: str, now: datetime) -> None:
    """Someone leaves: signed out everywhere, gone from every tablet's list, their PIN and keys at an end. Their
    records stay.
    """
    connection.execute("UPDATE staff SET left_at = ? WHERE id = ?", (at(now), staff))
    connection.execute("UPDATE session SET ended_at = ? WHERE staff = ? AND ended_at = ''", (at(now), staff))
    connection.execute("UPDATE staff_pin SET hash = '' WHERE staff = ?", (staff,))
    end_keys_of(connection, staff, now)
    for row in connection.execute("SELECT id FROM service").fetchall():
        publish(connection, row["id"], "staff", staff, None)


def service_of_unit(connection: sqlite3.Connection, unit: str) -> str:
    """The id of the service that `unit` is part of. Raises `OrganisationError` when there is no such unit."""
    row = connection.execute("SELECT service FROM unit WHERE id = ?", (unit,)).fetchone()
    if row is None:
        rows = connection.execute("SELECT id, name FROM unit ORDER BY name").fetchall()
        known = ", ".join(f"{known['id']} ({known['name']})" for known in rows)
        raise OrganisationError(f"There is no unit '{unit}': use one of {known}.")
    return str(row["service"])


def require_service(connection: sqlite3.Connection, service: str) -> None:
    """Raise `OrganisationError` naming the services there are, unless `service` is the id of one."""
    rows = connection.execute("SELECT id, name FROM service ORDER BY name").fetchall()
    if service not in {row["id"] for row in rows}:
        known = ", ".join(f"{row['id']} ({row['name']})" for row in rows)
        raise OrganisationError(f"There is no service '{service}': use one of {known}.")


def publish_staff(connection: sqlite3.Connection, staff: str, now: datetime | None = None) -> None:
    """Tell the tablets of each service in which `staff` works at `now` who they are, and since when their PIN is
    theirs; and those of the others that they do not. Without `now`, a role counts whenever it holds.

    A tablet drops what an earlier PIN opened.
    """
    person = connection.execute(
        """
        SELECT name, left_at, coalesce(set_at, '') AS pin_set_at
        FROM staff LEFT JOIN staff_pin ON staff_pin.staff = staff.id WHERE staff.id = ?
        """,
        (staff,),
    ).fetchone()
    roles = connection.execute(
        """
        SELECT service.id AS service, staff_role.role FROM service LEFT JOIN staff_role
            ON staff_role.staff = :staff AND (staff_role.service IS NULL OR staff_role.service = service.id)
            AND staff_role.role <> :visitor
            AND (:now = '' OR (starts <= :now AND (ends = '' OR ends > :now)))
        ORDER BY staff_role.id DESC
        """,
        {"staff": staff, "visitor": Role.VISITOR, "now": at(now) if now else ""},
    ).fetchall()
    # The first role they were given there names them
    for service, role in {row["service"]: row["role"] for row in roles}.items():
        body = {
            "id": staff,
            "name": person["name"],
            "role": ROLE_NAMES[Role(role)] if role else "",
            "pin_set_at": person["pin_set_at"],
        }
        publish(connection, service, "staff", staff, body if role and not person["left_at"] else None)
