"""Wrong tries slow down: for an account, and for an address, each with a delay that doubles.

A try is counted before it is checked, in one transaction, so a hundred at once get no more than the first
few.
Decided: delay, never lock: fifteen minutes at most, so nobody can shut a manager out for a night. An address
has more room than an account, because a whole home sits behind one.
Rejected: counting in memory (a restart forgives everything); Litestar's fixed window (no growing delay, no
account).
Pushing records is never limited: that would lose evidence.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from server.identity.instants import at, read

FIRST_DELAY_SECONDS = 15
LONGEST_DELAY_SECONDS = 900
FORGOTTEN_AFTER = timedelta(hours=1)


class Counter(msgspec.Struct, frozen=True):
    """What is counted: "account:…" or "address:…", and how many tries are free of delay."""

    name: str
    free: int


def account(kind: str, name: str) -> Counter:
    """The counter of one account. `kind` keeps sign-in and enrolment apart."""
    return Counter(f"{kind} account {name.casefold()}", 5)


def address(kind: str, host: str) -> Counter:
    """The counter of one network address."""
    return Counter(f"{kind} address {host}", 20)


def begin_attempt(connection: sqlite3.Connection, counters: Sequence[Counter], now: datetime) -> int:
    """Count a try. Returns 0 to go on and check it, or the seconds to wait; a try that must wait is not
    counted.
    """
    known = [(counter, *_failures(connection, counter, now)) for counter in counters]
    wait = max(_wait(counter.free, failures, last, now) for counter, failures, last in known)
    if wait == 0:
        for counter, failures, _ in known:
            connection.execute(
                """
                INSERT INTO attempt (name, failures, last_at) VALUES (?, ?, ?)
                ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, last_at = excluded.last_at
                """,
                (counter.name, failures + 1, at(now)),
            )
    return wait


def forgive(
    connection: sqlite3.Connection, accounts: Sequence[Counter], addresses: Sequence[Counter]
) -> None:
    """The try was right: forget the account's wrong ones, and this one of the address.

    The address keeps the rest, or someone with one good account could try others for ever.
    """
    for counter in accounts:
        connection.execute("DELETE FROM attempt WHERE name = ?", (counter.name,))
    for counter in addresses:
        connection.execute(
            "UPDATE attempt SET failures = max(failures - 1, 0) WHERE name = ?", (counter.name,)
        )


def _failures(connection: sqlite3.Connection, counter: Counter, now: datetime) -> tuple[int, datetime]:
    row = connection.execute(
        "SELECT failures, last_at FROM attempt WHERE name = ?", (counter.name,)
    ).fetchone()
    if row is None or now - read(row["last_at"]) > FORGOTTEN_AFTER:
        return 0, now
    return row["failures"], read(row["last_at"])


def _wait(free: int, failures: int, last: datetime, now: datetime) -> int:
    if failures < free:
        return 0
    delay = min(FIRST_DELAY_SECONDS * 2 ** min(failures - free, 10), LONGEST_DELAY_SECONDS)
    waited = int((now - last).total_seconds())
    return int(max(0, delay - waited))
