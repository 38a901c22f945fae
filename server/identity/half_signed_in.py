"""Between the password and the code: a token of its own, which opens nothing but the page that asks for the code.

It lives for five minutes and five wrong codes, and is used up by the right one; only then is there a session, under
a token made at that moment. Wrong codes are counted for the account as well, so that beginning again forgives none.
Jobs for `Database.write` and `Database.read`.
"""

import sqlite3
from datetime import datetime

import msgspec

from server.identity import audit, second_factor, signing_in
from server.identity.attempts import Begun, account, address, begin_attempt, forgive
from server.identity.instants import at
from server.server_keys import ServerKeys

MINUTES = 5
TRIES = 5


class Tokens(msgspec.Struct, frozen=True):
    """Hashes: of the token that is half way, of the session that the browser came with, of the one to begin."""

    half: str
    before: str
    after: str


class Given(msgspec.Struct, frozen=True):
    """What became of a code: "in", "wrong", "over" (begin again with the password), or "wait" so many seconds."""

    became: str
    staff: str = ""
    wait: int = 0


def begin(connection: sqlite3.Connection, staff: str, begun: Begun, token_hash: str, now: datetime) -> None:
    """The password was right (`begun` is its try): wait for the code. What waited for too long is cleared away."""
    forgive(connection, begun)
    connection.execute("DELETE FROM half_signed_in WHERE made_at <= ?", (at(now, minutes=-MINUTES),))
    connection.execute(
        "INSERT INTO half_signed_in (token_hash, staff, made_at) VALUES (?, ?, ?)",
        (token_hash, staff, at(now)),
    )


def owner(connection: sqlite3.Connection, token_hash: str, now: datetime) -> str:
    """Who is half signed in with this token; "" when it is unknown, used, too old, or its owner has left."""
    row = connection.execute(
        """
        SELECT staff.id FROM half_signed_in JOIN staff ON staff.id = half_signed_in.staff
        WHERE token_hash = ? AND made_at > ? AND tries < ? AND (left_at = '' OR left_at > ?)
        """,
        (token_hash, at(now, minutes=-MINUTES), TRIES, at(now)),
    ).fetchone()
    return str(row["id"]) if row else ""


def give_code(
    connection: sqlite3.Connection,
    keys: ServerKeys,
    tokens: Tokens,
    typed: str,
    place: signing_in.Place,
    now: datetime,
) -> Given:
    """Check a code and sign in with it, in one transaction: two at once cannot both use it."""
    staff = owner(connection, tokens.half, now)
    if not staff:
        return Given("over")
    counters = [account("second factor", staff), address("second factor", place.host)]
    begun = begin_attempt(connection, counters, now)
    if begun.wait:
        return Given("wait", staff, begun.wait)
    how = second_factor.use(connection, keys, staff, typed, now)
    if not how:
        return _refuse(connection, tokens.half, staff, place, now)
    connection.execute("DELETE FROM half_signed_in WHERE token_hash = ?", (tokens.half,))
    signing_in.accept(connection, staff, begun, place, (tokens.before, tokens.after), now)
    if how == "recovery":
        left = second_factor.codes_left(connection, staff)
        audit.note(connection, "recovery_code_used", now, who=staff, details=f"{left} left")
    return Given("in", staff)


def _refuse(
    connection: sqlite3.Connection, token_hash: str, staff: str, place: signing_in.Place, now: datetime
) -> Given:
    connection.execute("UPDATE half_signed_in SET tries = tries + 1 WHERE token_hash = ?", (token_hash,))
    audit.note_some(connection, "factor_refused", now, about=staff, address=place.host)
    return Given("wrong" if owner(connection, token_hash, now) else "over", staff)
