"""Deciding about what has reached its end: destroy it, or keep it longer. One subject at a time, each whole.

What is asked for is looked at again in the transaction that does it: the list is a day old, and a hold, a setting
or somebody's decision may have come since.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from observation_forms import Catalogue
from server.cases.forgetting import is_in_open_case
from server.identity import audit
from server.identity.instants import at
from server.retention.at_the_desk import destroy_words
from server.retention.forgetting import forget
from server.retention.holds import is_held
from server.retention.reached import Reached, still_reached
from sync import Database, DestructionStopped, Entry, Order, destroy, entries_of, read_entry
from sync.instants import Clock

# In one transaction, so that a push never waits long
AT_ONCE = 20


class Fate(StrEnum):
    """What became of a subject."""

    DESTROYED = "destroyed"
    HELD = "held"
    NOT_REACHED = "not_reached"
    NO_FORM = "no_form"


class Decision(msgspec.Struct, frozen=True):
    """Who lets it be destroyed, and why; `services` are those in which they may, `restricted` those in which they
    may see what few may.
    """

    who: str
    why: str
    services: Sequence[str]
    restricted: Sequence[str] = ()


async def destroy_all(
    database: Database, catalogue: Catalogue, subjects: Sequence[str], decision: Decision, clock: Clock
) -> dict[Fate, int]:
    """Destroy these, a few in each transaction; how many met which fate. A kill in between leaves each subject
    whole, or gone with its leaf in the log.
    """
    fates = dict.fromkeys(Fate, 0)
    for start in range(0, len(subjects), AT_ONCE):
        some = subjects[start : start + AT_ONCE]
        for fate in await database.write(
            lambda sql: [destroy_one(sql, catalogue, one, decision, clock()) for one in some]  # noqa: B023
        ):
            fates[fate] += 1
    return fates


def destroy_one(
    connection: sqlite3.Connection, catalogue: Catalogue, subject: str, decision: Decision, now: datetime
) -> Fate:
    """Destroy one subject, if it has reached its end and no hold covers it."""
    reached = _to_decide(connection, subject, decision, now)
    if reached is None:
        return Fate.NOT_REACHED
    if is_held(connection, subject) or is_in_open_case(connection, subject):
        return Fate.HELD
    try:
        if subject.startswith("desk/"):
            desk = subject.removeprefix("desk/")
            destroy_words(connection, desk, decision.who, decision.why, reached.rule, at(now))
        else:
            entries = _entries(connection, subject, reached.service)
            order = Order(reached.rule, decision.why, decision.who)
            destroy(connection, catalogue, entries, order, now, forget)
    except DestructionStopped:
        return Fate.HELD
    except LookupError:
        return Fate.NO_FORM
    connection.execute("DELETE FROM retention_list WHERE subject = ?", (subject,))
    _note(connection, "record_destroyed", reached, f"rule: {reached.rule}", decision, now)
    return Fate.DESTROYED


def keep_longer(
    connection: sqlite3.Connection, subject: str, until: str, decision: Decision, now: datetime
) -> bool:
    """Keep a subject of the list until a later day, with a reason. False when it is not on the list any more."""
    reached = _to_decide(connection, subject, decision, now)
    if reached is None:
        return False
    connection.execute(
        "INSERT INTO retention_kept (subject, until, why, at, who) VALUES (?, ?, ?, ?, ?)",
        (subject, until, decision.why, at(now), decision.who),
    )
    connection.execute("DELETE FROM retention_list WHERE subject = ?", (subject,))
    _note(connection, "record_kept_longer", reached, f"until {until}", decision, now)
    return True


def _to_decide(
    connection: sqlite3.Connection, subject: str, decision: Decision, now: datetime
) -> Reached | None:
    """The subject, if it has reached its end and is for whoever decides to decide about."""
    reached = still_reached(connection, subject, now)
    if reached is None or reached.service not in decision.services:
        return None
    return None if reached.restricted and reached.service not in decision.restricted else reached


def _note(
    connection: sqlite3.Connection,
    what: str,
    reached: Reached,
    details: str,
    decision: Decision,
    now: datetime,
) -> None:
    audit.note(
        connection,
        what,
        now,
        who=decision.who,
        about=reached.subject.partition("/")[2],
        details=details,
        service="" if reached.restricted else reached.service,
    )


def _entries(connection: sqlite3.Connection, subject: str, service: str) -> list[Entry]:
    kind, _, id = subject.partition("/")
    if kind == "record":
        return entries_of(connection, id, service)
    entry = read_entry(connection, int(id))
    return [entry] if entry else []
