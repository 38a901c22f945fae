"""The secret addresses of calendars: made anew, taken back, found. Jobs for `Database.read` and `Database.write`."""

import sqlite3
from datetime import datetime, timedelta

import msgspec

import server.notices.schema  # noqa: F401 the tables
from server.identity import audit
from server.identity.instants import at, read

# A calendar asks every few minutes: when it last did is kept to the hour
NOTED_EVERY = timedelta(hours=1)


class CalendarAddress(msgspec.Struct, frozen=True):
    """Somebody's address, of which only the hash is kept: when it was made, and last asked for ("" = never)."""

    staff: str
    made_at: str
    read_at: str


def make_address(connection: sqlite3.Connection, staff: str, token_hash: str, now: datetime) -> None:
    """From now on this one works, and no other of theirs."""
    connection.execute(
        "INSERT OR REPLACE INTO notice_calendar (staff, token_hash, made_at, read_at) VALUES (?, ?, ?, '')",
        (staff, token_hash, at(now)),
    )
    audit.note(connection, "calendar_made", now, who=staff, about=staff, service="")


def take_back(connection: sqlite3.Connection, staff: str, now: datetime) -> None:
    """No address of theirs works any more."""
    if connection.execute("DELETE FROM notice_calendar WHERE staff = ?", (staff,)).rowcount:
        audit.note(connection, "calendar_ended", now, who=staff, about=staff, service="")


def read_address(connection: sqlite3.Connection, staff: str) -> CalendarAddress | None:
    """The address of `staff`, if they have one."""
    return _one(connection, "staff = ?", staff)


def find_address(connection: sqlite3.Connection, token_hash: str) -> CalendarAddress | None:
    """Whose address it is, if it works."""
    return _one(connection, "token_hash = ?", token_hash)


def is_stale(address: CalendarAddress, now: datetime) -> bool:
    """Whether that it was asked for is to be noted again."""
    return not address.read_at or now - read(address.read_at) >= NOTED_EVERY


def note_read(connection: sqlite3.Connection, staff: str, now: datetime) -> None:
    """It was asked for."""
    connection.execute("UPDATE notice_calendar SET read_at = ? WHERE staff = ?", (at(now), staff))


def _one(connection: sqlite3.Connection, condition: str, value: str) -> CalendarAddress | None:
    row = connection.execute(
        f"SELECT staff, made_at, read_at FROM notice_calendar WHERE {condition}",  # noqa: S608
        (value,),
    ).fetchone()
    return CalendarAddress(**dict(row)) if row else None
