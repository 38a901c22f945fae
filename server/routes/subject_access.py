"""Giving somebody everything that is kept about them: choose whom, say who you are, and take the file."""

from collections.abc import Mapping
from types import MappingProxyType

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.evidence.people import read_names
from server.exporting import note_export
from server.identity.confirming import confirm
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.rooms import Rooms
from server.same_origin import read_form
from server.subject.gathering import find_subject, gather
from server.subject.packing import pack

TAKES = Permission.EXPORT_SUBJECT


@get("/subject-access", opt=needs(TAKES))
async def choose_subject(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Whom it is for."""
    return await _page(rooms, viewer)


@post("/subject-access", opt=needs(TAKES))
async def take_subject(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """The ZIP file; or the page again, with what to put right."""
    typed = await read_form(request)
    kind, _, id = typed.get("subject", "").partition("/")
    scope = viewer.scope(TAKES)
    subject = await rooms.database.read(lambda sql: find_subject(sql, kind, id, scope))
    faults: dict[str, str] = {}
    if subject is None:
        faults["subject"] = "Choose whom it is for."
    elif wrong := await confirm(rooms, viewer, typed):
        faults["password"] = wrong
    if faults or subject is None:
        return await _page(rooms, viewer, typed, faults)
    found, to_read = await rooms.database.read(lambda sql: gather(sql, rooms.catalogue, subject, scope))
    rows = f"{len(found['records'])} versions"
    await note_export(rooms, viewer, "subject access", rows, what="subject_exported", about=subject.id)
    return Response(
        pack(subject, found, to_read, rooms.clock()),
        media_type="application/zip",
        headers={"content-disposition": 'attachment; filename="subject-access.zip"'},
        status_code=200,
    )


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    typed: Mapping[str, str] = MappingProxyType({}),
    faults: Mapping[str, str] = MappingProxyType({}),
) -> Template:
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(TAKES)))
    context = {
        "viewer": viewer,
        "here": "subject-access",
        "choices": {
            "A person supported": [(f"person/{id}", name) for id, name in names.people.items()],
            "A member of staff": [(f"staff/{id}", name) for id, name in names.staff.items()],
        },
        "chosen": typed.get("subject", ""),
        "faults": dict(faults),
    }
    return Template("subject/page.html", context=context, status_code=422 if faults else 200)


handlers = [choose_subject, take_subject]
