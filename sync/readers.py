"""The readers: a few read-only connections, each used by one job at a time."""

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from sync.connections import ConnectionThread
from sync.errors import DatabaseError, explain

T = TypeVar("T")


class Readers:
    """A pool of read-only connections. A job sees one unchanging picture of the database throughout."""

    def __init__(self, connections: list[ConnectionThread], path: Path) -> None:
        self._path = path
        self._connections = connections
        self._idle: asyncio.LifoQueue[ConnectionThread] = asyncio.LifoQueue()
        self._running: set[asyncio.Task[Any]] = set()
        self._closed = False
        for connection in connections:
            self._idle.put_nowait(connection)

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """What `job` returns or raises. Raises `DatabaseError` when the file or disk fails."""
        if self._closed:
            raise DatabaseError("closed", self._path)
        connection = await self._idle.get()
        task = asyncio.create_task(self._use(connection, job))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        # A cancelled caller must not give back a connection whose thread is still reading
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Wait for the jobs that are running, then close every connection."""
        self._closed = True
        for _ in self._connections:
            await (await self._idle.get()).close()

    async def _use(self, connection: ConnectionThread, job: Callable[[sqlite3.Connection], T]) -> T:
        try:
            return await connection.run(lambda raw: _in_one_snapshot(raw, job))
        except sqlite3.Error as error:
            raise explain(error, self._path) from error
        finally:
            self._idle.put_nowait(connection)


def _in_one_snapshot(connection: sqlite3.Connection, job: Callable[[sqlite3.Connection], T]) -> T:
    connection.execute("BEGIN")
    try:
        return job(connection)
    finally:
        if connection.in_transaction:
            connection.execute("COMMIT")
