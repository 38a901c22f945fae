"""The tables of reviews. Each act is kept for ever; `review_standing` is only the last act of each record.

Migration set "server". A question is answered by a record (`record_version.spawned_by` = "question/<id>"), so
the answer is not here. What a member of staff adds about themselves is never changed either.
"""

import sqlite_utils

from server.identity.schema import server_migrations

REVIEWS = (
    """
    CREATE TABLE review_act (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        record TEXT NOT NULL,
        version INTEGER NOT NULL,
        state TEXT NOT NULL CHECK (state IN ('read', 'question', 'accepted', 'set_aside')),
        reason TEXT NOT NULL,
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id)
    ) STRICT
    """,
    "CREATE INDEX review_act_by_record ON review_act (record, id)",
    """
    CREATE TABLE review_standing (
        record TEXT PRIMARY KEY,
        service TEXT NOT NULL,
        version INTEGER NOT NULL,
        state TEXT NOT NULL,
        act INTEGER NOT NULL REFERENCES review_act(id)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX review_by_state ON review_standing (service, state, record)",
    """
    CREATE TABLE review_question (
        id TEXT PRIMARY KEY,
        act INTEGER NOT NULL REFERENCES review_act(id),
        record TEXT NOT NULL,
        asked_of TEXT NOT NULL REFERENCES staff(id),
        due_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX review_question_by_record ON review_question (record)",
    """
    CREATE TABLE staff_view (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        record TEXT NOT NULL,
        version INTEGER NOT NULL,
        staff TEXT NOT NULL REFERENCES staff(id),
        stance TEXT NOT NULL CHECK (stance IN ('agreed', 'disagreed', 'other')),
        words TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    "CREATE INDEX staff_view_by_record ON staff_view (record, id)",
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb} ON {table}
        BEGIN SELECT RAISE(ABORT, 'what was said about a record is never changed'); END
        """
        for table in ("review_act", "review_question", "staff_view")
        for verb in ("update", "delete")
    ),
)


@server_migrations()
def reviews(database: sqlite_utils.Database) -> None:
    """What managers make of records, what they asked, what staff say of observations about themselves."""
    for statement in REVIEWS:
        database.conn.execute(statement)
