"""The records that wait for a person: each with its reason, where it came from, and its text exactly as it
arrived.
"""

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from server.fleet.parked import read_parked_on
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.rooms import Rooms
from server.set_aside import read_set_aside


@get("/held", opt=needs(Permission.READ_HELD))
async def held_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """A page of held and conflicting records, newest first; `before` is the number of the last one already
    seen.
    """
    typed = request.query_params.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0
    entries, older = await rooms.database.read(lambda sql: read_set_aside(sql, viewer, before))
    parked = await rooms.database.read(lambda sql: read_parked_on(sql, viewer))
    context = {
        "viewer": viewer,
        "here": "held",
        "entries": entries,
        "older": older,
        "newest": before == 0,
        "parked": parked,
    }
    return Template("held.html", context=context)


handlers = [held_list]
