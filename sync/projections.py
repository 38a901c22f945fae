"""What the manager's pages read, derived from the ledger in the same transaction that appends to it.

Nothing here is a source: `rebuild.py` empties these tables and derives them again, to identical rows. Rows
are gathered and written table by table, because one `executemany` costs far less than many single inserts.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable

import msgspec

from sync import record_row
from sync.judging import Judged
from sync.ledger import Entry
from sync.many_rows import Into, insert_rows
from sync.signatures import Verdict
from sync.stored import OnStored, Stored, tell, tell_nobody
from sync.wire import Body

PROJECTED = (
    "record_version",
    "answer",
    "finding",
    "concern",
    "bearing",
    "staff_observed",
    "record_signature",
)
CHAIN = ("tablet_run", "tablet_trouble")

_INTO = {
    "record_version": Into(f"record_version ({', '.join(record_row.COLUMNS)})", len(record_row.COLUMNS)),
    "answer": Into("answer", 4),
    "finding": Into("finding", 6),
    "concern": Into("concern", 2, "IGNORE"),
    "bearing": Into("bearing", 7),
    "staff_observed": Into("staff_observed", 3, "IGNORE"),
    "record_signature": Into("record_signature", len(Verdict._fields)),
}
_INSERT_WORDS = "INSERT INTO record_search (rowid, words) VALUES (?, ?)"
# A newer version leaves its forerunner's answers and findings to be read, and takes its place everywhere else
_RETIRE = (
    "UPDATE record_version SET current = 0 WHERE record = ? AND current = 1",
    "DELETE FROM bearing WHERE record = ?",
    "DELETE FROM staff_observed WHERE record = ?",
)
_DISPUTE = """
    UPDATE record_version SET conflicts_count = conflicts_count + 1, flagged = 1
    WHERE record = ? AND version = ?
"""


class Projector:
    """Gathers entries with `add`, derives and writes with `flush`. Lives for one job on one connection."""

    def __init__(self, connection: sqlite3.Connection, on_stored: OnStored = tell_nobody) -> None:
        self._connection = connection
        self._on_stored = on_stored
        self._stored: list[tuple[Entry, Body, Judged]] = []
        self._disputed: list[tuple[str, int]] = []
        # Row after row in one list for each table: a tuple for each would keep Python looking for garbage among them
        self._values: dict[str, list[object]] = defaultdict(list)
        self._words: list[tuple[int, str]] = []

    def add(self, entry: Entry, body: Body | None, judged: Judged | None) -> None:
        """Take account of an entry: a stored one is derived; a conflict marks the version it disputes."""
        if entry.standing == "stored" and body and judged:
            self._stored.append((entry, body, judged))
        elif entry.standing == "conflict":
            self._disputed.append((entry.record, entry.version))

    def add_verdicts(self, verdicts: Iterable[Verdict]) -> None:
        """Take account of what became of an entry's signatures."""
        for verdict in verdicts:
            self._values["record_signature"] += verdict

    def flush(self) -> None:
        """Write everything that follows from the entries gathered so far."""
        standing = self._standing_before()
        newest = self._settle_newest(standing)
        for entry, body, judged in self._stored:
            self._derive(entry, body, judged, current=body.version == newest[body.record])
        for table, into in _INTO.items():
            insert_rows(self._connection, into, self._values[table])
        self._connection.executemany(_INSERT_WORDS, self._words)
        if self._disputed:
            self._connection.executemany(_DISPUTE, self._disputed)
        self._tell(standing)
        self._stored.clear()
        self._disputed.clear()
        self._values.clear()
        self._words.clear()

    def _standing_before(self) -> dict[str, int]:
        """The version that stands of each gathered record that is written already."""
        rows = self._connection.execute(
            """
            SELECT record, version FROM record_version
            WHERE record IN (SELECT value FROM json_each(?)) AND current = 1
            """,
            (msgspec.json.encode(list({body.record for _, body, _ in self._stored})).decode(),),
        )
        return dict(rows.fetchall())

    def _settle_newest(self, standing: dict[str, int]) -> dict[str, int]:
        """The newest version of each gathered record; older ones that are written stop being current."""
        arrived: dict[str, int] = {}
        for _, body, _ in self._stored:
            arrived[body.record] = max(body.version, arrived.get(body.record, 0))
        overtaken = [(record,) for record, version in standing.items() if version < arrived[record]]
        for statement in _RETIRE if overtaken else ():
            self._connection.executemany(statement, overtaken)
        return arrived | {
            record: version for record, version in standing.items() if version > arrived[record]
        }

    def _tell(self, standing: dict[str, int]) -> None:
        """Each entry that was the newest of its record as it arrived, however the entries were gathered."""
        newest = dict(standing)
        for entry, body, judged in self._stored:
            if body.version > newest.get(body.record, 0):
                newest[body.record] = body.version
                stored = Stored(entry.seq, body, judged.form, judged, entry.received_at)
                tell(self._connection, self._on_stored, stored)

    def _derive(self, entry: Entry, body: Body, judged: Judged, *, current: bool) -> None:
        facts = record_row.facts_of(judged.form, body)
        values = self._values
        values["record_version"] += record_row.row(entry, body, judged, facts, current=current)
        _add_answers(values["answer"], entry.seq, judged)
        for position, found in enumerate(judged.findings):
            values["finding"] += (
                entry.seq, position, found.code, found.question, found.severity, found.message
            )  # fmt: skip
        if not body.withdrawn:
            for question in judged.concerns:
                values["concern"] += (entry.seq, question)
        if facts.words:
            self._words.append((entry.seq, facts.words))
        # One tally for all who look: what only few may see would show in it
        if current and not body.withdrawn and not judged.restricted:
            for to in judged.bearings:
                values["bearing"] += (
                    body.record, to.action, entry.seq, to.bearing, to.computed, to.claimed, body.happened_at
                )  # fmt: skip
        if current:
            for staff in facts.staff:
                values["staff_observed"] += (body.record, staff, body.happened_at)


def lay_triggers_aside(connection: sqlite3.Connection) -> list[str]:
    """Take out the triggers on what is derived; the statements that make them again."""
    places = ", ".join("?" * len(PROJECTED))
    found = connection.execute(
        f"SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name IN ({places}) ORDER BY rowid",  # noqa: S608
        PROJECTED,
    ).fetchall()
    for name, _ in found:
        connection.execute(f'DROP TRIGGER "{name}"')
    return [statement for _, statement in found]


def empty(connection: sqlite3.Connection) -> None:
    """Throw away everything that is derived, ready to derive it again."""
    for table in (*PROJECTED, *CHAIN):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 the names are the ones above
    connection.execute("INSERT INTO record_search (record_search) VALUES ('delete-all')")


def _add_answers(values: list[object], seq: int, judged: Judged) -> None:
    """In the order of the table: what comes at its end costs half of what goes in between."""
    answers = judged.answers
    for question in sorted(answers):
        value = answers[question]
        if isinstance(value, list):
            for position, chosen in enumerate(value):
                values += (seq, question, position, chosen)
        else:
            values += (seq, question, 0, value)
