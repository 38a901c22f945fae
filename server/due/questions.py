"""A manager's question as something due to the author of a record. The question itself is kept in `server/review`."""

import sqlite3
from datetime import datetime

from server.due.items import Item, put
from server.evidence.times import write_instant


def ask(
    connection: sqlite3.Connection,
    *,
    id: str,
    record: str,
    author: str,
    service: str,
    unit: str,
    person: str,
    title: str,
    says: str,
    due_at: str,
    now: datetime,
) -> None:
    """Open `question/<id>` for the author alone; `title` is the record's, `says` the question."""
    put(
        connection,
        Item(
            id=f"question/{id}",
            origin="question",
            service=service,
            unit=unit,
            form="reply",
            title="Answer to a question",
            why=f"A manager asks about your {title}",
            staff=author,
            person=person,
            opened_at=write_instant(now),
            due_at=due_at,
            source=record,
            says=says,
        ),
    )
