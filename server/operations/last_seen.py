"""How long the log was when the server last looked, noted beside the database: a database that is shorter was swapped.

Somebody who copies yesterday's file over the database, or without its write-ahead log, brings back a history that
tablets have seen the end of. With the same epoch they may not be asked for what is lacking. `sightline restore` begins
a new one.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from server.background import again_and_again
from server.operations.logs import log
from server.operations.side_files import beside, read_note, write_note
from sync import Database, DatabaseError, log_size, read_epoch
from sync.epoch import read_log_id
from sync.instants import Clock

EVERY_SECONDS = 30.0


class Seen(msgspec.Struct, frozen=True):
    """Which log, in which epoch, how many lines, and when that was noted."""

    log: str
    epoch: str
    size: int
    at: str


class LastSeen:
    """Keeps the note as long as the server runs. What it notes is committed, so the database is never behind it."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._noted: tuple[str, str, int] | None = None

    async def note(self) -> None:
        """Note what is there now, where it differs."""
        at = f"{self._clock():%Y-%m-%dT%H:%M:%SZ}"
        seen = await self._database.read(lambda sql: read_seen(sql, at))
        if (seen.log, seen.epoch, seen.size) != self._noted:
            write_note(beside(self._database.path, "last-seen"), seen)
            self._noted = (seen.log, seen.epoch, seen.size)

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Every half minute, and at the end."""
        fault = "what was last seen was not looked at"
        try:
            async with again_and_again(self._try, EVERY_SECONDS, fault, at_once=True):
                yield
        finally:
            await self._try()

    async def _try(self) -> None:
        try:
            await self.note()
        except (OSError, DatabaseError) as error:
            log().warning("what was last seen could not be noted", error=error)


def read_seen(connection: sqlite3.Connection, at: str) -> Seen:
    """What the database says now."""
    return Seen(read_log_id(connection), read_epoch(connection), log_size(connection), at)


def is_older(connection: sqlite3.Connection, database: Path) -> Seen | None:
    """The note, when the database is behind it: the same history, but shorter than it was."""
    seen = read_note(beside(database, "last-seen"), Seen)
    if seen is None or (read_log_id(connection), read_epoch(connection)) != (seen.log, seen.epoch):
        return None
    return seen if log_size(connection) < seen.size else None
