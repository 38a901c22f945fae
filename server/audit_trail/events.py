"""Reading the trail: the events that a viewer may see, newest first, in words. Jobs for `Database.read`.

A manager sees the events of the services they answer for. What belongs to no single service (a wrong sign-in with an
unknown email, what concerns a concern about a manager, whoever works in several services) only those see who may
also see concerns about managers.
"""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta

import msgspec

from server.audit_trail.filter import Wanted
from server.audit_trail.labels import Labels, ids_called, read_labels
from server.evidence.times import start_of_day, write_instant
from server.identity.audit import EVENTS
from server.identity.permissions import Permission
from server.identity.viewer import Viewer

PAGE = 50
_COLUMNS = "id, at, what, who, about, address, tablet, details, service, position"


class Event(msgspec.Struct, frozen=True):
    """One event. `words`, `who_name`, `about_name` and `tablet_name` are for people, the rest is as it was kept.

    `position` is where it stands in the signed log, -1 for an event from before there was one.
    """

    id: int
    at: str
    what: str
    words: str
    who: str
    who_name: str
    about: str
    about_name: str
    address: str
    tablet: str
    tablet_name: str
    details: str
    service: str
    position: int


class Reach(msgspec.Struct, frozen=True):
    """Whose events somebody may read: those of `services`, and with `all` those of no single one."""

    services: tuple[str, ...]
    all: bool


def reach_of(viewer: Viewer) -> Reach:
    """What the viewer may read of the trail."""
    services = viewer.services_for(Permission.READ_AUDIT)
    return Reach(services, bool(services) and viewer.may(Permission.READ_RESTRICTED))


def read_events(
    connection: sqlite3.Connection, wanted: Wanted, reach: Reach, limit: int, before: int = 0
) -> list[Event]:
    """Up to `limit` events, the newest first, older than the one with the id `before`."""
    condition, values = _conditions(connection, wanted, reach)
    if before:
        condition += " AND id < ?"
        values.append(before)
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM identity_audit WHERE {condition} ORDER BY id DESC LIMIT ?",  # noqa: S608
        (*values, limit),
    ).fetchall()
    labels = read_labels(connection, rows, restricted=reach.all)
    return [_event(row, labels) for row in rows]


def count_events(connection: sqlite3.Connection, wanted: Wanted, reach: Reach) -> int:
    """How many there are."""
    condition, values = _conditions(connection, wanted, reach)
    sql = f"SELECT count(*) FROM identity_audit WHERE {condition}"  # noqa: S608
    return int(connection.execute(sql, values).fetchone()[0])


def read_staff(connection: sqlite3.Connection, reach: Reach) -> dict[str, str]:
    """Who may be chosen in the filter, id to name: whoever has, or had, a role in what may be read."""
    rows = connection.execute(
        f"""
        SELECT id, name FROM staff WHERE id IN (
            SELECT staff FROM staff_role WHERE service IS NULL OR service IN ({_marks(reach.services)})
        ) ORDER BY name
        """,  # noqa: S608
        reach.services,
    )
    return {row["id"]: row["name"] for row in rows}


def _event(row: sqlite3.Row, labels: Labels) -> Event:
    return Event(
        **dict(row),
        words=EVENTS.get(row["what"], row["what"]),
        who_name=labels.name(row["who"]),
        about_name=labels.name(row["about"]),
        tablet_name=labels.name(row["tablet"]),
    )


def _conditions(connection: sqlite3.Connection, wanted: Wanted, reach: Reach) -> tuple[str, list[object]]:
    tests, values = [_reach(reach, wanted)], [*reach.services]
    found: list[object] = list(values)
    if wanted.who:
        tests.append("who = ?")
        found.append(wanted.who)
    if wanted.what:
        tests.append("what = ?")
        found.append(wanted.what)
    if wanted.about:
        tests.append("about IN (SELECT value FROM json_each(?))")
        found.append(msgspec.json.encode(ids_called(connection, wanted.about)).decode())
    if wanted.since:
        tests.append("at >= ?")
        found.append(write_instant(start_of_day(wanted.since)))
    if wanted.until:
        tests.append("at < ?")
        found.append(write_instant(start_of_day(wanted.until + timedelta(days=1))))
    return " AND ".join(tests), found


def _reach(reach: Reach, wanted: Wanted) -> str:
    """One service is found by its index; several are picked out on the way down from the newest."""
    if len(reach.services) == 1 and not reach.all and wanted.empty:
        return "service = ?"
    services = f"+service IN ({_marks(reach.services)})"
    return f"({services} OR +service = '')" if reach.all else services


def _marks(values: Sequence[object]) -> str:
    return ", ".join("?" * len(values))
