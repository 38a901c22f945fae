"""How far a role reaches below a service, and what was chosen for a visitor. Migration set "server".

A visit is one role "visitor" in each chosen service, ended together. What was chosen is kept as it was: a visit is
ended and made anew, never changed, so that the trail can say what somebody was able to see on any day.
"""

import sqlite_utils

from server.identity.schema import server_migrations

SCOPE = (
    # "": the whole service
    "ALTER TABLE staff_role ADD COLUMN unit TEXT NOT NULL DEFAULT ''",
    # since and until: instants, "" = no limit, until the first one outside. named 0: pseudonyms stand for names
    """CREATE TABLE visit (
        id TEXT PRIMARY KEY, staff TEXT NOT NULL UNIQUE REFERENCES staff(id), organisation TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('inspector', 'commissioner', 'board')),
        since TEXT NOT NULL, until TEXT NOT NULL, named INTEGER NOT NULL CHECK (named IN (0, 1)),
        made_by TEXT NOT NULL REFERENCES staff(id), made_at TEXT NOT NULL, ends TEXT NOT NULL,
        ended_at TEXT NOT NULL DEFAULT '', ended_by TEXT NOT NULL DEFAULT '') STRICT""",
    # No row of a list: all of them
    """CREATE TABLE visit_choice (
        visit TEXT NOT NULL REFERENCES visit(id), list TEXT NOT NULL CHECK (list IN ('services', 'actions', 'forms')),
        code TEXT NOT NULL, PRIMARY KEY (visit, list, code)) STRICT, WITHOUT ROWID""",
)


@server_migrations()
def scope(database: sqlite_utils.Database) -> None:
    """Roles for one unit, and visits."""
    for statement in SCOPE:
        database.conn.execute(statement)
