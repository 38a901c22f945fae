"""The table of dated settings. Migration set "server". Nothing in it is ever changed or taken out.

A value holds from `from_at`, which is always after everything that was judged before it was set: a rebuild that
judges a record again finds the value that was in force then.
"""

import sqlite_utils

from server.identity.schema import server_migrations

DATED_SETTINGS = (
    """
    CREATE TABLE dated_setting (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        service TEXT NOT NULL REFERENCES service(id),
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        from_at TEXT NOT NULL,
        set_at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        why TEXT NOT NULL,
        CHECK (from_at > set_at)
    ) STRICT
    """,
    "CREATE INDEX dated_setting_in_force ON dated_setting (service, name, from_at, id)",
    """
    CREATE TRIGGER dated_setting_refuses_update BEFORE UPDATE ON dated_setting
    BEGIN SELECT RAISE(ABORT, 'a setting is never changed: set a new value from now on'); END
    """,
    """
    CREATE TRIGGER dated_setting_refuses_delete BEFORE DELETE ON dated_setting
    BEGIN SELECT RAISE(ABORT, 'a setting is never deleted: set a new value from now on'); END
    """,
)


@server_migrations()
def dated_settings(database: sqlite_utils.Database) -> None:
    """Timescales and times of the day that a service chose, each from a moment on."""
    for statement in DATED_SETTINGS:
        database.conn.execute(statement)
