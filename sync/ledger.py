"""The ledger: every body received, in the order it was received, never changed and never deleted.

The columns beside the body are what the body says of itself and what the server decided on that day.
Everything else about records is derived from these rows (`projections.py`) and can be thrown away.

A batch is looked up and appended as a whole: a statement for each item would cost more than all else
together.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from typing import Literal, NamedTuple

import msgspec

from sync.wire import Finding, Receipt

Standing = Literal["stored", "held", "conflict"]
# Bodies whose claims are not believed, so they neither take nor dispute a record's id
NOT_BELIEVED = ("unreadable", "unknown_protocol")

_decode_themes = msgspec.json.Decoder(frozenset[str]).decode
_decode_findings = msgspec.json.Decoder(list[Finding]).decode
_encode = msgspec.json.Encoder().encode


class Entry(NamedTuple):
    """One row of the ledger. `sender_*` is who sent it; the other names are what the body says of itself."""

    seq: int
    standing: Standing
    record: str
    version: int
    service: str
    tablet: str
    tablet_seq: int
    tablet_prev: str
    body: bytes
    sha256: str
    leaf: str
    signatures: str
    sender_tablet: str
    sender_service: str
    held_for: str
    findings: str
    received_at: str


# What the server knew when an entry came in: the themes of each action the body bears on that it knows
Themes = dict[str, frozenset[str]]


class Other(NamedTuple):
    """A body of some record that is kept already: its version, the service it says it belongs to, and
    whether it counts.
    """

    version: int
    service: str
    stored: bool


_SELECT = f"SELECT {', '.join(Entry._fields)} FROM entry"  # noqa: S608 the names are the ones above
_INSERT = f"INSERT INTO entry VALUES ({', '.join('?' * len(Entry._fields))})"  # noqa: S608


def next_seq(connection: sqlite3.Connection) -> int:
    """The number of the next entry. It holds until this transaction ends, for there is one writer."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entry'").fetchone()
    return int(row[0]) + 1 if row else 1


def append(connection: sqlite3.Connection, entries: list[Entry]) -> None:
    """Keep `entries`, numbered on from `next_seq`."""
    connection.executemany(_INSERT, entries)


def append_themes(connection: sqlite3.Connection, known: Iterable[tuple[int, Themes]]) -> None:
    """Keep beside new entries, by number, what the server knew of their actions."""
    connection.executemany(
        "INSERT INTO entry_themes VALUES (?, ?, ?)",
        [
            (seq, action, _encode(sorted(themes)).decode())
            for seq, of_actions in known
            for action, themes in of_actions.items()
        ],
    )


def read_themes(connection: sqlite3.Connection, first: int, last: int) -> dict[int, Themes]:
    """What the server knew of the actions of the entries `first` to `last` when they came, by entry."""
    rows = connection.execute(
        "SELECT seq, action, themes FROM entry_themes WHERE seq BETWEEN ? AND ? ORDER BY seq", (first, last)
    )
    return {
        seq: {action: _decode_themes(themes) for _, action, themes in of_entry}
        for seq, of_entry in groupby(rows, itemgetter(0))
    }


def find_bodies(connection: sqlite3.Connection, digests: Iterable[str]) -> dict[str, Entry]:
    """The entries that keep bodies with these SHA-256 digests, by digest."""
    rows = connection.execute(
        f"{_SELECT} WHERE sha256 IN (SELECT value FROM json_each(?))",  # noqa: S608
        (_encode(list(digests)).decode(),),
    )
    return {entry.sha256: entry for entry in map(Entry._make, rows)}


def find_records(connection: sqlite3.Connection, records: Iterable[str]) -> dict[str, list[Other]]:
    """Every believed body of these records (stored, in conflict, or held though readable), by record."""
    rows = connection.execute(
        """
        SELECT record, version, service, standing = 'stored' FROM entry
        WHERE record IN (SELECT value FROM json_each(?)) AND held_for NOT IN (?, ?)
        """,
        (_encode(list(records)).decode(), *NOT_BELIEVED),
    )
    found: dict[str, list[Other]] = {}
    for record, version, service, stored in rows:
        found.setdefault(record, []).append(Other(version, service, bool(stored)))
    return found


def read_entry(connection: sqlite3.Connection, seq: int) -> Entry | None:
    """The entry with this number."""
    row = connection.execute(f"{_SELECT} WHERE seq = ?", (seq,)).fetchone()
    return Entry(*row) if row is not None else None


def read_record(connection: sqlite3.Connection, record: str) -> list[Entry]:
    """Every body that claims to be of this record (versions, conflicts, held ones), by version, then as
    they came.
    """
    rows = connection.execute(f"{_SELECT} WHERE record = ? ORDER BY version, seq", (record,))
    return [Entry(*row) for row in rows]


def read_all(connection: sqlite3.Connection) -> Iterator[Entry]:
    """Every entry, in the order of the ledger."""
    return map(Entry._make, connection.execute(f"{_SELECT} ORDER BY seq"))


def read_between(connection: sqlite3.Connection, first: int, last: int) -> Iterator[Entry]:
    """The entries numbered `first` to `last`, in the order of the ledger."""
    return map(
        Entry._make, connection.execute(f"{_SELECT} WHERE seq BETWEEN ? AND ? ORDER BY seq", (first, last))
    )


def encode_findings(findings: Iterable[Finding]) -> str:
    """Findings as an entry keeps them, so that its receipt can be given again word for word."""
    return _encode(tuple(findings)).decode()


def receipt_for(entry: Entry, position: int, *, again: bool = False) -> Receipt:
    """The receipt for a kept body, whose leaf stands at `position`: the same for ever, but that "stored" is
    "duplicate" when it is given again.
    """
    return Receipt(
        status="duplicate" if again and entry.standing == "stored" else entry.standing,
        record=entry.record,
        version=entry.version,
        sha256=entry.sha256,
        seq=entry.seq,
        received_at=entry.received_at,
        leaf=entry.leaf,
        held_for=entry.held_for,
        findings=_decode_findings(entry.findings),
        position=position,
    )
