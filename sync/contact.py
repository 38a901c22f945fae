"""When each tablet was last heard of, and what it still held then: the list of tablets warns from this.

It is what tablets said, not evidence, so it is neither in the ledger nor rebuilt from it.
"""

import sqlite3

from sync import instants
from sync.database import Database
from sync.sender import Sender


def note_contact(connection: sqlite3.Connection, sender: Sender, at: str) -> None:
    """Remember that `sender` was heard of at the instant `at`."""
    connection.execute(
        """
        INSERT INTO tablet_contact (tablet, service, last_at, app, waiting, oldest, health)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (tablet) DO UPDATE SET service = excluded.service, last_at = excluded.last_at,
            app = excluded.app, waiting = excluded.waiting, oldest = excluded.oldest,
            health = CASE excluded.health WHEN '' THEN health ELSE excluded.health END
        """,
        (sender.tablet, sender.service, at, sender.app, sender.waiting, sender.oldest, sender.health),
    )


async def hear_of(database: Database, sender: Sender, clock: instants.Clock = instants.now) -> None:
    """Remember what a tablet that only reads says of itself, when that differs from what it said before."""

    def is_news(connection: sqlite3.Connection) -> bool:
        known = connection.execute(
            "SELECT waiting, oldest, app, health FROM tablet_contact WHERE tablet = ?", (sender.tablet,)
        ).fetchone()
        before = tuple(known) if known else (0, "", "", "")
        said = (sender.waiting, sender.oldest, sender.app, sender.health or before[3])
        return said != before

    # One that says nothing of itself has not said that nothing waits
    if not sender.app:
        return
    if await database.read(is_news):
        at = instants.to_milliseconds(clock())
        await database.write(lambda connection: note_contact(connection, sender, at))
