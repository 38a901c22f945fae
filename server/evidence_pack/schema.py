"""Which evidence packs were asked for, made and ended: by whom, when, for what, with which digest.

Migration set "server". The files lie beside the database, by their digest; what is here stays when they are gone.
Nothing is changed or taken out, and no words of a record are here.
"""

import sqlite_utils

from server.identity.schema import server_migrations

PACKS = (
    """
    CREATE TABLE evidence_pack (
        id TEXT PRIMARY KEY,
        since TEXT NOT NULL,
        until TEXT NOT NULL,
        framework TEXT NOT NULL,
        why TEXT NOT NULL,
        asked_by TEXT NOT NULL REFERENCES staff(id),
        asked_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE evidence_pack_choice (
        pack TEXT NOT NULL REFERENCES evidence_pack(id),
        list TEXT NOT NULL CHECK (list IN ('services', 'themes')),
        code TEXT NOT NULL,
        PRIMARY KEY (pack, list, code)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE evidence_pack_made (
        pack TEXT PRIMARY KEY REFERENCES evidence_pack(id),
        at TEXT NOT NULL,
        sha256 TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        records INTEGER NOT NULL,
        checkpoint TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE evidence_pack_ended (
        pack TEXT PRIMARY KEY REFERENCES evidence_pack(id),
        at TEXT NOT NULL,
        how TEXT NOT NULL CHECK (how IN ('failed', 'kept_long_enough', 'destroyed')),
        who TEXT REFERENCES staff(id),
        words TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{change} BEFORE {change.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'which packs were made is never changed'); END
        """
        for table in ("evidence_pack", "evidence_pack_choice", "evidence_pack_made", "evidence_pack_ended")
        for change in ("update", "delete")
    ),
)


@server_migrations()
def evidence_packs(database: sqlite_utils.Database) -> None:
    """Evidence packs: which were asked for, made, and destroyed."""
    for statement in PACKS:
        database.conn.execute(statement)
