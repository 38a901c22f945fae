"""The concerns a viewer may see: open, or acknowledged by name with what was decided; those that are held among them.

A concern that its author took back stays until it is acknowledged all the same: a manager must know that it was
raised, and why it went.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from server.concerns.held import PREFIX, read_held
from server.concerns.schema import FORM
from server.evidence.people import Names, read_names
from server.identity import audit
from server.identity.instants import at
from server.identity.permissions import Permission
from server.identity.viewer import Viewer

LONGEST_DECISION = 1000
_PAGE = 100


class Concern(msgspec.Struct, frozen=True):
    """One concern with its four times; the acknowledgement is "" while nobody has."""

    record: str
    service: str
    unit: str
    person: str
    what: str
    seen: str
    done: str
    told: str
    author: str
    held: str
    withdrawn: bool
    restricted: bool
    happened_at: str
    recorded_at: str
    received_at: str
    acknowledged_at: str
    acknowledged_by: str
    decision: str


class AlreadyAcknowledged(Exception):
    """Somebody was quicker; what they decided stands."""


def count_open(connection: sqlite3.Connection, viewer: Viewer) -> tuple[int, int]:
    """How many wait, for the number on every page; and a number that moves whenever a concern is raised, changed
    or acknowledged.
    """
    source, values = _open_to(viewer)
    newest, raised, acknowledged = connection.execute(
        f"SELECT coalesce(max(v.seq), 0), count(*), count(a.record) FROM {source}",  # noqa: S608
        values,
    ).fetchone()
    held = read_held(connection, viewer)
    newest = max([int(newest), *(one.seq for one in held)])
    answered = int(acknowledged) + sum(one.at != "" for one in held)
    return int(raised) + len(held) - answered, newest * 2**20 + answered


def mark(connection: sqlite3.Connection, viewer: Viewer) -> int:
    """The second of these, for an open page."""
    return count_open(connection, viewer)[1]


def read_open(connection: sqlite3.Connection, viewer: Viewer, limit: int = _PAGE) -> list[Concern]:
    """Those nobody has acknowledged, the newest first."""
    counted = _read(connection, viewer, "a.record IS NULL ORDER BY v.received_at DESC, v.seq DESC", limit)
    held = [one for one in _held(connection, viewer) if not one.acknowledged_at]
    return sorted(held + counted, key=lambda one: one.received_at, reverse=True)[:limit]


def read_acknowledged(connection: sqlite3.Connection, viewer: Viewer, limit: int = _PAGE) -> list[Concern]:
    """The last that were acknowledged, the newest first."""
    counted = _read(connection, viewer, "a.record IS NOT NULL ORDER BY a.at DESC, v.seq DESC", limit)
    held = [one for one in _held(connection, viewer) if one.acknowledged_at]
    return sorted(held + counted, key=lambda one: one.acknowledged_at, reverse=True)[:limit]


def is_theirs(connection: sqlite3.Connection, viewer: Viewer, record: str) -> bool:
    """Whether there is such a concern and the viewer may see it."""
    return _find(connection, viewer, record) is not None


def acknowledge(
    connection: sqlite3.Connection, viewer: Viewer, record: str, decision: str, now: datetime
) -> bool:
    """Keep who looked and what they decided. False for no concern of theirs. Raises `AlreadyAcknowledged`."""
    row = _find(connection, viewer, record)
    if row is None:
        return False
    if row["known"]:
        if (row["who"], row["decision"]) == (viewer.staff, decision):
            return True  # The button was pressed twice
        raise AlreadyAcknowledged(record)
    connection.execute(
        "INSERT INTO concern_acknowledged VALUES (?, ?, ?, ?, ?, ?)",
        (record, row["version"], row["service"], at(now), viewer.staff, decision),
    )
    service = "" if row["restricted"] else row["service"]
    audit.note(connection, "concern_acknowledged", now, who=viewer.staff, about=record, service=service)
    return True


def _find(connection: sqlite3.Connection, viewer: Viewer, id: str) -> dict[str, Any] | None:
    """Version and service of a concern the viewer may see, whether it is acknowledged, by whom, with what decision."""
    for one in read_held(connection, viewer) if id.startswith(PREFIX) else ():
        if one.id == id:
            answered = {"known": one.at, "who": one.who, "decision": one.decision}
            kept = {"version": one.version, "service": one.service, "restricted": one.restricted}
            return kept | answered
    source, values = _open_to(viewer)
    row = connection.execute(
        f"""
        SELECT v.version, v.service, v.restricted, a.record AS known, a.who, a.decision FROM {source} AND v.record = ?
        """,  # noqa: S608
        (*values, id),
    ).fetchone()
    return None if row is None else dict(row)


def _held(connection: sqlite3.Connection, viewer: Viewer) -> list[Concern]:
    names = read_names(connection, viewer.scope(Permission.ANSWER_CONCERNS))
    return [
        _concern(msgspec.structs.asdict(one) | {"record": one.id, "withdrawn": 0}, one.answers, names)
        for one in read_held(connection, viewer)
    ]


def _open_to(viewer: Viewer) -> tuple[str, tuple[object, ...]]:
    """FROM and WHERE of the concerns the viewer may see, and their values."""
    condition, values = viewer.scope(Permission.ANSWER_CONCERNS).records("v")
    source = (
        "record_version v INDEXED BY current_concerns LEFT JOIN concern_acknowledged a ON a.record = v.record "
        f"WHERE v.form = '{FORM}' AND v.current = 1 AND {condition}"
    )
    return source, tuple(values)


def _read(connection: sqlite3.Connection, viewer: Viewer, rest: str, limit: int) -> list[Concern]:
    source, values = _open_to(viewer)
    names = read_names(connection, viewer.scope(Permission.ANSWER_CONCERNS))
    rows = connection.execute(
        f"SELECT v.*, '' AS held, a.at, a.who, a.decision FROM {source} AND {rest} LIMIT ?",  # noqa: S608
        (*values, limit),
    ).fetchall()
    return [_concern(dict(row), _answers(connection, row["seq"]), names) for row in rows]


def _answers(connection: sqlite3.Connection, seq: int) -> dict[str, object]:
    said = connection.execute("SELECT question, value FROM answer WHERE seq = ? AND position = 0", (seq,))
    return dict(said.fetchall())


def _concern(row: Mapping[str, Any], said: Mapping[str, object], names: Names) -> Concern:
    person = str(said.get("person", ""))
    return Concern(
        record=row["record"],
        service=names.services.get(row["service"], row["service"]),
        unit=names.unit(row["unit"]),
        person=names.person(person) if person else "",
        what=str(said.get("what", "")),
        seen=str(said.get("what_you_saw", "")),
        done=str(said.get("what_you_did", "")),
        told=str(said.get("told_by_voice", "")),
        author=names.one_of_staff(row["author"]),
        held=row["held"],
        withdrawn=bool(row["withdrawn"]),
        restricted=bool(row["restricted"]),
        happened_at=row["happened_at"],
        recorded_at=row["recorded_at"],
        received_at=row["received_at"],
        acknowledged_at=row["at"] or "",
        acknowledged_by=names.one_of_staff(row["who"]) if row["who"] else "",
        decision=row["decision"] or "",
    )
