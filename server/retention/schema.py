"""The tables of retention and legal hold. Migration set "server".

A hold stops destruction in the database itself: whatever asks, a page, a command or somebody with a tool, the row
of `destroyed` that would empty an entry is refused.
"""

import sqlite_utils

import server.concerns.schema
import server.due.schema
import server.review.schema  # noqa: F401 the triggers below stand on their tables
from server.identity.schema import server_migrations

# Whether hold `h` covers entry `e`. A person, a member of staff or an action is covered wherever the sealed words
# name its id: as an answer, as author, as the row of a list. Rather one record too many than one too few
HOLD_COVERS = """
    h.lifted_at = '' AND CASE h.kind
        WHEN 'service' THEN h.subject IN (e.service, e.sender_service)
        WHEN 'window' THEN h.subject IN (e.service, e.sender_service)
            AND coalesce((SELECT v.happened_at FROM record_version v WHERE v.seq = e.seq), e.received_at)
                BETWEEN h.first AND h.last
        ELSE instr(e.body, CAST('"' || h.subject || '"' AS BLOB)) > 0
            OR instr(e.body, CAST('"' || h.subject || '.' AS BLOB)) > 0
            OR instr(e.body, CAST('.' || h.subject || '.' AS BLOB)) > 0
            OR EXISTS (SELECT 1 FROM answer a WHERE a.seq = e.seq AND a.value = h.subject)
            OR EXISTS (SELECT 1 FROM record_version v WHERE v.seq = e.seq AND h.subject IN (v.author, v.person))
    END
"""

RETENTION = (
    """
    CREATE TABLE legal_hold (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL CHECK (kind IN ('person', 'staff', 'action', 'service', 'window')),
        subject TEXT NOT NULL,
        service TEXT NOT NULL REFERENCES service(id),
        first TEXT NOT NULL DEFAULT '',
        last TEXT NOT NULL DEFAULT '',
        why TEXT NOT NULL,
        placed_at TEXT NOT NULL,
        placed_by TEXT NOT NULL REFERENCES staff(id),
        lifted_at TEXT NOT NULL DEFAULT '',
        lifted_by TEXT NOT NULL DEFAULT '',
        lifted_why TEXT NOT NULL DEFAULT ''
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TRIGGER legal_hold_refuses_delete BEFORE DELETE ON legal_hold
    BEGIN SELECT RAISE(ABORT, 'a legal hold is lifted, never deleted'); END
    """,
    """
    CREATE TRIGGER legal_hold_refuses_update BEFORE UPDATE ON legal_hold
    WHEN OLD.lifted_at <> '' OR NEW.lifted_at = '' OR NEW.id <> OLD.id OR NEW.kind <> OLD.kind
        OR NEW.subject <> OLD.subject OR NEW.service <> OLD.service OR NEW.first <> OLD.first
        OR NEW.last <> OLD.last OR NEW.why <> OLD.why OR NEW.placed_at <> OLD.placed_at
        OR NEW.placed_by <> OLD.placed_by
    BEGIN SELECT RAISE(ABORT, 'a legal hold is lifted once, and never changed'); END
    """,
    f"""
    CREATE TRIGGER destroyed_refuses_held BEFORE INSERT ON destroyed
    WHEN EXISTS (SELECT 1 FROM entry e JOIN legal_hold h WHERE e.seq = NEW.seq AND {HOLD_COVERS})
    BEGIN SELECT RAISE(ABORT, 'a legal hold stops this from being destroyed'); END
    """,  # noqa: S608
    # What was to be destroyed and is kept a while longer; the last row of a subject holds
    """
    CREATE TABLE retention_kept (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        subject TEXT NOT NULL,
        until TEXT NOT NULL,
        why TEXT NOT NULL,
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id)
    ) STRICT
    """,
    "CREATE INDEX retention_kept_by_subject ON retention_kept (subject, id)",
    *(
        f"""
        CREATE TRIGGER retention_kept_refuses_{verb} BEFORE {verb} ON retention_kept
        BEGIN SELECT RAISE(ABORT, 'what was decided about keeping is never changed'); END
        """
        for verb in ("update", "delete")
    ),
    # Worked out anew each day: what has reached its end, and by which rule
    """
    CREATE TABLE retention_list (
        subject TEXT PRIMARY KEY,
        service TEXT NOT NULL,
        rule TEXT NOT NULL,
        ended_on TEXT NOT NULL,
        title TEXT NOT NULL,
        happened_at TEXT NOT NULL,
        restricted INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX retention_list_by_rule ON retention_list (service, rule, ended_on, subject)",
    """
    CREATE TABLE retention_worked_out (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        day TEXT NOT NULL,
        at TEXT NOT NULL
    ) STRICT
    """,
    # How many rows `destroyed` had when the file was last written anew
    """
    CREATE TABLE retention_swept (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        destroyed INTEGER NOT NULL
    ) STRICT
    """,
    # A rebuild must not open again what went with a record that settled it
    """
    CREATE TABLE due_destroyed (
        id TEXT PRIMARY KEY
    ) STRICT, WITHOUT ROWID
    """,
)


def _only_with(table: str, condition: str, words: str) -> tuple[str, str]:
    """Let rows of `table` go with the record they are about, and in no other way."""
    return (
        f"DROP TRIGGER {table}_refuses_delete",
        f"""
        CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table}
        WHEN NOT EXISTS (SELECT 1 FROM destroyed d WHERE {condition})
        BEGIN SELECT RAISE(ABORT, '{words}'); END
        """,  # noqa: S608
    )


GOES_WITH_ITS_RECORD = (
    *_only_with(
        "review_act",
        "d.record = OLD.record AND d.version >= OLD.version",
        "what was said about a record is never changed",
    ),
    *_only_with(
        "staff_view",
        "d.record = OLD.record AND d.version >= OLD.version",
        "what was said about a record is never changed",
    ),
    *_only_with("review_question", "d.record = OLD.record", "what was said about a record is never changed"),
    *_only_with(
        "concern_acknowledged",
        "d.record = OLD.record OR 'held-' || d.seq = OLD.record",
        "what was decided about a concern is never changed",
    ),
)


@server_migrations()
def retention(database: sqlite_utils.Database) -> None:
    """Legal holds, what is kept longer, the daily list, and what goes when a record is destroyed."""
    for statement in (*RETENTION, *GOES_WITH_ITS_RECORD):
        database.conn.execute(statement)
