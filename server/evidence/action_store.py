"""Keeping actions: made, edited, read back with every edit there ever was.

Jobs for `Database.write` and `Database.read`. An edit writes the row, its history and the tablets' feed in one
transaction. Two people editing at once: the second is told what the first changed and keeps what they typed.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from server.evidence.action_states import NotAStep, Step
from server.evidence.actions import Action, ActionFields, Target
from server.identity import audit
from server.identity.instants import read
from server.identity.scope import Scope
from sync import publish

_FIELDS = tuple(field.name for field in msgspec.structs.fields(ActionFields))
_LISTS = ("themes", "tags", "evidence_kinds")
_PLAIN = tuple(name for name in _FIELDS if name not in (*_LISTS, "targets"))
_KEPT = ("id", "number", "service", "version", "status", "created_at", "created_by", "changed_at")


class Edit(msgspec.Struct, frozen=True):
    """One row of the history: who, when, and for each field that changed [before, after] as they were kept.

    Version 1 is the making of the action; its `changed` is empty. A step from one state to another has `status` among
    what changed, and the reason that was given.
    """

    version: int
    at: str
    who: str
    changed: dict[str, tuple[object, object]]
    reason: str = ""


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
    connection: sqlite3.Connection,
    id: str,
    service: str,
    fields: ActionFields,
    who: str,
    at: str,
    number: int | None = None,
    reason: str = "",
) -> Action:
    """Make an action with an id chosen beforehand, so that sending the form twice makes one. `at` is an instant.

    `number` is one that is free, None the next. Raises `AlreadyMade` when the id was sent before with other words,
    which would be lost.
    """
    known = _read(connection, id)
    if known is not None:
        if (known.service, known.fields) != (service, fields):
            raise AlreadyMade(known)
        return known
    if number is None:
        (number,) = connection.execute(
            "SELECT coalesce(max(number), 0) + 1 FROM action WHERE service = ?", (service,)
        ).fetchone()
    row = {"id": id, "number": number, "service": service, "version": 1, "status": "open"}
    row |= {"created_at": at, "created_by": who, "changed_at": at, **_columns(fields)}
    places = ", ".join("?" * len(row))
    insert = f"INSERT INTO action ({', '.join(row)}) VALUES ({places})"  # noqa: S608 names of our own columns
    connection.execute(insert, tuple(row.values()))
    _write_marks(connection, id, fields)
    _write_history(connection, id, Edit(1, at, who, {}, reason))
    audit.note(connection, "action_changed", read(at), who=who, about=id, details="made", service=service)
    return _publish(connection, id)


def edit(
    connection: sqlite3.Connection,
    action: Action,
    began_from: int,
    fields: ActionFields,
    who: str,
    at: str,
    reason: str = "",
) -> Action:
    """Change an action that the form read at version `began_from`. Raises `Stale`. No change makes no version."""
    now = _read(connection, action.id) or action
    if now.version != began_from:
        raise Stale(now, history(connection, action.id, after=began_from))
    changed = differences(now.fields, fields)
    if not changed:
        return now
    _write_marks(connection, action.id, fields)
    made = Edit(now.version + 1, at, who, changed, reason)
    return _move_on(connection, now, made, _columns(fields))


def take_step(
    connection: sqlite3.Connection,
    action: Action,
    began_from: int,
    step: Step,
    reason: str,
    who: str,
    at: str,
) -> Action:
    """Bring an action into the state a step leads to. Raises `Stale`, and `NotAStep` for a step that is a decision:
    those come with a record of their own, and never through here.
    """
    now = _read(connection, action.id) or action
    if now.version != began_from:
        raise Stale(now, history(connection, action.id, after=began_from))
    if step.decision:
        raise NotAStep(f"the step {step.name!r} is a decision")
    changed: dict[str, tuple[object, object]] = {"status": (now.status, step.after)}
    made = Edit(now.version + 1, at, who, changed, reason)
    return _move_on(connection, now, made, {"status": step.after})


def take_decision(
    connection: sqlite3.Connection, action: Action, step: Step, reason: str, who: str, at: str
) -> Action:
    """Bring an action into the state that a decision leads to; the decision of the version it makes was kept before, in
    the same transaction: without it the database refuses to close an action. For `server.closure.deciding` alone.
    """
    changed: dict[str, tuple[object, object]] = {"status": (action.status, step.after)}
    made = Edit(action.version + 1, at, who, changed, reason)
    return _move_on(connection, action, made, {"status": step.after})


def find(connection: sqlite3.Connection, id: str, scope: Scope) -> Action | None:
    """The action, if `scope` shows it."""
    action = _read(connection, id)
    return action if action is not None and scope.shows_action(id, action.service) else None


def read_one(connection: sqlite3.Connection, id: str) -> Action:
    """An action that is there, whoever asks. Raises `LookupError`."""
    action = _read(connection, id)
    if action is None:
        raise LookupError(f"there is no action {id}")
    return action


def is_taken(connection: sqlite3.Connection, id: str) -> bool:
    """Whether some action of any service has this id."""
    return connection.execute("SELECT 1 FROM action WHERE id = ?", (id,)).fetchone() is not None


def all_of(connection: sqlite3.Connection, services: Sequence[str]) -> list[Action]:
    """Every action of these services, by number."""
    places = ", ".join("?" * len(services))
    rows = connection.execute(
        f"SELECT * FROM action WHERE service IN ({places}) ORDER BY service, number",  # noqa: S608
        tuple(services),
    ).fetchall()
    return _actions(connection, rows)


def read_actions(connection: sqlite3.Connection, scope: Scope) -> list[Action]:
    """Every action that `scope` shows, by number."""
    found = all_of(connection, scope.services)
    return [action for action in found if scope.shows_action(action.id, action.service)]


def history(connection: sqlite3.Connection, id: str, after: int = 0) -> list[Edit]:
    """The edits of an action, newest first, of versions above `after`."""
    rows = connection.execute(
        "SELECT * FROM action_history WHERE action = ? AND version > ? ORDER BY version DESC", (id, after)
    )
    return [_edit(row) for row in rows]


def read_edits(connection: sqlite3.Connection, actions: Iterable[str], since: str) -> dict[str, list[Edit]]:
    """By the id of each of these actions its edits from an instant on, newest first; one with none is not there."""
    rows = connection.execute(
        """
        SELECT h.* FROM json_each(?) asked CROSS JOIN action_history h ON h.action = asked.value
        WHERE h.at >= ? ORDER BY h.action, h.version DESC
        """,
        (json.dumps(list(actions)), since),
    )
    found: dict[str, list[Edit]] = {}
    for row in rows:
        found.setdefault(row["action"], []).append(_edit(row))
    return found


def _edit(row: sqlite3.Row) -> Edit:
    changed = msgspec.json.decode(row["changed"], type=_CHANGED)
    return Edit(row["version"], row["at"], row["who"], changed, row["reason"])


def differences(before: ActionFields, after: ActionFields) -> dict[str, tuple[object, object]]:
    """The fields that differ, each with its value before and after."""
    pairs = ((name, getattr(before, name), getattr(after, name)) for name in _FIELDS)
    return {name: (old, new) for name, old, new in pairs if old != new}


_CHANGED = dict[str, tuple[object, object]]


def _read(connection: sqlite3.Connection, id: str) -> Action | None:
    rows = connection.execute("SELECT * FROM action WHERE id = ?", (id,)).fetchall()
    return next(iter(_actions(connection, rows)), None)


def _actions(connection: sqlite3.Connection, rows: list[sqlite3.Row]) -> list[Action]:
    """The rows as actions, with their lists and measures, in two more reads however many there are."""
    ids = (json.dumps([row["id"] for row in rows]),)
    marks: dict[str, dict[str, list[str]]] = {row["id"]: {name: [] for name in _LISTS} for row in rows}
    for action, name, code in connection.execute(_MARKS, ids):
        marks[action][name].append(code)
    targets: dict[str, list[Target]] = {row["id"]: [] for row in rows}
    for action, _, *values in connection.execute(_TARGETS, ids):
        targets[action].append(Target(**dict(zip(Target.__struct_fields__, values, strict=True))))
    return [_action(row, marks[row["id"]], targets[row["id"]]) for row in rows]


_MARKS = """
    SELECT action, list, code FROM action_mark WHERE action IN (SELECT value FROM json_each(?))
    ORDER BY action, list, code
"""
_TARGETS = """
    SELECT action, place, measure, variant, how, comparator, hundredths, unit, starts, ends FROM action_target
    WHERE action IN (SELECT value FROM json_each(?)) ORDER BY action, place
"""


def _action(row: sqlite3.Row, marks: dict[str, list[str]], targets: list[Target]) -> Action:
    plain = {name: row[name] for name in _PLAIN} | {"unit": row["unit"] or ""}
    fields = msgspec.convert({**plain, **marks, "targets": targets}, ActionFields)
    return msgspec.convert({**{name: row[name] for name in _KEPT}, "fields": fields}, Action)


def _move_on(connection: sqlite3.Connection, now: Action, made: Edit, columns: dict[str, object]) -> Action:
    """Write the next version of an action: its row, its history, the audit trail, the tablets' feed."""
    row = {"version": made.version, "changed_at": made.at, **columns}
    places = ", ".join(f"{name} = ?" for name in row)
    connection.execute(f"UPDATE action SET {places} WHERE id = ?", (*row.values(), now.id))  # noqa: S608
    _write_history(connection, now.id, made)
    audit.note(
        connection,
        "action_changed",
        read(made.at),
        who=made.who,
        about=now.id,
        details=f"changed: {', '.join(made.changed)}",
        service=now.service,
    )
    return _publish(connection, now.id)


def _columns(fields: ActionFields) -> dict[str, object]:
    return {name: getattr(fields, name) for name in _PLAIN} | {"unit": fields.unit or None}


def _write_marks(connection: sqlite3.Connection, id: str, fields: ActionFields) -> None:
    connection.execute("DELETE FROM action_mark WHERE action = ?", (id,))
    connection.executemany(
        "INSERT INTO action_mark VALUES (?, ?, ?)",
        [(id, name, code) for name in _LISTS for code in getattr(fields, name)],
    )
    connection.execute("DELETE FROM action_target WHERE action = ?", (id,))
    connection.executemany(
        "INSERT INTO action_target VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [(id, place, *msgspec.structs.astuple(target)) for place, target in enumerate(fields.targets, 1)],
    )


def _write_history(connection: sqlite3.Connection, id: str, made: Edit) -> None:
    connection.execute(
        "INSERT INTO action_history VALUES (?, ?, ?, ?, ?, ?)",
        (id, made.version, made.at, made.who, msgspec.json.encode(made.changed).decode(), made.reason),
    )


def _publish(connection: sqlite3.Connection, id: str) -> Action:
    action = read_one(connection, id)
    (owner,) = connection.execute("SELECT name FROM staff WHERE id = ?", (action.fields.owner,)).fetchone()
    publish(connection, action.service, "action", action.id, action.feed(owner))
    return action
