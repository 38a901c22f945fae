"""What managers do with a record: mark it read, ask its author, accept it, set it aside. Every act is kept.

Jobs for `Database.write` and `Database.read`.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime

import msgspec

from server.evidence.times import write_instant
from server.identity import audit
from server.review.standing import STATE_OF, STATES

LONGEST = 1_000
CHOICES = tuple(state for state in STATES if state != "new")


class Act(msgspec.Struct, frozen=True):
    """One act: about which version, what, why, when, by whom."""

    id: int
    version: int
    state: str
    reason: str
    at: str
    who: str


class Reviewed(msgspec.Struct, frozen=True):
    """The record a manager looks at: the version that stands, who made it, where its review stands."""

    record: str
    version: int
    service: str
    author: str
    state: str
    newest_act: int
    restricted: int


class Intended(msgspec.Struct, frozen=True):
    """What a manager sends: the state they chose, why, and the version and last act that they had before them."""

    state: str
    reason: str
    version: int
    newest_act: int


class Outpaced(Exception):
    """Someone else did something with the record, or it was corrected, since the page was opened."""


def reviewed(connection: sqlite3.Connection, record: str) -> Reviewed | None:
    """How the review of a record stands; None when there is no such record."""
    row = connection.execute(
        f"""
        SELECT v.record, v.version, v.service, v.author, v.restricted, {STATE_OF} AS state,
            (SELECT coalesce(max(id), 0) FROM review_act WHERE review_act.record = v.record) AS newest_act
        FROM record_version v WHERE v.record = ? AND v.current = 1
        """,  # noqa: S608
        (record,),
    ).fetchone()
    return Reviewed(**dict(row)) if row else None


def read_acts(connection: sqlite3.Connection, record: str) -> list[Act]:
    """Everything that was done with a record, the first act first."""
    rows = connection.execute(
        "SELECT id, version, state, reason, at, who FROM review_act WHERE record = ? ORDER BY id", (record,)
    )
    return [Act(**dict(row)) for row in rows]


def faults(intended: Intended, before: Reviewed, who: str) -> dict[str, str]:
    """What must be put right first, by field; nothing when it may be done."""
    reason = intended.reason.strip()
    if intended.state not in CHOICES:
        return {"state": "Choose one of these."}
    if len(reason) > LONGEST:
        return {"reason": f"Write no more than {LONGEST:,} letters."}
    if not reason and (missing := _missing_reason(intended.state, before.state)):
        return {"reason": missing}
    if intended.state == "question" and before.restricted:
        return {"state": "Ask its author in person: others use the tablet, and would see the question there."}
    if intended.state == "accepted" and before.author == who:
        return {"state": "You recorded this yourself. Someone else must accept it as evidence."}
    return {}


def act(connection: sqlite3.Connection, before: Reviewed, intended: Intended, who: str, now: datetime) -> int:
    """Do it, in the transaction that looked at `before`; the number of the act.

    Raises `Outpaced` when that is not what the manager had before them.
    """
    if (intended.version, intended.newest_act) != (before.version, before.newest_act):
        raise Outpaced
    (id,) = connection.execute(
        """
        INSERT INTO review_act (record, version, state, reason, at, who) VALUES (?, ?, ?, ?, ?, ?) RETURNING id
        """,
        (before.record, before.version, intended.state, intended.reason.strip(), write_instant(now), who),
    ).fetchone()
    connection.execute(
        "INSERT OR REPLACE INTO review_standing VALUES (?, ?, ?, ?, ?)",
        (before.record, before.service, before.version, intended.state, id),
    )
    audit.note(
        connection,
        "record_reviewed",
        now,
        who=who,
        about=before.record,
        details=f"version {before.version}: {STATES[intended.state].lower()}",
        service="" if before.restricted else before.service,
    )
    return int(id)


def is_repeated(connection: sqlite3.Connection, before: Reviewed, intended: Intended, who: str) -> bool:
    """Whether the last act is this very one: the button was pressed twice."""
    acts = read_acts(connection, before.record)
    if not acts or intended.version != before.version:
        return False
    last = acts[-1]
    return (last.who, last.state, last.reason) == (who, intended.state, intended.reason.strip()) and (
        intended.newest_act == (acts[-2].id if len(acts) > 1 else 0)
    )


_ALWAYS: Mapping[str, str] = {
    "question": "Write what you want to know.",
    "set_aside": "Write why it should not count. It stays visible with your reason.",
}


def _missing_reason(state: str, before: str) -> str:
    if state in _ALWAYS:
        return _ALWAYS[state]
    if before == "set_aside":
        return "It was set aside. Write why it should count again."
    return (
        "It was accepted. Write why that no longer holds." if (before, state) == ("accepted", "read") else ""
    )
