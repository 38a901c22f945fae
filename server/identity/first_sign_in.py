"""The code with which somebody chooses their first password at the desk: made there, shown once, works once.

Jobs for `Database.write`.
"""

import sqlite3
from datetime import datetime

import sqlite_utils

from server.identity import audit
from server.identity.instants import at
from server.identity.schema import server_migrations
from server.identity.secret_tokens import hash_code, new_code

WORKS_DAYS = 7


@server_migrations()
def first_code(database: sqlite_utils.Database) -> None:
    """One row for each person who was given a code; a new code takes the place of the one before."""
    database.conn.execute(
        """CREATE TABLE first_code (
            staff TEXT PRIMARY KEY REFERENCES staff(id), code_hash TEXT NOT NULL UNIQUE, made_at TEXT NOT NULL,
            expires_at TEXT NOT NULL, used_at TEXT NOT NULL DEFAULT '') STRICT"""
    )


def make_code(connection: sqlite3.Connection, staff: str, now: datetime) -> str:
    """A new code for `staff`, to be shown once: only its hash is kept. One made before works no more."""
    code = new_code()
    connection.execute(
        "INSERT OR REPLACE INTO first_code (staff, code_hash, made_at, expires_at) VALUES (?, ?, ?, ?)",
        (staff, hash_code(code), at(now), at(now, days=WORKS_DAYS)),
    )
    audit.note(connection, "first_code_made", now, about=staff)
    return code


def use_code(connection: sqlite3.Connection, email: str, code: str, now: datetime) -> str:
    """Use a code up: the id of the person of `email` whose it is; "" when it is not theirs, used, or too old."""
    row = connection.execute(
        """
        SELECT first_code.staff FROM first_code JOIN staff ON staff.id = first_code.staff
        WHERE staff.email = ? AND code_hash = ? AND used_at = '' AND expires_at > ?
            AND (left_at = '' OR left_at > ?)
        """,
        (email, hash_code(code), at(now), at(now)),
    ).fetchone()
    if row is None:
        return ""
    connection.execute("UPDATE first_code SET used_at = ? WHERE staff = ?", (at(now), row["staff"]))
    return str(row["staff"])
