"""Which form versions this server has offered since when, and which of them each tablet has. Set "server"."""

import sqlite_utils

from server.identity.schema import server_migrations

FORMS_DESK = (
    """
    CREATE TABLE form_offered (
        hash TEXT PRIMARY KEY, form TEXT NOT NULL, version INTEGER NOT NULL, since TEXT NOT NULL) STRICT""",
    # A build of the app holds every form there was when it was made
    """
    CREATE TABLE build_form (
        build TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (build, hash)) STRICT, WITHOUT ROWID""",
    """
    CREATE TABLE tablet_form (
        tablet TEXT NOT NULL, hash TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (tablet, hash)) STRICT, WITHOUT ROWID""",
)


@server_migrations()
def forms_desk(database: sqlite_utils.Database) -> None:
    """What the page of forms says besides the forms themselves."""
    for statement in FORMS_DESK:
        database.conn.execute(statement)
