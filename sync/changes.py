"""What a tablet pulls: the reference data of its service as it is now, row by row, then only what changed.

The feed keeps one row for each (service, kind, id), which moves to the end whenever it changes. So a new
tablet gets the present state and no history, and one that comes back after a year gets each changed row
once. Numbers are given inside the single writer's transaction: no row can appear behind a cursor that has
passed it.
"""

import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec

from sync import checkpoint, instants
from sync.checkpoint import Signer
from sync.cursor import Position, read_cursor, write_cursor
from sync.database import Database
from sync.epoch import read_cursor_key, read_epoch
from sync.sender import Sender
from sync.wire import Change, Changes, Refused, TabletSeen

KINDS = (
    "service",
    "unit",
    "person",
    "staff",
    "action",
    "form",
    "tablet",
    "due",
    "learning_message",
    "control",
    "complaint",
    "incident",
    "timescale",
    "on_call",
    "recent",
    "setting",
    "suggestion",
)
PAGE = 500

TabletsOf = Callable[[sqlite3.Connection, Sender], list[TabletSeen]]

_encode = msgspec.json.Encoder(order="deterministic").encode


def publish(
    connection: sqlite3.Connection, service: str, kind: str, id: str, body: dict[str, Any] | None
) -> None:
    """Tell the tablets of `service` ("" = every service) what a row is now, or, with None, that it is gone.

    Call it in the transaction that changes the row. Publishing what the feed already says changes nothing.
    """
    if kind not in KINDS:
        raise ValueError(f"a tablet knows no kind of row called {kind!r}: use one of {', '.join(KINDS)}")
    row = (int(body is None), _encode(body if body is not None else {}).decode())
    key = (service, kind, id)
    known = connection.execute(
        "SELECT deleted, body FROM change WHERE service = ? AND kind = ? AND id = ?", key
    ).fetchone()
    if (known is None and body is None) or (known is not None and tuple(known) == row):
        return
    connection.execute("DELETE FROM change WHERE service = ? AND kind = ? AND id = ?", key)
    connection.execute(
        "INSERT INTO change (service, kind, id, deleted, body) VALUES (?, ?, ?, ?, ?)", (*key, *row)
    )


def no_tablets(connection: sqlite3.Connection, sender: Sender) -> list[TabletSeen]:
    """For a server that knows no tablet but the one that asks."""
    return []


async def pull(
    database: Database,
    sender: Sender,
    cursor: str = "",
    clock: instants.Clock = instants.now,
    tablets_of: TabletsOf = no_tablets,
    signer: Signer | None = None,
) -> Changes:
    """The next rows for the sender's service after `cursor` ("" = from the beginning), and, by `tablets_of`,
    how the other tablets of the service stand. `signer` as for an inbox.

    Raises `Refused`: "cursor_refused" for a cursor of another epoch, service or server, or from beyond the
    end of the feed, as after a backup was copied back by hand (start again without one, and offer with `have`
    what the tablet still holds); "tablet_revoked" for a tablet that may no longer read.
    """
    if sender.revoked:
        raise Refused("tablet_revoked", "This tablet may no longer read. Ask a manager to enrol it again.")
    return await database.read(
        lambda connection: _page(connection, sender, cursor, clock, tablets_of, signer)
    )


def _page(
    connection: sqlite3.Connection,
    sender: Sender,
    cursor: str,
    clock: instants.Clock,
    tablets_of: TabletsOf,
    signer: Signer | None,
) -> Changes:
    service = sender.service
    epoch, key = read_epoch(connection), read_cursor_key(connection)
    after = _position(cursor, key, epoch, service, _newest(connection))
    # A tablet that starts afresh has nothing to forget
    rows = connection.execute(
        """
        SELECT seq, kind, id, deleted, body FROM change
        WHERE service IN (?, '') AND seq > ? AND (? > 0 OR deleted = 0) ORDER BY seq LIMIT ?
        """,
        (service, after, after, PAGE + 1),
    ).fetchall()
    page, more = rows[:PAGE], len(rows) > PAGE
    now = clock()
    offered = checkpoint.offer(connection, signer, sender.checkpoint, now)
    reached = page[-1]["seq"] if page else after
    return Changes(
        changes=[
            Change(row["kind"], row["id"], row["deleted"], msgspec.Raw(row["body"].encode())) for row in page
        ],
        cursor=write_cursor(Position(epoch, service, reached), key),
        more=int(more),
        epoch=epoch,
        server_time_ms=instants.epoch_milliseconds(now),
        tablets=tablets_of(connection, sender),
        checkpoint=offered.checkpoint,
        consistency=offered.consistency,
    )


def _newest(connection: sqlite3.Connection) -> int:
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'change'").fetchone()
    return int(row[0]) if row else 0


def _position(cursor: str, key: bytes, epoch: str, service: str, newest: int) -> int:
    if not cursor:
        return 0
    position = read_cursor(cursor, key)
    if position is None or (position.epoch, position.service) != (epoch, service) or position.seq > newest:
        raise Refused(
            "cursor_refused", "This place in the list is not known here: start again from the beginning."
        )
    return position.seq
