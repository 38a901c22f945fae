"""What to look at today, and how a week went: one page each, for everybody with a role at the desk."""

from datetime import date

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Template

from server.evidence.times import day_in_london, day_words, write_instant
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.measures.periods import after, before, week_of
from server.notices.gathering import Asking, read_notices, read_week, services_of
from server.notices.notice import URGENCIES
from server.notices.weeks import read_label
from server.problems import Problem
from server.rooms import Rooms

# A provider of more services than this looks at one of them at a time: signals take a fifth of a second for each
ALL_AT_ONCE = 3


@get("/today", opt=needs(Permission.READ_NOTICES))
async def today(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Everything that waits for the viewer, the most urgent first."""
    service, asking = _asked(request, rooms, viewer)
    notices = await rooms.database.read(lambda sql: read_notices(sql, asking))
    context = {
        "viewer": viewer,
        "here": "today",
        "notices": notices,
        "urgencies": URGENCIES,
        "day": day_words(day_in_london(asking.now)),
        "now": write_instant(asking.now),
        **_places(viewer, service, asking),
    }
    return Template("notices/today.html", context=context)


@get("/digest", opt=needs(Permission.READ_DUE))
async def digest(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """What came in a week, what was decided, what is still open, what slipped. Raises `Problem` "not_found" for a week
    that there is not, or that is still to come.
    """
    this_week = week_of(day_in_london(rooms.clock()))
    label = request.query_params.get("week", "")
    week = read_label(label) if label else this_week
    if week is None or week.start > this_week.start:
        raise Problem("not_found")
    service, asking = _asked(request, rooms, viewer, at_once=1)
    lines = await rooms.database.read(lambda sql: read_week(sql, asking, week))
    context = {
        "viewer": viewer,
        "here": "digest",
        "lines": lines,
        "week": week,
        "first": day_words(week.start),
        "last": day_words(week.end),
        "running": week == this_week,
        "earlier": before(week).label if week.start > date(1901, 1, 1) else "",
        "later": after(week).label if week != this_week else "",
        "made_at": write_instant(asking.now),
        **_places(viewer, service, asking),
    }
    return Template("notices/digest.html", context=context)


def _asked(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    viewer: Viewer,
    at_once: int = ALL_AT_ONCE,
) -> tuple[str, Asking]:
    """The service that the address names ("" = all that there are, if they are few), and what to ask for."""
    told = services_of(viewer)
    service = request.query_params.get("service", "")
    if service and service not in told:
        raise Problem("not_found")
    if not service and not 1 < len(told) <= at_once:
        service = next(iter(told))
    asking = Asking(
        viewer=viewer,
        services=(service,) if service else tuple(told),
        catalogue=rooms.catalogue,
        settings=rooms.settings,
        now=rooms.clock(),
    )
    return service, asking


def _places(viewer: Viewer, service: str, asking: Asking) -> dict[str, object]:
    """The services to choose from, and which is shown."""
    return {
        "service": service,
        "services": services_of(viewer),
        "several": len(asking.services) > 1,
        "all_at_once": 1 < len(services_of(viewer)) <= ALL_AT_ONCE,
    }


handlers = [today, digest]
