"""One member of staff at the desk: roles, PIN, password, sign-ins; and what a manager does about them.

Every act here asks for the manager's own password again. What is shown once (a PIN, a code) is in the answer to the
act itself and on no page that could be loaded again.
"""

import sqlite3
from collections.abc import Callable, Mapping

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.fleet.history import read_history
from server.identity.confirming import confirm
from server.identity.permissions import needs
from server.identity.pins import make_first_pin
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.staff import MANAGES, PIN_WORDS, read_given, role_choices
from server.same_origin import read_form
from server.staff import acts
from server.staff.first_password import make_first_code
from server.staff.powers import FOR_A_UNIT, Held, Powers
from server.staff.reading import (
    Person,
    Places,
    only_manager_of,
    read_places,
    read_powers,
    read_staff,
)

CHANGED = "Someone else changed this first. Look at it again."


class Found(msgspec.Struct, frozen=True):
    """The person a page is about, and what the viewer may do."""

    person: Person
    powers: Powers
    places: Places


class Once(msgspec.Struct, frozen=True):
    """A secret to hand over in person, shown in one answer and never again."""

    kind: str
    secret: str


@get("/staff/{staff_id:str}", opt=needs(MANAGES))
async def staff_page(
    staff_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """One member of staff."""
    return await _page(rooms, viewer, await _find(rooms, viewer, staff_id))


@post("/staff/{staff_id:str}/roles", opt=needs(MANAGES), status_code=303)
async def give_role(
    request: Request,  # type: ignore[type-arg]
    staff_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """One more role."""
    found, form, now = await _to_change(rooms, viewer, staff_id), await read_form(request), rooms.clock()
    faults: dict[str, str] = {}
    given = read_given(form, found.powers, found.places, now, faults)
    if given is None or not await _confirmed(rooms, viewer, form, faults):
        return await _page(rooms, viewer, found, act="give", typed=form, faults=faults)
    await rooms.database.write(lambda sql: acts.give(sql, staff_id, given, viewer.staff, now))
    return go_to(f"/staff/{staff_id}")


@post("/staff/{staff_id:str}/role-end", opt=needs(MANAGES), status_code=303)
async def end_role(
    request: Request,  # type: ignore[type-arg]
    staff_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """End one role now."""
    found, form, now = await _to_change(rooms, viewer, staff_id), await read_form(request), rooms.clock()
    held, faults = _held(found, form, "ending", rooms), dict[str, str]()
    if held is None:
        faults["ending"] = "Choose the role that ends."
    if held and await _leaves_none(rooms, found, form, [held]):
        faults["alone"] = await _alone_words(rooms, found)
    if held is None or not await _confirmed(rooms, viewer, form, faults):
        return await _page(rooms, viewer, found, act="end", typed=form, faults=faults)
    if not await rooms.database.write(lambda sql: acts.end(sql, staff_id, held, viewer.staff, now)):
        raise Problem("conflict", CHANGED)
    return go_to(f"/staff/{staff_id}")


@post("/staff/{staff_id:str}/move", opt=needs(MANAGES), status_code=303)
async def move(
    request: Request,  # type: ignore[type-arg]
    staff_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """End a role in one place and begin it in another, at one instant."""
    found, form, now = await _to_change(rooms, viewer, staff_id), await read_form(request), rooms.clock()
    held, faults, to = _held(found, form, "moving", rooms), dict[str, str](), form.get("to", "")
    service, _, unit = to.partition("/")
    if held is None:
        faults["moving"] = "Choose the role that moves."
    if to == "*" or to not in found.places.choices(found.powers):
        faults["to"] = "Choose where they go."
    elif held and (held.service, held.unit) == (service, unit):
        faults["to"] = "They work there already: choose another place."
    elif held and not found.powers.may_give(held.role, service):
        faults["to"] = "This role is not yours to give there."
    elif held and unit and held.role not in FOR_A_UNIT:
        faults["to"] = "This role answers for the whole service: choose all of it."
    if (
        held
        and "to" not in faults
        and held.service != service
        and await _leaves_none(rooms, found, form, [held])
    ):
        faults["alone"] = await _alone_words(rooms, found)
    if held is None or not await _confirmed(rooms, viewer, form, faults):
        return await _page(rooms, viewer, found, act="move", typed=form, faults=faults)
    if not await rooms.database.write(
        lambda sql: acts.move(sql, staff_id, held, service, unit, viewer.staff, now)
    ):
        raise Problem("conflict", CHANGED)
    return go_to(f"/staff/{staff_id}")


@post("/staff/{staff_id:str}/first-pin", opt=needs(MANAGES))
async def first_pin(
    request: Request,  # type: ignore[type-arg]
    staff_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """201 with a first PIN, shown this once. It ends the one before."""
    return await _hand_over(
        request,
        rooms,
        viewer,
        staff_id,
        "pin",
        lambda sql: make_first_pin(sql, staff_id, viewer.staff, rooms.clock()),
    )


@post("/staff/{staff_id:str}/first-password", opt=needs(MANAGES))
async def first_password(
    request: Request,  # type: ignore[type-arg]
    staff_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """201 with a code for a password of their own, shown this once."""
    return await _hand_over(
        request,
        rooms,
        viewer,
        staff_id,
        "code",
        lambda sql: make_first_code(sql, staff_id, rooms.clock(), viewer.staff),
    )


@post("/staff/{staff_id:str}/signing-out", opt=needs(MANAGES), status_code=303)
async def sign_out(
    request: Request,  # type: ignore[type-arg]
    staff_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """End every desk session of theirs."""
    found, form, now = await _to_change(rooms, viewer, staff_id), await read_form(request), rooms.clock()
    faults: dict[str, str] = {}
    if not await _confirmed(rooms, viewer, form, faults):
        return await _page(rooms, viewer, found, act="out", faults=faults)
    await rooms.database.write(lambda sql: acts.sign_out(sql, staff_id, viewer.staff, now))
    return go_to(f"/staff/{staff_id}")


@post("/staff/{staff_id:str}/leaving", opt=needs(MANAGES), status_code=303)
async def leave(
    request: Request,  # type: ignore[type-arg]
    staff_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """They leave: PIN, keys, password and sign-ins end now."""
    found, form, now = await _to_change(rooms, viewer, staff_id), await read_form(request), rooms.clock()
    faults: dict[str, str] = {}
    if not found.powers.may_end_all(staff_id, found.person.roles, now):
        raise Problem("not_found")
    if await _leaves_none(rooms, found, form, found.person.roles_now(now)):
        faults["alone"] = await _alone_words(rooms, found)
    if not await _confirmed(rooms, viewer, form, faults):
        return await _page(rooms, viewer, found, act="leave", typed=form, faults=faults)
    await rooms.database.write(lambda sql: acts.leave(sql, staff_id, viewer.staff, now))
    return go_to(f"/staff/{staff_id}")


async def _hand_over(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    viewer: Viewer,
    staff: str,
    kind: str,
    make: Callable[[sqlite3.Connection], str],
) -> Template:
    found, form, now = await _to_change(rooms, viewer, staff), await read_form(request), rooms.clock()
    if not found.powers.may_reset(staff, found.person.roles, now) or (
        kind == "code" and not found.person.email
    ):
        raise Problem("not_found")
    faults: dict[str, str] = {}
    if not await _confirmed(rooms, viewer, form, faults):
        return await _page(rooms, viewer, found, act=kind, faults=faults)
    once = Once(kind, await rooms.database.write(make))
    return await _page(rooms, viewer, await _find(rooms, viewer, staff), once=once)


async def _find(rooms: Rooms, viewer: Viewer, staff: str) -> Found:
    """The person, if the viewer may see them. Raises `Problem` "not_found"."""
    now = rooms.clock()
    powers, places = await rooms.database.read(lambda sql: (read_powers(sql, viewer), read_places(sql)))
    people = await rooms.database.read(lambda sql: read_staff(sql, powers, now, staff)) if staff else []
    if not people:
        raise Problem("not_found")
    return Found(people[0], powers, places)


async def _to_change(rooms: Rooms, viewer: Viewer, staff: str) -> Found:
    """The same, of somebody who works here and is not the viewer: nobody changes their own roles or PIN here."""
    found = await _find(rooms, viewer, staff)
    if staff == viewer.staff or found.person.left_at:
        raise Problem("not_found")
    return found


async def _confirmed(rooms: Rooms, viewer: Viewer, form: Mapping[str, str], faults: dict[str, str]) -> bool:
    """Whether there is nothing to put right and the viewer's own password came with the form."""
    if not faults and (words := await confirm(rooms, viewer, form)):
        faults["password"] = words
    return not faults


def _held(found: Found, form: Mapping[str, str], field: str, rooms: Rooms) -> Held | None:
    return next((held for held in endable(found, rooms) if str(held.id) == form.get(field, "")), None)


def endable(found: Found, rooms: Rooms) -> list[Held]:
    """The person's roles that are not over and are the viewer's to end."""
    now = rooms.clock()
    return [one for one in found.person.roles_now(now) if found.powers.may_give(one.role, one.service)]


async def _leaves_none(rooms: Rooms, found: Found, form: Mapping[str, str], ending: list[Held]) -> bool:
    """Whether a service would be left without a registered manager, and the viewer has not said that they know."""
    if form.get("alone") == "yes" or not any(one.role == "registered_manager" for one in ending):
        return False
    return bool(await _only_manager_of(rooms, found))


async def _only_manager_of(rooms: Rooms, found: Found) -> list[str]:
    now = rooms.clock()
    return await rooms.database.read(lambda sql: only_manager_of(sql, found.person.id, now))


async def _alone_words(rooms: Rooms, found: Found) -> str:
    services = " and ".join(await _only_manager_of(rooms, found))
    return (
        f"{found.person.name} is the only registered manager of {services}. "
        "Tick that you know, or add another first."
    )


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    found: Found,
    *,
    act: str = "",
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    once: Once | None = None,
) -> Template:
    now, person = rooms.clock(), found.person
    history = await rooms.database.read(lambda sql: read_history(sql, person.id))
    other = person.id != viewer.staff and not person.left_at
    mine = endable(found, rooms) if other else []
    context = {
        "viewer": viewer,
        "here": "staff",
        "person": person,
        "places": found.places,
        "now": now,
        "pins": PIN_WORDS,
        "history": history,
        "mine": {str(held.id): found.places.role_words(held) for held in mine},
        "may_give": other,
        "may_reset": other and found.powers.may_reset(person.id, person.roles, now),
        "may_end": other and found.powers.may_end_all(person.id, person.roles, now),
        "roles": role_choices(found.powers),
        "where": found.places.choices(found.powers),
        "to": {code: words for code, words in found.places.choices(found.powers).items() if code != "*"},
        "act": act,
        "typed": {name: (value,) for name, value in (typed or {}).items() if name != "password"},
        "faults": dict(faults or {}),
        "once": once,
        "origin": rooms.settings.origin,
    }
    status = 422 if faults else 201 if once else 200
    return Template("staff/page.html", context=context, status_code=status)


handlers = [staff_page, give_role, end_role, move, first_pin, first_password, sign_out, leave]
