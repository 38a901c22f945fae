"""What can go wrong with the database file, each as one sentence with its remedy.

The command line prints `str(error)`; the HTTP server maps `error.code` to a problem document. No caller ever
has to read a `sqlite3` message.
"""

import sqlite3
from pathlib import Path

# Between a database's name and the moment at which a restore put it aside
ASIDE = "-before-"

DATABASE_ERRORS: dict[str, tuple[str, str]] = {
    "missing": (
        "There is no database at {path}",
        "check the path, or create the database first",
    ),
    "half_restored": (
        "There is no database at {path}, for a restore was cut off; what was there is beside it",
        "restore the backup again",
    ),
    "in_use": (
        "Another Sightline process is using the database at {path}{detail}",
        "stop it first, then run this again",
    ),
    "locked": (
        "Another program is holding the database at {path} locked",
        "close that program, then try again",
    ),
    "not_a_database": (
        "The file at {path} is not a Sightline database",
        "check the path, or restore the database from a backup",
    ),
    "damaged": (
        "The database at {path} is damaged",
        "stop the server and restore the database from a backup",
    ),
    "disk_full": (
        "The disk holding {path} is full, so nothing was saved",
        "free some space, then try again",
    ),
    "disk_error": (
        "The disk holding {path} failed while reading or writing",
        "check the disk, then try again",
    ),
    "read_only": (
        "The database at {path} cannot be written to",
        "give this user the right to write to the file and its folder",
    ),
    "cannot_open": (
        "The database at {path} cannot be opened",
        "check that it is a file and that this user may read and write it",
    ),
    "newer_schema": (
        "The database at {path} was made by a newer Sightline ({detail})",
        "install that version or a later one",
    ),
    "older_schema": (
        "The database at {path} is waiting to be brought up to date ({detail})",
        "sightline serve does that as it starts",
    ),
    "busy": (
        "Too many changes are waiting to be saved to {path}",
        "wait a few seconds, then send again",
    ),
    "closed": (
        "The database at {path} has been closed",
        "start the server again",
    ),
}

_BY_SQLITE_CODE = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_IOERR: "disk_error",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_FULL: "disk_full",
    sqlite3.SQLITE_CANTOPEN: "cannot_open",
    sqlite3.SQLITE_NOTADB: "not_a_database",
}


class DatabaseError(Exception):
    """The database cannot do what was asked. `code` is in `DATABASE_ERRORS`; `str()` is one sentence."""

    def __init__(self, code: str, path: Path, detail: str = "") -> None:
        sentence, remedy = DATABASE_ERRORS[code]
        self.code = code
        self.path = path
        self.detail = detail
        self.sentence = sentence.format(path=path, detail=detail)
        self.remedy = remedy
        super().__init__(f"{self.sentence}: {remedy}.")


def no_database(path: Path) -> DatabaseError:
    """Why there is none: nobody made one, or a restore that was cut off had put it aside already."""
    try:
        aside = any(each.name.startswith(f"{path.name}{ASIDE}") for each in path.parent.iterdir())
    except OSError:
        aside = False
    return DatabaseError("half_restored" if aside else "missing", path)


def explain(error: Exception, path: Path) -> Exception:
    """The `DatabaseError` behind a SQLite failure of the file or disk; any other error is given back as it
    is.

    A broken constraint or a mistake in a statement is the fault of the job, not of the file, and stays
    itself.
    """
    primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
    code = _BY_SQLITE_CODE.get(primary)
    return DatabaseError(code, path) if code else error


def is_about_the_file(error: Exception) -> bool:
    """Whether the file or its disk failed, so that trying the same again at once cannot help."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF in _BY_SQLITE_CODE
