"""The table of who was told a learning message at the desk. Migration set "server". Nothing in it is changed."""

import sqlite_utils

from server.identity.schema import server_migrations

LEARNING_TOLD = (
    """
    CREATE TABLE learning_told (
        listed TEXT NOT NULL REFERENCES listed(id),
        staff TEXT NOT NULL REFERENCES staff(id),
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        PRIMARY KEY (listed, staff)
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER learning_told_refuses_{verb} BEFORE {verb.upper()} ON learning_told
        BEGIN SELECT RAISE(ABORT, 'who was told is never changed or deleted'); END
        """
        for verb in ("update", "delete")
    ),
)


@server_migrations()
def learning_told(database: sqlite_utils.Database) -> None:
    """Who was told a learning message one by one, when, and who says so."""
    for statement in LEARNING_TOLD:
        database.conn.execute(statement)
