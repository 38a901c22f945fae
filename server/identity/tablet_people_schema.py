"""The tables of people on tablets: their PINs and the keys that sign what they record. Migration set "server"."""

import sqlite_utils

from server.identity.schema import server_migrations

TABLET_PEOPLE = (
    # hash "": the person has left. first_until: a first PIN, made at the desk, works until then and must be changed;
    # "" = the person's own
    """CREATE TABLE staff_pin (
        staff TEXT PRIMARY KEY REFERENCES staff(id), hash TEXT NOT NULL, set_at TEXT NOT NULL,
        first_until TEXT NOT NULL DEFAULT '') STRICT""",
    # *_entry: the number of the first entry of the ledger after the change. Two things within one second can be
    # told apart by it, so a rebuild finds the verdict of the day
    """CREATE TABLE signing_key (
        id TEXT PRIMARY KEY, staff TEXT NOT NULL REFERENCES staff(id), tablet TEXT NOT NULL REFERENCES tablet(id),
        point BLOB NOT NULL, made_at TEXT NOT NULL,
        superseded_at TEXT NOT NULL DEFAULT '', superseded_entry INTEGER NOT NULL DEFAULT 0,
        revoked_at TEXT NOT NULL DEFAULT '', revoked_entry INTEGER NOT NULL DEFAULT 0,
        revoked_why TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE INDEX signing_key_by_staff ON signing_key (staff, tablet)""",
    """CREATE INDEX signing_key_by_tablet ON signing_key (tablet)""",
    """CREATE TRIGGER signing_key_refuses_delete BEFORE DELETE ON signing_key
        BEGIN SELECT RAISE(ABORT, 'a signing key is never deleted: what it signed must stay checkable'); END""",
)


@server_migrations()
def tablet_people(database: sqlite_utils.Database) -> None:
    """PINs, and the keys that people sign with on each tablet."""
    for statement in TABLET_PEOPLE:
        database.conn.execute(statement)
