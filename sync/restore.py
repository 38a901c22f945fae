"""Putting a backup in the place of the database: checked first, swapped in one step, with a new epoch.

The new epoch is what tells every tablet that the server may have forgotten something, and a leaf in the log says
that it was so. The database that was
there is kept beside it, under another name: a backup may turn out to be the wrong one.
"""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import UTC
from itertools import count
from pathlib import Path

from sync import instants
from sync.backup import copy_pages, flush_folder
from sync.connections import BUSY_TIMEOUT_MS
from sync.epoch import read_epoch, renew_epoch
from sync.errors import ASIDE, DatabaseError, explain
from sync.log import append_to_log
from sync.migrations import migrate
from sync.process_lock import ProcessLock

_LOG_FILES = ("-wal", "-shm")


def restore(backup: Path, path: Path, clock: instants.Clock = instants.now) -> Path | None:
    """Make a copy of `backup` the database at `path`. Returns where the one that was there is now, if any.

    Raises `DatabaseError`: "in_use" for `path`; "missing", "not_a_database", "damaged" or "newer_schema" for
    `backup`; in each case nothing was changed. Raises `OSError` when the folder cannot be written to.
    """
    if not backup.is_file():
        raise DatabaseError("missing", backup)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = ProcessLock(path)
    made = path.with_name(f"{path.name}-restoring")
    try:
        _remove(made)
        _copy(backup, made)
        _make_ready(made, backup, clock)
        return _swap(made, path, clock)
    finally:
        _remove(made)
        lock.release()


def _copy(backup: Path, made: Path) -> None:
    # SQLite's own copy: it takes what still lies in the backup's write-ahead log
    os.close(os.open(made, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    copy_pages(backup, made)
    try:
        with closing(sqlite3.connect(made, timeout=BUSY_TIMEOUT_MS / 1000)) as target:
            (verdict,) = target.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise DatabaseError("damaged", backup)
            if not target.execute("SELECT 1 FROM sqlite_master WHERE name = 'server_state'").fetchone():
                raise DatabaseError("not_a_database", backup)
    except sqlite3.Error as error:
        raise _explain(error, backup, made) from None


def _make_ready(made: Path, backup: Path, clock: instants.Clock) -> None:
    try:
        migrate(made)
        with closing(sqlite3.connect(made, isolation_level=None)) as connection:
            _say_restored(connection, clock)
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            # The log file goes when the last connection closes; what is swapped in is then one whole file
            connection.execute("PRAGMA journal_mode=DELETE")
    except DatabaseError as error:
        raise _explain(error, backup, made) from None
    except sqlite3.Error as error:
        raise _explain(error, backup, made) from None
    with made.open("rb") as file:
        os.fsync(file.fileno())


def _say_restored(connection: sqlite3.Connection, clock: instants.Clock) -> None:
    connection.execute("BEGIN")
    before = read_epoch(connection)
    epoch = renew_epoch(connection)
    at = instants.to_milliseconds(clock())
    append_to_log(connection, "restored", {"epoch": epoch, "before": before, "at": at})
    connection.execute("COMMIT")


def _swap(made: Path, path: Path, clock: instants.Clock) -> Path | None:
    there = path.exists()
    if there:
        _gather_log(path)
    before = _free_name(path, f"{clock().astimezone(UTC):%Y%m%dT%H%M%SZ}")
    # The logs too, also without their database: in the way of the new one they would be played into it
    for end in ("", *_LOG_FILES):
        with suppress(FileNotFoundError):
            os.rename(f"{path}{end}", f"{before}{end}")
    os.replace(made, path)
    flush_folder(path.parent)
    return before if there else None


def _gather_log(path: Path) -> None:
    """Into the database that is replaced, what a crash left in its log: killed between two renames, they may part.

    One that is damaged is kept as it is.
    """
    with (
        suppress(sqlite3.Error),
        closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)) as connection,
    ):
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _free_name(path: Path, when: str) -> Path:
    """Restored twice in a second, or by a clock that was set back, nothing takes the name of what is kept."""
    names = (f"{path.name}{ASIDE}{when}{'' if number == 1 else f'-{number}'}" for number in count(1))
    return next(path.with_name(name) for name in names if not path.with_name(name).exists())


def _explain(error: Exception, backup: Path, made: Path) -> Exception:
    """What is wrong with the backup is said of the backup; a disk that fails is the copy's."""
    known = error if isinstance(error, DatabaseError) else explain(error, made)
    if not isinstance(known, DatabaseError) or known.code in ("disk_full", "disk_error", "read_only"):
        return known
    return DatabaseError(known.code, backup, "the backup cannot be brought up to date")


def _remove(made: Path) -> None:
    for end in ("", "-journal", "-lock", *_LOG_FILES):
        Path(f"{made}{end}").unlink(missing_ok=True)
