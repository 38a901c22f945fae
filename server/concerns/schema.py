"""The table of what managers decided. The concern itself is a record like any other. Migration set "server"."""

import sqlite_utils

from server.identity.schema import server_migrations

FORM = "immediate_concern"

CONCERNS = (
    """
    CREATE TABLE concern_acknowledged (
        record TEXT PRIMARY KEY,
        version INTEGER NOT NULL,
        service TEXT NOT NULL REFERENCES service(id),
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        decision TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER concern_acknowledged_refuses_{verb} BEFORE {verb} ON concern_acknowledged
        BEGIN SELECT RAISE(ABORT, 'what was decided about a concern is never changed'); END
        """
        for verb in ("update", "delete")
    ),
)


@server_migrations()
def concerns(database: sqlite_utils.Database) -> None:
    """Who acknowledged each immediate concern, when, and what was decided."""
    for statement in CONCERNS:
        database.conn.execute(statement)


@server_migrations()
def current_concerns(database: sqlite_utils.Database) -> None:
    """What every page of every manager counts, found without reading a record: all that is asked is in the index."""
    database.conn.execute(
        f"""
        CREATE INDEX current_concerns ON record_version (service, restricted, record, form, current)
        WHERE current = 1 AND form = '{FORM}'
        """
    )
