"""The audit trail at the desk: the page with its filter, and the same as a file."""

import sqlite3
from collections.abc import AsyncIterator

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Stream, Template

from server.audit_trail.events import PAGE, Event, Reach, count_events, reach_of, read_events, read_staff
from server.audit_trail.files import as_csv, as_json
from server.audit_trail.filter import Wanted, read_wanted
from server.exporting import note_export, rows_words
from server.identity.audit import EVENTS
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.rooms import Rooms
from server.routes.evidence import whole_number

SEES = Permission.READ_AUDIT


@get("/audit", opt=needs(SEES))
async def audit_page(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """What was done and by whom, the newest first; `before` is the event that the page comes after."""
    asked = dict(request.query_params)
    (wanted, faults), reach = read_wanted(asked), reach_of(viewer)
    before = whole_number(asked.get("before", ""))

    def read(connection: sqlite3.Connection) -> tuple[list[Event], dict[str, str]]:
        events = read_events(connection, wanted, reach, PAGE + 1, before)
        return events, read_staff(connection, reach)

    events, staff = await rooms.database.read(read)
    context = {
        "viewer": viewer,
        "here": "audit",
        "wanted": wanted,
        "faults": faults,
        "events": events[:PAGE],
        "older": events[PAGE - 1].id if len(events) > PAGE else 0,
        "newest": not before,
        "staff": staff,
        "kinds": dict(sorted(EVENTS.items(), key=lambda kind: kind[1])),
        "all": reach.all,
    }
    return Template("audit/page.html", context=context)


@get("/audit.csv", opt=needs(SEES))
async def audit_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """The filtered trail as a spreadsheet."""
    wanted, reach = await _noted(request, rooms, viewer, "audit.csv")
    return _download(as_csv(rooms.database, wanted, reach), "text/csv", "audit.csv")


@get("/audit.json", opt=needs(SEES))
async def audit_json(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """The filtered trail for a program."""
    wanted, reach = await _noted(request, rooms, viewer, "audit.json")
    return _download(as_json(rooms.database, wanted, reach), "application/json", "audit.json")


async def _noted(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    viewer: Viewer,
    file: str,
) -> tuple[Wanted, Reach]:
    (wanted, _), reach = read_wanted(dict(request.query_params)), reach_of(viewer)
    count = await rooms.database.read(lambda sql: count_events(sql, wanted, reach))
    await note_export(rooms, viewer, file, rows_words(count), wanted.pairs())
    return wanted, reach


def _download(pieces: AsyncIterator[bytes], media_type: str, name: str) -> Stream:
    return Stream(
        pieces, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'}
    )


handlers = [audit_page, audit_csv, audit_json]
