"""Whose key is whose: what this room asks of the one above, which knows the staff."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple, Protocol


class Key(NamedTuple):
    """A person's public key on a tablet. `superseded_entry` and `revoked_entry`: from which entry on it has ended so;
    0 = it has not. `superseded_at` is the instant.
    """

    id: str
    staff: str
    tablet: str
    point: bytes
    superseded_at: str
    superseded_entry: int
    revoked_entry: int


class KeyBook(Protocol):
    """Which keys there are; the room above keeps them."""

    def keys_on(self, connection: sqlite3.Connection, tablet: str) -> Iterable[Key]:
        """Every key that anybody ever had on `tablet`."""

    def find_key(self, connection: sqlite3.Connection, id: str) -> Key | None:
        """The key with this id, on whatever tablet."""


class NoKeys:
    """For a ledger that nobody signs in."""

    def keys_on(self, connection: sqlite3.Connection, tablet: str) -> Iterable[Key]:
        """None."""
        return ()

    def find_key(self, connection: sqlite3.Connection, id: str) -> Key | None:
        """None."""
        return None
