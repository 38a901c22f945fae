"""Desk sessions, kept on the server: a random token in a cookie, its SHA-256 in the table.

Decided: our own table. A token is made at sign-in and at no other time, so one that an attacker plants is
worth nothing; signing out ends the row; a leaver's and a changed password's sessions end with them.
Rejected: Litestar's session middleware (adopts a foreign cookie id, writes on every answer); JWT (cannot be
ended).
"""

import sqlite3
from datetime import datetime, timedelta

import msgspec

import server.identity.scope_schema  # noqa: F401 the column and the tables that say how far a role reaches
from server.identity.instants import at, read
from server.identity.permissions import Role
from server.identity.viewer import Grant, Viewer
from server.identity.visits import read_chosen

# Writing "seen" at every request would turn each page view into a commit
SEEN_EVERY = timedelta(minutes=1)


class Limits(msgspec.Struct, frozen=True):
    """How long a session lives when nobody uses it, and at most."""

    idle: timedelta
    absolute: timedelta


class Life(msgspec.Struct, frozen=True):
    """How many seconds a session has left, and whether it ends because nobody uses it or because it is old."""

    left: int
    ends: str


class OpenSession(msgspec.Struct, frozen=True):
    """One of the places where somebody is signed in."""

    id: int
    created_at: str
    seen_at: str
    browser: str


class Session(msgspec.Struct, frozen=True):
    """An open session, who it belongs to, and whether its last use is due to be written down."""

    viewer: Viewer
    seen_is_stale: bool


def start(
    connection: sqlite3.Connection, staff: str, token_hash: str, now: datetime, browser: str = ""
) -> None:
    """Begin a session in `browser` (in words). Those begun over a week ago have ended: they are cleared away here."""
    connection.execute("DELETE FROM session WHERE created_at < ?", (at(now, days=-8),))
    connection.execute(
        "INSERT INTO session (token_hash, staff, created_at, seen_at, browser) VALUES (?, ?, ?, ?, ?)",
        (token_hash, staff, at(now), at(now), browser),
    )


def find(connection: sqlite3.Connection, token_hash: str, now: datetime, limits: Limits) -> Session | None:
    """The open session of a token. None: unknown, ended, too old, too long unused, or its owner left."""
    row = connection.execute(
        """
        SELECT session.id, session.created_at, session.seen_at, staff.id AS staff, staff.name, staff.email
        FROM session JOIN staff ON staff.id = session.staff
        WHERE token_hash = ? AND ended_at = '' AND created_at > ? AND seen_at > ? AND (left_at = '' OR left_at
        > ?)
        """,
        (token_hash, at(now - limits.absolute), at(now - limits.idle), at(now)),
    ).fetchone()
    if row is None:
        return None
    return Session(_viewer(connection, row, now), now - read(row["seen_at"]) >= SEEN_EVERY)


def touch(connection: sqlite3.Connection, session: int, now: datetime) -> None:
    """Write down that the session was used."""
    connection.execute("UPDATE session SET seen_at = ? WHERE id = ?", (at(now), session))


def end(connection: sqlite3.Connection, token_hash: str, now: datetime) -> None:
    """End a session for good. A token that is not known ends nothing."""
    connection.execute(
        "UPDATE session SET ended_at = ? WHERE token_hash = ? AND ended_at = ''", (at(now), token_hash)
    )


def end_one(connection: sqlite3.Connection, staff: str, session: int, now: datetime) -> bool:
    """End one session of `staff`, by its id. False when they have no such open session."""
    sql = "UPDATE session SET ended_at = ? WHERE id = ? AND staff = ? AND ended_at = ''"
    return connection.execute(sql, (at(now), session, staff)).rowcount > 0


def end_all(connection: sqlite3.Connection, staff: str, now: datetime, *, but: int = 0) -> int:
    """End every session of `staff`, and every sign-in that waits for its code; `but` is the one that stays.

    How many ended. Also for an administrator who signs somebody out.
    """
    connection.execute("DELETE FROM half_signed_in WHERE staff = ?", (staff,))
    sql = "UPDATE session SET ended_at = ? WHERE staff = ? AND ended_at = '' AND id <> ?"
    return connection.execute(sql, (at(now), staff, but)).rowcount


def read_open(connection: sqlite3.Connection, staff: str, now: datetime, limits: Limits) -> list[OpenSession]:
    """Where `staff` is signed in, last used first."""
    rows = connection.execute(
        """
        SELECT id, created_at, seen_at, browser FROM session
        WHERE staff = ? AND ended_at = '' AND created_at > ? AND seen_at > ? ORDER BY seen_at DESC, id DESC
        """,
        (staff, at(now - limits.absolute), at(now - limits.idle)),
    )
    return [OpenSession(**dict(row)) for row in rows]


def life(connection: sqlite3.Connection, session: int, now: datetime, limits: Limits) -> Life:
    """How long an open session still lives if nobody uses it."""
    row = connection.execute("SELECT created_at, seen_at FROM session WHERE id = ?", (session,)).fetchone()
    quiet = read(row["seen_at"]) + limits.idle - now
    old = read(row["created_at"]) + limits.absolute - now
    return Life(max(0, int(min(quiet, old).total_seconds())), "old" if old <= quiet else "quiet")


def viewer_of(connection: sqlite3.Connection, staff: str, now: datetime) -> Viewer | None:
    """Somebody as they would be signed in now, for what is done for them while they are not: session 0.

    None: there is no such member of staff, or they left.
    """
    row = connection.execute(
        """
        SELECT 0 AS id, staff.id AS staff, staff.name, staff.email FROM staff
        WHERE staff.id = ? AND (left_at = '' OR left_at > ?)
        """,
        (staff, at(now)),
    ).fetchone()
    return None if row is None else _viewer(connection, row, now)


def _viewer(connection: sqlite3.Connection, row: sqlite3.Row, now: datetime) -> Viewer:
    roles = connection.execute(
        """
        SELECT staff_role.role, staff_role.unit, service.id, service.name FROM staff_role
        JOIN service ON staff_role.service IS NULL OR staff_role.service = service.id
        WHERE staff_role.staff = ? AND starts <= ? AND (ends = '' OR ends > ?) ORDER BY service.name,
        staff_role.id
        """,
        (row["staff"], at(now), at(now)),
    ).fetchall()
    services = {role["id"]: role["name"] for role in roles}
    chosen = read_chosen(connection, row["staff"])
    return Viewer(
        staff=row["staff"],
        name=row["name"],
        email=row["email"],
        grants=tuple(
            Grant(
                Role(role["role"]), role["id"], role["unit"], chosen if role["role"] == Role.VISITOR else None
            )
            for role in roles
        ),
        services=services,
        place=next(iter(services.values())) if len(services) == 1 else _provider(connection),
        session=row["id"],
    )


def _provider(connection: sqlite3.Connection) -> str:
    row = connection.execute("SELECT name FROM provider").fetchone()
    return row["name"] if row else "Sightline"
