"""The tables of mails and calendars. Migration set "server". What somebody chose may be chosen anew; a calendar's
address is kept as its hash alone; of a mail only when it went, never what it said.
"""

import sqlite_utils

from server.identity.schema import server_migrations

NOTICES = (
    """
    CREATE TABLE notice_mail (
        staff TEXT PRIMARY KEY REFERENCES staff(id),
        days TEXT NOT NULL,
        chosen_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # next_at: not before then; sent_at "" = not yet; fault: what kept it from going, the last time it was tried
    """
    CREATE TABLE notice_mail_sent (
        staff TEXT NOT NULL REFERENCES staff(id),
        day TEXT NOT NULL,
        tries INTEGER NOT NULL,
        next_at TEXT NOT NULL,
        sent_at TEXT NOT NULL,
        fault TEXT NOT NULL,
        PRIMARY KEY (staff, day)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE notice_calendar (
        staff TEXT PRIMARY KEY REFERENCES staff(id),
        token_hash TEXT NOT NULL UNIQUE,
        made_at TEXT NOT NULL,
        read_at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
)


@server_migrations()
def notices(database: sqlite_utils.Database) -> None:
    """Who asked for mails on which days, what became of each, and the secret addresses of calendars."""
    for statement in NOTICES:
        database.conn.execute(statement)
