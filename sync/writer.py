"""The one writer: it gathers the jobs that are waiting, commits them together, then answers them.

Decided: group commit. Thirty tablets that send at the same moment share one flush of the disk, so
`synchronous=FULL` stays affordable. Rejected: a lock around one shared connection (one flush each); a
connection per request (busy errors, and two checkpointers at once, which older SQLite does not survive).
"""

import asyncio
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar, cast

from sync.connections import ConnectionThread
from sync.errors import DatabaseError, explain

T = TypeVar("T")
Job = Callable[[sqlite3.Connection], Any]

MAX_TOGETHER = 256
MAX_WAITING = 1_024
COMMIT_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
BATCH_JOBS = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0)


@dataclass(frozen=True)
class _Waiting:
    job: Job
    answer: asyncio.Future[Any]


@dataclass(frozen=True)
class _Outcome:
    value: Any = None
    error: Exception | None = None


class WriterFigures:
    """What the writer has done since it was opened, for whoever watches: commits, jobs, and how long commits took."""

    def __init__(self) -> None:
        self.jobs = 0
        self.failed = 0
        self.commits = Histogram(COMMIT_SECONDS)
        self.batches = Histogram(BATCH_JOBS)


class Histogram:
    """How many values were at most each bound, how many there were, and their sum."""

    def __init__(self, bounds: tuple[float, ...]) -> None:
        self.bounds = bounds
        self.counts = [0] * len(bounds)
        self.count = 0
        self.sum = 0.0

    def note(self, value: float) -> None:
        """Count one value."""
        self.count += 1
        self.sum += value
        for index, bound in enumerate(self.bounds):
            if value <= bound:
                self.counts[index] += 1


class Writer:
    """Runs jobs in the order they were given, up to 256 in one transaction, and answers only after the
    commit.
    """

    def __init__(self, connection: ConnectionThread, path: Path) -> None:
        self._connection = connection
        self._path = path
        self._queue: asyncio.Queue[_Waiting | None] = asyncio.Queue(MAX_WAITING)
        self.figures = WriterFigures()
        self._closed = False
        self._task = asyncio.create_task(self._run(), name="sync writer")

    async def write(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """What `job` returned, once it is safely on the disk; or what it raised, with its changes undone.

        A caller that is cancelled leaves the job running: it is committed or undone whole. Raises
        `DatabaseError` "busy" when too much is waiting, "disk_full" and the like when the commit failed.
        """
        if self._closed:
            raise DatabaseError("closed", self._path)
        waiting = _Waiting(job, asyncio.get_running_loop().create_future())
        try:
            self._queue.put_nowait(waiting)
        except asyncio.QueueFull:
            raise DatabaseError("busy", self._path) from None
        return cast(T, await asyncio.shield(waiting.answer))

    @property
    def waiting(self) -> int:
        """How many jobs wait for the writer."""
        return self._queue.qsize()

    async def alone(self, job: Callable[[sqlite3.Connection], None]) -> None:
        """Run `job` between two transactions: for what cannot be part of one. Raises `DatabaseError`."""
        if self._closed:
            raise DatabaseError("closed", self._path)
        try:
            await asyncio.shield(self._connection.run(job))
        except sqlite3.Error as error:
            raise explain(error, self._path) from None

    async def close(self) -> None:
        """Finish what is waiting, then close the connection. Takes no new jobs."""
        if not self._closed:
            self._closed = True
            await self._queue.put(None)
        await asyncio.shield(self._task)
        await self._connection.close()

    async def _run(self) -> None:
        while (first := await self._queue.get()) is not None:
            batch, last = self._gather(first)
            await self._commit(batch)
            if last:
                return

    def _gather(self, first: _Waiting) -> tuple[list[_Waiting], bool]:
        batch = [first]
        while len(batch) < MAX_TOGETHER and not self._queue.empty():
            following = self._queue.get_nowait()
            if following is None:
                return batch, True
            batch.append(following)
        return batch, False

    async def _commit(self, batch: list[_Waiting]) -> None:
        jobs = [waiting.job for waiting in batch]
        started = time.perf_counter()
        try:
            outcomes = await self._connection.run(partial(_commit_together, jobs=jobs, path=self._path))
        except Exception as error:  # noqa: BLE001 whoever waits must be answered, and the writer must live on
            outcomes = [_Outcome(error=error) for _ in batch]
        self.figures.jobs += len(batch)
        self.figures.failed += sum(outcome.error is not None for outcome in outcomes)
        self.figures.commits.note(time.perf_counter() - started)
        self.figures.batches.note(len(batch))
        for waiting, outcome in zip(batch, outcomes, strict=True):
            if outcome.error is None:
                waiting.answer.set_result(outcome.value)
            else:
                waiting.answer.set_exception(outcome.error)


def _commit_together(connection: sqlite3.Connection, jobs: list[Job], path: Path) -> list[_Outcome]:
    try:
        connection.execute("BEGIN IMMEDIATE")
        outcomes = [_run_alone(connection, job, path) for job in jobs]
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        with suppress(sqlite3.Error):
            connection.rollback()
        return [_Outcome(error=explain(error, path)) for _ in jobs]
    return outcomes


def _run_alone(connection: sqlite3.Connection, job: Job, path: Path) -> _Outcome:
    connection.execute("SAVEPOINT job")
    try:
        value = job(connection)
    except Exception as error:
        # A full disk can make SQLite give up the whole transaction; then no job of it may count as done
        if not connection.in_transaction:
            raise _transaction_lost(error) from error
        connection.execute("ROLLBACK TO job")
        connection.execute("RELEASE job")
        return _Outcome(error=explain(error, path))
    connection.execute("RELEASE job")
    return _Outcome(value)


def _transaction_lost(error: Exception) -> sqlite3.Error:
    if isinstance(error, sqlite3.Error):
        return error
    return sqlite3.OperationalError(f"a job ended the transaction it was part of: {error}")
