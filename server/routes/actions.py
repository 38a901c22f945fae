"""The desk's improvement actions: the register and its downloads, one action's page, the steps between its states."""

from collections.abc import Iterable, Mapping
from datetime import date

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from server.answers import go_to
from server.closure.store import decisions_on, further_checks
from server.evidence import action_export, action_store, words
from server.evidence.action_evidence import have_evidence
from server.evidence.action_page import ActionPage, read_action_page
from server.evidence.action_register import (
    GROUPS,
    SORTS,
    Line,
    RegisterQuery,
    grouped,
    read_query,
    read_register,
)
from server.evidence.action_register_page import read_register_page
from server.evidence.action_states import STATES, NotAStep, shown, step_to_take, steps_from
from server.evidence.action_store import Stale
from server.evidence.actions import Action, target_words, what_is_measured
from server.evidence.live import watch_of
from server.evidence.live_stream import live_stream
from server.evidence.people import Names, read_names
from server.evidence.pseudonyms import new_key, pseudonymised
from server.evidence.times import day_in_london, day_of, write_instant
from server.exporting import note_export, rows_words
from server.framework import library
from server.identity.permissions import Permission, Role, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.evidence import asked_of, whole_number
from server.same_origin import read_form
from server.standing.of_service import keep_services_told
from server.standing.renewing import asks_anew, keep_told
from server.standing.standing import page_mark

SEES = Permission.READ_ACTIONS
WRITES = Permission.WRITE_ACTIONS
SHORTEST_REASON, LONGEST_REASON = 10, 500


@get("/actions", opt=needs(SEES))
async def register(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template | Response[bytes]:
    """Every action of the viewer's services, filtered, sorted, grouped. Asked for anew: counted now, then the page as
    it is kept.
    """
    asked, anew = read_query(asked_of(request)), asks_anew(request)
    scope, now = viewer.scope(SEES), rooms.clock()
    page = await rooms.database.read(lambda sql: read_register_page(sql, scope, asked, now, anew=anew))
    await keep_services_told(rooms.database, page.keep)
    if anew:
        return go_to(asked.address("/actions"))
    names = page.names
    owners = {action.fields.owner for action in page.every}
    tags = {tag for action in page.every for tag in action.fields.tags}
    context = {
        "viewer": viewer,
        "here": "actions",
        "asked": asked,
        "groups": grouped(page.lines, asked.group, names),
        "count": len(page.lines),
        "older": page.older,
        "names": names,
        "owners": {id: name for id, name in names.staff.items() if id in owners},
        "states": STATES,
        "tags": {tag: library().words(tag) for tag in sorted(tags, key=library().place)},
        "also": library().also(asked.tag),
        "sorts": SORTS,
        "groupings": GROUPS,
        "themes": words.themes(),
        "target": target_words,
        "measured": what_is_measured,
        "tag_words": tag_words,
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
    return saved_as(action_export.as_csv(lines, names, in_full=False), CSV, "actions.csv")


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
    return saved_as(action_export.as_json(lines, names, in_full=False), "application/json", "actions.json")


@get("/actions/{action_id:str}", opt=needs(SEES))
async def action_page(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template | Response[bytes]:
    """One action: from where to where, what must be seen, and what has been. Asked for anew: worked out now, then the
    page as it is kept, so that one that is left open does not go on asking for it.
    """
    anew = asks_anew(request)
    page = await _page(rooms, viewer, action_id, anew=anew)
    return go_to(f"/actions/{action_id}") if anew else page


@get("/actions/{action_id:str}/live", opt={**needs(SEES), "stream": True})
async def action_live(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    state: State,
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """A number each time the page of the action would show something else than it did at `mark`."""
    action, scope = await find_action(rooms, viewer, action_id, SEES), viewer.scope(SEES)
    mark = whole_number(request.query_params.get("mark", ""))

    async def ask() -> int:
        return await rooms.database.read(lambda sql: page_mark(sql, action, scope))

    return live_stream(watch_of(state, rooms.database), ask, mark, rooms.streams.enter(viewer.session))


@post("/actions/{action_id:str}/steps", opt=needs(WRITES))
async def take_step(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the action's page, a step further; or the page again with what to put right. No decision is taken here."""
    typed = await read_form(request)
    action = await find_action(rooms, viewer, action_id, WRITES)
    reason, at = " ".join(typed.get("reason", "").split()), write_instant(rooms.clock())
    begun = await rooms.database.read(lambda sql: bool(have_evidence(sql, [action.id])))
    try:
        step = step_to_take(
            typed.get("step", ""), shown(action.status, begun), roles_in(viewer, action.service)
        )
    except NotAStep as refused:
        return await _page(rooms, viewer, action_id, typed, {"step": str(refused)})
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        fault = f"Write why, in {SHORTEST_REASON} to {LONGEST_REASON} letters: it stays in the history."
        return await _page(rooms, viewer, action_id, typed, {"reason": fault})
    began_from = whole_number(typed.get("version", ""))
    try:
        await rooms.database.write(
            lambda sql: action_store.take_step(sql, action, began_from, step, reason, viewer.staff, at)
        )
    except Stale:
        fault = "Somebody changed the action meanwhile. Look at it again, then decide."
        return await _page(rooms, viewer, action_id, typed, {"step": fault}, status=409)
    return go_to(f"/actions/{action.id}")


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    id: str,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 422,
    anew: bool = False,
) -> Template:
    now = rooms.clock()
    page: ActionPage | None = await rooms.database.read(
        lambda sql: read_action_page(sql, id, viewer.scope(SEES), rooms.catalogue, now, anew=anew)
    )
    if page is None:
        raise Problem("not_found")
    await keep_told(rooms.database, page.keep)
    service = page.action.service
    context = {
        "viewer": viewer,
        "here": "actions",
        "page": page,
        "day": day_of,
        "themes": words.themes(),
        "sources": words.SOURCES,
        "may_write": viewer.may(WRITES, service),
        "may_read_evidence": service in viewer.scope(Permission.READ_EVIDENCE).services,
        "further_checks": await rooms.database.read(
            lambda sql: further_checks(decisions_on(sql, id), page.action.status)
        ),
        "may_mark_charts": viewer.may(Permission.MARK_CHARTS, service),
        "steps": steps_from(page.state, roles_in(viewer, service)) if viewer.may(WRITES, service) else [],
        "typed": typed or {},
        "faults": faults or {},
    }
    return Template("actions/page.html", context=context, status_code=status if faults else 200)


async def _lines(rooms: Rooms, viewer: Viewer, asked: RegisterQuery) -> tuple[list[Line], Names]:
    scope, day = viewer.scope(SEES), today(rooms)
    names = await rooms.database.read(lambda sql: read_names(sql, scope))
    return await rooms.database.read(lambda sql: read_register(sql, scope, asked, names, day)), names


async def find_action(rooms: Rooms, viewer: Viewer, id: str, permission: Permission) -> Action:
    """The action. Raises `Problem` "not_found" for one that the viewer may not see with this permission."""
    action = await rooms.database.read(lambda sql: action_store.find(sql, id, viewer.scope(permission)))
    if action is None:
        raise Problem("not_found")
    return action


def tag_words(tags: Iterable[str]) -> str:
    """The tags on one line, in the order of their frameworks."""
    return ", ".join(library().words(tag) for tag in sorted(tags, key=library().place))


def roles_in(viewer: Viewer, service: str) -> frozenset[Role]:
    """The roles the viewer has for the whole of a service."""
    return frozenset(grant.role for grant in viewer.grants if grant.service == service and not grant.unit)


def today(rooms: Rooms) -> date:
    """The day it is in London."""
    return day_in_london(rooms.clock())


CSV = "text/csv"


def saved_as(body: bytes, media_type: str, name: str) -> Response[bytes]:
    """A file to keep under that name."""
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(body, media_type=media_type, headers=headers)


handlers = [register, register_csv, register_json, action_page, action_live, take_step]
