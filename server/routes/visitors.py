"""Visitors: who may look in, until when, at what; letting one in, and ending a visit at once."""

import sqlite3
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.evidence.people import read_names
from server.evidence.times import LONDON, day_in_london, moment_words, read_day, start_of_day, write_instant
from server.evidence_pack import for_visitors
from server.evidence_pack.store import find, read_packs
from server.forms_desk.desk import by_number
from server.identity import visits
from server.identity.confirming import confirm
from server.identity.organisation import OrganisationError, new_id
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.identity.visits import KINDS, LONGEST, Choice
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import FORM, media_type
from server.staff.first_password import make_first_code

MANAGES = Permission.MANAGE_VISITORS
LONGEST_LINE = 120
# What another page may fill in: an evidence pack leads here
_ASKED = ("services", "actions", "since", "until", "pack")
Typed = Mapping[str, tuple[str, ...]]


@get("/visitors", opt=needs(MANAGES))
async def visitor_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """The visits of the viewer's services, and the form of a new one, filled in with what the address asks for."""
    asked = {name: tuple(request.query_params.getall(name, [])) for name in _ASKED}
    given = {name: values for name, values in asked.items() if values}
    return await _page(rooms, viewer, {"kind": ("inspector",), **given})


@post("/visitors", opt=needs(MANAGES))
async def let_in(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """201 with the code of the first sign-in, shown this once; or the form again, with what to put right."""
    if media_type(request.headers) != FORM:
        raise Problem("wrong_media_type", "Send the form from the page itself.")
    form = await request.form()
    typed: Typed = {name: tuple(str(value) for value in form.getall(name)) for name in form}
    offered = await _offered(rooms, viewer)
    faults = _faults(typed, offered, day_in_london(rooms.clock())) or await _wrong_pack(rooms, viewer, typed)
    if not faults:
        faults = _fault_of("password", await confirm(rooms, viewer, {"password": _one(typed, "password")}))
    if faults:
        return await _page(rooms, viewer, typed, faults=faults)
    try:
        code = await rooms.database.write(lambda sql: _begin(sql, viewer, typed, rooms.clock()))
    except OrganisationError as taken:
        return await _page(rooms, viewer, typed, faults={"email": str(taken)})
    return await _page(rooms, viewer, {"kind": ("inspector",)}, code=code, code_for=_one(typed, "name"))


@post("/visitors/{visit:str}/end", opt=needs(MANAGES))
async def end_visit(
    visit: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """End it now: the visitor is signed out and sees nothing more. No password: ending must be quick."""
    services, now = viewer.services_for(MANAGES), rooms.clock()
    if not await rooms.database.write(lambda sql: visits.end(sql, visit, services, viewer.staff, now)):
        raise Problem("not_found")
    return go_to("/visitors")


def _begin(connection: sqlite3.Connection, viewer: Viewer, typed: Typed, now: datetime) -> str:
    days = {name: read_day(_one(typed, name)) for name in ("since", "until", "ends")}
    choice = Choice(
        services=tuple(sorted(set(typed["services"]))),
        actions=typed.get("actions", ()),
        forms=typed.get("forms", ()),
        since=write_instant(start_of_day(days["since"])) if days["since"] else "",
        until=write_instant(_after(days["until"])) if days["until"] else "",
        named=bool(_one(typed, "named")),
    )
    id, ends = new_id(), min(_after(days["ends"] or now.date()), now + LONGEST)
    who = (_one(typed, "name"), _one(typed, "email"))
    visits.begin(
        connection, id, who, _one(typed, "organisation"), _one(typed, "kind"), choice, ends, viewer.staff, now
    )
    if _one(typed, "pack"):
        for_visitors.let_read(connection, id, _one(typed, "pack"))
    return make_first_code(connection, id, now, viewer.staff)


def _faults(typed: Typed, offered: Mapping[str, Mapping[str, str]], today: date) -> dict[str, str]:
    faults: dict[str, str] = {}
    for name, words in (("name", "Give their name."), ("organisation", "Say where they come from.")):
        text = _one(typed, name)
        if not 1 <= len(text) <= LONGEST_LINE or not text.isprintable():
            faults[name] = words
    email = _one(typed, "email")
    if (
        not 3 <= len(email) <= LONGEST_LINE
        or email.count("@") != 1
        or not email.isprintable()
        or " " in email
    ):
        faults["email"] = "Give an email address, such as name@example.org. They sign in with it."
    if _one(typed, "kind") not in KINDS:
        faults["kind"] = "Choose one of these."
    ends = read_day(_one(typed, "ends"))
    if ends is None or not today <= ends <= today + LONGEST:
        faults["ends"] = f"Choose a day from today until {LONGEST.days} days from now."
    since, until = (read_day(_one(typed, name)) for name in ("since", "until"))
    for name, day in (("since", since), ("until", until)):
        if _one(typed, name) and day is None:
            faults[name] = "This is not a day. Leave it empty for no limit."
    if since and until and until < since:
        faults["until"] = "The last day is before the first one, so they would see nothing."
    if not typed.get("services"):
        faults["services"] = "Choose at least one service."
    for name, known in offered.items():
        if not set(typed.get(name, ())) - {""} <= set(known):
            faults[name] = "Choose only from this list."
    return faults


async def _wrong_pack(rooms: Rooms, viewer: Viewer, typed: Typed) -> dict[str, str]:
    services = viewer.services_for(MANAGES)
    pack = await rooms.database.read(lambda sql: find(sql, _one(typed, "pack"), services))
    if pack is None or set(pack.chosen.services) <= set(typed["services"]):
        return {}
    return {"pack": "This pack is of services too that they may not see."}


async def _offered(rooms: Rooms, viewer: Viewer) -> dict[str, dict[str, str]]:
    """What may be chosen: the viewer's own services, their actions, and every form."""
    scope = viewer.scope(MANAGES)
    names = await rooms.database.read(lambda sql: read_names(sql, scope))
    forms = {
        form.definition.form: f"{form.definition.code} {form.definition.title}"
        for form in sorted(rooms.catalogue.forms(), key=lambda form: by_number(form.definition.code))
    }
    packs = await rooms.database.read(lambda sql: read_packs(sql, viewer.services_for(MANAGES)))
    ready = {
        one.id: f"The pack of {moment_words(one.made_at)}: {one.chosen.why}"
        for one in packs
        if one.state == "ready"
    }
    return {"services": dict(names.services), "actions": dict(names.actions), "forms": forms, "pack": ready}


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    typed: Typed,
    *,
    faults: Mapping[str, str] | None = None,
    code: str = "",
    code_for: str = "",
) -> Template:
    services, now = viewer.services_for(MANAGES), rooms.clock()
    found = await rooms.database.read(lambda sql: visits.read_visits(sql, services))
    offered = await _offered(rooms, viewer)
    instant = write_instant(now)
    context = {
        "viewer": viewer,
        "here": "visitors",
        "open": [one for one in found if not one.ended_at and one.ends > instant],
        "over": [one for one in found if one.ended_at or one.ends <= instant],
        "kinds": KINDS,
        "offered": offered,
        "packs": await rooms.database.read(for_visitors.packs_of),
        "typed": {name: values for name, values in typed.items() if name != "password"},
        "faults": dict(faults or {}),
        "code": code,
        "code_for": code_for,
        "origin": rooms.settings.origin,
        "longest": LONGEST.days,
    }
    return Template(
        "visitors/page.html", context=context, status_code=422 if faults else 201 if code else 200
    )


def _fault_of(name: str, words: str) -> dict[str, str]:
    return {name: words} if words else {}


def _one(typed: Typed, name: str) -> str:
    return (
        " ".join("".join(typed.get(name, ())[:1]).split())
        if name != "password"
        else "".join(typed.get(name, ())[:1])
    )


def _after(day: date) -> datetime:
    """The first instant after `day` in London."""
    return datetime.combine(day + timedelta(days=1), time(), LONDON)


handlers = [visitor_list, let_in, end_visit]
