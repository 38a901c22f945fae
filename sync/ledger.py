"""The ledger: every body received, in the order it was received, never changed and never deleted.

The columns beside the body are what the body says of itself and what the server decided on that day.
Everything else about records is derived from these rows (`projections.py`) and can be thrown away.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Literal

import msgspec

from sync.sealed import Claimed
from sync.wire import Finding, Receipt, Signature

Standing = Literal["stored", "held", "conflict"]
# Bodies whose claims are not believed, so they neither take nor dispute a record's id
NOT_BELIEVED = ("unreadable", "unknown_protocol")

_decode_findings = msgspec.json.Decoder(list[Finding]).decode


@dataclass(frozen=True, slots=True)
class Entry:
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


@dataclass(frozen=True, slots=True)
class Arrival:
    """A body that is about to be kept."""

    claimed: Claimed
    body: bytes
    sha256: str
    signatures: list[Signature]


@dataclass(frozen=True, slots=True)
class Decision:
    """Where an arrival stands, why it is held ("" = it is not), and what the tablet is told about it."""

    standing: Standing
    held_for: str
    findings: list[Finding]


_NAMES = [column.name for column in fields(Entry)]
_SELECT = f"SELECT {', '.join(_NAMES)} FROM entry"  # noqa: S608 the names are the ones above
_INSERT = f"INSERT INTO entry ({', '.join(_NAMES[1:])}) VALUES ({', '.join('?' * len(_NAMES[1:]))})"  # noqa: S608


def leaf_hash(body: bytes) -> str:
    """The body's leaf in the Merkle log (RFC 6962, 2.1): SHA-256 over a zero byte and the body, in
    hexadecimal.
    """
    return sha256(b"\0" + body).hexdigest()


def append(
    connection: sqlite3.Connection,
    arrival: Arrival,
    decision: Decision,
    sender: tuple[str, str],
    received_at: str,
) -> Entry:
    """Keep `arrival`, sent by (tablet, service), and give back its row with the number it got."""
    claimed = arrival.claimed
    row = (
        decision.standing,
        claimed.record,
        claimed.version,
        claimed.service,
        claimed.tablet,
        claimed.tablet_seq,
        claimed.tablet_prev,
        arrival.body,
        arrival.sha256,
        leaf_hash(arrival.body),
        msgspec.json.encode(arrival.signatures).decode(),
        *sender,
        decision.held_for,
        msgspec.json.encode(decision.findings).decode(),
        received_at,
    )
    seq = connection.execute(_INSERT, row).lastrowid or 0
    return Entry(seq, *row)


def find_body(connection: sqlite3.Connection, digest: str) -> Entry | None:
    """The entry that keeps the body with this SHA-256."""
    return _entry(connection.execute(f"{_SELECT} WHERE sha256 = ?", (digest,)).fetchone())


def read_entry(connection: sqlite3.Connection, seq: int) -> Entry | None:
    """The entry with this number."""
    return _entry(connection.execute(f"{_SELECT} WHERE seq = ?", (seq,)).fetchone())


def read_record(connection: sqlite3.Connection, record: str) -> list[Entry]:
    """Every body that claims to be of this record: versions, conflicts and held ones, by version, then as
    they came.
    """
    rows = connection.execute(f"{_SELECT} WHERE record = ? ORDER BY version, seq", (record,))
    return [Entry(*row) for row in rows]


def others_of_record(connection: sqlite3.Connection, record: str) -> list[sqlite3.Row]:
    """Version and service of every believed body of this record: stored, in conflict, or held though
    readable.
    """
    return connection.execute(
        "SELECT version, service FROM entry WHERE record = ? AND held_for NOT IN (?, ?)",
        (record, *NOT_BELIEVED),
    ).fetchall()


def read_all(connection: sqlite3.Connection) -> Iterator[Entry]:
    """Every entry, in the order of the ledger."""
    for row in connection.execute(f"{_SELECT} ORDER BY seq"):
        yield Entry(*row)


def receipt_for(entry: Entry, status: Literal["stored", "duplicate", "conflict", "held"]) -> Receipt:
    """The receipt for a kept body, the same for ever but for its first word."""
    return Receipt(
        status=status,
        record=entry.record,
        version=entry.version,
        sha256=entry.sha256,
        seq=entry.seq,
        received_at=entry.received_at,
        leaf=entry.leaf,
        held_for=entry.held_for,
        findings=_decode_findings(entry.findings),
    )


def _entry(row: sqlite3.Row | None) -> Entry | None:
    return Entry(*row) if row is not None else None
