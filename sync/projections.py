"""What the manager's pages read, derived from the ledger in the same transaction that appends to it.

Nothing here is a source: `rebuild.py` empties these tables and derives them again, to identical rows. Rows
are gathered and written table by table, because one `executemany` costs far less than many single inserts.
"""

import sqlite3
from collections import defaultdict
from dataclasses import dataclass, field

from sync import record_row
from sync.judging import Judged
from sync.ledger import Entry
from sync.wire import Body

PROJECTED = ("record_version", "answer", "finding", "concern", "bearing", "staff_observed")

_INSERTS = {
    "record_version": record_row.INSERT,
    "answer": "INSERT INTO answer VALUES (?, ?, ?, ?)",
    "finding": "INSERT INTO finding VALUES (?, ?, ?, ?, ?, ?)",
    "concern": "INSERT OR IGNORE INTO concern VALUES (?, ?)",
    "bearing": "INSERT INTO bearing VALUES (?, ?, ?, ?, ?, ?, ?)",
    "staff_observed": "INSERT OR IGNORE INTO staff_observed VALUES (?, ?, ?)",
    "record_search": "INSERT INTO record_search (rowid, words) VALUES (?, ?)",
}


@dataclass
class Projector:
    """Gathers rows with `add`, writes them with `flush`. Lives for one job on one connection."""

    connection: sqlite3.Connection
    _rows: dict[str, list[tuple[object, ...]]] = field(default_factory=lambda: defaultdict(list))
    _gathered: set[str] = field(default_factory=set)

    def add(self, entry: Entry, body: Body, judged: Judged) -> None:
        """Derive everything about one stored entry."""
        current = self._is_newest(body)
        facts = record_row.Facts.of(judged.form, body)
        self._rows["record_version"].append(record_row.row(entry, body, judged, facts, current=current))
        self._add_answers(entry.seq, body)
        self._rows["finding"] += [
            (entry.seq, position, found.code, found.question, found.severity, found.message)
            for position, found in enumerate(judged.findings)
        ]
        self._rows["concern"] += [(entry.seq, question) for question in judged.concerns]
        if facts.words:
            self._rows["record_search"].append((entry.seq, facts.words))
        if current:
            self._add_links(entry, body, judged, facts)

    def note_conflict(self, entry: Entry) -> None:
        """Mark the stored version that another body now disputes."""
        self.flush()
        self.connection.execute(
            "UPDATE record_version SET conflicts_count = conflicts_count + 1, flagged = 1 "
            "WHERE record = ? AND version = ?",
            (entry.record, entry.version),
        )

    def flush(self) -> None:
        """Write the rows gathered so far."""
        for table, insert in _INSERTS.items():
            if self._rows[table]:
                self.connection.executemany(insert, self._rows[table])
        self._rows.clear()
        self._gathered.clear()

    def _is_newest(self, body: Body) -> bool:
        if body.record in self._gathered:
            self.flush()
        self._gathered.add(body.record)
        (newest,) = self.connection.execute(
            "SELECT max(version) FROM record_version WHERE record = ?", (body.record,)
        ).fetchone()
        if newest is None:
            return True
        if newest > body.version:
            return False
        self._retire_older(body.record)
        return True

    def _retire_older(self, record: str) -> None:
        self.connection.execute(
            "UPDATE record_version SET current = 0 WHERE record = ? AND current = 1", (record,)
        )
        self.connection.execute("DELETE FROM bearing WHERE record = ?", (record,))
        self.connection.execute("DELETE FROM staff_observed WHERE record = ?", (record,))

    def _add_answers(self, seq: int, body: Body) -> None:
        answers = self._rows["answer"]
        for question, value in body.answers.items():
            if isinstance(value, list):
                answers += [(seq, question, position, chosen) for position, chosen in enumerate(value)]
            else:
                answers.append((seq, question, 0, value))

    def _add_links(self, entry: Entry, body: Body, judged: Judged, facts: record_row.Facts) -> None:
        self._rows["bearing"] += [
            (
                body.record,
                weighed.action,
                entry.seq,
                weighed.bearing,
                weighed.computed,
                weighed.claimed,
                body.happened_at,
            )
            for weighed in judged.bearings
        ]
        self._rows["staff_observed"] += [(body.record, staff, body.happened_at) for staff in facts.staff]


def empty(connection: sqlite3.Connection) -> None:
    """Throw away everything that is derived, ready to derive it again."""
    for table in (*PROJECTED, "tablet_run", "tablet_trouble"):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 the names are the ones above
    connection.execute("INSERT INTO record_search (record_search) VALUES ('delete-all')")
