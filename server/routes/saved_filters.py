"""Saved filters: the list of one's own and of those shared, saving, renaming, deleting, sharing, taking back."""

from collections.abc import Mapping
from types import MappingProxyType
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.evidence.people import read_names
from server.identity.permissions import MAY, ROLE_NAMES, Permission, Role, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import read_form
from server.saved_filters import store
from server.saved_filters.address import Address, page_of, read_address
from server.saved_filters.store import LONGEST_NAME, Saved, Shared, TooMany

SAVES, SHARES = Permission.SAVE_FILTERS, Permission.SHARE_FILTERS
NO_FAULTS: Mapping[str, str] = MappingProxyType({})
LIST = "/saved-filters"


@get("/saved-filters", opt=needs(SAVES))
async def saved_filters(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """One's own filters, those shared with one's roles, and, for managers, what is shared in their services."""
    return await _list(rooms, viewer)


@get("/saved-filters/new", opt=needs(SAVES))
async def new_filter(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """The form for a name, and what of the address will be kept."""
    address = await _address(rooms, viewer, request.query_params.get("address", ""))
    return _form(viewer, address, {"id": str(uuid4())})


@post("/saved-filters", opt=needs(SAVES))
async def save_filter(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the list; or the form again, with what to put right."""
    typed, now = await read_form(request), rooms.clock()
    address = await _address(rooms, viewer, typed.get("address", ""))
    name, faults = _name(typed)
    if faults:
        return _form(viewer, address, typed, faults)
    id = _id(typed.get("id", ""))
    try:
        await rooms.database.write(lambda sql: store.save(sql, id, viewer.staff, name, address, now))
    except TooMany:
        fault = {"name": f"You have {store.MOST} saved filters. Delete one you no longer need."}
        return _form(viewer, address, typed, fault)
    return go_to(LIST)


@post("/saved-filters/{filter_id:str}/name", opt=needs(SAVES))
async def rename_filter(
    request: Request,  # type: ignore[type-arg]
    filter_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the list; or the list with what to put right."""
    name, faults = _name(await read_form(request))
    await _own(rooms, viewer, filter_id)
    if faults:
        return await _list(rooms, viewer, filter_id, faults["name"])
    await rooms.database.write(lambda sql: store.rename(sql, filter_id, viewer.staff, name))
    return go_to(LIST)


@post("/saved-filters/{filter_id:str}/deletion", opt=needs(SAVES))
async def delete_filter(
    filter_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """To the list without it."""
    if not await rooms.database.write(lambda sql: store.delete(sql, filter_id, viewer.staff)):
        raise Problem("not_found")
    return go_to(LIST)


@post("/saved-filters/{filter_id:str}/sharing", opt=needs(SHARES))
async def share_filter(
    request: Request,  # type: ignore[type-arg]
    filter_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Share one's own with all who have a role in a service."""
    typed, now = await read_form(request), rooms.clock()
    saved = await _own(rooms, viewer, filter_id)
    place = _place(typed.get("with", ""), viewer)
    if place is None or place.role not in roles_for(saved.address):
        return await _list(rooms, viewer, filter_id, "Choose with whom to share it.")
    await rooms.database.write(lambda sql: store.share(sql, filter_id, place, viewer.staff, now))
    return go_to(LIST)


@post("/saved-filters/{filter_id:str}/taking-back", opt=needs(SHARES))
async def take_filter_back(
    request: Request,  # type: ignore[type-arg]
    filter_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """Share it no more with a role of a service in which one may share, whoever shared it."""
    typed, now = await read_form(request), rooms.clock()
    place = _place(typed.get("with", ""), viewer)
    if place is None:
        raise Problem("not_found")
    if not await rooms.database.write(lambda sql: store.take_back(sql, filter_id, place, viewer.staff, now)):
        raise Problem("not_found")
    return go_to(LIST)


def roles_for(address: str) -> dict[str, str]:
    """The roles with which a filter of that page can be shared: those that can open it and keep filters, in words."""
    page = page_of(address.partition("?")[0])
    return {
        role.value: ROLE_NAMES[role] for role in Role if page and page[1] in MAY[role] and SAVES in MAY[role]
    }


async def _list(rooms: Rooms, viewer: Viewer, wrong: str = "", fault: str = "") -> Template:
    scope, services = viewer.scope(SAVES), viewer.services_for(SHARES)
    own = await rooms.database.read(lambda sql: store.own(sql, viewer.staff))
    shared = await rooms.database.read(lambda sql: store.shared_with(sql, viewer))
    given = await rooms.database.read(lambda sql: store.shared_in(sql, services))
    context = {
        "viewer": viewer,
        "here": "manage",
        "own": own,
        "shared": [(saved, place) for saved, place in shared if _may_open(viewer, saved)],
        "given": [(saved, place) for saved, place in given if saved.owner != viewer.staff],
        "services": {id: viewer.services[id] for id in services},
        "all_services": viewer.services,
        "roles": {role.value: ROLE_NAMES[role] for role in Role},
        "roles_for": roles_for,
        "page_of": lambda address: (page_of(address.partition("?")[0]) or ("Page",))[0],
        "names": await rooms.database.read(lambda sql: read_names(sql, scope)),
        "wrong": wrong,
        "fault": fault,
        "longest": LONGEST_NAME,
    }
    return Template("saved_filters/list.html", context=context, status_code=422 if fault else 200)


def _form(
    viewer: Viewer, address: Address, typed: Mapping[str, str], faults: Mapping[str, str] = NO_FAULTS
) -> Template:
    context = {
        "viewer": viewer,
        "here": "manage",
        "address": address,
        "typed": {name: (value,) for name, value in typed.items()},
        "faults": dict(faults),
    }
    return Template("saved_filters/new.html", context=context, status_code=422 if faults else 200)


async def _address(rooms: Rooms, viewer: Viewer, text: str) -> Address:
    """What may be kept of an address. Raises `Problem` "not_found" for one that the viewer could not open."""
    found = await rooms.database.read(
        lambda sql: read_address(text, lambda table, id: store.is_there(sql, table, id))
    )
    if found is None or not viewer.may(found.permission):
        raise Problem("not_found")
    return found


async def _own(rooms: Rooms, viewer: Viewer, id: str) -> Saved:
    found = await rooms.database.read(lambda sql: store.find_own(sql, id, viewer.staff))
    if found is None:
        raise Problem("not_found")
    return found


def _may_open(viewer: Viewer, saved: Saved) -> bool:
    page = page_of(saved.address.partition("?")[0])
    return page is not None and viewer.may(page[1])


def _name(typed: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    name = " ".join(typed.get("name", "").split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        return name, {"name": f"Write a name of up to {LONGEST_NAME} letters."}
    return name, {}


def _place(text: str, viewer: Viewer) -> Shared | None:
    """ "registered_manager/alder": a role, and a service in which the viewer may share."""
    role, _, service = text.partition("/")
    known = role in {one.value for one in Role} and service in viewer.services_for(SHARES)
    return Shared(service, role) if known else None


def _id(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


handlers = [
    saved_filters,
    new_filter,
    save_filter,
    rename_filter,
    delete_filter,
    share_filter,
    take_filter_back,
]
