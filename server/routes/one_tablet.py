"""One tablet at the desk: how it is, what is missing of it, what happened to it; and what a manager does with it."""

import sqlite3
from collections.abc import Mapping

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.assets import build_of
from server.drills.reading import read_drills
from server.fleet.fleet import FleetTablet, ago_words, clock_fault, read_fleet, reasons
from server.fleet.health import KEEP_WORDS
from server.fleet.history import read_history
from server.fleet.losses import acknowledge
from server.identity import tablets
from server.identity.confirming import confirm
from server.identity.permissions import Permission, needs
from server.identity.tablet_list import read_unit_choices
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.drills import why_words
from server.routes.tablets import (
    MANAGES,
    SEES,
    enrolment_shown,
    name_and_unit_faults,
    new_enrolment_code,
    taken,
    tidy,
)
from server.same_origin import read_form


@get("/tablets/{tablet_id:str}", opt=needs(SEES))
async def tablet_page(
    request: Request,  # type: ignore[type-arg]
    tablet_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """One tablet with its history."""
    return await _page(request, rooms, viewer, await _find(rooms, viewer, tablet_id, SEES))


@post("/tablets/{tablet_id:str}/details", opt=needs(MANAGES), status_code=303)
async def change_details(
    request: Request,  # type: ignore[type-arg]
    tablet_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Another name, another unit of its service."""
    tablet, form = await _find(rooms, viewer, tablet_id, MANAGES), await read_form(request)
    name, unit, now = tidy(form.get("name", "")), form.get("unit", ""), rooms.clock()
    choices = await rooms.database.read(lambda sql: read_unit_choices(sql, viewer, tablet.service))
    faults = name_and_unit_faults(choices, name, unit)

    def change(connection: sqlite3.Connection) -> bool:
        if not tablets.rename(connection, tablet.id, name, viewer.staff, now):
            return False
        tablets.move(connection, tablet.id, unit, viewer.staff, now)
        return True

    if not faults and not await rooms.database.write(change):
        faults = {"name": taken(name)}
    if faults:
        typed = {"name": (name,), "unit": (unit,)}
        return await _page(request, rooms, viewer, tablet, typed=typed, faults=faults)
    return go_to(f"/tablets/{tablet.id}")


@post("/tablets/{tablet_id:str}/revocation", opt=needs(MANAGES), status_code=303)
async def revoke(
    request: Request,  # type: ignore[type-arg]
    tablet_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Take a tablet out of use, lost or retired. What it still holds can be sent, and is held."""
    tablet, form = await _find(rooms, viewer, tablet_id, MANAGES), await read_form(request)
    why, services, now = form.get("why", ""), viewer.services_for(MANAGES), rooms.clock()
    faults = {} if why in tablets.REASONS else {"why": "Choose why it goes: that decides when it is wiped."}
    if not faults and (words := await confirm(rooms, viewer, form)):
        faults = {"password": words}
    if faults:
        return await _page(request, rooms, viewer, tablet, typed={"why": (why,)}, faults=faults)
    await rooms.database.write(lambda sql: tablets.revoke(sql, tablet.id, services, viewer.staff, now, why))
    return go_to(f"/tablets/{tablet.id}")


@post("/tablets/{tablet_id:str}/replacement", opt=needs(MANAGES))
async def replace(
    request: Request,  # type: ignore[type-arg]
    tablet_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """201 with a code for the tablet that takes this one's place. This one stays in use until it is taken out."""
    tablet, form = await _find(rooms, viewer, tablet_id, MANAGES), await read_form(request)
    name = tidy(form.get("new_name", ""))
    choices = await rooms.database.read(lambda sql: read_unit_choices(sql, viewer, tablet.service))
    faults = {
        f"new_{field}": words for field, words in name_and_unit_faults(choices, name, tablet.unit).items()
    }
    code = "" if faults else await new_enrolment_code(rooms, viewer, name, tablet.unit, tablet.id)
    if not code:
        faults = faults or {"new_name": taken(name)}
        return await _page(request, rooms, viewer, tablet, typed={"new_name": (name,)}, faults=faults)
    return await _page(request, rooms, viewer, tablet, shown=enrolment_shown(rooms, code, name))


@post("/tablets/{tablet_id:str}/acknowledgement", opt=needs(MANAGES), status_code=303)
async def acknowledge_losses(
    tablet_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The viewer has looked into every lost store of this tablet."""
    tablet = await _find(rooms, viewer, tablet_id, MANAGES)
    services, now = viewer.services_for(MANAGES), rooms.clock()
    await rooms.database.write(lambda sql: acknowledge(sql, tablet.id, services, viewer.staff, now))
    return go_to(f"/tablets/{tablet.id}")


async def _find(rooms: Rooms, viewer: Viewer, id: str, permission: Permission) -> FleetTablet:
    """The tablet, if the viewer has `permission` for it. Raises `Problem` "not_found"."""
    found = await rooms.database.read(lambda sql: read_fleet(sql, viewer, id))
    if not found or not viewer.may(
        permission, found[0].service, found[0].unit if permission is SEES else None
    ):
        raise Problem("not_found")
    return found[0]


async def _page(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    viewer: Viewer,
    tablet: FleetTablet,
    *,
    typed: Mapping[str, tuple[str, ...]] | None = None,
    faults: Mapping[str, str] | None = None,
    shown: Mapping[str, object] | None = None,
) -> Template:
    build, now = build_of(request.app.state["assets"]), rooms.clock()
    choices = await rooms.database.read(lambda sql: read_unit_choices(sql, viewer, tablet.service))
    history = await rooms.database.read(lambda sql: read_history(sql, tablet.id))
    current = rooms.catalogue.current_forms()
    drilled = await rooms.database.read(lambda sql: read_drills(sql, viewer, rooms.catalogue, now, tablet.id))
    usual = {"name": (tablet.name,), "unit": (tablet.unit,), "new_name": (tablet.name,), "why": ("",)}
    context = {
        "viewer": viewer,
        "here": "tablets",
        "tablet": tablet,
        "reasons": sorted(reasons(tablet, build, now)),
        "build": build,
        "ago": ago_words(tablet.heard_at, now) if tablet.heard_at else "",
        "clock": clock_fault(tablet.health.skew),
        "keep_words": KEEP_WORDS,
        "conditions": [
            words for one, words in tablets.CONDITIONS.items() if one in tablet.conditions.split()
        ],
        "lacking": [form.definition.title for form in current if form.hash not in tablet.forms],
        "offered": len(current),
        "history": history,
        "drilled": drilled[0],
        "why_not": why_words(rooms.catalogue),
        "may_read": viewer.may(Permission.READ_EVIDENCE),
        "units": {choice.id: choice.name for choice in choices},
        "manages": viewer.may(MANAGES, tablet.service),
        "why": tablets.REASONS,
        "typed": usual | dict(typed or {}),
        "faults": dict(faults or {}),
        "shown": shown,
    }
    status = 422 if faults else 201 if shown else 200
    return Template("tablets/page.html", context=context, status_code=status)


handlers = [tablet_page, change_details, revoke, replace, acknowledge_losses]
