"""The recovery map, and one theme across its actions."""

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.evidence import words
from server.evidence.actions import target_words
from server.evidence.recovery_map import read_map
from server.evidence.recovery_map_query import GROUPS, read_map_query
from server.evidence.recovery_map_theme import read_theme
from server.evidence.times import day_in_london, day_of, moment_words, write_instant
from server.framework import library
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.reviews.store import last_signed
from server.rooms import Rooms
from server.routes.evidence import asked_of
from server.standing.of_service import keep_services_told
from server.standing.renewing import asks_anew, keep_told

SEES = Permission.READ_ACTIONS


@get("/map", opt=needs(SEES))
async def recovery_map(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template | Response[bytes]:
    """Every open action of the viewer's services with what its evidence says, the highest risk first. Asked for anew:
    worked out now, then the page as it is kept.
    """
    scope, now = viewer.scope(SEES), rooms.clock()
    wanted, anew = asked_of(request), asks_anew(request)
    services = {*wanted.get("service", ())} & {*scope.services} or scope.services
    reviewed_on = await rooms.database.read(lambda sql: last_signed(sql, services))
    asked = read_map_query(wanted, day_in_london(now), reviewed_on)
    page = await rooms.database.read(lambda sql: read_map(sql, scope, asked, rooms.catalogue, now, anew=anew))
    await keep_told(rooms.database, page.keep)
    if anew:
        return go_to(asked.address("/map", page=str(page.page)))
    owners = {action.fields.owner for action in page.every}
    tags = {tag for action in page.every for tag in action.fields.tags}
    context = {
        "viewer": viewer,
        "here": "map",
        "map": page,
        "asked": asked,
        "names": page.names,
        "themes": words.themes(),
        "risks": words.RISKS,
        "owners": {id: name for id, name in page.names.staff.items() if id in owners},
        "tags": {tag: library().words(tag) for tag in sorted(tags, key=library().place)},
        "groupings": GROUPS,
        "target": target_words,
        "day": day_of,
        "now": moment_words(write_instant(now)),
    }
    return Template("recovery_map/page.html", context=context)


@get("/map/themes/{theme:str}", opt=needs(SEES))
async def theme_page(
    request: Request,  # type: ignore[type-arg]
    theme: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template | Response[bytes]:
    """What everything says that was recorded about the open actions of one theme. Asked for anew: worked out now, then
    the page as it is kept.
    """
    scope, now, anew = viewer.scope(SEES), rooms.clock(), asks_anew(request)
    page = await rooms.database.read(
        lambda sql: read_theme(sql, scope, theme, rooms.catalogue, now, anew=anew)
    )
    if page is None:
        raise Problem("not_found")
    await keep_services_told(rooms.database, page.keep)
    if anew:
        return go_to(f"/map/themes/{theme}")
    context = {"viewer": viewer, "here": "map", "page": page, "day": day_of}
    return Template("recovery_map/theme.html", context=context)


handlers = [recovery_map, theme_page]
