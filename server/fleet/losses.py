"""A tablet that lost its store: noticed from the server's side, dated, kept, acknowledged by name.

A browser that is known by its cookie and comes back empty says so (`POST /tablet/store-lost`). How many records
were in the store is what the tablet numbered, said that it held, or noted outside its store, whichever is most, less
what was received. Jobs for `Database.write` and `Database.read`.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

import server.fleet.schema  # noqa: F401 the tables
from server.evidence.times import moment_words
from server.fleet.health import read_health
from server.identity import audit
from server.identity.instants import at
from server.identity.tablets import Tablet
from sync import tablet_state

_SECONDS = 19


class StoreLost(msgspec.Struct, frozen=True):
    """What the server knows of a store that is gone; for the tablet's screen. Instants are UTC or ""."""

    name: str
    heard_at: str
    expected: int


class Loss(msgspec.Struct, frozen=True, kw_only=True):
    """A lost store. `missing` is how many of the `expected` records have not come since, by any way."""

    at: str
    heard_at: str
    expected: int
    missing: int
    seen_by: str
    seen_at: str

    @property
    def words(self) -> str:
        """What is to be seen to, in a sentence."""
        heard = f"last heard of {moment_words(self.heard_at)}" if self.heard_at else "never heard of before"
        return f"It lost its local store (found {moment_words(self.at)}, {heard}): {self.what}"

    @property
    def what(self) -> str:
        """What became of the records that were in it."""
        if not self.expected:
            return "it knew of nothing waiting in it"
        if not self.missing:
            return f"{_records(self.expected)} expected, all have come since"
        if self.missing < self.expected:
            came = self.expected - self.missing
            return f"{_records(self.expected)} expected, {came} came since, {self.missing} never came"
        return f"{_records(self.expected)} expected, never received"


def note_lost(connection: sqlite3.Connection, tablet: Tablet, said: int, now: datetime) -> StoreLost:
    """The tablet's browser came back empty; `said` is what it had noted outside its store, 0 for nothing.

    Asked again at every start until it is enrolled anew: that is the same loss.
    """
    contact = connection.execute(
        "SELECT waiting, health, last_at FROM tablet_contact WHERE tablet = ?", (tablet.id,)
    ).fetchone()
    waiting, health, heard = tuple(contact) if contact else (0, "", "")
    before = connection.execute(
        "SELECT * FROM store_loss WHERE tablet = ? ORDER BY id DESC LIMIT 1", (tablet.id,)
    ).fetchone()
    if before and (not before["seen_at"] or heard[:_SECONDS] <= before["at"][:_SECONDS]):
        expected = max(before["expected"], said)
        connection.execute("UPDATE store_loss SET expected = ? WHERE id = ?", (expected, before["id"]))
        return StoreLost(tablet.name, before["heard_at"], expected)
    received = tablet_state(connection, tablet.id).received
    expected = max(said, waiting, read_health(health).sealed - received)
    connection.execute(
        "INSERT INTO store_loss (tablet, at, heard_at, expected, received) VALUES (?, ?, ?, ?, ?)",
        (tablet.id, at(now), tablet.heard_at, expected, received),
    )
    audit.note(connection, "store_lost", now, about=tablet.id, details=f"{_records(expected)} expected")
    return StoreLost(tablet.name, tablet.heard_at, expected)


def read_losses(connection: sqlite3.Connection, tablet: str) -> tuple[Loss, ...]:
    """The lost stores of one tablet, the newest first."""
    received = tablet_state(connection, tablet).received
    rows = connection.execute(
        """
        SELECT at, heard_at, expected, received, seen_at,
            coalesce((SELECT name FROM staff WHERE id = seen_by), '') AS seen_by
        FROM store_loss WHERE tablet = ? ORDER BY id DESC
        """,
        (tablet,),
    )
    return tuple(
        Loss(
            at=row["at"],
            heard_at=row["heard_at"],
            expected=row["expected"],
            missing=max(0, row["expected"] - (received - row["received"])),
            seen_by=row["seen_by"],
            seen_at=row["seen_at"],
        )
        for row in rows
    )


def acknowledge(
    connection: sqlite3.Connection, tablet: str, services: Sequence[str], who: str, now: datetime
) -> None:
    """`who` has looked into every lost store of a tablet of one of `services`."""
    done = connection.execute(
        """
        UPDATE store_loss SET seen_by = ?, seen_at = ? WHERE tablet = ? AND seen_at = ''
            AND EXISTS (SELECT 1 FROM tablet WHERE id = store_loss.tablet
                AND service IN (SELECT value FROM json_each(?)))
        """,
        (who, at(now), tablet, msgspec.json.encode(list(services)).decode()),
    )
    if done.rowcount:
        audit.note(connection, "store_loss_seen", now, who=who, about=tablet)


def _records(count: int) -> str:
    return f"{count} record" if count == 1 else f"{count} records"
