"""The tables of what tablets noticed about the log. Migration set "server"; nothing in them is ever changed."""

import sqlite_utils

from server.identity.schema import server_migrations

ALARMS = (
    """
    CREATE TABLE history_alarm (
        id TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        tablet TEXT NOT NULL REFERENCES tablet(id),
        kind TEXT NOT NULL,
        held_text TEXT NOT NULL,
        held_signature TEXT NOT NULL,
        held_signed INTEGER NOT NULL,
        offered_text TEXT NOT NULL,
        offered_signature TEXT NOT NULL,
        offered_signed INTEGER NOT NULL,
        restored_at TEXT NOT NULL,
        UNIQUE (tablet, kind, held_text, offered_text)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE history_alarm_acknowledged (
        alarm TEXT PRIMARY KEY REFERENCES history_alarm(id),
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        found TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, 'what was noticed about the log is never changed'); END
        """
        for table in ("history_alarm", "history_alarm_acknowledged")
        for verb in ("update", "delete")
    ),
)


@server_migrations()
def history_alarms(database: sqlite_utils.Database) -> None:
    """What tablets noticed about the log, and who looked into it."""
    for statement in ALARMS:
        database.conn.execute(statement)
