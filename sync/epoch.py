"""What this server keeps about itself: its epoch, the name of its log, and the key that seals cursors.

The epoch is a random name for this history of the ledger. A backup that is restored gets a new one, so
every tablet notices that the server may have forgotten records, and offers again what it still holds.
"""

import secrets
import sqlite3


def read_epoch(connection: sqlite3.Connection) -> str:
    """32 hexadecimal digits."""
    return _read(connection, "epoch")


def renew_epoch(connection: sqlite3.Connection) -> str:
    """Begin a new epoch after restoring a backup: every cursor given out before is refused from now on."""
    epoch = secrets.token_hex(16)
    connection.execute("UPDATE server_state SET value = ? WHERE name = 'epoch'", (epoch,))
    return epoch


def read_log_id(connection: sqlite3.Connection) -> str:
    """32 hexadecimal digits that name the log for ever, whatever backup is restored."""
    return _read(connection, "log_id")


def read_cursor_key(connection: sqlite3.Connection) -> bytes:
    """The 32 bytes that sign cursors. They never leave the database."""
    return bytes.fromhex(_read(connection, "cursor_key"))


def read_state(connection: sqlite3.Connection, name: str) -> str:
    """What the room above keeps about this server under `name`; "" when it has kept nothing."""
    row = connection.execute("SELECT value FROM server_state WHERE name = ?", (name,)).fetchone()
    return str(row[0]) if row else ""


def keep_state(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Keep something about this server for good: what is kept already stays."""
    connection.execute("INSERT OR IGNORE INTO server_state VALUES (?, ?)", (name, value))


def _read(connection: sqlite3.Connection, name: str) -> str:
    row = connection.execute("SELECT value FROM server_state WHERE name = ?", (name,)).fetchone()
    return str(row[0])
