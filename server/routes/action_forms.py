"""Making and editing an improvement action at the desk."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.evidence import action_store, words
from server.evidence.action_form import Choices, Typed, blank, blank_target, read_fields, typed_again
from server.evidence.action_history import EditWords, in_words
from server.evidence.action_measures import OWN
from server.evidence.action_offered import offered_in
from server.evidence.action_reading import Reader
from server.evidence.action_store import AlreadyMade, Stale
from server.evidence.action_targets import MOST_TARGETS, is_filled, rows_of, without_row
from server.evidence.action_wording import by_field, remarks_on
from server.evidence.actions import Action
from server.evidence.people import possible_owners, read_names, units_of
from server.evidence.target_history import why_fault
from server.evidence.times import write_instant
from server.framework import library
from server.identity.permissions import needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import WRITES, find_action, today
from server.routes.evidence import whole_number
from server.same_origin import FORM, media_type


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
    return await _form_page(rooms, viewer, service, blank(str(uuid4()), today(rooms)))


@post("/actions/new", opt=needs(WRITES))
async def make_action(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the new action's page; or the form again: with a row more or less, with what to put right, or saying that it
    was sent before.
    """
    typed = await _typed(request)
    service = _service(viewer, _one(typed, "service"))
    if not service and not _one(typed, "service"):
        return go_to("/actions/new")
    if not service:
        raise Problem("not_found")
    if _asks_for_rows(typed):
        return await _form_page(rooms, viewer, service, typed)
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


@get("/actions/{action_id:str}/edit", opt=needs(WRITES))
async def edit_action(
    action_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """The form of an action, with the version it begins from."""
    action = await find_action(rooms, viewer, action_id, WRITES)
    typed = typed_again(action.fields) | {"version": (str(action.version),)}
    return await _form_page(rooms, viewer, action.service, typed, action=action)


@post("/actions/{action_id:str}/edit", opt=needs(WRITES))
async def change_action(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the action's page; or the form again: with a row more or less, with what to put right, or with what someone
    else changed meanwhile.
    """
    typed = await _typed(request)
    action = await find_action(rooms, viewer, action_id, WRITES)
    if _asks_for_rows(typed):
        return await _form_page(rooms, viewer, action.service, typed, action=action)
    fields, faults = read_fields(typed, await _choices(rooms, action.service, action))
    why = " ".join(_one(typed, "target_why").split())
    if fields is not None and (fault := why_fault(action.fields.targets, fields.targets, why)):
        fields, faults = None, {"target_why": fault}
    if fields is None:
        return await _form_page(rooms, viewer, action.service, typed, action=action, faults=faults)
    reason = why if fields.targets != action.fields.targets else ""
    began_from, at = whole_number(_one(typed, "version")), write_instant(rooms.clock())
    try:
        await rooms.database.write(
            lambda sql: action_store.edit(sql, action, began_from, fields, viewer.staff, at, reason)
        )
    except Stale as stale:
        newest = dict(typed) | {"version": (str(stale.action.version),)}
        return await _form_page(rooms, viewer, action.service, newest, action=stale.action, stale=stale)
    return go_to(f"/actions/{action.id}")


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
    day = today(rooms)
    owners = await rooms.database.read(lambda sql: possible_owners(sql, service, day.isoformat()))
    units = await rooms.database.read(lambda sql: units_of(sql, service))
    owner_names = {colleague.id: colleague.name for colleague in owners}
    if action is not None:
        owner_names.setdefault(action.fields.owner, names.one_of_staff(action.fields.owner))
    others: list[EditWords] = in_words(stale.edits, names) if stale else []
    if whole_number(_one(typed, "remove")):
        typed = without_row(typed, whole_number(_one(typed, "remove")))
    rows = rows_of(typed, spare=1 if "more" in typed else 0)
    for row in rows:
        if not is_filled(typed, row):
            typed = {**blank_target(row, day), **typed}
    context = {
        "viewer": viewer,
        "here": "actions",
        "service": service,
        "service_name": viewer.services.get(service, service),
        "several_services": len(viewer.services_for(WRITES)) > 1,
        "action": action,
        "typed": typed,
        "faults": dict(faults or {}),
        "remarks": by_field(remarks_on(Reader(typed))),
        "others": others,
        "sent_before": already is not None,
        "made_before": already.action if already and already.action.service == service else None,
        "owners": owner_names,
        "units": units,
        "words": words,
        "rows": rows,
        "may_add": len(rows) < MOST_TARGETS,
        "measures": {
            **(await rooms.database.read(lambda sql: offered_in(sql, service, action))),
            OWN: "In our own words",
        },
        "frameworks": library().offered,
        "old_tags": [tag for tag in (action.fields.tags if action else ()) if tag not in library().tags],
        "library": library(),
    }
    return Template(
        "actions/form.html", context=context, status_code=422 if faults else 409 if stale or already else 200
    )


async def _choices(rooms: Rooms, service: str, action: Action | None = None) -> Choices:
    """Whoever owned the action so far may go on owning it, even if they have left: the page says who that is. The tags
    of an edition that was replaced may stay, too.
    """
    day = today(rooms)
    owners = await rooms.database.read(lambda sql: possible_owners(sql, service, day.isoformat()))
    units = await rooms.database.read(lambda sql: units_of(sql, service))
    ids, tags = {owner.id for owner in owners}, set(library().tags)
    if action is not None:
        ids, tags = ids | {action.fields.owner}, tags | set(action.fields.tags)
    measures = await rooms.database.read(lambda sql: offered_in(sql, service, action))
    return Choices(units, ids, day, tags, measures)


def _asks_for_rows(typed: Typed) -> bool:
    """Whether a button was pressed that shows one measure more, or takes one away: nothing is saved then."""
    return "more" in typed or "remove" in typed


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


handlers = [new_action, make_action, edit_action, change_action]
