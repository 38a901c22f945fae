"""The tables of what people note on charts. Migration set "server". Nothing in them is changed or taken out.

A note belongs to a measure of a service, or of one unit of it (`unit` "" = the whole service). A note that was wrong is
taken back with a reason, and can still be read.
"""

import sqlite_utils

from server.identity.schema import server_migrations

CHART_NOTES = (
    """
    CREATE TABLE chart_note (
        id TEXT PRIMARY KEY,
        service TEXT NOT NULL REFERENCES service(id),
        unit TEXT NOT NULL,
        measure TEXT NOT NULL,
        day TEXT NOT NULL,
        rebases INTEGER NOT NULL CHECK (rebases IN (0, 1)),
        words TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX chart_note_of ON chart_note (service, measure, unit, day)",
    """
    CREATE TABLE chart_note_taken_back (
        note TEXT PRIMARY KEY REFERENCES chart_note(id),
        why TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{change} BEFORE {change.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'a note on a chart is taken back, never changed or deleted'); END
        """
        for table in ("chart_note", "chart_note_taken_back")
        for change in ("update", "delete")
    ),
)


@server_migrations()
def chart_notes(database: sqlite_utils.Database) -> None:
    """Dated notes on charts, and from when on limits are worked out anew: by whom and why."""
    for statement in CHART_NOTES:
        database.conn.execute(statement)
