"""Each tablet numbers its records and names the hash of the one before, so what never arrived can be seen.

Out of order is fine: what is known of a tablet depends only on which of its records have arrived. A number
used twice, or a link that does not fit, is noted as trouble for a person to look at; the records are kept
all the same. Only what a tablet says of itself counts: a record sent by another tablet cannot blemish this
one's chain.
"""

import sqlite3
from dataclasses import dataclass

from sync.ledger import Entry
from sync.wire import FIRST_PREV


@dataclass(frozen=True)
class Trouble:
    """A number used twice ("number_reused") or a record whose previous hash does not fit ("link_broken")."""

    tablet_seq: int
    seq: int
    code: str


@dataclass(frozen=True)
class TabletState:
    """What has arrived of a tablet: "1 to 118 and 122 received; 119 to 121 missing". Gaps are inclusive."""

    highest: int
    received: int
    gaps: list[tuple[int, int]]
    trouble: list[Trouble]

    @property
    def broken_links(self) -> list[int]:
        """The numbers whose previous hash does not fit."""
        return [found.tablet_seq for found in self.trouble if found.code == "link_broken"]

    @property
    def reused_numbers(self) -> list[int]:
        """The numbers that two different records bear."""
        return sorted({found.tablet_seq for found in self.trouble if found.code == "number_reused"})


def note_arrival(connection: sqlite3.Connection, entry: Entry) -> None:
    """Take account of an entry that was just appended."""
    if entry.tablet != entry.sender_tablet or entry.tablet_seq < 1:
        return
    _extend_runs(connection, entry.tablet, entry.tablet_seq)
    _find_trouble(connection, entry.tablet, entry.tablet_seq)


def tablet_state(connection: sqlite3.Connection, tablet: str) -> TabletState:
    """What has arrived of `tablet`, and what is wrong with it."""
    runs = connection.execute(
        "SELECT first, last FROM tablet_run WHERE tablet = ? ORDER BY first", (tablet,)
    ).fetchall()
    starts = [first for first, _ in runs]
    ends = [0, *(last for _, last in runs)]
    trouble = connection.execute(
        "SELECT tablet_seq, seq, code FROM tablet_trouble WHERE tablet = ? ORDER BY tablet_seq, seq, code",
        (tablet,),
    )
    return TabletState(
        highest=ends[-1],
        received=sum(last - first + 1 for first, last in runs),
        gaps=[(end + 1, start - 1) for end, start in zip(ends, starts, strict=False) if end + 1 < start],
        trouble=[Trouble(*row) for row in trouble],
    )


def _extend_runs(connection: sqlite3.Connection, tablet: str, number: int) -> None:
    below = connection.execute(
        "SELECT first, last FROM tablet_run WHERE tablet = ? AND first <= ? ORDER BY first DESC LIMIT 1",
        (tablet, number),
    ).fetchone()
    if below and number <= below["last"]:
        return
    joins_below = below is not None and below["last"] == number - 1
    above = connection.execute(
        "SELECT last FROM tablet_run WHERE tablet = ? AND first = ?", (tablet, number + 1)
    ).fetchone()
    if above:
        connection.execute("DELETE FROM tablet_run WHERE tablet = ? AND first = ?", (tablet, number + 1))
    connection.execute(
        """
        INSERT INTO tablet_run VALUES (?, ?, ?)
        ON CONFLICT (tablet, first) DO UPDATE SET last = excluded.last
        """,
        (tablet, below["first"] if joins_below else number, above["last"] if above else number),
    )


def _find_trouble(connection: sqlite3.Connection, tablet: str, number: int) -> None:
    near = connection.execute(
        """
        SELECT tablet_seq, seq, sha256, tablet_prev FROM entry
        WHERE tablet = ? AND tablet = sender_tablet AND tablet_seq BETWEEN ? AND ?
        """,
        (tablet, number - 1, number + 1),
    ).fetchall()
    for place in (number, number + 1):
        before = [row for row in near if row["tablet_seq"] == place - 1]
        here = [row for row in near if row["tablet_seq"] == place]
        trouble = [
            *((row["seq"], "number_reused") for row in here if len(here) > 1),
            *((row["seq"], "link_broken") for row in here if not _fits(row, before, first=place == 1)),
        ]
        _replace_trouble(connection, tablet, place, trouble)


def _fits(row: sqlite3.Row, before: list[sqlite3.Row], *, first: bool) -> bool:
    if first:
        return bool(row["tablet_prev"] == FIRST_PREV)
    return not before or any(row["tablet_prev"] == previous["sha256"] for previous in before)


def _replace_trouble(
    connection: sqlite3.Connection, tablet: str, number: int, trouble: list[tuple[int, str]]
) -> None:
    connection.execute("DELETE FROM tablet_trouble WHERE tablet = ? AND tablet_seq = ?", (tablet, number))
    connection.executemany(
        "INSERT INTO tablet_trouble VALUES (?, ?, ?, ?)",
        [(tablet, number, seq, code) for seq, code in trouble],
    )
