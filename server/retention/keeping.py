"""The task that works out the list each day, and in the small hours writes the file anew after a destruction."""

import sqlite3
from contextlib import AbstractAsyncContextManager

from server.background import again_and_again
from server.evidence.times import day_in_london, in_london
from server.identity.instants import at
from server.retention.at_the_desk import words_destroyed
from server.retention.reached import keep_list, read_reached
from sync import Database
from sync.instants import Clock

EVERY_SECONDS = 600.0
# When few are at work; the writer waits while it is done
SWEEP_HOURS = range(2, 5)


class Keeping:
    """Works out what has reached its end, once a day. Destroys nothing."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def step(self) -> None:
        """Work out today's list, if that has not been done; sweep at night, if there is a reason to."""
        await self.keep_up()
        if in_london(at(self._clock())).hour in SWEEP_HOURS and await self._database.read(needs_sweeping):
            await sweep(self._database)

    async def keep_up(self) -> None:
        """Work out today's list, if that has not been done."""
        if await self._database.read(worked_out_on) != day_in_london(self._clock()).isoformat():
            await self.work_out()

    async def work_out(self) -> None:
        """Work out the list anew now."""
        now = self._clock()
        found = await self._database.read(lambda sql: read_reached(sql, now))
        await self._database.write(lambda sql: keep_list(sql, found, now))

    def running(self) -> AbstractAsyncContextManager[None]:
        """Every ten minutes it looks whether a new day has begun."""
        return again_and_again(
            self.step, EVERY_SECONDS, "what has reached its end was not worked out", at_once=True
        )


def worked_out_on(connection: sqlite3.Connection) -> str:
    """The day of the list there is; "" when there is none yet."""
    row = connection.execute("SELECT day FROM retention_worked_out").fetchone()
    return str(row["day"]) if row else ""


def needs_sweeping(connection: sqlite3.Connection) -> bool:
    """Whether something was destroyed since the file was last written anew."""
    (swept,) = connection.execute("SELECT coalesce(max(destroyed), 0) FROM retention_swept").fetchone()
    return count_destroyed(connection) > int(swept)


def count_destroyed(connection: sqlite3.Connection) -> int:
    """Entries, and words of the desk."""
    (entries,) = connection.execute("SELECT count(*) FROM destroyed").fetchone()
    return int(entries) + words_destroyed(connection)


async def sweep(database: Database) -> None:
    """Write the file anew, and remember how much had been destroyed by then."""
    count = await database.read(count_destroyed)
    await database.sweep()
    await database.write(
        lambda sql: sql.execute("INSERT OR REPLACE INTO retention_swept VALUES (1, ?)", (count,)) and None
    )
