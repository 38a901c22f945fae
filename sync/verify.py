"""Checking a database against its own log: what was changed or taken out behind the server's back, and where.

It works on a copy, so a server may run meanwhile, and trusts nothing that it can work out again: bytes are hashed,
lines of the log are hashed, the tree is built from the first line on and compared with every checkpoint that is kept
or given, and everything derived from the ledger is derived afresh and compared row by row.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from sync.backup import Progress, copy_pages
from sync.errors import DatabaseError, explain
from sync.verify_entries import check_entries
from sync.verify_log import Held, check_log


class Fault(NamedTuple):
    """One thing that is not as it should be: where, and what."""

    where: str
    what: str


Say = Callable[[str, str], None]
Check = Callable[[sqlite3.Connection, Say], None]


def copy_database(path: Path, copy: Path) -> None:
    """A copy of the database at one moment, readable by nobody else. A server may be running on it.

    Raises `DatabaseError`: "missing", "not_a_database", "damaged" and the like; `OSError` without room for it.
    """
    if not path.is_file():
        raise DatabaseError("missing", path)
    copy.touch(0o600)
    copy_pages(path, copy)
    try:
        with closing(sqlite3.connect(copy)) as target:
            if not target.execute("SELECT 1 FROM sqlite_master WHERE name = 'log_leaf'").fetchone():
                found = target.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone()
                raise DatabaseError("older_schema" if found else "not_a_database", path, "it has no log")
    except sqlite3.Error as error:
        raise explain(error, path) from None


def check_ledger(
    path: Path,
    is_signed: Callable[[str, str], bool],
    held: Iterable[Held] = (),
    progress: Progress = lambda doing, done, total: None,
    more: Iterable[Check] = (),
) -> list[Fault]:
    """Everything that the log proves of the copy at `path`. Nothing found: it is as it was received.

    `is_signed(text, signature)` knows the server's key; `held` are checkpoints that others kept; `more` are the checks
    of the room above.
    """
    found: list[Fault] = []

    def say(where: str, what: str) -> None:
        found.append(Fault(where, what))

    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        _check_file(connection, say)
        check_log(connection, is_signed, list(held), progress, say)
        check_entries(connection, progress, say)
        for check in more:
            check(connection, say)
    return found


def _check_file(connection: sqlite3.Connection, say: Say) -> None:
    for (line,) in connection.execute("PRAGMA integrity_check(20)"):
        if line != "ok":
            say("the file", f"SQLite finds it damaged: {line}")
