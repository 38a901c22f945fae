"""What the running server counts, and what it reads for whoever watches it. Ids are opaque: no name is here."""

import sqlite3
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import msgspec

from server.evidence.times import read_instant
from server.fleet.strangers import Strangers
from sync import log_size
from sync.wire import PushAnswer


class Figures:
    """Counted in this process since it started."""

    def __init__(self) -> None:
        self.started = time.time()
        self.receipts: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.strangers = Strangers()

    def count_receipts(self, answer: PushAnswer) -> None:
        """Count what a push was answered."""
        self.receipts.update(receipt.status for receipt in answer.receipts)


class TabletFigures(msgspec.Struct, frozen=True):
    """One tablet that is not wiped: what it said last, and how many of its numbers never came. Seconds, -1 for
    never. `parked`: what this server would not take from it; `lost_stores`: those that nobody has looked into.
    """

    tablet: str
    service: str
    waiting: int
    oldest_seconds: float
    heard_seconds: float
    missing: int
    parked: int
    lost_stores: int


class Kept(msgspec.Struct, frozen=True):
    """What the database says at one moment."""

    entries: int
    lines: int
    held: dict[str, int]
    conflicts: int
    tablets: list[TabletFigures]


def read_kept(connection: sqlite3.Connection, now: datetime) -> Kept:
    """A job for `Database.read`."""
    (entries,) = connection.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()
    aside = connection.execute(
        "SELECT standing, held_for, count(*) AS many FROM entry WHERE standing <> 'stored' GROUP BY standing, held_for"
    ).fetchall()
    return Kept(
        entries,
        log_size(connection),
        {row["held_for"]: row["many"] for row in aside if row["standing"] == "held"},
        sum(row["many"] for row in aside if row["standing"] == "conflict"),
        read_tablets(connection, now),
    )


def read_tablets(connection: sqlite3.Connection, now: datetime) -> list[TabletFigures]:
    """Every tablet that may still hold something."""
    rows = connection.execute(
        """
        SELECT tablet.id, tablet.service, heard_at, coalesce(waiting, 0) AS waiting, coalesce(oldest, '') AS oldest,
            (SELECT coalesce(max(last) - sum(last - first + 1), 0) FROM tablet_run WHERE tablet = tablet.id) AS missing,
            (SELECT count(*) FROM parked WHERE parked.tablet = tablet.id) AS parked,
            (SELECT count(*) FROM store_loss WHERE store_loss.tablet = tablet.id AND seen_by = '') AS lost_stores
        FROM tablet LEFT JOIN tablet_contact ON tablet_contact.tablet = tablet.id
        WHERE wiped_at = '' ORDER BY tablet.id
        """
    )
    return [
        TabletFigures(
            row["id"],
            row["service"],
            row["waiting"],
            _seconds_since(row["oldest"] if row["waiting"] else "", now, none=0.0),
            _seconds_since(row["heard_at"], now, none=-1.0),
            row["missing"],
            row["parked"],
            row["lost_stores"],
        )
        for row in rows
    ]


def size_of(path: Path) -> int:
    """Bytes, 0 where there is no such file. Never opened: closing it would let go of SQLite's locks on it."""
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _seconds_since(instant: str, now: datetime, none: float) -> float:
    return max(0.0, (now - read_instant(instant)).total_seconds()) if instant else none
