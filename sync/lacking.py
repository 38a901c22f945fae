"""What a backup lacks of another database: which tablets will be asked to offer again, and what may be held by none.

The other database is the one that the backup takes the place of, if it can still be read. Nothing is changed.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec

from sync.chain import tablet_state
from sync.connections import BUSY_TIMEOUT_MS


class TabletLacks(msgspec.Struct, frozen=True):
    """A tablet: the last of its numbers that the backup has, the last that the other had, and how many of its
    records (versions, counted one by one) the backup lacks; `oldest` is when the first of those was received.
    """

    tablet: str
    known: int
    knew: int
    lacks: int
    oldest: str


class Lacking(msgspec.Struct, frozen=True):
    """The whole difference. `readable` 0: the other cannot be read, and nothing is known of what it had.

    `same_log`: both are histories of one server. `alive_again`: entries that were destroyed since, and that the backup
    still has the words of. `only_here`: entries that the backup has and the other had not.
    """

    readable: bool
    same_log: bool
    tablets: list[TabletLacks]
    alive_again: int
    only_here: int

    @property
    def lacks(self) -> int:
        """How many entries the backup lacks in all."""
        return sum(tablet.lacks for tablet in self.tablets)


def lacking(backup: Path, other: Path | None) -> Lacking:
    """What the database file `backup` lacks of the file `other`; None: there was none.

    Raises `sqlite3.Error` when `backup` cannot be read.
    """
    with side_by_side(backup, None) as alone:
        tablets = [row[0] for row in alone.execute("SELECT DISTINCT tablet FROM tablet_run ORDER BY tablet")]
        known = {tablet: tablet_state(alone, tablet).highest for tablet in tablets}
    unknown = Lacking(
        False, True, [TabletLacks(tablet, number, 0, 0, "") for tablet, number in known.items()], 0, 0
    )
    if other is None:
        return unknown
    try:
        with side_by_side(backup, other) as both:
            return _compare(both, known)
    except sqlite3.Error:
        return unknown


@contextmanager
def side_by_side(backup: Path, other: Path | None) -> Iterator[sqlite3.Connection]:
    """A connection that only reads: the tables of `backup` as they are, those of the other as `other.<table>`."""
    with closing(
        sqlite3.connect(_address(backup), uri=True, timeout=BUSY_TIMEOUT_MS / 1000, isolation_level=None)
    ) as connection:
        connection.row_factory = sqlite3.Row
        if other is not None:
            connection.execute("ATTACH ? AS other", (_address(other),))
        yield connection


def _compare(both: sqlite3.Connection, known: dict[str, int]) -> Lacking:
    rows = both.execute(
        """
        SELECT sender_tablet AS tablet, count(*) AS lacks, min(received_at) AS oldest FROM other.entry
        WHERE NOT EXISTS (SELECT 1 FROM main.entry WHERE main.entry.sha256 = other.entry.sha256)
        AND NOT EXISTS (SELECT 1 FROM other.destroyed WHERE other.destroyed.seq = other.entry.seq)
        GROUP BY sender_tablet
        """
    )
    lacks = {row["tablet"]: row for row in rows}
    knew = dict(both.execute("SELECT tablet, max(last) FROM other.tablet_run GROUP BY tablet").fetchall())
    logs = {
        both.execute(f"SELECT value FROM {one}.server_state WHERE name = 'log_id'").fetchone()[0]  # noqa: S608
        for one in ("main", "other")
    }
    (only_here,) = both.execute(
        """
        SELECT count(*) FROM main.entry
        WHERE NOT EXISTS (SELECT 1 FROM other.entry WHERE other.entry.sha256 = main.entry.sha256)
        """
    ).fetchone()
    (alive_again,) = both.execute(
        """
        SELECT count(*) FROM main.entry JOIN other.destroyed ON other.destroyed.sha256 = main.entry.sha256
        WHERE NOT EXISTS (SELECT 1 FROM main.destroyed WHERE main.destroyed.seq = main.entry.seq)
        """
    ).fetchone()
    tablets = [
        TabletLacks(
            tablet,
            known.get(tablet, 0),
            knew.get(tablet, 0),
            lacks[tablet]["lacks"] if tablet in lacks else 0,
            lacks[tablet]["oldest"] if tablet in lacks else "",
        )
        for tablet in sorted({*known, *knew, *lacks})
    ]
    return Lacking(True, len(logs) == 1, tablets, alive_again, only_here)


def _address(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"
