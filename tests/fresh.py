"""Databases that a test begins with, made once by each process and copied: to migrate one takes a tenth of a second."""

import os
import secrets
import sqlite3
import tempfile
from collections.abc import Callable, Hashable
from contextlib import closing
from pathlib import Path

from sync import migrate, migrations
from sync.epoch import renew_epoch

_made: dict[Hashable, bytes] = {}


def fresh_database(path: Path, fill: Callable[[sqlite3.Connection], None] | None = None) -> None:
    """A migrated database at `path`, with what `fill` put in, an epoch and a key of its own."""
    # Which tables there are hangs on which rooms are imported by now
    key = (frozenset(migrations._known()), fill)
    if key not in _made:
        _made[key] = _make(fill)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_made[key])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA synchronous = OFF")
        renew_epoch(connection)
        connection.execute(
            "UPDATE server_state SET value = ? WHERE name = 'cursor_key'", (secrets.token_hex(32),)
        )


def _make(fill: Callable[[sqlite3.Connection], None] | None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sightline.db"
        migrate(path)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.row_factory = sqlite3.Row
            if fill is not None:
                fill(connection)
        return path.read_bytes()
