"""The desk's early-warning signals: the list, its download, one signal and its answer."""

from collections.abc import Mapping
from contextlib import suppress
from urllib.parse import urlencode

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.evidence import words
from server.evidence.action_store import read_actions
from server.evidence.people import Names, read_names
from server.evidence.pseudonyms import new_key, pseudonymised
from server.evidence.times import write_instant
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import CSV, saved_as
from server.same_origin import read_form
from server.signals import shown_words, store
from server.signals.answer_form import read_answer
from server.signals.export import as_csv
from server.signals.listing import STATES, Line, SignalFilter, SignalList, may_see, read_list_kept
from server.signals.signs import SIGNS
from server.signals.store import ANSWERS, AlreadyAnswered
from server.standing.of_service import keep_services_told
from server.standing.renewing import asks_anew
from sync import DatabaseError

SEES, WRITES = Permission.READ_SIGNALS, Permission.ANSWER_SIGNALS
MOST = 200
FILTERS = {"unanswered": "Not answered", **STATES}


@get("/signals", opt=needs(SEES))
async def signal_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template | Response[bytes]:
    """Every signal of one service within the viewer's reach, the unanswered first. Asked for anew: told now, then the
    page as it is kept.
    """
    asked, anew = _asked(request, viewer), asks_anew(request)
    found = await _read(rooms, viewer, asked.service, anew=anew)
    if anew:
        return go_to(f"/signals{_query(asked)}")
    lines = [line for line in found.lines if asked.lets_through(line)]
    shown, scope = lines[:MOST], viewer.scope(Permission.READ_EVIDENCE)
    names = await _names(rooms, viewer, asked.service)
    records = await rooms.database.read(
        lambda sql: shown_words.read_records_shown(
            sql, scope, rooms.catalogue, [line.signal for line in shown]
        )
    )
    context = {
        "viewer": viewer,
        "here": "signals",
        "asked": asked,
        "lines": shown,
        "more": len(lines) - len(shown),
        "counts": {state: sum(line.state == state for line in found.lines) for state in STATES},
        "states": STATES,
        "filters": FILTERS,
        "signs": SIGNS,
        "waiting": found.waiting,
        "older": found.older,
        "names": names,
        "themes": words.themes(),
        "answers": ANSWERS,
        "causes": lambda signal: shown_words.causes(signal, records, names),
        "about": lambda signal: shown_words.about_words(signal, names, rooms.catalogue),
        "where": lambda signal: shown_words.where_words(signal, names),
        "services": {id: name for id, name in viewer.services.items() if id in viewer.scope(SEES).services},
        "query": _query(asked),
        "narrowed": asked != SignalFilter(service=asked.service),
        "instant": write_instant,
    }
    return Template("signals/list.html", context=context)


@get("/signals.csv", opt=needs(SEES))
async def signals_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The lines of the filter as a spreadsheet, in pseudonyms."""
    asked = _asked(request, viewer)
    found = await _read(rooms, viewer, asked.service, anew=True)
    lines = [line for line in found.lines if asked.lets_through(line)]
    limits = [(name, value) for name, value in msgspec.structs.asdict(asked).items() if value]
    await note_export(rooms, viewer, "signals.csv", rows_words(len(lines)), limits)
    names = pseudonymised(await _names(rooms, viewer, asked.service), new_key())
    return saved_as(as_csv(lines, names, rooms.catalogue), CSV, "signals.csv")


@get("/signals/{signal_id:str}", opt=needs(SEES))
async def one_signal(
    request: Request,  # type: ignore[type-arg]
    signal_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template | Response[bytes]:
    """One signal: what fired it, what was answered to it and to those like it, and the form for an answer. Asked for
    anew: told now, then the page as it is kept.
    """
    if asks_anew(request):
        await _read(rooms, viewer, await _service_of(rooms, viewer, signal_id), anew=True)
        return go_to(f"/signals/{signal_id}")
    return await _page(rooms, viewer, signal_id)


@post("/signals/{signal_id:str}/answer", opt=needs(WRITES))
async def answer_signal(
    request: Request,  # type: ignore[type-arg]
    signal_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep the answer; or the page again, with what to put right."""
    typed, now = await read_form(request), rooms.clock()
    found = await _read(rooms, viewer, await _service_of(rooms, viewer, signal_id), anew=True)
    line = _line(found, signal_id)
    if not may_see(viewer.scope(WRITES), line.signal):
        raise Problem("not_found")
    scope = viewer.scope(Permission.READ_ACTIONS)
    actions = await rooms.database.read(lambda sql: read_actions(sql, scope))
    answer, faults = read_answer(typed, line.signal, actions, viewer.staff, now)
    if faults:
        return await _page(rooms, viewer, signal_id, typed, faults)
    if line.state != "answered" and typed.get("mark") != line.signal.mark:
        fault = "Something else fires it by now. Look at what did, then answer."
        return await _page(rooms, viewer, signal_id, typed, {"answer": fault}, status=409)
    try:
        await rooms.database.write(lambda sql: store.write_answer(sql, line.signal, answer, now))
    except AlreadyAnswered:
        fault = "Somebody answered it meanwhile. What you typed was not kept."
        return await _page(rooms, viewer, signal_id, typed, {"answer-head": fault}, status=409)
    return go_to(f"/signals/{signal_id}")


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    id: str,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 422,
) -> Template:
    found = await _read(rooms, viewer, await _service_of(rooms, viewer, id))
    line = _line(found, id)
    signal, scope = line.signal, viewer.scope(Permission.READ_EVIDENCE)
    names = await _names(rooms, viewer, signal.service)
    records = await rooms.database.read(
        lambda sql: shown_words.read_records_shown(sql, scope, rooms.catalogue, [signal])
    )
    service = viewer.scope(Permission.READ_ACTIONS).within([signal.service])
    actions = await rooms.database.read(lambda sql: read_actions(sql, service))
    context = {
        "viewer": viewer,
        "here": "signals",
        "line": line,
        "older": found.older,
        "signal": signal,
        "sign": SIGNS[signal.code],
        "states": STATES,
        "answers": ANSWERS,
        "themes": words.themes(),
        "names": names,
        "causes": shown_words.causes(signal, records, names),
        "about": shown_words.about_words(signal, names, rooms.catalogue),
        "where": shown_words.where_words(signal, names),
        "before": [
            one for one in found.lines if one.signal.place == signal.place and one.signal.id != signal.id
        ],
        "actions": {action.id: f"{action.number}: {action.fields.title}" for action in actions},
        "may_answer": line.state != "answered" and may_see(viewer.scope(WRITES), signal),
        "may_write": viewer.may(Permission.WRITE_ACTIONS, signal.service),
        "typed": {name: (value,) for name, value in (typed or {}).items()},
        "faults": dict(faults or {}),
        "instant": write_instant,
    }
    return Template("signals/one.html", context=context, status_code=status if faults else 200)


async def _read(rooms: Rooms, viewer: Viewer, service: str, *, anew: bool = False) -> SignalList:
    """The viewer's list of one service, as it was kept or told now; what nobody was shown before is kept, so that it
    cannot go silently. `anew`: of now, however long that takes.
    """
    scope, now = viewer.scope(SEES), rooms.clock()
    found = await rooms.database.read(
        lambda sql: read_list_kept(sql, scope, service, rooms.catalogue, now, anew=anew)
    )
    await keep_services_told(rooms.database, found.keep)
    if found.fresh:
        # A full disk must not hide the list
        with suppress(DatabaseError):
            await rooms.database.write(lambda sql: store.note_shown(sql, found.fresh, now))
    return found


async def _service_of(rooms: Rooms, viewer: Viewer, id: str) -> str:
    """The service of a signal that was shown. Raises `Problem` "not_found"."""
    service = await rooms.database.read(lambda sql: store.service_of(sql, id))
    if service not in viewer.scope(SEES).services:
        raise Problem("not_found")
    return service


async def _names(rooms: Rooms, viewer: Viewer, service: str) -> Names:
    scope = viewer.scope(SEES).within([service])
    return await rooms.database.read(lambda sql: read_names(sql, scope))


def _line(found: SignalList, id: str) -> Line:
    """Raises `Problem` "not_found" for what the viewer may not see."""
    line = next((line for line in found.lines if line.signal.id == id), None)
    if line is None:
        raise Problem("not_found")
    return line


def _asked(request: Request, viewer: Viewer) -> SignalFilter:  # type: ignore[type-arg]
    """What the address asks for: one service at a time, the first where none is named. Raises `Problem` "not_found"."""
    query, services = request.query_params, viewer.scope(SEES).services
    asked = SignalFilter(**{name: query.get(name, "") for name in SignalFilter.__struct_fields__})
    if asked.service and asked.service not in services:
        raise Problem("not_found")
    return asked if asked.service else msgspec.structs.replace(asked, service=services[0])


def _query(asked: SignalFilter) -> str:
    chosen = {name: value for name, value in msgspec.structs.asdict(asked).items() if value}
    return f"?{urlencode(chosen)}" if chosen else ""


handlers = [signal_list, signals_csv, one_signal, answer_signal]
