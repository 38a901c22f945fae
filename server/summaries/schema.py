"""The tables of monthly summaries. Migration set "server". Nothing in them is changed or taken out.

A judgement is written as often as needed until the summary is signed; then its content stands as it was signed, and
something can only be added to it.
"""

import sqlite_utils

from server.identity.schema import server_migrations

_PLACE = """
        kind TEXT NOT NULL,
        service TEXT NOT NULL REFERENCES service(id),
        month TEXT NOT NULL
"""
SUMMARIES = (
    f"""
    CREATE TABLE summary_judgement ({_PLACE},
        version INTEGER NOT NULL,
        judgement TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        role TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (kind, service, month, version)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE summary_signed ({_PLACE},
        judgement INTEGER NOT NULL,
        content TEXT NOT NULL,
        digest TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        role TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (kind, service, month),
        FOREIGN KEY (kind, service, month, judgement) REFERENCES summary_judgement(kind, service, month, version)
    ) STRICT, WITHOUT ROWID
    """,
    f"""
    CREATE TABLE summary_addition ({_PLACE},
        place INTEGER NOT NULL,
        words TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        role TEXT NOT NULL,
        at TEXT NOT NULL,
        PRIMARY KEY (kind, service, month, place),
        FOREIGN KEY (kind, service, month) REFERENCES summary_signed(kind, service, month)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TRIGGER summary_judgement_refuses_after BEFORE INSERT ON summary_judgement
    WHEN EXISTS (SELECT 1 FROM summary_signed s
        WHERE (s.kind, s.service, s.month) = (NEW.kind, NEW.service, NEW.month))
    BEGIN SELECT RAISE(ABORT, 'a signed summary is not judged anew: add to it'); END
    """,
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{change} BEFORE {change.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'a summary is never changed or deleted'); END
        """
        for table in ("summary_judgement", "summary_signed", "summary_addition")
        for change in ("update", "delete")
    ),
)


@server_migrations()
def assurance_summaries(database: sqlite_utils.Database) -> None:
    """Monthly summaries: who judged them, who signed them, what they held then, what was added since."""
    for statement in SUMMARIES:
        database.conn.execute(statement)
