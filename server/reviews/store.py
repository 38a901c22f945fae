"""Keeping minutes: written, signed with a line in the audit trail and so in the signed log, then only added to.

Jobs for `Database.read` and `Database.write`.
"""

import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

import msgspec

import server.reviews.schema  # noqa: F401 the tables
from server.evidence.times import read_day
from server.identity import audit
from server.identity.instants import read
from server.reviews.minutes import Minutes, digest, written

SIGNED, ADDED = "review_signed", "review_added_to"


class Review(msgspec.Struct, frozen=True, kw_only=True):
    """One meeting. `signed_at` is "" while its minutes are written."""

    id: str
    service: str
    version: int
    minutes: Minutes
    made_by: str
    changed_by: str
    changed_at: str
    signed_by: str
    signed_at: str
    digest: str


class Addition(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody added to signed minutes."""

    id: str
    at: str
    who: str
    words: str


class Overtaken(Exception):
    """Somebody changed or signed the minutes meanwhile."""


def make(connection: sqlite3.Connection, id: str, service: str, minutes: Minutes, who: str, at: str) -> None:
    """Begin minutes; the same id again is the same minutes."""
    row = {"id": id, "service": service, "kind": minutes.kind, "held_on": minutes.held_on, "version": 1}
    row |= {"minutes": written(minutes), "made_by": who, "changed_by": who, "changed_at": at}
    connection.execute(
        f"INSERT INTO review_minutes ({', '.join(row)}) VALUES ({', '.join('?' * len(row))}) "  # noqa: S608
        "ON CONFLICT (id) DO NOTHING",
        tuple(row.values()),
    )


def write(
    connection: sqlite3.Connection, review: Review, began_from: int, minutes: Minutes, who: str, at: str
) -> None:
    """Keep what was typed. Raises `Overtaken`."""
    changed = connection.execute(
        """
        UPDATE review_minutes SET version = version + 1, minutes = ?, held_on = ?, changed_by = ?, changed_at = ?
        WHERE id = ? AND version = ? AND signed_at = ''
        """,
        (written(minutes), minutes.held_on, who, at, review.id, began_from),
    )
    if not changed.rowcount:
        raise Overtaken(review.id)


def sign(
    connection: sqlite3.Connection, review: Review, began_from: int, minutes: Minutes, who: str, at: str
) -> None:
    """Sign the minutes as they are given, for good. Raises `Overtaken`."""
    said = digest(review.id, review.service, written(minutes), who, at)
    changed = connection.execute(
        """
        UPDATE review_minutes SET version = version + 1, minutes = ?, held_on = ?, changed_by = ?, changed_at = ?,
            signed_by = ?, signed_at = ?, digest = ?
        WHERE id = ? AND version = ? AND signed_at = ''
        """,
        (written(minutes), minutes.held_on, who, at, who, at, said, review.id, began_from),
    )
    if not changed.rowcount:
        raise Overtaken(review.id)
    _note(connection, SIGNED, review, who, at, f"{minutes.kind}, digest {said}")


def add(connection: sqlite3.Connection, review: Review, id: str, words: str, who: str, at: str) -> None:
    """Add to signed minutes; the same id again adds nothing."""
    if connection.execute("SELECT 1 FROM review_addition WHERE id = ?", (id,)).fetchone():
        return
    said = digest(id, review.id, words, who, at)
    connection.execute(
        "INSERT INTO review_addition VALUES (?, ?, ?, ?, ?, ?)", (id, review.id, at, who, words, said)
    )
    _note(connection, ADDED, review, who, at, f"addition {id}, digest {said}")


def find(connection: sqlite3.Connection, id: str, services: Iterable[str]) -> Review | None:
    """The review, if it is of one of these services."""
    row = connection.execute("SELECT * FROM review_minutes WHERE id = ?", (id,)).fetchone()
    return _review(row) if row is not None and row["service"] in set(services) else None


def read_reviews(connection: sqlite3.Connection, services: Iterable[str]) -> list[Review]:
    """Every review of these services, the last held first."""
    chosen = tuple(services)
    rows = connection.execute(
        f"SELECT * FROM review_minutes WHERE service IN ({', '.join('?' * len(chosen))}) "  # noqa: S608
        "ORDER BY held_on DESC, changed_at DESC, id",
        chosen,
    )
    return [_review(row) for row in rows]


def additions_to(connection: sqlite3.Connection, id: str) -> list[Addition]:
    """What was added, in its order."""
    rows = connection.execute(
        "SELECT id, at, who, words FROM review_addition WHERE review = ? ORDER BY at, id", (id,)
    )
    return [Addition(**dict(row)) for row in rows]


def last_held(reviews: Sequence[Review]) -> dict[tuple[str, str], date]:
    """By service and kind, the last day on which a meeting with signed minutes was held."""
    found: dict[tuple[str, str], date] = {}
    for review in reviews:
        day = read_day(review.minutes.held_on)
        if review.signed_at and day is not None:
            key = review.service, review.minutes.kind
            found[key] = max(day, found.get(key, day))
    return found


def last_signed(connection: sqlite3.Connection, services: Iterable[str]) -> date | None:
    """The day from which the map counts what changed: of the last signed review; of several services the earliest of
    those days, so that nothing is left out. None while one of them has no signed minutes.
    """
    days = []
    for service in services:
        row = connection.execute(
            "SELECT max(held_on) AS day FROM review_minutes WHERE service = ? AND signed_at <> ''", (service,)
        ).fetchone()
        days.append(read_day(row["day"] or ""))
    found = [day for day in days if day is not None]
    return min(found) if found and len(found) == len(days) else None


def check_reviews(connection: sqlite3.Connection, say: Callable[[str, str], None]) -> None:
    """For `sightline verify`: signed minutes and additions against the audit trail, which the log holds."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'review_minutes'").fetchone():
        return
    told = {
        (row["what"], row["about"], row["details"].rpartition(" ")[2])
        for row in connection.execute(
            "SELECT what, about, details FROM identity_audit WHERE what IN (?, ?)", (SIGNED, ADDED)
        )
    }
    kept: set[tuple[str, str, str]] = set()
    for row in connection.execute("SELECT * FROM review_minutes WHERE signed_at <> ''"):
        kept.add((SIGNED, row["id"], row["digest"]))
        said = digest(row["id"], row["service"], row["minutes"], row["signed_by"], row["signed_at"])
        if said != row["digest"]:
            say(f"minutes {row['id']}", "changed: they are not what was signed")
    for row in connection.execute("SELECT * FROM review_addition"):
        kept.add((ADDED, row["review"], row["digest"]))
        if digest(row["id"], row["review"], row["words"], row["who"], row["at"]) != row["digest"]:
            say(f"what was added to minutes {row['review']}", "changed: it is not what was added")
    for _, about, _ in sorted(kept - told):
        say(f"minutes {about}", "no event of the audit trail tells of them as they are")
    for _, about, _ in sorted(told - kept):
        say(f"minutes {about}", "missing or changed: the audit trail tells of others")


def _note(connection: sqlite3.Connection, what: str, review: Review, who: str, at: str, details: str) -> None:
    audit.note(connection, what, read(at), who=who, about=review.id, details=details, service=review.service)


def _review(row: Any) -> Review:
    plain = {name: row[name] for name in Review.__struct_fields__ if name not in ("minutes", "signed_by")}
    return Review(
        **plain,
        signed_by=row["signed_by"] or "",
        minutes=msgspec.json.decode(row["minutes"], type=Minutes),
    )
