"""Wrong tries slow down: for an account, and far later for an address, each with a delay that doubles.

A try is counted before it is checked, in one transaction, so a hundred at once get no more than the first
few. A right one is taken back whole, and as time passes wrong ones are forgiven one by one.

Decided: delay, never lock: fifteen minutes at most, so nobody can shut a manager out for a night. A whole home
sits behind one address, so it has room for everyone's typing mistakes and waits a minute at most: the address
only slows someone who tries many accounts.
What is counted is kept as a hash, for a day: people type passwords where the email goes.
Rejected: counting in memory (a restart forgives everything); Litestar's fixed window (no growing delay, no
account).
Pushing records is never limited: that would lose evidence.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from server.identity.instants import at, read
from server.identity.secret_tokens import hash_token

FIRST_DELAY_SECONDS = 15


class Counter(msgspec.Struct, frozen=True):
    """What is counted, as a hash; how many tries are free of delay; how long the delay may grow; how soon one
    wrong try is forgiven; whether a right one forgives them all.
    """

    name: str
    free: int
    longest_seconds: int
    forgiven_every: timedelta
    cleared_by_success: bool


class Counted(msgspec.Struct, frozen=True):
    """What a counter said before this try, and after."""

    counter: Counter
    failures: int
    last_at: str
    now_at: str
    now_failures: int


class Begun(msgspec.Struct, frozen=True):
    """A try: 0 to go on and check it, or the seconds to `wait`; a try that must wait was not counted."""

    wait: int
    counted: tuple[Counted, ...] = ()


def account(kind: str, name: str) -> Counter:
    """The counter of one account. `kind` keeps sign-in and enrolment apart."""
    return Counter(_name(kind, "account", name.casefold()), 5, 900, timedelta(minutes=10), True)


def address(kind: str, host: str) -> Counter:
    """The counter of one network address."""
    return Counter(_name(kind, "address", host), 200, 60, timedelta(minutes=1), False)


def counter(
    kind: str,
    name: str,
    free: int,
    longest_seconds: int,
    forgiven_every: timedelta,
    *,
    cleared_by_success: bool = True,
) -> Counter:
    """Any other counter, kept under the hash of its name."""
    return Counter(_name(kind, "other", name), free, longest_seconds, forgiven_every, cleared_by_success)


def begin_attempt(connection: sqlite3.Connection, counters: Sequence[Counter], now: datetime) -> Begun:
    """Count a try, unless it must wait."""
    connection.execute("DELETE FROM attempt WHERE last_at < ?", (at(now, days=-1),))
    counted = tuple(_count(connection, counter, now) for counter in counters)
    wait = max(_wait(one, now) for one in counted)
    if wait:
        return Begun(wait)
    connection.executemany(
        """
        INSERT INTO attempt (name, failures, last_at) VALUES (?, ?, ?)
        ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at
        """,
        [(one.counter.name, one.now_failures, one.now_at) for one in counted],
    )
    return Begun(0, counted)


def forgive(connection: sqlite3.Connection, begun: Begun) -> None:
    """The try was right: forget the account's wrong ones, and this one of the address.

    The address keeps the rest, or someone with one good account could try others for ever.
    """
    for one in begun.counted:
        if one.counter.cleared_by_success or not one.last_at:
            connection.execute(
                "DELETE FROM attempt WHERE name = ? AND (? OR failures <= 1)",
                (one.counter.name, one.counter.cleared_by_success),
            )
        # As it was; unless others have tried meanwhile, whose tries stay counted
        connection.execute(
            """
            UPDATE attempt SET
                last_at = CASE WHEN (failures, last_at) = (:after, :at) THEN :before_at ELSE last_at END,
                failures = CASE WHEN (failures, last_at) = (:after, :at) THEN :before ELSE max(failures - 1, 0) END
            WHERE name = :name
            """,
            {
                "name": one.counter.name,
                "after": one.now_failures,
                "at": one.now_at,
                "before": one.failures,
                "before_at": one.last_at or one.now_at,
            },
        )


def _name(kind: str, what: str, name: str) -> str:
    return hash_token(f"{kind} {what} {name}")


def _count(connection: sqlite3.Connection, counter: Counter, now: datetime) -> Counted:
    row = connection.execute(
        "SELECT failures, last_at FROM attempt WHERE name = ?", (counter.name,)
    ).fetchone()
    failures, last_at = (row["failures"], row["last_at"]) if row else (0, "")
    forgiven = max(0, (now - read(last_at)) // counter.forgiven_every) if last_at else 0
    return Counted(counter, failures, last_at, at(now), max(0, failures - forgiven) + 1)


def _wait(one: Counted, now: datetime) -> int:
    beyond = one.now_failures - 1 - one.counter.free
    if beyond < 0:
        return 0
    delay = min(FIRST_DELAY_SECONDS * 2 ** min(beyond, 10), one.counter.longest_seconds)
    waited = int((now - read(one.last_at)).total_seconds())
    return int(max(0, delay - waited))
