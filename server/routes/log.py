"""The desk's page of the log, and acknowledging what a tablet noticed about it."""

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.log import alarms
from server.log.log_page import read_log_page
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import read_form

SEES = Permission.READ_LOG
NOTHING_FOUND = "Write what you found out, so that the next manager knows."


@get("/log", opt=needs(SEES))
async def log_page(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """The log: what tablets noticed first."""
    return await _page(rooms, viewer)


@post("/log/alarms/{alarm:str}/acknowledgement", opt=needs(SEES))
async def acknowledge_alarm(
    request: Request,  # type: ignore[type-arg]
    alarm: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep who looked into it and what they found out. Whoever comes second is shown what the first found."""
    typed = (await read_form(request)).get("found", "").strip()
    found = "\n".join(line.rstrip() for line in typed.splitlines())
    if not 3 <= len(found) <= alarms.LONGEST:
        return await _page(rooms, viewer, wrong=alarm, typed=found)
    now = rooms.clock()
    if not await rooms.database.write(lambda sql: alarms.acknowledge(sql, alarm, viewer.staff, found, now)):
        raise Problem("not_found")
    return go_to("/log")


async def _page(rooms: Rooms, viewer: Viewer, *, wrong: str = "", typed: str = "") -> Template:
    key = rooms.keys.signing_public
    page = await rooms.database.read(lambda sql: read_log_page(sql, viewer, key))
    if wrong and wrong not in {alarm.id for alarm in page.waiting}:
        raise Problem("not_found")
    context = {
        "viewer": viewer,
        "here": "log",
        "page": page,
        "wrong": wrong,
        "typed": typed,
        "fault": NOTHING_FOUND,
    }
    return Template("log/page.html", context=context, status_code=422 if wrong else 200)


handlers = [log_page, acknowledge_alarm]
