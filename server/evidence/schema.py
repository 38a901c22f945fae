"""The tables of actions, and the indexes the evidence list adds to the tables of `sync`.

They belong to the migration set "server", after the tables of identity they refer to. Days are "2026-11-21",
instants UTC to the second. The history refuses change and deletion, as the ledger does.
"""

import sqlite_utils

from server.identity.schema import server_migrations

# What counts as late (domain/4 1.8: back-dating over two hours asks a reason; a day is this project's choice)
NOTED_LATE_SECONDS = 2 * 3600
ARRIVED_LATE_SECONDS = 24 * 3600
IS_LATE = f"(noted_late_seconds > {NOTED_LATE_SECONDS} OR late_seconds > {ARRIVED_LATE_SECONDS})"

ACTIONS = (
    """
    CREATE TABLE action (
        id TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        service TEXT NOT NULL REFERENCES service(id),
        unit TEXT REFERENCES unit(id),
        version INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('open')),
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        baseline TEXT NOT NULL,
        baseline_numerator INTEGER,
        baseline_denominator INTEGER,
        baseline_period TEXT NOT NULL,
        expected TEXT NOT NULL,
        measure TEXT NOT NULL,
        comparator TEXT NOT NULL,
        target_hundredths INTEGER NOT NULL,
        target_unit TEXT NOT NULL,
        window_start TEXT NOT NULL,
        window_end TEXT NOT NULL,
        risk TEXT NOT NULL CHECK (risk IN ('high', 'medium', 'low')),
        owner TEXT NOT NULL REFERENCES staff(id),
        review_route TEXT NOT NULL,
        deadline TEXT NOT NULL,
        created_at TEXT NOT NULL,
        created_by TEXT NOT NULL REFERENCES staff(id),
        changed_at TEXT NOT NULL,
        UNIQUE (service, number)
    ) STRICT
    """,
    "CREATE INDEX action_by_service ON action (service, deadline)",
    # The lists of an action: its themes, the kinds of evidence it needs, its measures
    """
    CREATE TABLE action_mark (
        action TEXT NOT NULL REFERENCES action(id),
        list TEXT NOT NULL CHECK (list IN ('themes', 'evidence_kinds', 'measures')),
        code TEXT NOT NULL,
        PRIMARY KEY (action, list, code)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE action_history (
        action TEXT NOT NULL REFERENCES action(id),
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        changed TEXT NOT NULL,
        PRIMARY KEY (action, version)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TRIGGER action_refuses_delete BEFORE DELETE ON action
    BEGIN SELECT RAISE(ABORT, 'an action is closed, never deleted'); END
    """,
    """
    CREATE TRIGGER action_history_refuses_update BEFORE UPDATE ON action_history
    BEGIN SELECT RAISE(ABORT, 'the history of an action is never changed'); END
    """,
    """
    CREATE TRIGGER action_history_refuses_delete BEFORE DELETE ON action_history
    BEGIN SELECT RAISE(ABORT, 'the history of an action is never deleted'); END
    """,
)

EVIDENCE_INDEXES = (
    f"""
    CREATE INDEX evidence_late ON record_version (service, happened_at, record)
    WHERE current = 1 AND {IS_LATE}
    """,
)


@server_migrations()
def actions(database: sqlite_utils.Database) -> None:
    """Improvement actions with their history, and the index for late evidence."""
    for statement in (*ACTIONS, *EVIDENCE_INDEXES):
        database.conn.execute(statement)
