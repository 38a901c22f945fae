"""Noting that somebody was told a learning message. A job for `Database.write`."""

import sqlite3
from datetime import datetime

import server.learning.schema  # noqa: F401 the table
from server.evidence.times import write_instant
from server.identity import audit


def tell(
    connection: sqlite3.Connection, listed: str, service: str, staff: str, who: str, now: datetime
) -> None:
    """Note it once; the second time changes nothing."""
    added = connection.execute(
        "INSERT OR IGNORE INTO learning_told (listed, staff, at, who) VALUES (?, ?, ?, ?)",
        (listed, staff, write_instant(now), who),
    )
    if added.rowcount:
        audit.note(connection, "learning_told", now, who=who, about=staff, details=listed, service=service)
