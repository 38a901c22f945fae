"""What some days of a service came to, kept, and whether it still holds. Jobs for `Database.read` and `.write`.

A part holds while no record of the days it rests on came, changed, was set aside or went, and no setting changed; time
alone changes nothing of it. Days are kept as UTC has them, so a London day rests on the day before too.
"""

import sqlite3
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from datetime import date
from typing import TypeVar

import msgspec

from server.identity.scope import Scope
from server.measures.parts import Cut
from server.measures.periods import ONE_DAY, monday_of
from server.standing.program import program

T = TypeVar("T")
EVERY_DAY = ""


class KeptPart(msgspec.Struct, frozen=True, kw_only=True):
    """What `what` came to in the days of a cut, at a revision. `rests_from`: the first day it rests on, "" = any."""

    service: str
    restricted: bool
    what: str
    cut: Cut
    rests_from: str
    revision: int
    body: bytes


class Parts:
    """The parts of one service, as those see it who see all of it, or what few may see too: those that hold, and those
    that were worked out now and are to be kept.
    """

    def __init__(
        self, connection: sqlite3.Connection, scope: Scope, service: str, restricted: bool, today: date
    ) -> None:
        self.connection = connection
        self.scope = scope.within([service])
        self.service = service
        self.today = today
        self.keep: list[KeptPart] = []
        self._restricted = restricted
        # Before anything is read: what is worked out from what came since must not pass for newer than this
        (self._revision,) = connection.execute(
            "SELECT few FROM evidence_revision WHERE service = ?", (service,)
        ).fetchone()
        moved = connection.execute(
            "SELECT day, moved FROM evidence_day WHERE service = ? ORDER BY day", (service,)
        ).fetchall()
        self._days: list[str] = [row["day"] for row in moved]
        self._moved: list[int] = [row["moved"] for row in moved]
        self._every: int = self._moved[0] if self._days[:1] == [EVERY_DAY] else 0

    def read(
        self, whats: Collection[str], kind: type[T], since: date = date.min
    ) -> dict[str, dict[tuple[date, date], T]]:
        """The parts of each of these that hold and begin on `since` or later, by their first and last day."""
        found: dict[str, dict[tuple[date, date], T]] = {what: {} for what in whats}
        decoder = msgspec.json.Decoder(kind)
        rows = self.connection.execute(
            """
            SELECT what, first, last, rests_from, revision, body FROM part_kept
            WHERE service = ? AND restricted = ? AND what IN (SELECT value FROM json_each(?))
                AND first >= ? AND program = ?
            """,
            (
                self.service,
                int(self._restricted),
                msgspec.json.encode(list(whats)).decode(),
                since.isoformat(),
                program(),
            ),
        )
        for row in rows:
            if row["revision"] >= self._moved_at(row["rests_from"], row["last"]):
                place = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
                found[row["what"]][place] = decoder.decode(row["body"])
        return found

    def add(self, what: str, cut: Cut, came_to: object, rests_from: date | None) -> None:
        """To be kept. It rests on the days from `rests_from` (None = any before) to its last one."""
        kept = KeptPart(
            service=self.service,
            restricted=self._restricted,
            what=what,
            cut=cut,
            rests_from=(rests_from - ONE_DAY).isoformat() if rests_from else EVERY_DAY,
            revision=self._revision,
            body=msgspec.json.encode(came_to),
        )
        self.keep.append(kept)

    def _moved_at(self, first: str, last: str) -> int:
        """The revision at which a day from `first` to `last` moved last, or every day did."""
        start, end = bisect_left(self._days, first), bisect_right(self._days, last)
        return max((self._every, *self._moved[start:end]))


def keep_parts(connection: sqlite3.Connection, parts: Iterable[KeptPart], today: date) -> None:
    """Keep these in place of what was kept before; not what is older than it. Days of weeks that are over are parts of
    their week now, and what another program worked out is believed no more.
    """
    found = list(parts)
    connection.executemany(
        """
        INSERT INTO part_kept (service, restricted, what, first, last, rests_from, running, revision, program, body)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (service, restricted, what, first, last) DO UPDATE SET rests_from = excluded.rests_from,
            running = excluded.running, revision = excluded.revision, program = excluded.program,
            body = excluded.body
        WHERE excluded.revision >= part_kept.revision OR excluded.program <> part_kept.program
        """,
        [
            (
                one.service,
                int(one.restricted),
                one.what,
                one.cut.first.isoformat(),
                one.cut.last.isoformat(),
                one.rests_from,
                int(one.cut.running),
                one.revision,
                program(),
                one.body,
            )
            for one in found
        ],
    )
    monday = monday_of(today).isoformat()
    for service in {one.service for one in found}:
        connection.execute(
            "DELETE FROM part_kept WHERE service = ? AND ((running = 1 AND last < ?) OR program <> ?)",
            (service, monday, program()),
        )
