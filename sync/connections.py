"""How a connection to the database file is opened: the writer's, and the readers'."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self, TypeVar, cast

import aiosqlite

T = TypeVar("T")

BUSY_TIMEOUT_MS = 5_000
_STATEMENTS_KEPT = 256
_CHECKPOINT_PAGES = 2_000
# Of a job that writes most pages of a long ledger again: what does not stay is written and read once more
_LARGE_CACHE_KB = 65_536


def open_writer(path: Path) -> sqlite3.Connection:
    """The one connection that writes and checkpoints. Every commit is on the disk before it returns."""
    connection = _open(path, "rw")
    # Only a new file takes this: 4 kB pages hold one body of 2 kB and waste the rest
    connection.execute("PRAGMA page_size=8192")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    # REPLACE would otherwise delete a row without firing the triggers that protect the ledger
    connection.execute("PRAGMA recursive_triggers=ON")
    # What is deleted is overwritten where its page is written anyway. Debian's SQLite would write each page let go of
    connection.execute("PRAGMA secure_delete=FAST")
    set_checkpointing(connection, itself=True)
    return connection


@contextmanager
def overwriting(connection: sqlite3.Connection) -> Iterator[None]:
    """Meanwhile all that is deleted is overwritten, whole pages too."""
    # SQLite answers with a number, and takes every number for a yes or a no
    with _set_for_now(connection, "secure_delete", "ON", ("OFF", "ON", "FAST")):
        yield


@contextmanager
def large_cache(connection: sqlite3.Connection) -> Iterator[None]:
    """Meanwhile the connection may keep 64 MB of pages."""
    with _set_for_now(connection, "cache_size", -_LARGE_CACHE_KB):
        yield


@contextmanager
def _set_for_now(
    connection: sqlite3.Connection, name: str, value: str | int, words: Sequence[str] = ()
) -> Iterator[None]:
    (before,) = connection.execute(f"PRAGMA {name}").fetchone()
    connection.execute(f"PRAGMA {name}={value}")
    try:
        yield
    finally:
        connection.execute(f"PRAGMA {name}={words[before] if words else before}")


def set_checkpointing(connection: sqlite3.Connection, *, itself: bool) -> None:
    """Whether this connection checkpoints by itself."""
    connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES if itself else 0}")


def open_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write: the file is opened read-only and the connection refuses changes."""
    connection = _open(path, "ro")
    connection.execute("PRAGMA query_only=ON")
    return connection


class ConnectionThread(aiosqlite.Connection):
    """An aiosqlite connection that runs whole functions on its own thread, one after another.

    aiosqlite offers one awaited call per statement, and a request cancelled between two of them leaves half a
    change in the open transaction. A whole function in one call has no such gap, and costs one hop, not many.
    """

    @classmethod
    async def open(cls, connect: Callable[[], sqlite3.Connection]) -> Self:
        """Start the thread and open the connection on it. Raises what `connect` raises, the thread ended."""
        connection = cls(connect, iter_chunk_size=64)
        try:
            await connection
        except BaseException:
            # aiosqlite tells its thread to stop and does not wait: it would call a loop closed meanwhile
            await asyncio.to_thread(connection._thread.join)
            raise
        return connection

    async def run(self, job: Callable[[sqlite3.Connection], T]) -> T:
        """What `job` returns or raises, run on the connection's thread."""
        return cast(T, await self._execute(job, self._conn))  # type: ignore[no-untyped-call]


def _open(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_STATEMENTS_KEPT,
        timeout=BUSY_TIMEOUT_MS / 1000,
    )
    connection.row_factory = sqlite3.Row
    try:
        connection.execute("PRAGMA trusted_schema=OFF")
        connection.execute("PRAGMA schema_version")
    except sqlite3.Error:
        connection.close()
        raise
    return connection
