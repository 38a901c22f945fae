"""The database as the rest of Sightline sees it: jobs that write, jobs that read.

A job is a plain function of a `sqlite3.Connection`. It runs on the connection's own thread, as one call,
and does nothing but SQL: no waiting, no network, no COMMIT, no `executescript` (which commits by itself).
"""

import sqlite3
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, nullcontext
from functools import partial
from pathlib import Path
from typing import Self, TypeVar

from sync.connections import ConnectionThread, open_reader, open_writer, set_checkpointing
from sync.destroying import sweep
from sync.errors import explain, no_database
from sync.migrations import check_schema
from sync.process_lock import ProcessLock
from sync.readers import Readers
from sync.writer import Writer, WriterFigures

T = TypeVar("T")

READERS = 4


class Database:
    """One writer and several readers on one SQLite file. Make it with `await Database.open(path)`."""

    def __init__(self, path: Path, lock: ProcessLock, writer: Writer, readers: Readers) -> None:
        self.path = path
        self._lock = lock
        self._writer = writer
        self._readers = readers
        self._closed = False
        # Asked for what no other program may be at meanwhile; whoever started one says here how it is sent away
        self.sole_use: Callable[[], AbstractAsyncContextManager[None]] = nullcontext

    @classmethod
    async def open(cls, path: Path, readers: int = READERS) -> Self:
        """Open the database for this process alone.

        Raises `DatabaseError`: "missing", "half_restored", "in_use", "not_a_database", "read_only", "cannot_open",
        "locked", "newer_schema" or "older_schema".
        """
        try:
            async with AsyncExitStack() as undo:
                lock = _lock(path)
                undo.callback(lock.release)
                writer = await ConnectionThread.open(partial(open_writer, path))
                undo.push_async_callback(writer.close)
                await writer.run(partial(check_schema, path=path))
                pool = []
                for _ in range(readers):
                    pool.append(await ConnectionThread.open(partial(open_reader, path)))
                    undo.push_async_callback(pool[-1].close)
                undo.pop_all()
        except sqlite3.Error as error:
            raise explain(error, path) from None
        return cls(path, lock, Writer(writer, path), Readers(pool, path))

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """What `job` returned, once committed and on the disk; see `Writer.write`."""
        return await self._writer.write(job)

    async def read(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """What `job` returned, reading one unchanging picture of the database; see `Readers.read`."""
        return await self._readers.read(job)

    @property
    def figures(self) -> WriterFigures:
        """What the writer has done."""
        return self._writer.figures

    @property
    def waiting(self) -> int:
        """How many jobs wait for the writer."""
        return self._writer.waiting

    async def checkpoint_by_itself(self, itself: bool) -> None:
        """Whether the writer folds the write-ahead log into the file by itself, as it does unless another program that
        was started for it does so: two at once are not safe with every SQLite.
        """
        await self._writer.alone(partial(set_checkpointing, itself=itself))

    async def sweep(self) -> None:
        """Write the whole file anew between two transactions (`destroying.sweep`); what is to be written waits."""
        async with self.sole_use():
            await self._writer.alone(sweep)

    async def close(self) -> None:
        """Finish what is waiting, close every connection, and let another process write."""
        if self._closed:
            return
        self._closed = True
        # Readers first: the writer, closed last, then folds the write-ahead log into the file
        await self._readers.close()
        await self._writer.close()
        self._lock.release()


def _lock(path: Path) -> ProcessLock:
    if not path.exists():
        raise no_database(path)
    return ProcessLock(path)
