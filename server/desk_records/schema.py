"""The tables of desk records. Migration set "server". An act is never changed or deleted.

What was written stands apart from the act (`desk_said`): it goes when the last record that the case holds is destroyed
under a retention rule (`server/retention/forgetting.py`), or, where it holds none, under a rule of its own
(`server/retention/at_the_desk.py`), and in no other way. Who did what, and when, stays.
"""

import sqlite_utils

from server.identity.schema import server_migrations

STILL_NEEDED = """
    NOT EXISTS (SELECT 1 FROM case_record c JOIN destroyed d ON d.record = c.record WHERE c.desk = OLD.desk)
    OR EXISTS (SELECT 1 FROM case_record c JOIN record_version v ON v.record = c.record WHERE c.desk = OLD.desk)
"""

DESK_RECORDS = (
    """
    CREATE TABLE desk_record (
        id TEXT PRIMARY KEY,
        register TEXT NOT NULL CHECK (register IN ('case', 'complaint')),
        number INTEGER NOT NULL,
        service TEXT NOT NULL REFERENCES service(id),
        unit TEXT NOT NULL,
        kind TEXT NOT NULL,
        restricted INTEGER NOT NULL CHECK (restricted IN (0, 1)),
        opened_at TEXT NOT NULL,
        opened_by TEXT NOT NULL REFERENCES staff(id),
        UNIQUE (register, service, restricted, number)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE desk_act (
        desk TEXT NOT NULL REFERENCES desk_record(id),
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        role TEXT NOT NULL,
        what TEXT NOT NULL,
        PRIMARY KEY (desk, version)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE desk_said (
        desk TEXT NOT NULL,
        version INTEGER NOT NULL,
        said TEXT NOT NULL,
        PRIMARY KEY (desk, version),
        FOREIGN KEY (desk, version) REFERENCES desk_act(desk, version)
    ) STRICT, WITHOUT ROWID
    """,
    # The floor records that a case holds; `opened`: it was opened from this one, and no other case was
    """
    CREATE TABLE case_record (
        record TEXT NOT NULL,
        desk TEXT NOT NULL REFERENCES desk_record(id),
        opened INTEGER NOT NULL CHECK (opened IN (0, 1)),
        at TEXT NOT NULL,
        PRIMARY KEY (record, desk)
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE UNIQUE INDEX case_opened_from ON case_record (record) WHERE opened = 1",
    "CREATE INDEX case_record_by_case ON case_record (desk)",
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'what was done at the desk is never changed or deleted'); END
        """
        for table in ("desk_record", "desk_act", "desk_said", "case_record")
        for verb in ("update", "delete")
        if (table, verb) != ("desk_said", "delete")
    ),
    f"""
    CREATE TRIGGER desk_said_refuses_delete BEFORE DELETE ON desk_said WHEN {STILL_NEEDED}
    BEGIN SELECT RAISE(ABORT, 'words of a case go with the last of its records alone'); END
    """,
)


@server_migrations()
def desk_records(database: sqlite_utils.Database) -> None:
    """Cases and complaints: opened once, then a row for each thing done."""
    for statement in DESK_RECORDS:
        database.conn.execute(statement)
