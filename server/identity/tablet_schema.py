"""What is known of a tablet's life beside its enrolment: what it was promised to be, why it went, what it replaces.

Part of the set "server". "" means "not", as everywhere.
"""

import sqlite_utils

from server.identity.schema import server_migrations

TABLET_LIFE = (
    # "encrypted screen_lock": what whoever enrolled it ticked, in this order
    "ALTER TABLE tablet ADD COLUMN conditions TEXT NOT NULL DEFAULT ''",
    # "lost" or "retired"
    "ALTER TABLE tablet ADD COLUMN revoked_why TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE tablet ADD COLUMN wiped_at TEXT NOT NULL DEFAULT ''",
    # The id of the tablet whose work this one took over
    "ALTER TABLE tablet ADD COLUMN replaces TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE enrolment_code ADD COLUMN replaces TEXT NOT NULL DEFAULT ''",
)


@server_migrations()
def tablet_life(database: sqlite_utils.Database) -> None:
    """Conditions of enrolment, why a tablet was taken out of use, when it was wiped, what it replaces."""
    for statement in TABLET_LIFE:
        database.conn.execute(statement)
