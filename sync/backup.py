"""A copy of the database to keep: taken beside a running server, on the disk whole before it has its name, read back.

The copy is one moment of the database, though the server goes on: a read transaction is held while the pages are
taken. It is written beside the place it is for, flushed, read back from the disk and checked; only then does it get
its name, in one step. So there is never half a backup, and an older one is replaced only by one that was read.

Decided: SQLite's own copy, page by page. Rejected: VACUUM INTO (three times slower, it moves what it finds damaged
without saying so, and it may number rows anew); copying the file (misses what is in the write-ahead log).
"""

import errno
import fcntl
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from sync.connections import BUSY_TIMEOUT_MS
from sync.errors import DatabaseError, explain

# What is being done, how far it is, and how far it goes
Progress = Callable[[str, int, int], None]
# What is wrong with the copy at a path, in words; nothing when all is well
Check = Callable[[Path], list[str]]

_PAGES_AT_ONCE = 4_096
FAULTY = "-faulty"


class BackupError(Exception):
    """The backup cannot be made there; `str()` is one sentence with the remedy."""


class Backup(NamedTuple):
    """What was made: where it is, bytes, entries, lines of the log, and what is wrong with it."""

    file: Path
    size: int
    entries: int
    lines: int
    faults: list[str]


def back_up(
    path: Path,
    file: Path,
    check: Check,
    progress: Progress = lambda doing, done, total: None,
    *,
    force: bool = False,
) -> Backup:
    """Make `file` a copy of the database at `path`, which a server may be using.

    A copy in which something is found wrong is kept under another name (`FAULTY`): it may be all there is, and it must
    not take the place of a good one. Raises `BackupError`, `DatabaseError` for the database, `OSError` for the place.
    """
    _refuse_place(path, file, force)
    with _being_made(file) as (made, handle):
        copy_pages(path, made, progress)
        # A disk that knows no rights (FAT) has none to set
        with suppress(OSError):
            os.chmod(made, 0o600)
        _make_one_file(made, path)
        os.fsync(handle)
        # What is read back comes from the disk, not from what memory still holds of it
        with suppress(OSError):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        progress("Reading it back", 0, 1)
        faults = _read_back(made) or check(made)
        entries, lines = _counts(made)
        place = file if not faults else file.with_name(f"{file.stem}{FAULTY}{file.suffix}")
        size = made.stat().st_size
        os.replace(made, place)
        flush_folder(place.parent)
    return Backup(place, size, entries, lines, faults)


def copy_pages(
    path: Path, copy: Path, progress: Progress = lambda doing, done, total: None, doing: str = "Copying"
) -> None:
    """Every page of the database at `path`, as it is at one moment, into the empty file `copy`.

    Raises `DatabaseError` for what is wrong with the database and `OSError` for what is wrong with the place.
    """
    if not path.is_file():
        raise DatabaseError("missing", path)
    try:
        with (
            closing(_open(path, "ro")) as source,
            closing(_open(copy, "rw")) as target,
        ):
            # Held to the end: else a busy server would make the copy begin again and again
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(
                target,
                pages=_PAGES_AT_ONCE,
                progress=lambda _status, left, total: progress(doing, total - left, total),
            )
            source.execute("COMMIT")
    except sqlite3.Error as error:
        raise _whose_fault(error, path, copy) from None


def flush_folder(folder: Path) -> None:
    """Have the disk keep the names in `folder`, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        # Some file systems of removable disks cannot, and need not
        with suppress(OSError):
            os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_place(path: Path, file: Path, force: bool) -> None:
    if not path.is_file():
        raise DatabaseError("missing", path)
    ours = {path.resolve().with_name(f"{path.name}{end}") for end in ("", "-wal", "-shm", "-lock", ".keys")}
    if file.resolve() in ours or (file.exists() and file.samefile(path)):
        raise BackupError(
            f"{file} belongs to the database itself: choose another place, best on another disk."
        )
    if file.is_dir():
        raise BackupError(f"{file} is a folder: name a file in it, or use --keep for files named by date.")
    if not file.parent.is_dir():
        raise BackupError(f"There is no folder {file.parent}: make it first, or choose another place.")
    if file.exists() and not force:
        raise BackupError(f"{file} is there already: choose another name, or replace it with --force.")


@contextmanager
def _being_made(file: Path) -> Iterator[tuple[Path, int]]:
    """The file to write into, empty, and a handle on it. What a killed backup left there is taken over."""
    made = file.with_name(f"{file.name}-making")
    while True:
        handle = os.open(made, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            # A disk on the network may know no such lock
            if error.errno in (errno.EAGAIN, errno.EACCES):
                os.close(handle)
                raise BackupError(f"Another backup to {file} is being made: wait until it is done.") from None
        with suppress(FileNotFoundError):
            if os.stat(made).st_ino == os.fstat(handle).st_ino:
                break
        # The other backup was finished between opening and locking: what we hold is that one
        os.close(handle)
    try:
        _remove_beside(made)
        os.ftruncate(handle, 0)
        yield made, handle
    finally:
        with suppress(FileNotFoundError):
            if os.stat(made).st_ino == os.fstat(handle).st_ino:
                made.unlink()
        _remove_beside(made)
        # Last: closing it lets go of SQLite's own locks on the file as well
        os.close(handle)


def _remove_beside(made: Path) -> None:
    for end in ("-journal", "-wal", "-shm", "-lock"):
        Path(f"{made}{end}").unlink(missing_ok=True)


def _make_one_file(made: Path, path: Path) -> None:
    """Without a write-ahead log beside it: one file is what people carry away."""
    try:
        with closing(_open(made, "rw")) as connection:
            connection.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        raise _whose_fault(error, path, made) from None


def _read_back(made: Path) -> list[str]:
    try:
        with closing(_open(made, "ro")) as connection:
            lines = [line for (line,) in connection.execute("PRAGMA integrity_check(20)") if line != "ok"]
            tables = {
                name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            }
    except sqlite3.DatabaseError as error:
        return [f"SQLite cannot read it: {error}"]
    if not {"entry", "server_state"} <= tables:
        return ["it is not a Sightline database"]
    return [f"SQLite finds it damaged: {line}" for line in lines]


def _counts(made: Path) -> tuple[int, int]:
    try:
        with closing(_open(made, "ro")) as connection:
            row = connection.execute(
                "SELECT (SELECT count(*) FROM entry), (SELECT count(*) FROM log_leaf)"
            ).fetchone()
            return row[0], row[1]
    except sqlite3.DatabaseError:
        return 0, 0


def _open(path: Path, mode: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_MS / 1000,
        isolation_level=None,
    )


def _whose_fault(error: sqlite3.Error, path: Path, copy: Path) -> Exception:
    """A full disk is the copy's; what cannot be read is the database's."""
    known = explain(error, path)
    if isinstance(known, DatabaseError) and known.code in ("disk_full", "read_only"):
        return OSError(errno.ENOSPC if known.code == "disk_full" else errno.EACCES, known.code, str(copy))
    return known
