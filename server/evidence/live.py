"""Tells open pages that something changed, within a second or two, by one question to the database for all of them.

Decided: while any page listens, one task asks the database once a second how far it has come (two index look-ups) and
wakes the listeners when that moved. Each then asks its own small question and sends only a number. So a change is seen
whoever made it: a tablet's push, a manager's edit, the command line.
Rejected: a message from the inbox to the pages (misses what the command line does, and ties the rooms together);
sending the change itself (personal data in a stream that the page's permission check has not seen).
"""

import asyncio
import sqlite3
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress

from litestar.datastructures import State

from sync import Database, DatabaseError

EVERY_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 15.0
# A stream ends by itself and the browser comes back, so a session that ended stops hearing
LASTS_SECONDS = 300.0

Mark = tuple[int, int, int]


class Watch:
    """One for each database. `moved` waits until something was written; any number of pages may wait."""

    def __init__(self, database: Database, every: float = EVERY_SECONDS) -> None:
        self._database = database
        self._every = every
        self._listeners = 0
        self._mark: Mark = (0, 0, 0)
        self._turned = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    async def changes(self, ask: Callable[[], Awaitable[int]], known: int) -> AsyncGenerator[int | None]:
        """What `ask` answers whenever that differs from what is `known`, and None when it did not for a while.

        `known` is what the page that listens has shown, so nothing is missed between the two. Ends after
        `LASTS_SECONDS`, however often the database moves meanwhile.
        """
        said = time.monotonic()
        ends = said + LASTS_SECONDS
        self._listen()
        try:
            while time.monotonic() < ends:
                # Held before asking: a change during the question wakes this listener at once
                turned = self._turned
                answer = await ask()
                if answer != known:
                    known, said = answer, time.monotonic()
                    yield answer
                elif time.monotonic() - said >= KEEP_ALIVE_SECONDS:
                    said = time.monotonic()
                    yield None
                with suppress(TimeoutError):
                    wait = min(said + KEEP_ALIVE_SECONDS, ends) - time.monotonic()
                    await asyncio.wait_for(turned.wait(), wait)
        finally:
            self._leave()

    def _listen(self) -> None:
        self._listeners += 1
        if self._task is None:
            self._task = asyncio.create_task(self._ask_again_and_again())

    def _leave(self) -> None:
        self._listeners -= 1
        if not self._listeners and self._task is not None:
            self._task.cancel()
            self._task = None

    async def _ask_again_and_again(self) -> None:
        while True:
            # A busy database is asked again in a second; the pages still work by reloading
            with suppress(DatabaseError):
                mark = await self._database.read(read_mark)
                if mark != self._mark:
                    self._mark = mark
                    self._turned.set()
                    self._turned = asyncio.Event()
            await asyncio.sleep(self._every)


def read_mark(connection: sqlite3.Connection) -> Mark:
    """How far the ledger, the feed of changes, the editing of actions, the reviews and answers to
    concerns have come."""
    (entry,) = connection.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()
    (change,) = connection.execute("SELECT coalesce(max(seq), 0) FROM change").fetchone()
    (edits,) = connection.execute("SELECT coalesce(sum(version), 0) FROM action").fetchone()
    (reviews,) = connection.execute("SELECT coalesce(max(id), 0) FROM review_act").fetchone()
    (concerns,) = connection.execute("SELECT count(*) FROM concern_acknowledged").fetchone()
    return entry, change, edits + reviews + concerns


def watch_of(state: State, database: Database) -> Watch:
    """The one watch of the running app, made when the first page listens."""
    watch: Watch | None = state.get("evidence_watch")
    if watch is None:
        watch = Watch(database)
        state["evidence_watch"] = watch
    return watch
