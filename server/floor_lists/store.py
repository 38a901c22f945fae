"""Adding to a list, changing what is on it, ending it: with its history, the tablets' feed and what becomes due."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any

import msgspec

from server.dated_settings.store import own_value_at
from server.due.items import Item, put, take_back
from server.evidence.times import LONDON, read_day, start_of_day, write_instant
from server.floor_lists.kinds import Fields
from server.identity.instants import at
from sync import publish

OBSERVATION, REVIEW = "practice_observation", "shift_review"


class Listed(msgspec.Struct, frozen=True):
    """Something on a list, or that was."""

    id: str
    kind: str
    service: str
    version: int
    fields: Fields
    added_at: str
    ended_at: str


class Edit(msgspec.Struct, frozen=True):
    """One row of its history."""

    version: int
    at: str
    who: str
    what: str
    fields: Fields


class Overtaken(Exception):
    """Somebody else changed it since the page was opened."""


def add(
    connection: sqlite3.Connection, id: str, kind: str, service: str, fields: Fields, who: str, now: datetime
) -> Listed:
    """Put something on a list under an id chosen beforehand, so that sending the form twice adds one."""
    if (known := find(connection, id, [service])) is not None:
        return known
    connection.execute(
        "INSERT INTO listed (id, kind, service, version, fields, added_at) VALUES (?, ?, ?, 1, ?, ?)",
        (id, kind, service, _encode(fields), at(now)),
    )
    return _note(connection, id, service, "added", who, now)


def change(
    connection: sqlite3.Connection, known: Listed, version: int, fields: Fields, who: str, now: datetime
) -> Listed:
    """Say something else from now on. Raises `Overtaken`."""
    if fields == known.fields and not known.ended_at:
        return known
    _next_version(connection, known, version)
    connection.execute("UPDATE listed SET fields = ? WHERE id = ?", (_encode(fields), known.id))
    return _note(connection, known.id, known.service, "changed", who, now)


def end(connection: sqlite3.Connection, known: Listed, version: int, who: str, now: datetime) -> Listed:
    """Take it off the list. It can still be read, and records that name it still do. Raises `Overtaken`."""
    _next_version(connection, known, version)
    connection.execute("UPDATE listed SET ended_at = ? WHERE id = ?", (at(now), known.id))
    return _note(connection, known.id, known.service, "ended", who, now)


def find(connection: sqlite3.Connection, id: str, services: Sequence[str]) -> Listed | None:
    """What has this id, if it belongs to one of `services`."""
    row = connection.execute("SELECT * FROM listed WHERE id = ?", (id,)).fetchone()
    return _listed(row) if row is not None and row["service"] in services else None


def read_listed(connection: sqlite3.Connection, services: Sequence[str]) -> list[Listed]:
    """Everything on the lists of `services` and what was taken off, the newest first."""
    places = ", ".join("?" * len(services))
    rows = connection.execute(
        f"SELECT * FROM listed WHERE service IN ({places}) ORDER BY ended_at <> '', ended_at DESC, added_at DESC, id",  # noqa: S608
        tuple(services),
    )
    return [_listed(row) for row in rows]


def history(connection: sqlite3.Connection, id: str) -> list[Edit]:
    """What was said of it and when, the newest first."""
    rows = connection.execute(
        "SELECT version, at, who, what, fields FROM listed_history WHERE listed = ? ORDER BY version DESC",
        (id,),
    )
    return [Edit(**{**dict(row), "fields": _decode(row["fields"])}) for row in rows]


def _next_version(connection: sqlite3.Connection, known: Listed, version: int) -> None:
    updated = connection.execute(
        "UPDATE listed SET version = version + 1 WHERE id = ? AND version = ? AND ended_at = ''",
        (known.id, version),
    )
    if not updated.rowcount:
        raise Overtaken(known.id)


def _note(
    connection: sqlite3.Connection, id: str, service: str, what: str, who: str, now: datetime
) -> Listed:
    listed = find(connection, id, [service])
    if listed is None:
        raise LookupError(f"nothing on a list has the id {id}")
    connection.execute(
        "INSERT INTO listed_history VALUES (?, ?, ?, ?, ?, ?)",
        (id, listed.version, at(now), who, what, _encode(listed.fields)),
    )
    body: dict[str, Any] | None = None if listed.ended_at else {"id": id, **listed.fields}
    publish(connection, service, listed.kind, id, body)
    _keep_due(connection, listed, now)
    return listed


def _keep_due(connection: sqlite3.Connection, listed: Listed, now: datetime) -> None:
    """Practice to be watched after a learning message; a control to be looked at again."""
    item = {"learning_message": _of_learning, "control": _of_control}.get(listed.kind)
    if item is None:
        return
    wanted = None if listed.ended_at and listed.kind == "control" else item(connection, listed, now)
    prefix = "learning" if listed.kind == "learning_message" else "control"
    open_items = connection.execute(
        "SELECT id FROM due_item WHERE origin = ? AND cause = ? AND cause <> '' AND outcome = ''",
        (prefix, listed.id),
    ).fetchall()
    for (id,) in open_items:
        if wanted is None or id != wanted.id:
            take_back(connection, id, "The control was ended" if listed.ended_at else "The day was changed")
    if wanted is not None:
        put(connection, wanted)


def _of_learning(connection: sqlite3.Connection, listed: Listed, now: datetime) -> Item:
    """Due even when the message is no longer shared: whether it was learned must still be seen."""
    day = read_day(str(listed.fields["given_at"])) or now.date()
    given = start_of_day(day + timedelta(days=1)) - timedelta(seconds=1)
    within = int(own_value_at(connection, listed.service, "observe_after_learning", listed.added_at))
    return Item(
        id=f"learning/{listed.id}",
        origin="learning",
        cause=listed.id,
        service=listed.service,
        form=OBSERVATION,
        title="Practice observation",
        why=f"To see whether this was learned: {listed.fields['title']}",
        who="deputy",
        opened_at=listed.added_at,
        due_at=write_instant(given + timedelta(minutes=within)),
        source="",
        says=str(listed.fields["title"]),
    )


def _of_control(connection: sqlite3.Connection, listed: Listed, now: datetime) -> Item:
    day = read_day(str(listed.fields["recheck_by"])) or now.date()
    clock = own_value_at(connection, listed.service, "control_time", listed.added_at)
    return Item(
        id=f"control/{listed.id}/{day.isoformat()}",
        origin="control",
        cause=listed.id,
        service=listed.service,
        form=REVIEW,
        title="Look again at a temporary control",
        why=f"Is it in place, and do staff know it? {listed.fields['title']}",
        who="deputy",
        opened_at=at(now),
        due_at=write_instant(datetime.combine(day, time.fromisoformat(clock), LONDON)),
        says=str(listed.fields["title"]),
    )


def _listed(row: sqlite3.Row) -> Listed:
    return Listed(**{**dict(row), "fields": _decode(row["fields"])})


def _decode(text: str) -> Fields:
    return msgspec.json.decode(text, type=Fields)


def _encode(fields: Fields) -> str:
    return msgspec.json.encode(fields, order="deterministic").decode()
