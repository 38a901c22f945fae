"""The desk's list of what is due, to whom and by when, and of what became of it."""

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from server.due.desk_lines import read_desk_lines
from server.due.due_page import SHOWN, STATES, WHO, read_due_filter, read_due_page
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.rooms import Rooms
from server.routes.evidence import asked_of

SEES = Permission.READ_DUE


@get("/due", opt=needs(SEES))
async def due_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Open, late, done, not needed, taken back: by what the address asks for."""
    wanted, now = read_due_filter(asked_of(request)), rooms.clock()
    page = await rooms.database.read(
        lambda sql: read_due_page(sql, rooms.catalogue, wanted, viewer.scope(SEES), now)
    )
    context = {
        "viewer": viewer,
        "here": "due",
        "page": page,
        "wanted": wanted,
        "states": STATES,
        "who": WHO,
        "shown": SHOWN,
        "desk_lines": await rooms.database.read(
            lambda sql: read_desk_lines(sql, rooms.catalogue, viewer, wanted, now)
        ),
    }
    return Template("due/list.html", context=context)


handlers = [due_list]
