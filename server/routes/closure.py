"""The desk's closure tests: the list, one action's ten rules, and each step from a proposal to a check afterwards."""

import sqlite3
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from uuid import uuid4

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.closure import deciding, store
from server.closure.asking import LONGEST_REASON, Actor, Asked, NotDecided
from server.closure.count_form import read_counts, read_recounts
from server.closure.decisions import Decision, Looked
from server.closure.draw import new_seed
from server.closure.listing import ClosureLine, as_csv, read_closures
from server.closure.shown import Looker, read_closure
from server.closure.store import Deputy
from server.evidence import words
from server.evidence.people import possible_owners, read_names
from server.evidence.pseudonyms import new_key, pseudonymised
from server.evidence.times import day_of, read_day, write_instant
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, Role, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import CSV, find_action, roles_in, saved_as, today
from server.routes.evidence import whole_number
from server.same_origin import read_form

SEES, WRITES = Permission.READ_ACTIONS, Permission.WRITE_ACTIONS
LONGEST_DEPUTY = 92
Step = Callable[[sqlite3.Connection, Asked], Decision]


@get("/closures", opt=needs(SEES))
async def closure_list(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Every action whose closing was proposed, and who signs for whom."""
    return await _list_page(rooms, viewer)


@get("/closures.csv", opt=needs(SEES))
async def closures_csv(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """The list as a spreadsheet, in pseudonyms."""
    lines = await _lines(rooms, viewer)
    await note_export(rooms, viewer, "closures.csv", rows_words(len(lines)))
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES)))
    return saved_as(as_csv(lines, pseudonymised(names, new_key()), today(rooms)), CSV, "closures.csv")


@post("/closures/deputies", opt=needs(WRITES))
async def name_deputy(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """The nominated individual names who signs instead, for some days; or the page again."""
    typed, day = await read_form(request), today(rooms)
    service = typed.get("service", "")
    if service and service not in viewer.services_for(WRITES):
        raise Problem("not_found")
    if Role.NOMINATED_INDIVIDUAL not in roles_in(viewer, service):
        fault = "Only the nominated individual of a service names who signs there instead."
        return await _list_page(rooms, viewer, typed, {"deputies": fault})
    people = await rooms.database.read(lambda sql: possible_owners(sql, service, day.isoformat()))
    since, until = read_day(typed.get("since", "")), read_day(typed.get("until", ""))
    faults = {}
    if typed.get("staff") not in {one.id for one in people} - {viewer.staff}:
        faults["staff"] = "Choose somebody who works in this service, other than yourself."
    if since is None or since < day:
        faults["since"] = "Give the first day, today or later."
    if until is None or (since and not since <= until <= since + timedelta(days=LONGEST_DEPUTY)):
        faults["until"] = f"Give the last day, at most {LONGEST_DEPUTY} days after the first."
    if faults or since is None or until is None:
        return await _list_page(rooms, viewer, typed, faults)
    named = Deputy(
        id=str(uuid4()),
        service=service,
        staff=typed["staff"],
        since=since.isoformat(),
        until=until.isoformat(),
        named_by=viewer.staff,
        at=write_instant(rooms.clock()),
    )
    await rooms.database.write(lambda sql: store.name_deputy(sql, named))
    return go_to("/closures")


@get("/actions/{action_id:str}/closure", opt=needs(SEES))
async def closure_page(
    action_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """The ten rules of one action, the road so far, and the step that is the viewer's."""
    return await _page(rooms, viewer, action_id)


@post("/actions/{action_id:str}/closure/proposal", opt=needs(WRITES))
async def propose(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Recommend closing it; or the page again."""
    typed = await read_form(request)
    action = await find_action(rooms, viewer, action_id, WRITES)
    step = partial(
        deciding.propose,
        note=_text(typed, "note"),
        reason=_text(typed, "reason"),
        checker=typed.get("checker", ""),
        answered=_text(typed, "answered"),
        counts=read_counts(typed, action.fields),
    )
    return await _take(rooms, viewer, action_id, typed, step)


@post("/actions/{action_id:str}/closure/draw", opt=needs(WRITES))
async def draw_sample(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Draw the sample by chance; or the page again."""
    typed = await read_form(request)
    return await _take(rooms, viewer, action_id, typed, partial(deciding.draw_sample, seed=new_seed()))


@post("/actions/{action_id:str}/closure/sample", opt=needs(WRITES))
async def look_at_sample(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Say of each drawn record whether tracker, record and audit agree; or the page again."""
    typed = await read_form(request)
    action = await find_action(rooms, viewer, action_id, WRITES)
    looked = []
    for name in sorted(typed, key=lambda name: (len(name), name)):
        place = name.removeprefix("record_")
        if name.startswith("record_") and typed.get(f"agrees_{place}") in ("yes", "no"):
            agrees = typed[f"agrees_{place}"] == "yes"
            looked.append(Looked(record=typed[name], agrees=agrees, seen=_text(typed, f"seen_{place}")))
    step = partial(
        deciding.look_at_sample,
        looked=looked,
        reason=_text(typed, "reason"),
        recounts=read_recounts(typed, action.fields),
    )
    return await _take(rooms, viewer, action_id, typed, step)


@post("/actions/{action_id:str}/closure/decision", opt=needs(WRITES))
async def decide(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Sign, and it is closed; or refuse with further checks; or the page again."""
    typed = await read_form(request)
    lines = typed.get("further_checks", "").splitlines()
    checks = [one for line in lines if (one := " ".join(line.split()))]
    steps: dict[str, Step] = {
        "accept": partial(deciding.close, reason=_text(typed, "reason")),
        "refuse": partial(deciding.refuse, reason=_text(typed, "reason"), further_checks=checks),
    }
    step = steps.get(typed.get("outcome", ""))
    if step is None:
        return await _page(rooms, viewer, action_id, typed, {"outcome": "Choose whether it is closed."})
    return await _take(rooms, viewer, action_id, typed, step)


@post("/actions/{action_id:str}/closure/check", opt=needs(WRITES))
async def check_again(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Say whether a closed action still holds; or the page again."""
    typed = await read_form(request)
    if typed.get("held") not in ("yes", "no"):
        return await _page(rooms, viewer, action_id, typed, {"held": "Choose whether it holds."})
    step = partial(deciding.check_again, held=typed["held"] == "yes", reason=_text(typed, "check_reason"))
    return await _take(rooms, viewer, action_id, typed, step)


@post("/actions/{action_id:str}/closure/reopening", opt=needs(WRITES))
async def reopen(
    request: Request,  # type: ignore[type-arg]
    action_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Open a closed action again; or the page again."""
    typed = await read_form(request)
    return await _take(
        rooms, viewer, action_id, typed, partial(deciding.reopen, reason=_text(typed, "reopen_reason"))
    )


async def _take(
    rooms: Rooms, viewer: Viewer, id: str, typed: Mapping[str, str], step: Step
) -> Response[bytes] | Template:
    """The step, in one transaction; the page again where nothing was decided."""
    action = await find_action(rooms, viewer, id, WRITES)
    actor = Actor(viewer.staff, roles_in(viewer, action.service), viewer.scope(Permission.READ_EVIDENCE))
    asked = Asked(
        action=action.id,
        version=whole_number(typed.get("version", "")),
        actor=actor,
        catalogue=rooms.catalogue,
        now=rooms.clock(),
    )
    try:
        await rooms.database.write(lambda sql: step(sql, asked))
    except NotDecided as stopped:
        status = 409 if stopped.overtaken else 422
        return await _page(rooms, viewer, id, typed, _fields(stopped.faults, typed), status=status)
    return go_to(f"/actions/{action.id}/closure")


def _fields(faults: Mapping[str, str], typed: Mapping[str, str]) -> dict[str, str]:
    """Faults under the names that the forms use, where two forms ask for the same."""
    other = next((name for name in ("check_reason", "reopen_reason") if name in typed), "reason")
    return {other if field == "reason" else field: words for field, words in faults.items()}


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    id: str,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 422,
) -> Template:
    action, now = await find_action(rooms, viewer, id, SEES), rooms.clock()
    scope = viewer.scope(Permission.READ_EVIDENCE)
    looker = Looker(viewer.staff, roles_in(viewer, action.service), scope)
    page = await rooms.database.read(
        lambda sql: read_closure(sql, id, viewer.scope(SEES), looker, rooms.catalogue, now)
    )
    if page is None:
        raise Problem("not_found")
    context = {
        "viewer": viewer,
        "here": "closures",
        "page": page,
        "kinds": words.EVIDENCE_KINDS,
        "day": day_of,
        "longest": LONGEST_REASON,
        "may_write": viewer.may(WRITES, action.service),
        "typed": {name: (value,) for name, value in (typed or {}).items()},
        "faults": dict(faults or {}),
    }
    return Template("closure/page.html", context=context, status_code=status if faults else 200)


async def _lines(rooms: Rooms, viewer: Viewer) -> list[ClosureLine]:
    scope, day = viewer.scope(SEES), today(rooms)
    return await rooms.database.read(lambda sql: read_closures(sql, scope, day))


async def _list_page(
    rooms: Rooms,
    viewer: Viewer,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Template:
    scope, day = viewer.scope(SEES), today(rooms)
    names = await rooms.database.read(lambda sql: read_names(sql, scope))
    naming = {
        id: name for id, name in viewer.services.items() if Role.NOMINATED_INDIVIDUAL in roles_in(viewer, id)
    }
    people: dict[str, str] = {}
    for service in naming:
        found = await rooms.database.read(lambda sql, id=service: possible_owners(sql, id, day.isoformat()))  # type: ignore[misc]
        people |= {one.id: one.name for one in found if one.id != viewer.staff}
    context = {
        "viewer": viewer,
        "here": "closures",
        "lines": await _lines(rooms, viewer),
        "names": names,
        "today": day,
        "day": day_of,
        "deputies": await rooms.database.read(lambda sql: store.read_deputies(sql, scope.services)),
        "naming": naming,
        "people": people,
        "typed": {name: (value,) for name, value in (typed or {}).items()},
        "faults": dict(faults or {}),
    }
    return Template("closure/list.html", context=context, status_code=422 if faults else 200)


def _text(typed: Mapping[str, str], name: str) -> str:
    """What was typed, on one line."""
    return " ".join(typed.get(name, "").split())


handlers = [
    closure_list,
    closures_csv,
    name_deputy,
    closure_page,
    propose,
    draw_sample,
    look_at_sample,
    decide,
    check_again,
    reopen,
]
