"""The desk's list of tablets: what each has sent, a code for a new one, and taking one out of use."""

import sqlite3

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.identity import tablets
from server.identity.permissions import Permission, needs
from server.identity.secret_tokens import hash_code, new_code
from server.identity.tablet_list import UnitChoice, read_open_codes, read_tablets, read_unit_choices
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import read_form

LONGEST_NAME = 40


@get("/tablets", opt=needs(Permission.READ_TABLETS))
async def tablet_list(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Every tablet of the viewer's services."""
    return await _page(rooms, viewer)


@post("/tablets/codes", opt=needs(Permission.MANAGE_TABLETS))
async def make_code(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """201 with the code, shown this once: only its hash is kept."""
    form = await read_form(request)
    name, unit = " ".join(form.get("name", "").split()), form.get("unit", "")
    errors = await _faults(rooms, viewer, name, unit)
    if errors:
        return await _page(rooms, viewer, typed={"name": name, "unit": unit}, errors=errors)
    code = new_code()
    if not await rooms.database.write(lambda sql: _keep_code(sql, rooms, viewer, code, name, unit)):
        errors = {"name": f"There is already a tablet called {name} in that service. Choose another name."}
        return await _page(rooms, viewer, typed={"name": name, "unit": unit}, errors=errors)
    return await _page(rooms, viewer, code=code, code_for=name)


@post("/tablets/{tablet_id:str}/revocation", opt=needs(Permission.MANAGE_TABLETS), status_code=303)
async def revoke(
    tablet_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """Take a tablet out of use. What it still holds can be sent, and is held."""
    services, now = viewer.services_for(Permission.MANAGE_TABLETS), rooms.clock()
    if not await rooms.database.write(
        lambda sql: tablets.revoke(sql, tablet_id, services, viewer.staff, now)
    ):
        raise Problem("not_found")
    return go_to("/tablets")


async def _faults(rooms: Rooms, viewer: Viewer, name: str, unit: str) -> dict[str, str]:
    choices = await rooms.database.read(lambda sql: read_unit_choices(sql, viewer))
    if unit not in {choice.id for choice in choices}:
        return {"unit": "Choose the unit the tablet is for."}
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        return {"name": f"Give the tablet a name of up to {LONGEST_NAME} letters, such as Hazel."}
    return {}


def _keep_code(
    connection: sqlite3.Connection, rooms: Rooms, viewer: Viewer, code: str, name: str, unit: str
) -> bool:
    """False when the name is taken: asked in the transaction that takes it, or two at once would both."""
    now = rooms.clock()
    if tablets.name_is_taken(connection, name, unit, now):
        return False
    minutes = rooms.settings.enrolment_minutes
    tablets.make_code(connection, hash_code(code), name, unit, viewer.staff, now, minutes)
    return True


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    code: str = "",
    code_for: str = "",
) -> Template:
    now = rooms.clock()
    rows = await rooms.database.read(lambda sql: read_tablets(sql, viewer))
    choices: list[UnitChoice] = await rooms.database.read(lambda sql: read_unit_choices(sql, viewer))
    codes = await rooms.database.read(lambda sql: read_open_codes(sql, viewer, now))
    context = {
        "viewer": viewer,
        "here": "tablets",
        "rows": rows,
        "choices": choices,
        "codes": codes,
        "typed": typed or {"name": "", "unit": ""},
        "errors": errors or {},
        "code": code,
        "code_for": code_for,
        "minutes": rooms.settings.enrolment_minutes,
        "origin": rooms.settings.origin,
    }
    return Template("tablets.html", context=context, status_code=422 if errors else 201 if code else 200)


handlers = [tablet_list, make_code, revoke]
