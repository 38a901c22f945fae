"""The desk's improvement actions: the register and its downloads, one action's page, making and editing one."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from server.answers import go_to
from server.evidence import action_export, action_store, words
from server.evidence.action_evidence import action_mark
from server.evidence.action_form import Choices, Typed, blank, read_fields, typed_again
from server.evidence.action_history import EditWords, in_words
from server.evidence.action_page import read_action_page
from server.evidence.action_register import (
    GROUPS,
    SORTS,
    Line,
    RegisterQuery,
    grouped,
    read_query,
    read_register,
)
from server.evidence.action_store import AlreadyMade, Stale
from server.evidence.actions import Action, target_words
from server.evidence.live import watch_of
from server.evidence.live_stream import live_stream
from server.evidence.people import Names, possible_owners, read_names, units_of
from server.evidence.pseudonyms import new_key, pseudonymised
from server.evidence.times import day_in_london, day_of, write_instant
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.evidence import asked_of, whole_number
from server.same_origin import FORM, media_type

SEES = Permission.READ_ACTIONS
WRITES = Permission.WRITE_ACTIONS


@get("/actions", opt=needs(SEES))
async def register(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Every action of the viewer's services, filtered, sorted, grouped."""
    asked = read_query(asked_of(request))
    lines, names = await _lines(rooms, viewer, asked)
    owners = {line.action.fields.owner for line in (await _lines(rooms, viewer, RegisterQuery()))[0]}
    context = {
        "viewer": viewer,
        "here": "actions",
        "asked": asked,
        "groups": grouped(lines, asked.group, names),
        "count": len(lines),
        "names": names,
        "owners": {id: name for id, name in names.staff.items() if id in owners},
        "sorts": SORTS,
        "groupings": GROUPS,
        "themes": words.themes(),
        "target": target_words,
        "day": day_of,
        "may_write": viewer.may(WRITES),
    }
    return Template("actions/register.html", context=context)


@get("/actions.csv", opt=needs(SEES))
async def register_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The lines on screen as a spreadsheet, in pseudonyms."""
    lines, names = await _lines(rooms, viewer, read_query(asked_of(request)))
    await note_export(rooms, viewer, "actions.csv", rows_words(len(lines)))
    names = pseudonymised(names, new_key())
    return _download(action_export.as_csv(lines, names, in_full=False), "text/csv", "actions.csv")


@get("/actions.json", opt=needs(SEES))
async def register_json(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The lines on screen for a program, in pseudonyms."""
    lines, names = await _lines(rooms, viewer, read_query(asked_of(request)))
    await note_export(rooms, viewer, "actions.json", rows_words(len(lines)))
    names = pseudonymised(names, new_key())
    return _download(action_export.as_json(lines, names, in_full=False), "application/json", "actions.json")


@get("/actions/new", opt=needs(WRITES))
async def new_action(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """An empty form; with several services, first the choice of one."""
    service = _service(viewer, request.query_params.get("service", ""))
    if not service:
        services = {id: name for id, name in viewer.services.items() if id in viewer.services_for(WRITES)}
        context = {"viewer": viewer, "here": "actions", "services": services}
        return Template("actions/choose_service.html", context=context)
    return await _form_page(rooms, viewer, service, blank(str(uuid4()), _today(rooms)))


@post("/actions/new", opt=needs(WRITES))
async def make_action(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the new action's page; or the form again, with what to put right, or saying that it was sent before."""
    typed = await _typed(request)
    service = _service(viewer, _one(typed, "service"))
    if not service and not _one(typed, "service"):
        return go_to("/actions/new")
    if not service:
        raise Problem("not_found")
    fields, faults = read_fields(typed, await _choices(rooms, service))
    if fields is None:
        return await _form_page(rooms, viewer, service, typed, faults=faults)
    id, at = _new_id(_one(typed, "id")), write_instant(rooms.clock())
    try:
        made = await rooms.database.write(
            lambda sql: action_store.create(sql, id, service, fields, viewer.staff, at)
        )
    except AlreadyMade as already:
        # Another id, so that saving once more makes a second action of what was typed
        another = dict(typed) | {"id": (str(uuid4()),)}
        return await _form_page(rooms, viewer, service, another, already=already)
    return go_to(f"/actions/{made.id}")


@get("/actions/{action_id:str}", opt=needs(SEES))
async def action_page(
    action_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """One action: from where to where, what must be seen, and what has been."""
    kinds = {form.definition.form: form.definition.evidence_kind for form in rooms.catalogue.forms()}
    page = await rooms.database.read(
        lambda sql: read_action_page(sql, action_id, viewer.scope(SEES), kinds, _today(rooms))
    )
    if page is None:
        raise Problem("not_found")
    context = {
        "viewer": viewer,
        "here": "actions",
        "page": page,
        "themes": words.themes(),
        "sources": words.SOURCES,
        "may_write": viewer.may(WRITES, page.action.service),
        "may_read_evidence": page.action.service in viewer.scope(Permission.READ_EVIDENCE).services,
    }
    return Template("actions/page.html", context=context)


@get("/actions/{action_id:str}/live", opt={**needs(SEES), "stream": True})
async def action_live(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    state: State,
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """A number each time the page of the action would show something else than it did at `mark`."""
    action, scope = await _find(rooms, viewer, action_id, SEES), viewer.scope(SEES)
    mark = whole_number(request.query_params.get("mark", ""))

    async def ask() -> int:
        return await rooms.database.read(lambda sql: action_mark(sql, action.id, scope))

    return live_stream(watch_of(state, rooms.database), ask, mark, rooms.streams.enter(viewer.session))


@get("/actions/{action_id:str}/edit", opt=needs(WRITES))
async def edit_action(
    action_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """The form of an action, with the version it begins from."""
    action = await _find(rooms, viewer, action_id, WRITES)
    typed = typed_again(action.fields) | {"version": (str(action.version),)}
    return await _form_page(rooms, viewer, action.service, typed, action=action)


@post("/actions/{action_id:str}/edit", opt=needs(WRITES))
async def change_action(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the action's page; or the form again, with what to put right, or what someone else changed meanwhile."""
    typed = await _typed(request)
    action = await _find(rooms, viewer, action_id, WRITES)
    fields, faults = read_fields(typed, await _choices(rooms, action.service, action))
    if fields is None:
        return await _form_page(rooms, viewer, action.service, typed, action=action, faults=faults)
    version, at = _one(typed, "version"), write_instant(rooms.clock())
    began_from = int(version) if version.isdecimal() and len(version) < 10 else 0
    try:
        await rooms.database.write(
            lambda sql: action_store.edit(sql, action, began_from, fields, viewer.staff, at)
        )
    except Stale as stale:
        newest = dict(typed) | {"version": (str(stale.action.version),)}
        return await _form_page(rooms, viewer, action.service, newest, action=stale.action, stale=stale)
    return go_to(f"/actions/{action.id}")


async def _lines(rooms: Rooms, viewer: Viewer, asked: RegisterQuery) -> tuple[list[Line], Names]:
    scope, today = viewer.scope(SEES), _today(rooms)
    names = await rooms.database.read(lambda sql: read_names(sql, scope))
    return await rooms.database.read(lambda sql: read_register(sql, scope, asked, names, today)), names


async def _form_page(
    rooms: Rooms,
    viewer: Viewer,
    service: str,
    typed: Typed,
    *,
    action: Action | None = None,
    faults: Mapping[str, str] | None = None,
    stale: Stale | None = None,
    already: AlreadyMade | None = None,
) -> Template:
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(WRITES).within([service])))
    owners = await rooms.database.read(lambda sql: possible_owners(sql, service, _today(rooms).isoformat()))
    units = await rooms.database.read(lambda sql: units_of(sql, service))
    offered = {colleague.id: colleague.name for colleague in owners}
    if action is not None:
        offered.setdefault(action.fields.owner, names.one_of_staff(action.fields.owner))
    others: list[EditWords] = in_words(stale.edits, names) if stale else []
    context = {
        "viewer": viewer,
        "here": "actions",
        "service": service,
        "service_name": viewer.services.get(service, service),
        "several_services": len(viewer.services_for(WRITES)) > 1,
        "action": action,
        "typed": typed,
        "faults": dict(faults or {}),
        "others": others,
        "sent_before": already is not None,
        "made_before": already.action if already and already.action.service == service else None,
        "owners": offered,
        "units": units,
        "words": words,
    }
    return Template(
        "actions/form.html", context=context, status_code=422 if faults else 409 if stale or already else 200
    )


async def _choices(rooms: Rooms, service: str, action: Action | None = None) -> Choices:
    """Whoever owned the action so far may go on owning it, even if they have left: the page says who that is."""
    today = _today(rooms).isoformat()
    owners = await rooms.database.read(lambda sql: possible_owners(sql, service, today))
    units = await rooms.database.read(lambda sql: units_of(sql, service))
    return Choices(units, {owner.id for owner in owners} | ({action.fields.owner} if action else set()))


async def _find(rooms: Rooms, viewer: Viewer, id: str, permission: Permission) -> Action:
    action = await rooms.database.read(lambda sql: action_store.find(sql, id, viewer.scope(permission)))
    if action is None:
        raise Problem("not_found")
    return action


async def _typed(request: Request) -> Typed:  # type: ignore[type-arg]
    if media_type(request.headers) != FORM:
        raise Problem("wrong_media_type", "Send the form from the page itself.")
    form = await request.form()
    return {name: tuple(str(value) for value in form.getall(name)) for name in form}


def _one(typed: Typed, name: str) -> str:
    return "".join(typed.get(name, ())[:1])


def _service(viewer: Viewer, wanted: str) -> str:
    """The wanted service when the viewer may make actions there, or the only one; else ""."""
    services = viewer.services_for(WRITES)
    if wanted in services:
        return wanted
    return services[0] if len(services) == 1 and not wanted else ""


def _new_id(text: str) -> str:
    """The id the form was given when it was opened, so that sending it twice makes one action."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


def _today(rooms: Rooms) -> date:
    return day_in_london(rooms.clock())


def _download(body: bytes, media_type: str, name: str) -> Response[bytes]:
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)


handlers = [
    register,
    register_csv,
    register_json,
    new_action,
    make_action,
    action_page,
    action_live,
    edit_action,
    change_action,
]
