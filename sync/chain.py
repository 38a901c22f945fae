"""Each tablet numbers its records and names the hash of the one before, so what never arrived can be seen.

Out of order is fine: what is known of a tablet depends only on which of its records have arrived. A number
used twice, or a link that does not fit, is noted as trouble for a person to look at; the records are kept
all the same. Only what a tablet says of itself counts: a record sent by another tablet cannot blemish this
one's chain.
"""

import sqlite3
from collections.abc import Iterable, Iterator
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


def note_arrivals(connection: sqlite3.Connection, entries: Iterable[Entry]) -> None:
    """Take account of entries that were just appended."""
    numbers: dict[str, set[int]] = {}
    for entry in entries:
        if entry.tablet == entry.sender_tablet and entry.tablet_seq > 0:
            numbers.setdefault(entry.tablet, set()).add(entry.tablet_seq)
    for tablet, arrived in numbers.items():
        for first, last in _stretches(arrived):
            _extend_runs(connection, tablet, first, last)
            _find_trouble(connection, tablet, first, last)


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


def _stretches(numbers: set[int]) -> list[tuple[int, int]]:
    """The numbers as stretches without a gap: {1, 2, 3, 7} is [(1, 3), (7, 7)]."""
    stretches: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if stretches and stretches[-1][1] == number - 1:
            stretches[-1] = (stretches[-1][0], number)
        else:
            stretches.append((number, number))
    return stretches


def _extend_runs(connection: sqlite3.Connection, tablet: str, first: int, last: int) -> None:
    """Join the stretch with every run it touches."""
    touched = "tablet = ? AND first <= ? AND last >= ?"
    place = (tablet, last + 1, first - 1)
    (lowest, highest) = connection.execute(
        f"SELECT min(first), max(last) FROM tablet_run WHERE {touched}",  # noqa: S608 the words above
        place,
    ).fetchone()
    if lowest is not None:
        connection.execute(f"DELETE FROM tablet_run WHERE {touched}", place)  # noqa: S608
        first, last = min(first, lowest), max(last, highest)
    connection.execute("INSERT INTO tablet_run VALUES (?, ?, ?)", (tablet, first, last))


def _find_trouble(connection: sqlite3.Connection, tablet: str, first: int, last: int) -> None:
    """Look again at the stretch, and at the number after it, whose link can be checked only now."""
    near: dict[int, list[sqlite3.Row]] = {}
    for row in connection.execute(
        """
        SELECT tablet_seq, seq, sha256, tablet_prev FROM entry
        WHERE tablet = ? AND tablet = sender_tablet AND tablet_seq BETWEEN ? AND ?
        """,
        (tablet, first - 1, last + 1),
    ):
        near.setdefault(row["tablet_seq"], []).append(row)
    connection.execute(
        "DELETE FROM tablet_trouble WHERE tablet = ? AND tablet_seq BETWEEN ? AND ?",
        (tablet, first, last + 1),
    )
    connection.executemany(
        "INSERT INTO tablet_trouble VALUES (?, ?, ?, ?)",
        [
            (tablet, number, seq, code)
            for number in range(first, last + 2)
            for seq, code in _trouble_at(number, near.get(number, []), near.get(number - 1, []))
        ],
    )


def _trouble_at(number: int, here: list[sqlite3.Row], before: list[sqlite3.Row]) -> Iterator[tuple[int, str]]:
    fitting = {FIRST_PREV} if number == 1 else {row["sha256"] for row in before}
    for row in here:
        if len(here) > 1:
            yield row["seq"], "number_reused"
        if fitting and row["tablet_prev"] not in fitting:
            yield row["seq"], "link_broken"
