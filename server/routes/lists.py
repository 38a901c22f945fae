"""The desk's lists for the floor: learning messages, controls, complaints, incidents, who is on call."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.evidence.people import read_names
from server.evidence.times import day_in_london, day_of
from server.floor_lists import store
from server.floor_lists.kinds import KINDS, Kind, read_fields, usual
from server.floor_lists.store import Listed, Overtaken
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.evidence import whole_number
from server.same_origin import read_form

SEES, WRITES = Permission.READ_LISTS, Permission.WRITE_LISTS


@get("/lists", opt=needs(SEES))
async def lists(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Every list of the viewer's services, and what was taken off."""
    services = viewer.services_for(SEES)
    listed = await rooms.database.read(lambda sql: store.read_listed(sql, services))
    context = {
        "viewer": viewer,
        "here": "lists",
        "kinds": KINDS.values(),
        "listed": listed,
        "services": {id: name for id, name in viewer.services.items() if id in services},
        "may_write": viewer.may(WRITES),
        "day": day_of,
    }
    return Template("lists/page.html", context=context)


@get("/lists/new/{kind_name:str}", opt=needs(WRITES))
async def new_listed(
    request: Request,  # type: ignore[type-arg]
    kind_name: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """An empty form."""
    kind = _kind(kind_name)
    typed = usual(kind, day_in_london(rooms.clock())) | {"id": str(uuid4())}
    return _form(viewer, kind, typed | {"service": request.query_params.get("service", "")})


@post("/lists/new/{kind_name:str}", opt=needs(WRITES))
async def add_listed(
    request: Request,  # type: ignore[type-arg]
    kind_name: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Back to the lists; or the form again, with what to put right."""
    kind, typed = _kind(kind_name), await read_form(request)
    services = viewer.services_for(WRITES)
    service = typed.get("service", "") or (services[0] if len(services) == 1 else "")
    fields, faults = read_fields(kind, typed)
    if service not in services:
        faults = {"service": "Choose the service it is for.", **faults}
    if faults:
        return _form(viewer, kind, typed, faults=faults)
    id, now = _new_id(typed.get("id", "")), rooms.clock()
    await rooms.database.write(lambda sql: store.add(sql, id, kind.name, service, fields, viewer.staff, now))
    return go_to(f"/lists#{kind.name}")


@get("/lists/{listed_id:str}", opt=needs(SEES))
async def one_listed(
    listed_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """One of them, to be changed or ended, with its history."""
    listed = await _find(rooms, viewer, listed_id, SEES)
    typed = {name: str(value) for name, value in listed.fields.items() if value != 0}
    return await _page(rooms, viewer, listed, typed)


@post("/lists/{listed_id:str}", opt=needs(WRITES))
async def change_listed(
    request: Request,  # type: ignore[type-arg]
    listed_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Say something else of it, or, with `end`, take it off the list."""
    typed = await read_form(request)
    listed = await _find(rooms, viewer, listed_id, WRITES)
    kind, version, now = KINDS[listed.kind], whole_number(typed.get("version", "")), rooms.clock()
    fields, faults = read_fields(kind, typed)
    if faults and "end" not in typed:
        return await _page(rooms, viewer, listed, typed, faults=faults)
    try:
        if "end" in typed:
            await rooms.database.write(lambda sql: store.end(sql, listed, version, viewer.staff, now))
        else:
            await rooms.database.write(
                lambda sql: store.change(sql, listed, version, fields, viewer.staff, now)
            )
    except Overtaken:
        newest = await _find(rooms, viewer, listed_id, WRITES)
        return await _page(rooms, viewer, newest, typed, overtaken=True)
    return go_to(f"/lists#{kind.name}")


def _form(
    viewer: Viewer, kind: Kind, typed: Mapping[str, str], *, faults: Mapping[str, str] | None = None
) -> Template:
    services = {id: name for id, name in viewer.services.items() if id in viewer.services_for(WRITES)}
    context = {
        "viewer": viewer,
        "here": "lists",
        "kind": kind,
        "typed": _as_tuples(typed),
        "faults": dict(faults or {}),
        "services": services,
        "listed": None,
        "overtaken": False,
        "edits": [],
        "names": None,
        "day": day_of,
        "may_write": True,
    }
    return Template("lists/form.html", context=context, status_code=422 if faults else 200)


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    listed: Listed,
    typed: Mapping[str, str],
    *,
    faults: Mapping[str, str] | None = None,
    overtaken: bool = False,
) -> Template:
    names = await rooms.database.read(
        lambda sql: read_names(sql, viewer.scope(SEES).within([listed.service]))
    )
    edits = await rooms.database.read(lambda sql: store.history(sql, listed.id))
    context = {
        "viewer": viewer,
        "here": "lists",
        "kind": KINDS[listed.kind],
        "typed": _as_tuples(typed),
        "faults": dict(faults or {}),
        "services": {},
        "listed": listed,
        "overtaken": overtaken,
        "edits": edits,
        "names": names,
        "day": day_of,
        "may_write": viewer.may(WRITES, listed.service) and not listed.ended_at,
    }
    status = 422 if faults else 409 if overtaken else 200
    return Template("lists/form.html", context=context, status_code=status)


def _as_tuples(typed: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    return {name: (value,) for name, value in typed.items()}


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise Problem("not_found")
    return KINDS[name]


async def _find(rooms: Rooms, viewer: Viewer, id: str, permission: Permission) -> Listed:
    listed = await rooms.database.read(lambda sql: store.find(sql, id, viewer.services_for(permission)))
    if listed is None:
        raise Problem("not_found")
    return listed


def _new_id(text: str) -> str:
    """The id the form was given when it was opened, so that sending it twice adds one."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


handlers = [lists, new_listed, add_listed, one_listed, change_listed]
