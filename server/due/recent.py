"""What happened in the last 48 hours, in short, for the handover on every tablet of the service.

It is in the feed alone: a row comes with its record and is taken back when it is old. Never in it: what was taken
back, and what few may see.
"""

import sqlite3
from datetime import datetime, timedelta

from server.evidence.times import read_instant, write_instant
from sync import Stored, publish

KEPT = timedelta(hours=48)
# A tablet that was away longer keeps a few rows too old to show, and the feed does not grow by one row for each
# record there ever was
TOLD_GONE = timedelta(days=14)
# What is taken back in one transaction, so that a push never waits long
_AT_ONCE = 200


def note(connection: sqlite3.Connection, stored: Stored) -> None:
    """Tell the tablets of the record, or that it no longer counts."""
    body = stored.body
    old = body.happened_at < write_instant(read_instant(stored.received_at) - KEPT)
    if old or body.withdrawn or stored.judged.restricted:
        publish(connection, body.service, "recent", body.record, None)
        return
    row = connection.execute(
        """
        SELECT record, version, form, code, title, person, unit, tablet, author, shift, happened_at,
            concerns_count > 0 OR form = 'immediate_concern' AS concern
        FROM record_version WHERE seq = ?
        """,
        (stored.seq,),
    ).fetchone()
    publish(connection, body.service, "recent", body.record, dict(row))


def take_back_old(connection: sqlite3.Connection, now: datetime) -> int:
    """Take back what happened longer ago; how many were. As many again may be left when it is `_AT_ONCE`."""
    # The id of a record begins with when it was made (UUIDv7)
    connection.execute(
        """
        DELETE FROM change WHERE service IN (SELECT id FROM service) AND kind = 'recent' AND id < ? AND deleted = 1
        """,
        (f"{_made_at(now - TOLD_GONE)}-",),
    )
    rows = connection.execute(
        """
        SELECT service, id FROM change INDEXED BY recent_told
        WHERE kind = 'recent' AND deleted = 0 AND json_extract(body, '$.happened_at') < ? LIMIT ?
        """,
        (write_instant(now - KEPT), _AT_ONCE),
    ).fetchall()
    for row in rows:
        publish(connection, row["service"], "recent", row["id"], None)
    return len(rows)


def _made_at(instant: datetime) -> str:
    """How the id of a record made then begins."""
    digits = f"{int(instant.timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}"
