"""The table of measures that managers built. Migration set "server". A change is a version more; nothing is taken out.

What an action was measured by must stay readable for as long as the action is.
"""

import sqlite_utils

from server.identity.schema import server_migrations

CUSTOM_MEASURES = (
    """
    CREATE TABLE custom_measure (
        id TEXT NOT NULL,
        version INTEGER NOT NULL,
        service TEXT NOT NULL REFERENCES service(id),
        name TEXT NOT NULL,
        form TEXT NOT NULL,
        repeat TEXT NOT NULL,
        counted TEXT NOT NULL,
        among TEXT NOT NULL,
        looked_at TEXT NOT NULL,
        unit TEXT NOT NULL CHECK (unit IN ('percent', 'count')),
        ended INTEGER NOT NULL CHECK (ended IN (0, 1)),
        who TEXT NOT NULL REFERENCES staff(id),
        at TEXT NOT NULL,
        PRIMARY KEY (id, version)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX custom_measure_by_service ON custom_measure (service, id, version)",
    *(
        f"""
        CREATE TRIGGER custom_measure_refuses_{change} BEFORE {change.upper()} ON custom_measure
        BEGIN SELECT RAISE(ABORT, 'a measure gets a new version, and is never changed or deleted'); END
        """
        for change in ("update", "delete")
    ),
)


@server_migrations()
def custom_measures(database: sqlite_utils.Database) -> None:
    """Measures built from the questions of a form, each version with who and when."""
    for statement in CUSTOM_MEASURES:
        database.conn.execute(statement)
