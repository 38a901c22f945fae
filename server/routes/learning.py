"""The desk's page of learning messages: where each was heard, who still needs it, whether practice was watched."""

import json

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.cases.register import due_at
from server.desk_records.store import reach_of
from server.evidence.evidence_export import csv_lines
from server.evidence.people import read_names
from server.evidence.times import day_of
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.learning.reading import COLUMNS, SAID_BACK, Message, cells, read_messages
from server.learning.store import tell
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import CSV, saved_as
from server.same_origin import read_form

SEES, WRITES = Permission.READ_LISTS, Permission.WRITE_LISTS


@get("/learning", opt=needs(SEES))
async def learning_page(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Every learning message of the viewer's services, those that are shared now first."""
    return await _page(rooms, viewer, request.query_params.get("service", ""))


@get("/learning.csv", opt=needs(SEES))
async def learning_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The messages as a spreadsheet: days and counts, no words and no names."""
    found = await _cells(rooms, viewer, request.query_params.get("service", ""), "learning.csv")
    body = b"\xef\xbb\xbf" + csv_lines([COLUMNS, *(list(one.values()) for one in found)])
    return saved_as(body, CSV, "learning.csv")


@get("/learning.json", opt=needs(SEES))
async def learning_json(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The messages for a program: days and counts, no words and no names."""
    found = await _cells(rooms, viewer, request.query_params.get("service", ""), "learning.json")
    body = json.dumps({"messages": found}, ensure_ascii=False, indent=1).encode()
    return saved_as(body, "application/json", "learning.json")


@post("/learning/{listed_id:str}/told", opt=needs(WRITES))
async def note_told(
    request: Request,  # type: ignore[type-arg]
    listed_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Back to the page: somebody who was not at the handover was told since. Only who still needs it can be named."""
    typed, now = await read_form(request), rooms.clock()
    messages = await _messages(rooms, viewer, "")
    message = next((one for one in messages if one.listed.id == listed_id), None)
    if message is None or not viewer.may(WRITES, message.listed.service):
        raise Problem("not_found")
    staff = typed.get("staff", "")
    if staff in {one.staff for one in message.told}:
        return go_to(f"/learning#message-{listed_id}")
    if staff not in message.still_to_tell:
        return await _page(rooms, viewer, "", {f"staff-{listed_id}": "Choose who was told."})
    service = message.listed.service
    await rooms.database.write(lambda sql: tell(sql, listed_id, service, staff, viewer.staff, now))
    return go_to(f"/learning#message-{listed_id}")


async def _messages(rooms: Rooms, viewer: Viewer, service: str) -> list[Message]:
    services = viewer.services_for(SEES)
    if service and service not in services:
        raise Problem("not_found")
    chosen = (service,) if service else services
    evidence = viewer.scope(Permission.READ_EVIDENCE).within(chosen)
    registers = {
        "case": reach_of(viewer, Permission.READ_CASES),
        "complaint": reach_of(viewer, Permission.READ_COMPLAINTS),
    }
    return await rooms.database.read(
        lambda sql: read_messages(sql, rooms.catalogue, chosen, evidence, registers, rooms.clock())
    )


async def _cells(rooms: Rooms, viewer: Viewer, service: str, file: str) -> list[dict[str, object]]:
    messages = await _messages(rooms, viewer, service)
    await note_export(
        rooms, viewer, file, rows_words(len(messages)), [("service", service)] if service else []
    )
    return [cells(message, viewer.services) for message in messages]


async def _page(rooms: Rooms, viewer: Viewer, service: str, faults: dict[str, str] | None = None) -> Template:
    services = viewer.services_for(SEES)
    context = {
        "viewer": viewer,
        "here": "learning",
        "messages": await _messages(rooms, viewer, service),
        "service": service,
        "services": {id: name for id, name in viewer.services.items() if id in services},
        "names": await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES))),
        "said_back": SAID_BACK,
        "now": rooms.clock(),
        "due_at": due_at,
        "day": day_of,
        "faults": faults or {},
    }
    return Template("learning/page.html", context=context, status_code=422 if faults else 200)


handlers = [learning_page, learning_csv, learning_json, note_told]
