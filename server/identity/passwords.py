"""Passwords: argon2id, hashed and checked in a thread, two at a time, so that sign-ins cannot starve the
pushes.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from functools import partial

import anyio.to_thread
from anyio import CapacityLimiter
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from server.identity import sessions
from server.identity.instants import at
from server.identity.password_strength import LONGEST, why_weak

_hasher = PasswordHasher()
NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$Yua2HaK5esQLjvMPjLk14A$FHurNYedUfhdgKruPbYct83rCDlcpZdEmpO/+f6GKms"
"""Checked when there is no such account, so that a stranger cannot tell by the time taken. It lets nobody in. Written
here, since to make one takes a tenth of every start.
"""


class Passwords:
    """Checks passwords without blocking the event loop. One per app: 64 MiB for each check under way."""

    def __init__(self, at_once: int = 2) -> None:
        self._limit = CapacityLimiter(at_once)

    async def check(self, password: str, kept: str | None) -> bool:
        """Whether `password` is the one `kept` was made from. Takes as long when there is none."""
        check = partial(_matches, kept or NOBODY, password[: LONGEST + 1])
        return await anyio.to_thread.run_sync(check, limiter=self._limit) and kept is not None

    async def hash(self, password: str, knows: Sequence[str]) -> str:
        """`hash_password`, as patiently. Raises `ValueError` with a sentence for one that will not do."""
        return await anyio.to_thread.run_sync(partial(hash_password, password, knows), limiter=self._limit)

    async def hash_pin(self, pin: str) -> str:
        """`hash_pin`, as patiently."""
        return await anyio.to_thread.run_sync(hash_pin, pin, limiter=self._limit)


def hash_password(password: str, knows: Sequence[str] = ()) -> str:
    """What to keep of a password. `knows` is what others know of its owner: name, email, services.

    Raises `ValueError` with a sentence when it is too short, too long or easily guessed.
    """
    if words := why_weak(password, knows):
        raise ValueError(words)
    return _hasher.hash(password)


def hash_pin(pin: str) -> str:
    """What to keep of a PIN, which was looked at before (`pins.pin_fault`). It takes a tenth of a second."""
    return _hasher.hash(pin)


def set_password(connection: sqlite3.Connection, staff: str, hashed: str, now: datetime) -> None:
    """Keep a new password, and sign the person out everywhere. A job for `Database.write`."""
    connection.execute(
        """
        INSERT INTO password (staff, hash, set_at) VALUES (?, ?, ?)
        ON CONFLICT (staff) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at
        """,
        (staff, hashed, at(now)),
    )
    sessions.end_all(connection, staff, now)


def _matches(kept: str, password: str) -> bool:
    try:
        return _hasher.verify(kept, password)
    except (VerifyMismatchError, InvalidHashError):
        return False
