"""Why a record that can be read must still wait for a person: its author, its service or its unit does not
fit.

Given to `sync.Inbox`, which keeps the record whatever the answer (DESIGN section 6).
"""

import sqlite3

from sync import Body, Sender


def hold_reason(connection: sqlite3.Connection, body: Body, sender: Sender) -> str:
    """ "" when the record may count as evidence, else a key of `sync.HELD_REASONS`."""
    if body.service != sender.service or not _unit_fits(connection, body):
        return "out_of_scope"
    return _author_reason(connection, body)


def _unit_fits(connection: sqlite3.Connection, body: Body) -> bool:
    if not body.unit:
        return True
    row = connection.execute("SELECT service FROM unit WHERE id = ?", (body.unit,)).fetchone()
    return row is not None and row["service"] == body.service


def _author_reason(connection: sqlite3.Connection, body: Body) -> str:
    author = connection.execute("SELECT left_at FROM staff WHERE id = ?", (body.author,)).fetchone()
    roles = connection.execute(
        "SELECT ends FROM staff_role WHERE staff = ? AND (service IS NULL OR service = ?)",
        (body.author, body.service),
    ).fetchall()
    if author is None or not roles:
        return "author_unknown"
    # The tablet's own time: a record made before its author left or moved is evidence, however late it arrives
    left = [author["left_at"]] if author["left_at"] else []
    moved = [] if any(not role["ends"] for role in roles) else [max(role["ends"] for role in roles)]
    return "author_left" if any(end <= body.recorded_at for end in left + moved) else ""
