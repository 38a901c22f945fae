"""What is known of tablets that are in trouble: stores that were lost, records that the server would not take.

Part of the set "server". No words of a record are in it: ids, numbers, times. "" means "not", as everywhere.
"""

import sqlite_utils

from server.identity.schema import server_migrations

FLEET = (
    # `expected`: how many records were in the lost store that had not been received
    """CREATE TABLE store_loss (
        id INTEGER PRIMARY KEY, tablet TEXT NOT NULL REFERENCES tablet(id), at TEXT NOT NULL,
        heard_at TEXT NOT NULL, expected INTEGER NOT NULL, received INTEGER NOT NULL,
        seen_by TEXT NOT NULL DEFAULT '', seen_at TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE INDEX store_loss_by_tablet ON store_loss (tablet, id)""",
    # What each tablet last said: the whole list is written anew each time
    """CREATE TABLE parked (
        tablet TEXT NOT NULL REFERENCES tablet(id), record TEXT NOT NULL, version INTEGER NOT NULL,
        number INTEGER NOT NULL, sha256 TEXT NOT NULL, status INTEGER NOT NULL, tries INTEGER NOT NULL,
        since TEXT NOT NULL, PRIMARY KEY (tablet, record, version)) STRICT, WITHOUT ROWID""",
)


@server_migrations()
def fleet(database: sqlite_utils.Database) -> None:
    """Lost stores with who looked into them; parked records as tablets told of them."""
    for statement in FLEET:
        database.conn.execute(statement)
