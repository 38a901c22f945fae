"""The tables of reviews: minutes, written and then signed, and what was added since. Migration set "server".

Signed minutes are never changed or deleted; what is added afterwards is a row of its own, which never changes either.
"""

import sqlite_utils

from server.identity.schema import server_migrations

REVIEWS = (
    """
    CREATE TABLE review_minutes (
        id TEXT PRIMARY KEY,
        service TEXT NOT NULL REFERENCES service(id),
        kind TEXT NOT NULL,
        held_on TEXT NOT NULL,
        version INTEGER NOT NULL,
        minutes TEXT NOT NULL,
        made_by TEXT NOT NULL REFERENCES staff(id),
        changed_by TEXT NOT NULL REFERENCES staff(id),
        changed_at TEXT NOT NULL,
        signed_by TEXT REFERENCES staff(id),
        signed_at TEXT NOT NULL DEFAULT '',
        digest TEXT NOT NULL DEFAULT '',
        CHECK ((signed_at = '') = (signed_by IS NULL) AND (signed_at = '') = (digest = ''))
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX review_minutes_of ON review_minutes (service, kind, held_on)",
    """
    CREATE TABLE review_addition (
        id TEXT PRIMARY KEY,
        review TEXT NOT NULL REFERENCES review_minutes(id),
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        words TEXT NOT NULL,
        digest TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX review_addition_to ON review_addition (review, at)",
    """
    CREATE TRIGGER review_minutes_refuses_update BEFORE UPDATE ON review_minutes WHEN OLD.signed_at <> ''
    BEGIN SELECT RAISE(ABORT, 'signed minutes are never changed, only added to'); END
    """,
    """
    CREATE TRIGGER review_minutes_refuses_delete BEFORE DELETE ON review_minutes
    BEGIN SELECT RAISE(ABORT, 'minutes are never deleted'); END
    """,
    """
    CREATE TRIGGER review_minutes_begins_unsigned BEFORE INSERT ON review_minutes WHEN NEW.signed_at <> ''
    BEGIN SELECT RAISE(ABORT, 'minutes are written before they are signed'); END
    """,
    """
    CREATE TRIGGER review_addition_is_to_signed BEFORE INSERT ON review_addition
    WHEN NOT EXISTS (SELECT 1 FROM review_minutes m WHERE m.id = NEW.review AND m.signed_at <> '')
    BEGIN SELECT RAISE(ABORT, 'minutes that are not signed are changed, not added to'); END
    """,
    *(
        f"""
        CREATE TRIGGER review_addition_refuses_{verb} BEFORE {verb.upper()} ON review_addition
        BEGIN SELECT RAISE(ABORT, 'what was added to minutes is never changed or deleted'); END
        """
        for verb in ("update", "delete")
    ),
)


@server_migrations()
def reviews_and_minutes(database: sqlite_utils.Database) -> None:
    """Minutes of reviews, and what was added to them after they were signed."""
    for statement in REVIEWS:
        database.conn.execute(statement)
