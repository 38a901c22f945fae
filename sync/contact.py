"""When each tablet was last heard of, and what it still held then: the list of tablets warns from this.

It is what tablets said, not evidence, so it is neither in the ledger nor rebuilt from it.
"""

import sqlite3

from sync.sender import Sender


def note_contact(connection: sqlite3.Connection, sender: Sender, at: str) -> None:
    """Remember that `sender` was heard of at the instant `at`."""
    connection.execute(
        """
        INSERT INTO tablet_contact VALUES (?, ?, ?, ?, ?, ?)
        ON CONFLICT (tablet) DO UPDATE SET service = excluded.service, last_at = excluded.last_at,
            app = excluded.app, waiting = excluded.waiting, oldest = excluded.oldest
        """,
        (sender.tablet, sender.service, at, sender.app, sender.waiting, sender.oldest),
    )
