"""The tables of saved filters. Migration set "server". They hold addresses, which name people by id alone, and a name
that somebody chose; no words of a record. A filter is no decision: its owner may rename and delete it.
"""

import sqlite_utils

from server.identity.schema import server_migrations

SAVED = (
    """
    CREATE TABLE saved_filter (
        id TEXT PRIMARY KEY,
        owner TEXT NOT NULL REFERENCES staff(id),
        name TEXT NOT NULL,
        address TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX saved_filter_by_owner ON saved_filter (owner, name)",
    """
    CREATE TABLE saved_filter_shared (
        service TEXT NOT NULL REFERENCES service(id),
        role TEXT NOT NULL,
        filter TEXT NOT NULL REFERENCES saved_filter(id),
        who TEXT NOT NULL REFERENCES staff(id),
        at TEXT NOT NULL,
        PRIMARY KEY (service, role, filter)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX saved_filter_shared_of ON saved_filter_shared (filter)",
)


@server_migrations()
def saved_filters(database: sqlite_utils.Database) -> None:
    """Filters that people keep under a name, and with which roles they are shared."""
    for statement in SAVED:
        database.conn.execute(statement)
