"""What was observed about the person signed in, for themselves: the list, one observation, what they say of it."""

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.evidence.evidence_list import read_place
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.review import staff_views
from server.review.about_me import read_about_me, read_my_observation
from server.review.staff_views import STANCES
from server.rooms import Rooms
from server.same_origin import read_form

SEES = Permission.READ_OWN


@get("/me/observations", opt=needs(SEES))
async def my_observations(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """The observations in which the viewer was watched at work, what happened last first."""
    after = read_place(request.query_params.get("after", ""))
    page = await rooms.database.read(lambda sql: read_about_me(sql, viewer.staff, after))
    return Template("me/observations.html", context={"viewer": viewer, "here": "me", "page": page})


@get("/me/observations/{record:str}", opt=needs(SEES))
async def my_observation(
    record: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """One of them, with its answers and what the viewer said of it."""
    return await _page(rooms, viewer, record)


@post("/me/observations/{record:str}/view", opt=needs(SEES))
async def add_my_view(
    request: Request,  # type: ignore[type-arg]
    record: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Add what the viewer says of it. It stands beside the observation, and is never changed."""
    form = await read_form(request)
    stance, words = form.get("stance", ""), form.get("words", "")
    if errors := staff_views.faults(stance, words):
        return await _page(rooms, viewer, record, {"stance": stance, "words": words}, errors)

    def add(connection: sqlite3.Connection) -> bool:
        version = staff_views.is_observed(connection, viewer.staff, record)
        if version:
            staff_views.add_view(connection, record, version, viewer.staff, stance, words, rooms.clock())
        return bool(version)

    if not await rooms.database.write(add):
        raise Problem("not_found")
    return go_to(f"/me/observations/{record}#views")


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    record: str,
    typed: Mapping[str, str] = MappingProxyType({"stance": "", "words": ""}),
    errors: Mapping[str, str] = MappingProxyType({}),
) -> Template:
    found = await rooms.database.read(
        lambda sql: read_my_observation(sql, rooms.catalogue, viewer.staff, record)
    )
    if found is None:
        raise Problem("not_found")
    context = {
        "viewer": viewer,
        "here": "me",
        "page": found,
        "stances": STANCES,
        "typed": typed,
        "errors": errors,
    }
    return Template("me/observation.html", context=context, status_code=422 if errors else 200)


handlers = [my_observations, my_observation, add_my_view]
