"""What is noted beside the work of a page: who looked at whom, and what was refused.

Both are notes about reading, so neither may keep anyone from reading: on a full disk the page is shown all the same.
Both are limited, or somebody could fill the disk with them: a look is noted once in five minutes for each person
looked at, a refusal ten times a minute (`audit.note_some`).
Decisions and exports are not noted here but in the transaction of what happened, and fail with it.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime

import msgspec

from server.identity import audit
from server.identity.instants import at
from server.rooms import Rooms
from sync import DatabaseError, LogError

VIEWED_EVERY_MINUTES = 5


class Look(msgspec.Struct, frozen=True):
    """Somebody looked at what was recorded about `about`, a person or a member of staff. See `audit.note`."""

    what: str
    about: str
    details: str = ""
    service: str | None = None


async def note_looks(rooms: Rooms, who: str, looks: Sequence[Look]) -> None:
    """Note each look of `who`, unless the same was noted in the last five minutes. Never raises for the database."""
    now = rooms.clock()
    with suppress(DatabaseError, LogError):
        fresh = await rooms.database.read(lambda sql: _fresh(sql, who, looks, now))
        if fresh:
            await rooms.database.write(lambda sql: _note_looks(sql, who, _fresh(sql, who, fresh, now), now))


async def note_refusal(
    rooms: Rooms, *, who: str = "", address: str = "", tablet: str = "", details: str = ""
) -> None:
    """Note that something was refused, a few times a minute at most. Never raises for the database."""
    now = rooms.clock()
    with suppress(DatabaseError, LogError):
        await rooms.database.write(
            lambda sql: audit.note_some(
                sql, "refused", now, who=who, address=address, tablet=tablet, details=details
            )
        )


def _fresh(connection: sqlite3.Connection, who: str, looks: Sequence[Look], now: datetime) -> list[Look]:
    sql = "SELECT 1 FROM identity_audit WHERE +about = ? AND +who = ? AND what = ? AND at > ?"
    since = at(now, minutes=-VIEWED_EVERY_MINUTES)
    return [
        look for look in looks if not connection.execute(sql, (look.about, who, look.what, since)).fetchone()
    ]


def _note_looks(connection: sqlite3.Connection, who: str, looks: Sequence[Look], now: datetime) -> None:
    for look in looks:
        audit.note(
            connection, look.what, now, who=who, about=look.about, details=look.details, service=look.service
        )
