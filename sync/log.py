"""The log: one leaf for each thing that happened to the ledger, in one Merkle tree that only grows.

A leaf is appended in the transaction of what it tells of, so neither is ever there without the other. Its statement
is JSON text; what is hashed is exactly those bytes. Hashes of complete subtrees of 32 leaves and of everything
above them are kept beside, so that a root never needs more than 31 leaves to be read.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from sync import merkle
from sync.ledger import Entry, Themes

# What each kind of statement is about, by the field that names it: one leaf for each such thing
KINDS = {"start": "log", "entry": "seq", "audit": "id", "destroyed": "seq", "restored": "epoch"}
KEPT_LEVEL = 5
_BLOCK = 1 << KEPT_LEVEL

_encode = msgspec.json.Encoder().encode


class LogError(Exception):
    """The log lacks a leaf that it must have: somebody removed it. `str()` says which."""


class Leaf(NamedTuple):
    """One leaf: what it says, as JSON text, and what the tree hashes it to (hex). `ref` is what it is about."""

    position: int
    kind: str
    ref: int | str
    statement: str
    leaf: str


class Restored(NamedTuple):
    """A backup was put back: the log had `position` leaves in it, and `epoch` followed `before`."""

    position: int
    epoch: str
    before: str
    at: str


class EntryStatement(Struct, frozen=True):
    """What the log says of an entry: every column beside the body, in full or as a digest ("" for nothing)."""

    kind: str
    seq: int
    sha256: str
    standing: str
    held_for: str
    record: str
    version: int
    service: str
    tablet: str
    sender: str
    signatures: str
    findings: str
    themes: str
    received_at: str


def entry_statement(entry: Entry, themes: Themes) -> bytes:
    """The statement of `entry`, and of what the server knew of its actions."""
    return _encode(
        EntryStatement(
            "entry",
            entry.seq,
            entry.sha256,
            entry.standing,
            entry.held_for,
            entry.record,
            entry.version,
            entry.sender_service,
            entry.tablet,
            entry.sender_tablet,
            sha256(entry.signatures.encode()).hexdigest() if entry.signatures != "[]" else "",
            sha256(entry.findings.encode()).hexdigest() if entry.findings != "[]" else "",
            _themes_digest(themes) if themes else "",
            entry.received_at,
        )
    )


def entry_leaf(position: int, entry: Entry, themes: Themes) -> Leaf:
    """The leaf of an entry that will stand at `position`."""
    statement = entry_statement(entry, themes)
    return Leaf(position, "entry", entry.seq, statement.decode(), merkle.hash_leaf(statement).hex())


def append_to_log(connection: sqlite3.Connection, kind: str, statement: dict[str, Any]) -> int:
    """Add one leaf saying `statement`, in the writer's transaction; the position it stands at.

    `kind` is one of `KINDS`, and the statement must have the field named there, once for ever. Say nothing in it
    that may have to be erased one day: ids and digests, never a note or an answer.
    """
    position = log_size(connection)
    text = _encode({"kind": kind, **statement})
    append_leaves(
        connection,
        [Leaf(position, kind, statement[KINDS[kind]], text.decode(), merkle.hash_leaf(text).hex())],
    )
    return position


def append_leaves(connection: sqlite3.Connection, leaves: list[Leaf]) -> None:
    """Add leaves that are numbered on from `log_size`, and the subtrees that they complete.

    A log that somebody took a leaf out of refuses nothing: it gets the leaves, and lacks the subtree over the hole.
    """
    if not leaves:
        return
    connection.executemany("INSERT INTO log_leaf VALUES (?, ?, ?, ?, ?)", leaves)
    first, end = leaves[0].position, leaves[-1].position + 1
    for block in range(first >> KEPT_LEVEL, end >> KEPT_LEVEL):
        start = (block << KEPT_LEVEL) - first
        # Of the first block some leaves may have come before
        hashes = (
            [bytes.fromhex(leaf.leaf) for leaf in leaves[start : start + _BLOCK]]
            if start >= 0
            else _read_hashes(connection, block << KEPT_LEVEL, (block + 1) << KEPT_LEVEL)
        )
        if len(hashes) == _BLOCK:
            with suppress(LogError):
                _keep_node(connection, KEPT_LEVEL, block, _fold_pairs(hashes))


def log_size(connection: sqlite3.Connection) -> int:
    """How many leaves there are."""
    (last,) = connection.execute("SELECT max(position) FROM log_leaf").fetchone()
    return 0 if last is None else int(last) + 1


def positions_of(connection: sqlite3.Connection, seqs: Iterable[int]) -> dict[int, int]:
    """Where the leaves of these entries stand, by the entry's number."""
    rows = connection.execute(
        "SELECT ref, position FROM log_leaf WHERE kind = 'entry' AND ref IN (SELECT value FROM json_each(?))",
        (_encode(list(seqs)).decode(),),
    )
    return dict(rows.fetchall())


def read_leaf(connection: sqlite3.Connection, position: int) -> Leaf | None:
    """The leaf at `position`."""
    row = connection.execute("SELECT * FROM log_leaf WHERE position = ?", (position,)).fetchone()
    return Leaf(*row) if row is not None else None


def read_leaf_of(connection: sqlite3.Connection, kind: str, ref: int | str) -> Leaf | None:
    """The leaf of `kind` about `ref`."""
    row = connection.execute("SELECT * FROM log_leaf WHERE kind = ? AND ref = ?", (kind, ref)).fetchone()
    return Leaf(*row) if row is not None else None


def read_restored(connection: sqlite3.Connection) -> list[Restored]:
    """Every time a backup was put in the place of the database, in order."""
    rows = connection.execute(
        "SELECT position, statement FROM log_leaf WHERE kind = 'restored' ORDER BY position"
    )
    return [_decode_restored(statement, position) for position, statement in rows]


def read_root(connection: sqlite3.Connection, size: int) -> bytes:
    """The root of the log when it had `size` leaves. Raises `LogError` when a leaf of it is gone."""
    return merkle.root_of(size, Tree(connection, size).subtree)


class Tree:
    """The complete subtrees of the log, each read once. For one job on one connection."""

    def __init__(self, connection: sqlite3.Connection, size: int) -> None:
        self._connection = connection
        self._size = size
        self._known: dict[tuple[int, int], bytes] = {}

    def subtree(self, level: int, index: int) -> bytes:
        """The hash of the leaves [index << level, (index + 1) << level). Raises `LogError`."""
        found = self._known.get((level, index))
        if found is None:
            found = self._known[level, index] = self._find(level, index)
        return found

    def _find(self, level: int, index: int) -> bytes:
        if level >= KEPT_LEVEL:
            return _read_node(self._connection, level, index)
        if level:
            return merkle.hash_node(
                self.subtree(level - 1, 2 * index), self.subtree(level - 1, 2 * index + 1)
            )
        self._read_leaves(index >> KEPT_LEVEL)
        if (level, index) not in self._known:
            raise LogError(f"the log has no leaf {index}")
        return self._known[level, index]

    def _read_leaves(self, block: int) -> None:
        first = block << KEPT_LEVEL
        hashes = _read_hashes(self._connection, first, min(self._size, first + _BLOCK))
        for place, leaf in enumerate(hashes):
            self._known[0, first + place] = leaf


def _decode_restored(statement: str, position: int) -> Restored:
    said = msgspec.json.decode(statement)
    return Restored(position, said["epoch"], said["before"], said["at"])


def _keep_node(connection: sqlite3.Connection, level: int, index: int, node: bytes) -> None:
    """Keep the hash of a complete subtree; with its left neighbour it completes the one above."""
    # One that is there already was kept over leaves that are gone: it stays, and fits nothing that is signed after
    connection.execute("INSERT OR IGNORE INTO log_node VALUES (?, ?, ?)", (level, index, node.hex()))
    if index & 1:
        left = _read_node(connection, level, index - 1)
        _keep_node(connection, level + 1, index >> 1, merkle.hash_node(left, node))


def _read_node(connection: sqlite3.Connection, level: int, index: int) -> bytes:
    row = connection.execute(
        "SELECT node FROM log_node WHERE level = ? AND place = ?", (level, index)
    ).fetchone()
    if row is None:
        raise LogError(f"the log does not reach leaf {((index + 1) << level) - 1}")
    return bytes.fromhex(row[0])


def _fold_pairs(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        hashes = [merkle.hash_node(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def _read_hashes(connection: sqlite3.Connection, start: int, end: int) -> list[bytes]:
    rows = connection.execute(
        "SELECT leaf FROM log_leaf WHERE position >= ? AND position < ? ORDER BY position", (start, end)
    )
    return [bytes.fromhex(leaf) for (leaf,) in rows.fetchall()]


def _themes_digest(themes: Themes) -> str:
    known = {action: sorted(themes[action]) for action in sorted(themes)}
    return sha256(_encode(known)).hexdigest()
