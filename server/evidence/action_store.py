"""Keeping actions: made, edited, read back with every edit there ever was.

Jobs for `Database.write` and `Database.read`. An edit writes the row, its history and the tablets' feed in one
transaction. Two people editing at once: the second is told what the first changed and keeps what they typed.
"""

import sqlite3

import msgspec

from server.evidence.actions import Action, ActionFields
from server.identity import audit
from server.identity.instants import read
from server.identity.scope import Scope
from sync import publish

_FIELDS = tuple(field.name for field in msgspec.structs.fields(ActionFields))
_LISTS = ("themes", "measures", "evidence_kinds")
_PLAIN = tuple(name for name in _FIELDS if name not in _LISTS)
_KEPT = ("id", "number", "service", "version", "status", "created_at", "created_by", "changed_at")


class Edit(msgspec.Struct, frozen=True):
    """One row of the history: who, when, and for each field that changed [before, after] as they were kept.

    Version 1 is the making of the action; its `changed` is empty.
    """

    version: int
    at: str
    who: str
    changed: dict[str, tuple[object, object]]


class Stale(Exception):
    """Someone else edited the action since the form was opened. `action` is how it stands, `edits` what they did."""

    def __init__(self, action: Action, edits: list[Edit]) -> None:
        self.action = action
        self.edits = edits
        super().__init__(f"action {action.id} has moved on to version {action.version}")


class AlreadyMade(Exception):
    """The id is taken by an action that says something else: what was sent was not kept. `action` is the one there."""

    def __init__(self, action: Action) -> None:
        self.action = action
        super().__init__(f"action {action.id} was made with other words")


def create(
    connection: sqlite3.Connection, id: str, service: str, fields: ActionFields, who: str, at: str
) -> Action:
    """Make an action with an id chosen beforehand, so that sending the form twice makes one. `at` is an instant.

    Raises `AlreadyMade` when the id was sent before with other words, which would be lost.
    """
    known = _read(connection, id)
    if known is not None:
        if (known.service, known.fields) != (service, fields):
            raise AlreadyMade(known)
        return known
    (number,) = connection.execute(
        "SELECT coalesce(max(number), 0) + 1 FROM action WHERE service = ?", (service,)
    ).fetchone()
    row = {"id": id, "number": number, "service": service, "version": 1, "status": "open"}
    row |= {"created_at": at, "created_by": who, "changed_at": at} | _columns(fields)
    places = ", ".join("?" * len(row))
    insert = f"INSERT INTO action ({', '.join(row)}) VALUES ({places})"  # noqa: S608 names of our own columns
    connection.execute(insert, tuple(row.values()))
    _write_marks(connection, id, fields)
    _write_history(connection, id, Edit(1, at, who, {}))
    audit.note(connection, "action_changed", read(at), who=who, about=id, details="made", service=service)
    return _publish(connection, id)


def edit(
    connection: sqlite3.Connection, action: Action, began_from: int, fields: ActionFields, who: str, at: str
) -> Action:
    """Change an action that the form read at version `began_from`. Raises `Stale`. No change makes no version."""
    now = _read(connection, action.id) or action
    if now.version != began_from:
        raise Stale(now, history(connection, action.id, after=began_from))
    changed = differences(now.fields, fields)
    if not changed:
        return now
    row = {"version": now.version + 1, "changed_at": at} | _columns(fields)
    places = ", ".join(f"{name} = ?" for name in row)
    connection.execute(f"UPDATE action SET {places} WHERE id = ?", (*row.values(), action.id))  # noqa: S608
    _write_marks(connection, action.id, fields)
    _write_history(connection, action.id, Edit(now.version + 1, at, who, changed))
    details = f"changed: {', '.join(changed)}"
    audit.note(
        connection,
        "action_changed",
        read(at),
        who=who,
        about=action.id,
        details=details,
        service=action.service,
    )
    return _publish(connection, action.id)


def find(connection: sqlite3.Connection, id: str, scope: Scope) -> Action | None:
    """The action, if `scope` shows it."""
    action = _read(connection, id)
    return action if action is not None and scope.shows_action(id, action.service) else None


def read_actions(connection: sqlite3.Connection, scope: Scope) -> list[Action]:
    """Every action that `scope` shows, by number."""
    places = ", ".join("?" * len(scope.services))
    rows = connection.execute(
        f"SELECT * FROM action WHERE service IN ({places}) ORDER BY service, number",  # noqa: S608
        scope.services,
    ).fetchall()
    return [_action(connection, row) for row in rows if scope.shows_action(row["id"], row["service"])]


def history(connection: sqlite3.Connection, id: str, after: int = 0) -> list[Edit]:
    """The edits of an action, newest first, of versions above `after`."""
    rows = connection.execute(
        "SELECT version, at, who, changed FROM action_history WHERE action = ? AND version > ? ORDER BY version DESC",
        (id, after),
    )
    return [
        Edit(row["version"], row["at"], row["who"], msgspec.json.decode(row["changed"], type=_CHANGED))
        for row in rows
    ]


def differences(before: ActionFields, after: ActionFields) -> dict[str, tuple[object, object]]:
    """The fields that differ, each with its value before and after."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in _FIELDS)
    return {name: (old, new) for name, old, new in pairs if old != new}


_CHANGED = dict[str, tuple[object, object]]


def _read(connection: sqlite3.Connection, id: str) -> Action | None:
    row = connection.execute("SELECT * FROM action WHERE id = ?", (id,)).fetchone()
    return _action(connection, row) if row is not None else None


def _action(connection: sqlite3.Connection, row: sqlite3.Row) -> Action:
    marks: dict[str, list[str]] = {name: [] for name in _LISTS}
    for name, code in connection.execute(
        "SELECT list, code FROM action_mark WHERE action = ? ORDER BY code", (row["id"],)
    ):
        marks[name].append(code)
    plain = {name: row[name] for name in _PLAIN}
    fields = msgspec.convert({**plain, **marks, "unit": row["unit"] or ""}, ActionFields)
    return msgspec.convert({**{name: row[name] for name in _KEPT}, "fields": fields}, Action)


def _columns(fields: ActionFields) -> dict[str, object]:
    return {name: getattr(fields, name) for name in _PLAIN} | {"unit": fields.unit or None}


def _write_marks(connection: sqlite3.Connection, id: str, fields: ActionFields) -> None:
    connection.execute("DELETE FROM action_mark WHERE action = ?", (id,))
    connection.executemany(
        "INSERT INTO action_mark VALUES (?, ?, ?)",
        [(id, name, code) for name in _LISTS for code in getattr(fields, name)],
    )


def _write_history(connection: sqlite3.Connection, id: str, made: Edit) -> None:
    connection.execute(
        "INSERT INTO action_history VALUES (?, ?, ?, ?, ?)",
        (id, made.version, made.at, made.who, msgspec.json.encode(made.changed).decode()),
    )


def _publish(connection: sqlite3.Connection, id: str) -> Action:
    action = _read(connection, id)
    if action is None:
        raise LookupError(f"there is no action {id}")
    (owner,) = connection.execute("SELECT name FROM staff WHERE id = ?", (action.fields.owner,)).fetchone()
    publish(connection, action.service, "action", action.id, action.feed(owner))
    return action
