"""What goes with a record that is destroyed: what managers and staff said of it, what was due because of it, what
tablets were told. In the transaction that destroys it, and so that a rebuild afterwards ends in the same rows.

An item that a destroyed record had settled would be open again, years late, for nothing is left that settled it. So
it goes too, and its id is remembered (`due_destroyed`), for a rebuild would lay it out again.
"""

import sqlite3
from collections.abc import Sequence

from server.cases.forgetting import forget_words
from server.due import late_arrivals
from server.due.items import remove_for_ever
from sync import Entry, publish, read_body
from sync.sealed import Unreadable
from sync.wire import Body


def forget(connection: sqlite3.Connection, entries: Sequence[Entry]) -> None:
    """`sync.destroying.Forget`: called once the entries are emptied, with what they were."""
    for record in sorted({entry.record for entry in entries if entry.standing == "stored"}):
        _forget_record(connection, record)
        forget_words(connection, record)
    for entry in entries:
        connection.execute("DELETE FROM concern_acknowledged WHERE record = 'held-' || ?", (entry.seq,))
        body = _read(entry)
        if body is not None and entry.standing == "stored":
            publish(connection, body.service, "recent", body.record, None)
            _close_the_gap(connection, body)


def _forget_record(connection: sqlite3.Connection, record: str) -> None:
    questions = connection.execute("SELECT id FROM review_question WHERE record = ?", (record,)).fetchall()
    items = connection.execute(
        """
        SELECT id FROM due_item WHERE cause = :record AND cause <> ''
        UNION SELECT id FROM due_item WHERE settled_by = :record AND settled_by <> ''
        UNION SELECT id FROM due_item WHERE id >= 'late/' || :record || '/' AND id < 'late/' || :record || '0'
        """,
        {"record": record},
    ).fetchall()
    remove_for_ever(connection, [*(f"question/{id}" for (id,) in questions), *(id for (id,) in items)])
    for table in ("review_standing", "review_question", "review_act", "staff_view", "concern_acknowledged"):
        connection.execute(f"DELETE FROM {table} WHERE record = ?", (record,))  # noqa: S608


def _close_the_gap(connection: sqlite3.Connection, body: Body) -> None:
    """A handover that is gone must not make the records of its shift late for the next one."""
    for handover in late_arrivals.handovers_near(connection, body):
        before = _late(connection, handover)
        late_arrivals.refresh_one(connection, handover, tell=False)
        remove_for_ever(connection, sorted(_late(connection, handover) - before))


def _late(connection: sqlite3.Connection, handover: str) -> set[str]:
    rows = connection.execute(
        "SELECT id FROM due_item WHERE id >= ? AND id < ?", (f"late/{handover}/", f"late/{handover}0")
    )
    return {id for (id,) in rows}


def _read(entry: Entry) -> Body | None:
    try:
        return read_body(entry.body)
    except Unreadable:
        return None
