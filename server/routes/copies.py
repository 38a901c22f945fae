"""A copy of what waited on a tablet, brought in at the desk: once, and again is harmless."""

from litestar import Request, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.response import Template

from server import recovery
from server.identity import audit
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.rooms import Rooms
from server.same_origin import read_upload

BRINGS_IN = Permission.MANAGE_TABLETS


@get("/tablets/copies", opt=needs(BRINGS_IN))
async def ask_for_copy(viewer: NamedDependency[Viewer]) -> Template:
    """Where a saved copy is handed in."""
    return _page(viewer)


@post("/tablets/copies", opt=needs(BRINGS_IN), status_code=200, request_max_body_size=recovery.MOST_BYTES)
async def bring_in_copy(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """What became of each row of the copy; 422 when nothing of it could be taken in."""
    file = await read_upload(request, "copy")
    if not isinstance(file, UploadFile) or not (raw := await file.read()):
        return _page(viewer, fault="Choose the file that the tablet saved.")
    try:
        copy = recovery.read_copy(raw)
        sender = await rooms.database.read(lambda sql: recovery.sender_of_copy(sql, copy))
        if not viewer.may(BRINGS_IN, sender.service):
            raise recovery.CopyFault(recovery.NOT_ENROLLED_HERE)
        done = await recovery.recover(rooms.inbox, rooms.keys, copy, sender)
    except recovery.CopyFault as error:
        return _page(viewer, fault=str(error))
    now = rooms.clock()
    await rooms.database.write(
        lambda sql: audit.note(
            sql, "records_recovered", now, who=viewer.staff, about=sender.tablet, details=done.counts
        )
    )
    name = await rooms.database.read(lambda sql: recovery.name_of_tablet(sql, sender.tablet))
    return _page(viewer, done=done, tablet={"id": sender.tablet, "name": name, "made_at": copy.made_at})


def _page(
    viewer: Viewer,
    *,
    fault: str = "",
    done: recovery.Recovered | None = None,
    tablet: dict[str, str] | None = None,
) -> Template:
    context = {
        "viewer": viewer,
        "here": "tablets",
        "fault": fault,
        "done": done,
        "tablet": tablet,
        "words": recovery.outcome_words,
    }
    return Template("tablets/copies.html", context=context, status_code=422 if fault else 200)


handlers = [ask_for_copy, bring_in_copy]
