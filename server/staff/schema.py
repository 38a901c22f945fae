"""Codes for a first password. Migration set "server". Only the SHA-256 of a code is kept: it has 78 random bits."""

import sqlite_utils

from server.identity.schema import server_migrations

FIRST_PASSWORD = (
    """CREATE TABLE first_password (
        staff TEXT PRIMARY KEY REFERENCES staff(id), code_hash TEXT NOT NULL, made_by TEXT NOT NULL,
        made_at TEXT NOT NULL, expires_at TEXT NOT NULL) STRICT""",
)


@server_migrations()
def first_password(database: sqlite_utils.Database) -> None:
    """One-time codes with which somebody sets their own password."""
    for statement in FIRST_PASSWORD:
        database.conn.execute(statement)
