"""Keeping saved filters, and who sees which. Jobs for `Database.write` and `Database.read`.

A filter belongs to whoever made it. It can be shared with a role in a service by somebody who may share there; then
all who have that role there see it in their list. What they see when they open it is decided by the page they open.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

import server.saved_filters.schema  # noqa: F401 the tables
from server.identity import audit
from server.identity.instants import at
from server.identity.viewer import Viewer
from server.saved_filters.address import IDS, Address

MOST = 100
LONGEST_NAME = 60


class Shared(msgspec.Struct, frozen=True):
    """With whom a filter is shared."""

    service: str
    role: str


class Saved(msgspec.Struct, frozen=True):
    """A filter under its name; `owner` is a staff id."""

    id: str
    owner: str
    name: str
    address: str
    at: str
    shared: tuple[Shared, ...]


class TooMany(Exception):
    """Somebody has as many as one person may keep."""


def is_there(connection: sqlite3.Connection, table: str, id: str) -> bool:
    """Whether a limit names something that there is, anywhere: for `address.read_address`."""
    if table not in IDS.values():
        raise ValueError(f"no limit names a row of {table}")
    return connection.execute(f"SELECT 1 FROM {table} WHERE id = ?", (id,)).fetchone() is not None  # noqa: S608


def save(
    connection: sqlite3.Connection, id: str, owner: str, name: str, address: Address, now: datetime
) -> None:
    """Keep an address under an id chosen beforehand, so that sending the form twice keeps one. Raises `TooMany`."""
    (count,) = connection.execute("SELECT count(*) FROM saved_filter WHERE owner = ?", (owner,)).fetchone()
    if count >= MOST:
        raise TooMany
    connection.execute(
        "INSERT OR IGNORE INTO saved_filter VALUES (?, ?, ?, ?, ?)",
        (id, owner, name, address.address, at(now)),
    )


def own(connection: sqlite3.Connection, owner: str) -> list[Saved]:
    """Somebody's own filters, by name."""
    rows = connection.execute("SELECT * FROM saved_filter WHERE owner = ? ORDER BY name, id", (owner,))
    return [_saved(connection, row) for row in rows.fetchall()]


def find_own(connection: sqlite3.Connection, id: str, owner: str) -> Saved | None:
    """One of somebody's own, None when it is not."""
    row = connection.execute("SELECT * FROM saved_filter WHERE id = ? AND owner = ?", (id, owner)).fetchone()
    return _saved(connection, row) if row else None


def shared_with(connection: sqlite3.Connection, viewer: Viewer) -> list[tuple[Saved, Shared]]:
    """What others share with a role that the viewer has in a service, by name; with the role by which they see it."""
    found: dict[str, tuple[Saved, Shared]] = {}
    for service, role in sorted({(grant.service, grant.role.value) for grant in viewer.grants}):
        rows = connection.execute(
            """
            SELECT f.* FROM saved_filter_shared s JOIN saved_filter f ON f.id = s.filter
            WHERE s.service = ? AND s.role = ? AND f.owner <> ?
            """,
            (service, role, viewer.staff),
        )
        for row in rows.fetchall():
            found.setdefault(row["id"], (_saved(connection, row), Shared(service, role)))
    return sorted(found.values(), key=lambda one: (one[0].name, one[0].id))


def shared_in(connection: sqlite3.Connection, services: Sequence[str]) -> list[tuple[Saved, Shared]]:
    """Everything that is shared in these services, for whoever may take it back."""
    marks = ", ".join("?" * len(services))
    rows = connection.execute(
        "SELECT f.*, s.service, s.role FROM saved_filter_shared s JOIN saved_filter f ON f.id = s.filter "  # noqa: S608
        f"WHERE s.service IN ({marks}) ORDER BY f.name, f.id, s.role",
        tuple(services),
    )
    return [(_saved(connection, row), Shared(row["service"], row["role"])) for row in rows.fetchall()]


def rename(connection: sqlite3.Connection, id: str, owner: str, name: str) -> bool:
    """Give one's own another name. False when it is not one's own."""
    done = connection.execute(
        "UPDATE saved_filter SET name = ? WHERE id = ? AND owner = ?", (name, id, owner)
    )
    return done.rowcount > 0


def delete(connection: sqlite3.Connection, id: str, owner: str) -> bool:
    """Delete one's own, for everybody it was shared with too. False when it is not one's own."""
    if find_own(connection, id, owner) is None:
        return False
    connection.execute("DELETE FROM saved_filter_shared WHERE filter = ?", (id,))
    connection.execute("DELETE FROM saved_filter WHERE id = ?", (id,))
    return True


def share(connection: sqlite3.Connection, id: str, place: Shared, who: str, now: datetime) -> None:
    """Show a filter to all who have a role in a service. The same again changes nothing."""
    done = connection.execute(
        "INSERT OR IGNORE INTO saved_filter_shared VALUES (?, ?, ?, ?, ?)",
        (place.service, place.role, id, who, at(now)),
    )
    if done.rowcount:
        details = f"shared with {place.role}"
        audit.note(
            connection, "filter_shared", now, who=who, about=id, details=details, service=place.service
        )


def take_back(connection: sqlite3.Connection, id: str, place: Shared, who: str, now: datetime) -> bool:
    """Share it no more with a role. False when it was not."""
    done = connection.execute(
        "DELETE FROM saved_filter_shared WHERE filter = ? AND service = ? AND role = ?",
        (id, place.service, place.role),
    )
    if done.rowcount:
        details = f"taken back from {place.role}"
        audit.note(
            connection, "filter_shared", now, who=who, about=id, details=details, service=place.service
        )
    return done.rowcount > 0


def _saved(connection: sqlite3.Connection, row: sqlite3.Row) -> Saved:
    shared = connection.execute(
        "SELECT service, role FROM saved_filter_shared WHERE filter = ? ORDER BY service, role", (row["id"],)
    )
    places = tuple(Shared(one["service"], one["role"]) for one in shared)
    return Saved(row["id"], row["owner"], row["name"], row["address"], row["at"], places)
