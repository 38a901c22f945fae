"""Whether this server can keep a record now: asked by a proxy or a monitor, at any rate: an answer holds for a second.

It says a code and nothing more. What is wrong, and what to do, is said by `sightline doctor` and the log.
"""

import asyncio
import os
import shutil
import sqlite3
import time
from pathlib import Path

import msgspec

from server.operations.copying import Copying
from server.operations.logs import log
from sync import Database, DatabaseError

KEPT_SECONDS = 1.0
WRITE_SECONDS = 5.0
# Under this much, the next push may find no room: tablets keep what they have meanwhile
LEAST_FREE = 64 * 2**20


class Answer(msgspec.Struct, frozen=True):
    """`ok` 1 or 0, and which part is not."""

    ok: int
    code: str


READY = Answer(1, "ready")


class Readiness:
    """Asks the writer for an empty transaction, and looks at the files. One question at a time."""

    def __init__(self, database: Database, keys: Path, copying: Copying | None = None) -> None:
        self._database = database
        self._keys = keys
        self._copying = copying
        self._file = _identity(database.path)
        self._lock = asyncio.Lock()
        self._asked = -KEPT_SECONDS
        self._answer = READY

    async def ask(self) -> Answer:
        """Whether a record that came now would be kept."""
        async with self._lock:
            if time.monotonic() - self._asked >= KEPT_SECONDS:
                before, fault = self._answer, await self._fault()
                self._answer = Answer(0, fault) if fault else self._well()
                self._asked = time.monotonic()
                if self._answer != before:
                    (log().info if self._answer.ok else log().error)(
                        "readiness changed", code=self._answer.code
                    )
            return self._answer

    def _well(self) -> Answer:
        """A copy that is behind stops nobody from handing in records."""
        return Answer(1, "copy_behind") if self._copying and self._copying.behind else READY

    async def _fault(self) -> str:
        # The file that is open is no longer the one at its path: what is written goes nowhere that will be found
        if not self._file or _identity(self._database.path) != self._file:
            return "database_replaced"
        if shutil.disk_usage(self._database.path.parent).free < LEAST_FREE:
            return "disk"
        if not os.access(self._keys, os.R_OK):
            return "keys"
        try:
            await asyncio.wait_for(self._database.write(_nothing), WRITE_SECONDS)
        except (DatabaseError, sqlite3.Error, TimeoutError):
            return "database"
        return ""


def _nothing(_connection: sqlite3.Connection) -> None:
    """BEGIN IMMEDIATE and COMMIT around nothing: the writer lives, and nobody else holds the database."""


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
