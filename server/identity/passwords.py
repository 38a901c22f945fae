"""Passwords: argon2id, hashed and checked in a thread, two at a time, so that sign-ins cannot starve the
pushes.
"""

import sqlite3
from datetime import datetime
from functools import partial

import anyio.to_thread
from anyio import CapacityLimiter
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from server.identity.instants import at

SHORTEST = 12
LONGEST = 200

_hasher = PasswordHasher()
# Checked when there is no such account, so that a stranger cannot tell by the time taken
_NOBODY = _hasher.hash("nobody has this password")


class Passwords:
    """Checks passwords without blocking the event loop. One per app: 64 MiB for each check under way."""

    def __init__(self, at_once: int = 2) -> None:
        self._limit = CapacityLimiter(at_once)

    async def check(self, password: str, kept: str | None) -> bool:
        """Whether `password` is the one `kept` was made from. Takes as long when there is none."""
        check = partial(_matches, kept or _NOBODY, password[: LONGEST + 1])
        return await anyio.to_thread.run_sync(check, limiter=self._limit) and kept is not None


def hash_password(password: str) -> str:
    """What to keep of a password. Raises `ValueError` with a sentence when it is too short or too long."""
    if not SHORTEST <= len(password) <= LONGEST:
        raise ValueError(
            f"A password has {SHORTEST} to {LONGEST} characters: choose another, such as four short words."
        )
    return _hasher.hash(password)


def set_password(connection: sqlite3.Connection, staff: str, hashed: str, now: datetime) -> None:
    """Keep a new password, and sign the person out everywhere. A job for `Database.write`."""
    connection.execute(
        """
        INSERT INTO password (staff, hash, set_at) VALUES (?, ?, ?)
        ON CONFLICT (staff) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at
        """,
        (staff, hashed, at(now)),
    )
    connection.execute("UPDATE session SET ended_at = ? WHERE staff = ? AND ended_at = ''", (at(now), staff))


def _matches(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
