"""The desk's list of tablets, what needs seeing to first, and a code for a new one."""

import sqlite3
from collections.abc import Mapping

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Template
from markupsafe import Markup

from server.assets import build_of
from server.fleet.fleet import looks, read_fleet
from server.forms_desk.qr import qr_svg
from server.identity import tablets
from server.identity.permissions import Permission, needs
from server.identity.secret_tokens import hash_code, new_code
from server.identity.tablet_list import UnitChoice, read_open_codes, read_unit_choices
from server.identity.viewer import Viewer
from server.rooms import Rooms
from server.same_origin import read_form

SEES, MANAGES = Permission.READ_TABLETS, Permission.MANAGE_TABLETS
LONGEST_NAME = 40
NAME_FAULT = f"Give the tablet a name of up to {LONGEST_NAME} letters, such as Hazel."
UNIT_FAULT = "Choose the unit the tablet is for."


@get("/tablets", opt=needs(SEES))
async def tablet_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Every tablet the viewer may see."""
    return await _page(request, rooms, viewer)


@post("/tablets/codes", opt=needs(MANAGES))
async def make_code(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """201 with the code, shown this once: only its hash is kept."""
    form = await read_form(request)
    name, unit = tidy(form.get("name", "")), form.get("unit", "")
    choices = await rooms.database.read(lambda sql: read_unit_choices(sql, viewer))
    faults = name_and_unit_faults(choices, name, unit)
    typed = {"name": (name,), "unit": (unit,)}
    if faults:
        return await _page(request, rooms, viewer, typed=typed, faults=faults)
    code = await new_enrolment_code(rooms, viewer, name, unit)
    if not code:
        return await _page(request, rooms, viewer, typed=typed, faults={"name": taken(name)})
    return await _page(request, rooms, viewer, shown=enrolment_shown(rooms, code, name))


def tidy(name: str) -> str:
    """A typed name without the spaces nobody sees."""
    return " ".join(name.split())


def name_and_unit_faults(choices: list[UnitChoice], name: str, unit: str) -> dict[str, str]:
    """What to put right of a tablet's name and unit, by field."""
    if unit not in {choice.id for choice in choices}:
        return {"unit": UNIT_FAULT}
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        return {"name": NAME_FAULT}
    return {}


def taken(name: str) -> str:
    """What to say of a name that another tablet has."""
    return f"There is already a tablet called {name} in that service. Choose another name."


async def new_enrolment_code(rooms: Rooms, viewer: Viewer, name: str, unit: str, replaces: str = "") -> str:
    """A code to show once, kept as its hash; "" when the name is taken."""
    code, now, minutes = new_code(), rooms.clock(), rooms.settings.enrolment_minutes

    # Asked in the transaction that takes the name, or two at once would both
    def keep(connection: sqlite3.Connection) -> bool:
        if tablets.name_is_taken(connection, name, unit, now, replaces):
            return False
        tablets.make_code(connection, hash_code(code), name, unit, viewer.staff, now, minutes, replaces)
        return True

    return code if await rooms.database.write(keep) else ""


def enrolment_shown(rooms: Rooms, code: str, name: str) -> dict[str, str | int | Markup]:
    """A code as `tablets/code.html` shows it, as text and as a square for the camera.

    The code stands behind "#" in the square's address: a browser never sends that part, and no log holds it.
    """
    address = f"{rooms.settings.origin}/tablet/enrol#{code}"
    return {
        "code": code,
        "name": name,
        "qr": qr_svg(address, f"The same code as a square, for the camera of {name}"),
        "minutes": rooms.settings.enrolment_minutes,
        "origin": rooms.settings.origin,
    }


async def _page(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    viewer: Viewer,
    *,
    typed: Mapping[str, tuple[str, ...]] | None = None,
    faults: Mapping[str, str] | None = None,
    shown: Mapping[str, object] | None = None,
) -> Template:
    now = rooms.clock()
    fleet = await rooms.database.read(lambda sql: read_fleet(sql, viewer))
    choices = await rooms.database.read(lambda sql: read_unit_choices(sql, viewer))
    codes = await rooms.database.read(lambda sql: read_open_codes(sql, viewer, now))
    current = {form.hash for form in rooms.catalogue.current_forms()}
    context = {
        "viewer": viewer,
        "here": "tablets",
        "looks": looks(fleet, build_of(request.app.state["assets"]), now),
        "strangers": rooms.figures.strangers.words(now),
        "build": build_of(request.app.state["assets"]),
        "forms": current,
        "units": {choice.id: f"{choice.name}, {choice.service_name}" for choice in choices},
        "codes": codes,
        "typed": dict(typed or {}),
        "faults": dict(faults or {}),
        "shown": shown,
    }
    status = 422 if faults else 201 if shown else 200
    return Template("tablets/list.html", context=context, status_code=status)


handlers = [tablet_list, make_code]
