"""The tables of the lists. Migration set "server". What was said before is kept in the history, for ever."""

import sqlite_utils

from server.identity.schema import server_migrations

FLOOR_LISTS = (
    """
    CREATE TABLE listed (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL
            CHECK (kind IN ('learning_message', 'control', 'complaint', 'incident', 'on_call')),
        service TEXT NOT NULL REFERENCES service(id),
        version INTEGER NOT NULL,
        fields TEXT NOT NULL,
        added_at TEXT NOT NULL,
        ended_at TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX listed_by_kind ON listed (service, kind, ended_at, added_at)",
    """
    CREATE TABLE listed_history (
        listed TEXT NOT NULL REFERENCES listed(id),
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        what TEXT NOT NULL CHECK (what IN ('added', 'changed', 'ended')),
        fields TEXT NOT NULL,
        PRIMARY KEY (listed, version)
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER listed_history_refuses_{verb} BEFORE {verb} ON listed_history
        BEGIN SELECT RAISE(ABORT, 'the history of a list is never changed'); END
        """
        for verb in ("update", "delete")
    ),
)


@server_migrations()
def floor_lists(database: sqlite_utils.Database) -> None:
    """Learning messages, temporary controls, complaints, incidents and who is on call."""
    for statement in FLOOR_LISTS:
        database.conn.execute(statement)
