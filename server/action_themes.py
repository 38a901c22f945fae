"""What an action is about, for the weighing of records that bear on it. Given to `sync.Inbox`."""

import sqlite3


def action_themes(connection: sqlite3.Connection, action: str) -> frozenset[str]:
    """The themes of an action as they stand now; none for one that is not known here."""
    rows = connection.execute("SELECT code FROM action_mark WHERE action = ? AND list = 'themes'", (action,))
    return frozenset(code for (code,) in rows)
