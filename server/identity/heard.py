"""When each tablet was last heard of. A quiet tablet looks once a minute, and a commit for each look would be most of
what it costs: so the looks of a minute are kept in memory, and written down together.
"""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta

from server.background import again_and_again
from server.identity import tablets
from server.identity.instants import read
from server.identity.tablets import Tablet
from sync import Database, DatabaseError
from sync.instants import Clock

EVERY_SECONDS = 60.0
BACK_AFTER = timedelta(minutes=5)
"""One that was silent for so long is no quiet tablet that looks: that it is back is written down at once."""


class Heard:
    """Who was heard of since it was last written down. What pages show is a minute old at most, as it ever was."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._since: dict[str, datetime] = {}

    async def hear(self, tablet: Tablet) -> None:
        """This tablet was heard of now. On a full disk it is kept in memory, and nothing is raised."""
        now = self._clock()
        before = read(tablet.heard_at) if tablet.heard_at else None
        if before and now <= before:
            return
        self._since[tablet.id] = now
        if not before or now - before >= BACK_AFTER:
            with suppress(DatabaseError):
                await self.note()

    async def note(self) -> None:
        """Write down what is in memory, in one commit. Raises `DatabaseError`, and keeps it."""
        since, self._since = self._since, {}

        def write(connection: sqlite3.Connection) -> None:
            for tablet, at in since.items():
                tablets.hear(connection, tablet, at)

        if not since:
            return
        try:
            await self._database.write(write)
        except DatabaseError:
            self._since = {**since, **self._since}
            raise

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Every minute, and at the end."""
        try:
            async with again_and_again(self.note, EVERY_SECONDS, "who was heard of was not written down"):
                yield
        finally:
            with suppress(DatabaseError):
                await self.note()
