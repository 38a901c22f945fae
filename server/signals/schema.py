"""The tables of early-warning signals: which a manager was shown, and what somebody answered. Migration set "server".

Signals are worked out from the facts each time. What was once shown is kept, so that none goes unseen when its cause
passes or its records are put right; an answer is kept with the ids of what it answered for. No words of a record are
here, and nothing is changed or taken out.
"""

import sqlite_utils

from server.identity.schema import server_migrations

SIGNALS = (
    """
    CREATE TABLE signal_shown (
        signal TEXT PRIMARY KEY,
        code TEXT NOT NULL,
        service TEXT NOT NULL REFERENCES service(id),
        about TEXT NOT NULL,
        units TEXT NOT NULL,
        person TEXT NOT NULL,
        fired_by TEXT NOT NULL,
        fired_at TEXT NOT NULL,
        says TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX signal_shown_of ON signal_shown (service, fired_at)",
    """
    CREATE TABLE signal_answer (
        signal TEXT PRIMARY KEY REFERENCES signal_shown(signal),
        fired_by TEXT NOT NULL,
        answer TEXT NOT NULL CHECK (answer IN ('created', 'changed', 'accepted')),
        action TEXT REFERENCES action(id),
        reason TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        at TEXT NOT NULL,
        CHECK ((answer = 'accepted') = (action IS NULL)),
        CHECK (answer <> 'accepted' OR length(reason) >= 10)
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{change} BEFORE {change.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'a signal and its answer are never changed or deleted'); END
        """
        for table in ("signal_shown", "signal_answer")
        for change in ("update", "delete")
    ),
)


@server_migrations()
def early_warnings(database: sqlite_utils.Database) -> None:
    """Early-warning signals that were shown, and what was answered, by whom and why."""
    for statement in SIGNALS:
        database.conn.execute(statement)
