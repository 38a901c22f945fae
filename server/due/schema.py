"""The tables of the due list. Migration set "server".

`due_item` says what was asked for; what became of it is read from the records that stand and kept beside it
(`settled_by`, `outcome`), so that it can be derived again. Items of origin "record" and "late" follow from the
ledger alone; the others are laid out by the clock or asked for at the desk, and are kept by a rebuild.
"""

import sqlite_utils

from server.identity.schema import server_migrations

ORIGINS = ("record", "late", "schedule", "learning", "control", "question")
DERIVED = ("record", "late")

DUE = (
    """
    CREATE TABLE due_item (
        id TEXT PRIMARY KEY,
        origin TEXT NOT NULL CHECK (origin IN ('record', 'late', 'schedule', 'learning', 'control', 'question')),
        cause TEXT NOT NULL,
        service TEXT NOT NULL REFERENCES service(id),
        unit TEXT NOT NULL,
        form TEXT NOT NULL,
        title TEXT NOT NULL,
        why TEXT NOT NULL,
        who TEXT NOT NULL CHECK (who IN ('floor', 'deputy', 'manager')),
        staff TEXT NOT NULL,
        person TEXT NOT NULL,
        opened_at TEXT NOT NULL,
        due_at TEXT NOT NULL,
        closes_at TEXT NOT NULL,
        answers TEXT NOT NULL,
        source TEXT NOT NULL,
        says TEXT NOT NULL,
        taken_back TEXT NOT NULL DEFAULT '',
        settled_by TEXT NOT NULL DEFAULT '',
        settled_at TEXT NOT NULL DEFAULT '',
        outcome TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'done', 'late', 'not_needed', 'taken_back'))
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX due_item_by_outcome ON due_item (service, outcome, due_at, id)",
    "CREATE INDEX due_item_by_cause ON due_item (cause) WHERE cause <> ''",
    "CREATE INDEX due_item_by_record ON due_item (settled_by) WHERE settled_by <> ''",
    "CREATE INDEX due_item_by_window ON due_item (service, form, opened_at) WHERE origin = 'schedule'",
    """
    CREATE TABLE due_laid_out (
        place TEXT NOT NULL,
        name TEXT NOT NULL,
        until TEXT NOT NULL,
        PRIMARY KEY (place, name)
    ) STRICT, WITHOUT ROWID
    """,
)


# Looked through every minute by the one that writes
RECENT = "CREATE INDEX recent_told ON change (seq) WHERE kind = 'recent' AND deleted = 0"


@server_migrations()
def due_list(database: sqlite_utils.Database) -> None:
    """What is due, and how far the schedule has been laid out."""
    for statement in DUE:
        database.conn.execute(statement)


@server_migrations()
def recent_told(database: sqlite_utils.Database) -> None:
    """What tablets were told of the last two days, found without reading all they were ever told."""
    database.conn.execute(RECENT)
