"""A checkpoint: how many leaves the log has, the root over them, and the server's signature that it is so.

Tablets keep the checkpoints they were given. From then on the server cannot change or drop a leaf that a checkpoint
covers without the next tablet seeing it: the two no longer fit.
"""

import logging
import sqlite3
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import NamedTuple, Protocol

from sync import merkle
from sync.epoch import read_epoch, read_log_id
from sync.log import LogError, Tree, log_size
from sync.wire import SignedCheckpoint

_LOG = logging.getLogger(__name__)

ORIGIN = "sightline-log"
# Of days gone by longer than this only the last checkpoint is kept
KEPT_WHOLE = timedelta(days=7)


class Signer(Protocol):
    """Whoever signs for the server. This room holds no key."""

    def sign(self, text: bytes) -> bytes:
        """The Ed25519 signature of `text`, 64 bytes."""


class Checkpoint(NamedTuple):
    """What the text of a checkpoint says; `root` is hex, `at` an instant."""

    log: str
    size: int
    root: str
    epoch: str
    at: str


class Offer(NamedTuple):
    """What every answer to a tablet carries: a checkpoint, and that it continues the one the tablet named."""

    checkpoint: SignedCheckpoint
    consistency: list[str]


def write_checkpoint(checkpoint: Checkpoint) -> str:
    """Its text, which is what is signed: five lines, each with its end."""
    return f"{ORIGIN}/{checkpoint.log}\n{checkpoint.size}\n{checkpoint.root}\n{checkpoint.epoch}\n{checkpoint.at}\n"


def read_checkpoint(text: str) -> Checkpoint | None:
    """What a checkpoint says, or None for text that is not one."""
    lines = text.split("\n")
    if len(lines) != 6 or lines[5] or not lines[0].startswith(f"{ORIGIN}/"):
        return None
    size = lines[1]
    if not (size.isascii() and size.isdigit() and len(size) < 16 and str(int(size)) == size):
        return None
    return Checkpoint(lines[0].removeprefix(f"{ORIGIN}/"), int(size), *lines[2:5])


def offer(connection: sqlite3.Connection, signer: Signer | None, after: int, now: datetime) -> Offer:
    """The checkpoint of the log as it is, and what shows that it begins with its first `after` leaves (0: nothing).

    The consistency proof is empty as well when the log has no more than `after` leaves: the tablet compares roots.
    The signature is "" without a signer. Of a log that lacks a leaf nothing can be signed: the checkpoint is empty,
    which the tablet tells the managers, and the records that came with the question are kept all the same.
    """
    try:
        return _offer(connection, signer, after, now)
    except LogError:
        _LOG.exception("no checkpoint can be signed")
        return Offer(SignedCheckpoint("", ""), [])


def _offer(connection: sqlite3.Connection, signer: Signer | None, after: int, now: datetime) -> Offer:
    size = log_size(connection)
    tree = Tree(connection, size)
    known = connection.execute(
        "SELECT text, signature FROM log_checkpoint WHERE size = ? AND epoch = ?",
        (size, read_epoch(connection)),
    ).fetchone()
    signed = SignedCheckpoint(*known) if known else _sign(connection, signer, size, tree, now)
    return Offer(signed, [node.hex() for node in merkle.consistency(after, size, tree.subtree)])


def offer_and_keep(connection: sqlite3.Connection, signer: Signer | None, after: int, now: datetime) -> Offer:
    """As `offer`, in the writer's transaction, so that the checkpoint is kept: `verify` checks the log by it."""
    offered = offer(connection, signer, after, now)
    said = read_checkpoint(offered.checkpoint.text)
    if offered.checkpoint.signature and said:
        entries = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'entry'").fetchone()
        added = connection.execute(
            "INSERT OR IGNORE INTO log_checkpoint VALUES (?, ?, ?, ?, ?, ?)",
            (said.size, said.epoch, said.at, entries[0] if entries else 0, *_both(offered.checkpoint)),
        )
        if added.rowcount > 0:
            _thin_out(connection, now)
    return offered


def _sign(
    connection: sqlite3.Connection, signer: Signer | None, size: int, tree: Tree, now: datetime
) -> SignedCheckpoint:
    at = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    root = merkle.root_of(size, tree.subtree).hex()
    text = write_checkpoint(Checkpoint(read_log_id(connection), size, root, read_epoch(connection), at))
    signature = b64encode(signer.sign(text.encode())).decode() if signer else ""
    return SignedCheckpoint(text, signature)


def _both(signed: SignedCheckpoint) -> tuple[str, str]:
    return signed.text, signed.signature


def _thin_out(connection: sqlite3.Connection, now: datetime) -> None:
    """Once a day, at its first checkpoint: of each day that is long past, keep the last one alone."""
    newest = connection.execute("SELECT at FROM log_checkpoint ORDER BY size DESC LIMIT 2").fetchall()
    if len(newest) < 2 or newest[0][0][:10] == newest[1][0][:10]:
        return
    past = (now.astimezone(UTC) - KEPT_WHOLE).strftime("%Y-%m-%d")
    connection.execute(
        """
        DELETE FROM log_checkpoint WHERE at < ? AND size NOT IN
            (SELECT max(size) FROM log_checkpoint GROUP BY epoch, substr(at, 1, 10))
        """,
        (past,),
    )
