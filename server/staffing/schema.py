"""The tables of the staffing week. Migration set "server". Rows are only ever added: what was typed, what was decided
about a shift that was short, what changed in what people need; each with who and when.

A review of an exception names the versions of the shift reviews it looked at, so that a correction asks for another.
"""

import sqlite_utils

from server.identity.schema import server_migrations

_PLACE = """
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    service TEXT NOT NULL REFERENCES service(id),
    unit TEXT NOT NULL,
    day TEXT NOT NULL,
"""
_DONE = """
    why TEXT NOT NULL CHECK (length(why) >= 10),
    who TEXT NOT NULL REFERENCES staff(id),
    at TEXT NOT NULL
"""
_SHIFT = "shift TEXT NOT NULL CHECK (shift IN ('day', 'late', 'night')),"

STAFFING = (
    f"""
    CREATE TABLE staffing_typed ({_PLACE} {_SHIFT}
        planned_senior INTEGER NOT NULL, planned_carer INTEGER NOT NULL, planned_other INTEGER NOT NULL,
        worked_senior INTEGER NOT NULL, worked_carer INTEGER NOT NULL, worked_other INTEGER NOT NULL,
        agency INTEGER NOT NULL, sick INTEGER NOT NULL, uncovered_hours INTEGER NOT NULL,
        {_DONE}) STRICT
    """,
    "CREATE INDEX staffing_typed_of ON staffing_typed (service, day)",
    f"""
    CREATE TABLE staffing_review ({_PLACE} {_SHIFT}
        mark TEXT NOT NULL,
        risk_assessed INTEGER NOT NULL CHECK (risk_assessed IN (0, 1)),
        {_DONE}) STRICT
    """,
    "CREATE INDEX staffing_review_of ON staffing_review (service, day)",
    """
    CREATE TABLE staffing_reviewed (
        review INTEGER NOT NULL REFERENCES staffing_review(id),
        record TEXT NOT NULL,
        version INTEGER NOT NULL,
        PRIMARY KEY (record, version, review)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE staffing_need ({_PLACE}
        direction TEXT NOT NULL CHECK (direction IN ('more', 'less')),
        people INTEGER NOT NULL CHECK (people > 0),
        {_DONE}) STRICT
    """,
    "CREATE INDEX staffing_need_of ON staffing_need (service, day)",
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{change} BEFORE {change.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'what was written of a staffing week is never changed: write it anew'); END
        """
        for table in ("staffing_typed", "staffing_review", "staffing_reviewed", "staffing_need")
        for change in ("update", "delete")
    ),
)


@server_migrations()
def staffing_weeks(database: sqlite_utils.Database) -> None:
    """Shifts typed at the desk, exceptions reviewed and risk assessed, changes in what people need."""
    for statement in STAFFING:
        database.conn.execute(statement)
