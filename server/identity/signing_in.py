"""What is written down around a sign-in. Jobs for `Database.write` and `Database.read`; the password check
between
them runs in a thread (`passwords.py`).
"""

import sqlite3
from datetime import datetime

import msgspec

from server.identity import audit, sessions
from server.identity.attempts import Begun, account, address, begin_attempt, forgive
from server.identity.instants import at
from server.identity.known_browser import read_mark


class Place(msgspec.Struct, frozen=True):
    """Where somebody signs in: the network address, and the browser in words."""

    host: str
    browser: str = ""


class Account(msgspec.Struct, frozen=True):
    """A member of staff who may sign in, and what is kept of their password."""

    staff: str
    password: str


def begin(connection: sqlite3.Connection, email: str, host: str, mark: str, now: datetime) -> Begun:
    """Count a try, or say how long to wait first. `mark` is what the browser carries from an earlier time."""
    browser = read_mark(connection, mark, email)
    if browser:
        return begin_attempt(connection, [account("known browser", browser)], now)
    return begin_attempt(connection, [account("sign-in", email), address("sign-in", host)], now)


def find_account(connection: sqlite3.Connection, email: str, now: datetime) -> Account | None:
    """The account with this email, unless its owner has left or has no password yet."""
    row = connection.execute(
        """
        SELECT staff.id, password.hash FROM staff JOIN password ON password.staff = staff.id
        WHERE email = ? AND (left_at = '' OR left_at > ?)
        """,
        (email, at(now)),
    ).fetchone()
    return Account(row["id"], row["hash"]) if row else None


def refuse(connection: sqlite3.Connection, account: Account | None, host: str, now: datetime) -> None:
    """Write down a wrong try. What was typed as email is left out: people type passwords there."""
    audit.note_some(connection, "sign_in_refused", now, about=account.staff if account else "", address=host)


def accept(
    connection: sqlite3.Connection,
    staff: str,
    begun: Begun,
    place: Place,
    tokens: tuple[str, str],
    now: datetime,
) -> None:
    """Begin a session under the second token's hash, and end the one the browser came with, the first's."""
    before, after = tokens
    sessions.end(connection, before, now)
    sessions.start(connection, staff, after, now, place.browser)
    forgive(connection, begun)
    audit.note(connection, "signed_in", now, who=staff, address=place.host, details=place.browser)


def leave(connection: sqlite3.Connection, staff: str, token_hash: str, now: datetime) -> None:
    """End a session because its owner asked."""
    sessions.end(connection, token_hash, now)
    audit.note(connection, "signed_out", now, who=staff)
