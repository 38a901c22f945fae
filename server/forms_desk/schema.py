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


CHANGE_NOTES = (
    """
    CREATE TABLE form_change_note (
        id TEXT PRIMARY KEY,
        service TEXT NOT NULL REFERENCES service(id),
        form TEXT NOT NULL,
        version INTEGER NOT NULL,
        hash TEXT NOT NULL,
        what TEXT NOT NULL,
        why TEXT NOT NULL,
        from_day TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        at TEXT NOT NULL,
        digest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX form_change_note_of ON form_change_note (service, form, version, at)",
    *(
        f"""
        CREATE TRIGGER form_change_note_refuses_{verb} BEFORE {verb.upper()} ON form_change_note
        BEGIN SELECT RAISE(ABORT, 'a change note is never changed or deleted: write another'); END
        """
        for verb in ("update", "delete")
    ),
)


@server_migrations()
def form_change_notes(database: sqlite_utils.Database) -> None:
    """What a service wrote of each form version that came into force there: what changed and why."""
    for statement in CHANGE_NOTES:
        database.conn.execute(statement)
