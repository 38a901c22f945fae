"""Which pages show what was recorded about somebody, and about whom: read for the audit trail after each answer.

One table for all pages, by the address as the routes have it. A page that shows one named person or one member of
staff belongs in `LOOKED_AT`; lists of many do not.
"""

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress

from litestar import Request
from litestar.types import Scope

from server.desk_records.store import find, reach_of
from server.identity.audit_notes import Look, note_looks, note_refusal
from server.identity.permissions import Permission
from server.identity.tablets import Tablet
from server.identity.viewer import Viewer
from server.problem_answers import as_problem
from server.rooms import rooms_of
from server.views.address import PEOPLE, TIMELINE
from sync import DatabaseError

# Refusals worth a line: what may not be seen, what another site asked for
NOTED = frozenset({"not_found", "no_role", "cross_origin"})


async def note_seen(request: Request) -> None:  # type: ignore[type-arg]
    """Litestar's `after_response`: the page was shown, now note whom it was about."""
    viewer: Viewer | None = request.scope.get("user")
    looked_at = LOOKED_AT.get(request.scope["path_template"])
    if viewer is None or looked_at is None or request.method != "GET":
        return
    rooms = rooms_of(request.app.state)
    asked = {**request.path_params, **dict(request.query_params)}
    with suppress(DatabaseError):
        looks = await rooms.database.read(lambda sql: looked_at(sql, viewer, asked))
        await note_looks(rooms, viewer.staff, looks)


async def note_refused(error: Exception, scope: Scope) -> None:
    """Litestar's `after_exception`: note what was refused to somebody who is signed in, or to a tablet.

    Only the kind of address is kept, never what was typed into it. Whether there is such a thing is not said.
    """
    problem = as_problem(error)
    viewer: Viewer | None = scope.get("user")
    tablet: Tablet | None = scope.get("auth")
    if problem.code not in NOTED or not (viewer or tablet or problem.code == "cross_origin"):
        return
    client = scope.get("client")
    await note_refusal(
        rooms_of(scope["litestar_app"].state),
        who=viewer.staff if viewer else "",
        address=client[0] if client else "",
        tablet=tablet.id if tablet else "",
        details=" ".join(
            [
                str(scope.get("method", "")),
                str(scope.get("path_template", "")),
                *(["from another site"] if problem.code == "cross_origin" else []),
            ]
        ),
    )


def _by_filter(connection: sqlite3.Connection, viewer: Viewer, asked: Mapping[str, object]) -> list[Look]:
    """Evidence filtered by a person or by an author."""
    person, author = str(asked.get("person", "")), str(asked.get("author", ""))
    return [
        *(_person(connection, viewer, person, "in the evidence") if person else ()),
        *(_staff(connection, viewer, author, "as author, in the evidence") if author else ()),
    ]


def _record(connection: sqlite3.Connection, viewer: Viewer, asked: Mapping[str, object]) -> list[Look]:
    """The page of one record: the person it is about, and the member of staff who was observed."""
    record = str(asked.get("record", ""))
    row = connection.execute(
        "SELECT person, restricted FROM record_version WHERE record = ? AND current = 1", (record,)
    ).fetchone()
    if row is None:
        return []
    details = f"record {record}"
    observed = connection.execute(
        "SELECT DISTINCT staff FROM staff_observed WHERE record = ?", (record,)
    ).fetchall()
    looks = [
        *(_person(connection, viewer, row["person"], details) if row["person"] else ()),
        *(look for one in observed for look in _staff(connection, viewer, one["staff"], details)),
    ]
    # That somebody looked into a concern about a manager is not for that manager's eyes
    return [Look(look.what, look.about, look.details, "") for look in looks] if row["restricted"] else looks


def _own(_connection: sqlite3.Connection, viewer: Viewer, _asked: Mapping[str, object]) -> list[Look]:
    return [Look("staff_viewed", viewer.staff, "what was observed about themselves")]


def _one_of_staff(connection: sqlite3.Connection, viewer: Viewer, asked: Mapping[str, object]) -> list[Look]:
    return _staff(connection, viewer, str(asked.get("staff_id", "")), "on the staff page")


def _person(connection: sqlite3.Connection, viewer: Viewer, person: str, details: str) -> list[Look]:
    row = connection.execute(
        "SELECT unit.service, unit.id FROM person JOIN unit ON unit.id = person.unit WHERE person.id = ?",
        (person,),
    ).fetchone()
    known = row is not None and viewer.scope(Permission.READ_EVIDENCE).shows_place(row["service"], row["id"])
    return [Look("person_viewed", person, details, row["service"])] if known else []


def _staff(connection: sqlite3.Connection, viewer: Viewer, staff: str, details: str) -> list[Look]:
    if not connection.execute("SELECT 1 FROM staff WHERE id = ?", (staff,)).fetchone():
        return []
    # Whoever may see concerns about managers may be looking into one: that stays among themselves
    service = "" if viewer.may(Permission.READ_RESTRICTED) else None
    return [Look("staff_viewed", staff, details, service)]


def _signal(connection: sqlite3.Connection, viewer: Viewer, asked: Mapping[str, object]) -> list[Look]:
    """The page of one signal: the person it is about."""
    row = connection.execute(
        "SELECT person FROM signal_shown WHERE signal = ? AND person <> ''",
        (str(asked.get("signal_id", "")),),
    ).fetchone()
    return _person(connection, viewer, row["person"], "in a signal") if row else []


def _case(connection: sqlite3.Connection, viewer: Viewer, asked: Mapping[str, object]) -> list[Look]:
    """The page of a case: the person it is about."""
    case = find(connection, str(asked.get("case_id", "")), "case", reach_of(viewer, Permission.READ_CASES))
    if case is None or not case.now("person"):
        return []
    looks = _person(connection, viewer, case.now("person"), "in a case")
    return [Look(look.what, look.about, look.details, "") for look in looks] if case.restricted else looks


def _view(connection: sqlite3.Connection, viewer: Viewer, asked: Mapping[str, object]) -> list[Look]:
    """The view of one person, or what came of one record."""
    kind, of = str(asked.get("view_kind", "")), str(asked.get("view_of", ""))
    if kind == PEOPLE:
        return _person(connection, viewer, of, "in a view of what was recorded")
    return _record(connection, viewer, {"record": of}) if kind == TIMELINE else []


LOOKED_AT: Mapping[str, Callable[[sqlite3.Connection, Viewer, Mapping[str, object]], list[Look]]] = {
    "/cases/{case_id}": _case,
    "/evidence": _by_filter,
    "/evidence/{record}": _record,
    "/me/observations": _own,
    "/me/observations/{record}": _own,
    "/signals/{signal_id}": _signal,
    "/staff/{staff_id}": _one_of_staff,
    "/views/{view_kind}/{view_of}": _view,
}
