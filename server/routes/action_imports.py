"""A register of actions brought in from a file at the desk: looked through first, then, when somebody says so, made.

Between the two nothing is kept here: the page carries the file along, and all of it is looked through again when it
comes back.
"""

import base64
import binascii
import sqlite3
import zlib

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.evidence import action_export, action_import
from server.evidence.action_import import Plan, Room, counts_words
from server.evidence.csv_reading import MOST_BYTES, MOST_ROWS, FileFault, Table, read_table
from server.evidence.evidence_export import csv_lines
from server.evidence.people import read_names
from server.evidence.times import write_instant
from server.identity import audit
from server.identity.permissions import needs
from server.identity.viewer import Viewer
from server.rooms import Rooms
from server.routes.actions import CSV, WRITES, saved_as, today
from server.same_origin import read_form, read_upload

# The file squeezed and in base64 is smaller than itself; one that cannot be squeezed a third larger
MOST_CARRIED = MOST_BYTES * 3 // 2
# With the words and limits of the form around it
MOST_SENT = MOST_BYTES + 64 * 1024
AGAIN = "The file could not be read back from the page. Choose it again."
MOVED_ON = (
    "Something changed since the file was looked through. Nothing was brought in: look at the rows again."
)


@get("/actions/import", opt=needs(WRITES))
async def ask_for_register(viewer: NamedDependency[Viewer]) -> Template:
    """Where a file is handed in."""
    return _page(viewer)


@get("/actions/import/empty.csv", opt=needs(WRITES))
async def empty_register() -> Response[bytes]:
    """A file with the headings alone, to fill in."""
    head = [name for name in action_export.headings(2) if name not in action_export.FIGURES]
    return saved_as(b"\xef\xbb\xbf" + csv_lines([head]), CSV, "empty-register.csv")


@post("/actions/import", opt=needs(WRITES), status_code=200, request_max_body_size=MOST_SENT)
async def look_through_register(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """What would become of each row. Nothing is changed yet."""
    file = await read_upload(request, "register")
    if not isinstance(file, UploadFile) or not (raw := await file.read()):
        return _page(viewer, fault="Choose a file of actions, saved as CSV.")
    try:
        table = read_table(raw)
    except FileFault as fault:
        return _page(viewer, fault=str(fault))
    room = await _room(rooms, viewer)
    planned = await rooms.database.read(lambda sql: action_import.plan(sql, table, room))
    return _page(viewer, planned=planned, carried=_squeezed(raw), room=room)


@post("/actions/import/applied", opt=needs(WRITES), status_code=200, request_max_body_size=2 * MOST_CARRIED)
async def bring_register_in(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """All of the file, in one transaction; or the rows again, when they would not come out as they were shown."""
    typed = await read_form(request)
    try:
        raw = _unsqueezed(typed.get("register", ""))
        table = read_table(raw)
    except FileFault as fault:
        return _page(viewer, fault=str(fault))
    room, mark = await _room(rooms, viewer), typed.get("mark", "")
    planned, done = await rooms.database.write(
        lambda sql: _carry_out(sql, table, room, mark, viewer.staff, rooms)
    )
    if not done:
        return _page(viewer, planned=planned, carried=_squeezed(raw), room=room, fault=MOVED_ON)
    return _page(viewer, planned=planned, room=room, done=True)


def _carry_out(
    connection: sqlite3.Connection, table: Table, room: Room, mark: str, who: str, rooms: Rooms
) -> tuple[Plan, bool]:
    now = rooms.clock()
    planned, done = action_import.carry_out(connection, table, room, mark, who, write_instant(now))
    if done:
        services = {row.service for row in planned.rows}
        place = services.pop() if len(services) == 1 else None
        audit.note(
            connection, "register_imported", now, who=who, details=counts_words(planned), service=place
        )
    return planned, done


async def _room(rooms: Rooms, viewer: Viewer) -> Room:
    scope = viewer.scope(WRITES)
    names = await rooms.database.read(lambda sql: read_names(sql, scope))
    return Room(viewer.services_for(WRITES), names, today(rooms))


def _page(
    viewer: Viewer,
    *,
    planned: Plan | None = None,
    carried: str = "",
    room: Room | None = None,
    fault: str = "",
    done: bool = False,
) -> Template:
    context = {
        "viewer": viewer,
        "here": "actions",
        "planned": planned,
        "carried": carried,
        "services": room.names.services if room and len(room.services) > 1 else {},
        "fault": fault,
        "done": done,
        "most_rows": MOST_ROWS,
        "most_megabytes": MOST_BYTES // 1024 // 1024,
    }
    return Template("actions/import.html", context=context, status_code=422 if fault else 200)


def _squeezed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(raw)).decode()


def _unsqueezed(text: str) -> bytes:
    """The file a page carried. Raises `FileFault`; never makes more of it than a file may have."""
    if len(text) > MOST_CARRIED:
        raise FileFault(AGAIN)
    try:
        stream = zlib.decompressobj()
        raw = stream.decompress(base64.urlsafe_b64decode(text.encode()), MOST_BYTES + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise FileFault(AGAIN) from None
    if not raw or not stream.eof:
        raise FileFault(AGAIN)
    return raw


handlers = [ask_for_register, empty_register, look_through_register, bring_register_in]
