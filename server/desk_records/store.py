"""Keeping desk records: opened once, then an act after another, each signed off by who did it, in which role.

Jobs for `Database.write` and `Database.read`. Everything is read inside what the reader may see (`Reach`).
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

import server.desk_records.schema  # noqa: F401 the tables
from server.desk_records.fields import Said
from server.evidence.times import write_instant
from server.identity import audit
from server.identity.permissions import MAY, ROLE_NAMES, Permission, Role
from server.identity.viewer import Viewer

_EVENT = {"case": "case_changed", "complaint": "complaint_changed"}


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """One thing done: the number of it, when, by whom, in which role, and what was written. `said` is None once that
    was destroyed under a retention rule.
    """

    version: int
    at: str
    who: str
    role: str
    what: str
    said: Said | None

    def get(self, name: str) -> str:
        """What was written in a field; "" for nothing."""
        return (self.said or {}).get(name, "")


# The kind stands in the name of the act, since words are destroyed one day and what was decided is not
BECAME = "became_"


class DeskRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A case or complaint as it stands: `acts` from the first on. `opened_as` is the kind it was opened as."""

    id: str
    register: str
    number: int
    service: str
    unit: str
    opened_as: str
    restricted: int
    opened_at: str
    opened_by: str
    acts: tuple[Act, ...]

    @property
    def kind(self) -> str:
        """What it is: as it was opened, or as what it was changed to last."""
        changed = [act.what for act in self.acts if act.what.startswith(BECAME)]
        return changed[-1].removeprefix(BECAME) if changed else self.opened_as

    @property
    def version(self) -> int:
        """The number of the last act."""
        return self.acts[-1].version

    def every(self, *what: str) -> list[Act]:
        """The acts of these kinds, in order."""
        return [act for act in self.acts if act.what in what]

    def last(self, *what: str) -> Act | None:
        """The last act of these kinds."""
        return next(iter(self.every(*what)[::-1]), None)

    def now(self, name: str) -> str:
        """A field of the opening as it stands: as it was said last, by the opening or by putting it right."""
        for act in reversed(self.every("opened", "described")):
            if act.said and name in act.said:
                return act.said[name]
        return ""

    @property
    def closed(self) -> bool:
        """Whether it was closed and not opened again."""
        last = self.last("closed", "reopened")
        return last is not None and last.what == "closed"


class Reach(msgspec.Struct, frozen=True):
    """What somebody may see: the services, and those of which also what is restricted."""

    services: tuple[str, ...]
    restricted: tuple[str, ...] = ()

    def shows(self, service: str, restricted: int) -> bool:
        """Whether a record of that service is inside."""
        return service in (self.restricted if restricted else self.services)


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What a new record is: its id was chosen when the form was opened, so that sending it twice opens one."""

    id: str
    register: str
    service: str
    unit: str
    kind: str
    restricted: bool


class Signing(msgspec.Struct, frozen=True):
    """Who does something, in which role, when."""

    who: str
    role: str
    now: datetime


class Overtaken(Exception):
    """Somebody else did something with it since the page was opened."""


def reach_of(viewer: Viewer, permission: Permission) -> Reach:
    """Where the viewer has `permission`; of restricted records, where they may read those as well."""
    services = viewer.services_for(permission)
    few = viewer.services_for(Permission.READ_RESTRICTED)
    return Reach(services, tuple(one for one in services if one in few))


def role_in(viewer: Viewer, service: str, permission: Permission) -> str:
    """The role in which the viewer may do it there, in words."""
    roles = [
        grant.role
        for grant in viewer.grants
        if grant.service == service and not grant.unit and permission in MAY[grant.role]
    ]
    order = list(Role)
    return ROLE_NAMES[max(roles, key=order.index)] if roles else ""


def open_record(connection: sqlite3.Connection, opening: Opening, said: Said, by: Signing) -> DeskRecord:
    """Open it; the one that is there when the form was sent before. Raises `Overtaken` when the id was sent with other
    words.
    """
    known = _read(connection, "d.id = ?", (opening.id,))
    if known:
        if (known[0].opened_by, known[0].acts[0].said) != (by.who, said):
            raise Overtaken(opening.id)
        return known[0]
    (number,) = connection.execute(
        "SELECT coalesce(max(number), 0) + 1 FROM desk_record WHERE register = ? AND service = ? AND restricted = ?",
        (opening.register, opening.service, int(opening.restricted)),
    ).fetchone()
    connection.execute(
        "INSERT INTO desk_record VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            opening.id,
            opening.register,
            number,
            opening.service,
            opening.unit,
            opening.kind,
            int(opening.restricted),
            write_instant(by.now),
            by.who,
        ),
    )
    _write_act(connection, opening.id, 1, "opened", said, by)
    return _noted(connection, opening.id, "opened", by)


def add_act(
    connection: sqlite3.Connection, record: DeskRecord, began_from: int, what: str, said: Said, by: Signing
) -> DeskRecord:
    """Add an act to a record whose page was read at `began_from`. The same one sent twice is kept once.

    Raises `Overtaken`.
    """
    now = _read(connection, "d.id = ?", (record.id,))[0]
    last = now.acts[-1]
    if now.version == began_from + 1 and (last.who, last.what, last.said) == (by.who, what, said):
        return now
    if now.version != began_from:
        raise Overtaken(record.id)
    _write_act(connection, record.id, now.version + 1, what, said, by)
    return _noted(connection, record.id, what, by)


def find(connection: sqlite3.Connection, id: str, register: str, reach: Reach) -> DeskRecord | None:
    """The record with this id, if it is inside `reach`."""
    found = _read(connection, "d.id = ? AND d.register = ?", (id, register))
    return found[0] if found and reach.shows(found[0].service, found[0].restricted) else None


def read_register(connection: sqlite3.Connection, register: str, reach: Reach) -> list[DeskRecord]:
    """Everything on a register inside `reach`, what was opened last first."""
    if not reach.services:
        return []
    condition = (
        f"d.register = ? AND ((d.restricted = 0 AND d.service IN ({_marks(reach.services)}))"
        f" OR (d.restricted = 1 AND d.service IN ({_marks(reach.restricted)})))"
    )
    found = _read(connection, condition, (register, *reach.services, *reach.restricted))
    return sorted(found, key=lambda one: (one.opened_at, one.number, one.id), reverse=True)


def as_it_stood(record: DeskRecord, instant: str) -> DeskRecord | None:
    """The record with what was done up to and at an instant; None when it was not opened by then."""
    acts = tuple(act for act in record.acts if act.at <= instant)
    return msgspec.structs.replace(record, acts=acts) if acts else None


def called(record: DeskRecord) -> str:
    """What people call it by: "Case 12", and "Restricted case 1": numbers of few are counted apart, or the gaps would
    tell everybody that there is one.
    """
    words = f"{record.register.capitalize()} {record.number}"
    return f"Restricted {words[0].lower()}{words[1:]}" if record.restricted else words


def _read(connection: sqlite3.Connection, condition: str, values: Iterable[object]) -> list[DeskRecord]:
    rows = connection.execute(
        f"""
        SELECT d.*, a.version, a.at, a.who, a.role, a.what, s.said
        FROM desk_record d JOIN desk_act a ON a.desk = d.id
        LEFT JOIN desk_said s ON s.desk = a.desk AND s.version = a.version
        WHERE {condition} ORDER BY d.id, a.version
        """,  # noqa: S608
        tuple(values),
    )
    heads: dict[str, Mapping[str, object]] = {}
    acts: dict[str, list[Act]] = {}
    for row in rows:
        heads[row["id"]] = {name: row["kind" if name == "opened_as" else name] for name in _HEAD}
        said = msgspec.json.decode(row["said"], type=Said) if row["said"] is not None else None
        acts.setdefault(row["id"], []).append(
            Act(
                version=row["version"],
                at=row["at"],
                who=row["who"],
                role=row["role"],
                what=row["what"],
                said=said,
            )
        )
    return [msgspec.convert({**head, "acts": tuple(acts[id])}, DeskRecord) for id, head in heads.items()]


_HEAD = tuple(name for name in DeskRecord.__struct_fields__ if name != "acts")


def _write_act(
    connection: sqlite3.Connection, id: str, version: int, what: str, said: Said, by: Signing
) -> None:
    connection.execute(
        "INSERT INTO desk_act VALUES (?, ?, ?, ?, ?, ?)",
        (id, version, write_instant(by.now), by.who, by.role, what),
    )
    connection.execute(
        "INSERT INTO desk_said VALUES (?, ?, ?)",
        (id, version, msgspec.json.encode(said, order="deterministic").decode()),
    )


def _noted(connection: sqlite3.Connection, id: str, what: str, by: Signing) -> DeskRecord:
    """The record as it stands, with a line in the audit trail; of a restricted one, for few."""
    record = _read(connection, "d.id = ?", (id,))[0]
    audit.note(
        connection,
        _EVENT[record.register],
        by.now,
        who=by.who,
        about=id,
        details=what.replace("_", " "),
        service="" if record.restricted else record.service,
    )
    return record


def _marks(values: tuple[str, ...]) -> str:
    return ", ".join("?" * len(values))
