"""Who took a list out with names in it, which, why and when. The table is append-only. Migration set "server"."""

import sqlite3
from datetime import datetime

import sqlite_utils

from server.identity.instants import at
from server.identity.organisation import new_id
from server.identity.schema import server_migrations

FULL_EXPORT = (
    """
    CREATE TABLE full_export (
        id TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        what TEXT NOT NULL,
        why TEXT NOT NULL,
        query TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER full_export_refuses_{verb} BEFORE {verb} ON full_export
        BEGIN SELECT RAISE(ABORT, 'who took names out is never changed'); END
        """
        for verb in ("update", "delete")
    ),
)


@server_migrations()
def full_exports(database: sqlite_utils.Database) -> None:
    """Who took names out, and why."""
    for statement in FULL_EXPORT:
        database.conn.execute(statement)


def note(connection: sqlite3.Connection, who: str, what: str, why: str, query: str, now: datetime) -> str:
    """Keep why `who` takes the list `what` out in full; the id of the note. A job for `Database.write`."""
    id = new_id()
    connection.execute(
        "INSERT INTO full_export VALUES (?, ?, ?, ?, ?, ?)", (id, at(now), who, what, why, query)
    )
    return id
