"""The desk's cases: concerns, incidents and safeguarding, opened from a record or at the desk (domain/2 1.5 D3)."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import uuid4

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.cases import records, register, standing
from server.cases.acting import act
from server.cases.kinds import ACTS, KINDS, OPENING
from server.cases.page import CasePage, people_of, proposal, read_case_page, signs_cases
from server.cases.records import OPENS, Held
from server.cases.register import COLUMNS, STATES, CaseFilter, Line
from server.desk_records import store
from server.desk_records.fields import local_moment, options_of, read_fields
from server.desk_records.panel import as_typed, id_given
from server.desk_records.store import DeskRecord, Opening, Overtaken, Signing, called, reach_of, role_in
from server.evidence.evidence_export import csv_lines
from server.evidence.people import read_names, units_of
from server.evidence.times import read_instant
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import CSV, saved_as
from server.routes.evidence import asked_of, whole_number
from server.same_origin import read_form

SEES, WRITES, DECIDES = Permission.READ_CASES, Permission.WRITE_CASES, Permission.DECIDE_CASES
EVIDENCE = Permission.READ_EVIDENCE


@get("/cases", opt=needs(SEES))
async def case_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Every case that the viewer may see, by kind and state, with what is due next."""
    asked = register.read_filter(asked_of(request))
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES)))
    context = {
        "viewer": viewer,
        "here": "cases",
        "asked": asked,
        "query": f"?{urlencode(msgspec.structs.asdict(asked))}",
        "lines": await _lines(rooms, viewer, asked),
        "states": STATES,
        "kinds": KINDS,
        "services": {id: name for id, name in viewer.services.items() if id in viewer.services_for(SEES)},
        "names": names,
        "called": called,
        "due_at": register.due_at,
    }
    return Template("cases/list.html", context=context)


@get("/cases.csv", opt=needs(SEES))
async def cases_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The cases of the filter as a spreadsheet: codes, days and counts, no words and no names."""
    cells = await _cells(rooms, viewer, register.read_filter(asked_of(request)), "cases.csv")
    body = b"\xef\xbb\xbf" + csv_lines([COLUMNS, *(list(one.values()) for one in cells)])
    return saved_as(body, CSV, "cases.csv")


@get("/cases.json", opt=needs(SEES))
async def cases_json(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The cases of the filter for a program: codes, days and counts, no words and no names."""
    cells = await _cells(rooms, viewer, register.read_filter(asked_of(request)), "cases.json")
    body = json.dumps({"cases": cells}, ensure_ascii=False, indent=1).encode()
    return saved_as(body, "application/json", "cases.json")


@get("/cases/new", opt=needs(WRITES))
async def new_case(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """An empty form; with `record`, what that record says already. A record that opened a case leads to it."""
    record = request.query_params.get("record", "")
    held = await _held(rooms, viewer, record) if record else None
    if held and (known := await rooms.database.read(lambda sql: records.opened_from(sql, held.record))):
        return go_to(f"/cases/{known}")
    happened = local_moment(read_instant(held.happened_at)) if held else ""
    typed = proposal(held, OPENS.get(held.form, "") if held else "", local_moment(rooms.clock()), happened)
    typed |= {"id": str(uuid4()), "service": request.query_params.get("service", "")}
    return await _new(rooms, viewer, held, typed)


@post("/cases/new", opt=needs(WRITES))
async def open_case(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the case; or the form again, with what to put right. A record opens one case, however often it is sent."""
    typed, now = await read_form(request), rooms.clock()
    held = await _held(rooms, viewer, typed["record"]) if typed.get("record") else None
    services = viewer.services_for(WRITES)
    service = (
        held.service if held else typed.get("service", "") or (services[0] if len(services) == 1 else "")
    )
    unit = held.unit if held else typed.get("unit", "")
    restricted = bool(held.restricted) if held and held.restricted else typed.get("about_manager") == "yes"
    said, faults = read_fields(OPENING, typed, await _opening_choices(rooms, viewer, service), now)
    if service not in services:
        faults = {"service": "Choose the service it is in.", **faults}
    elif unit and unit not in await rooms.database.read(lambda sql: units_of(sql, service)):
        faults = {"unit": "Choose one of these.", **faults}
    if faults:
        return await _new(rooms, viewer, held, typed, faults)
    opening = Opening(
        id=id_given(typed.get("id", "")),
        register="case",
        service=service,
        unit=unit,
        kind=said["kind"],
        restricted=restricted,
    )
    by = Signing(viewer.staff, role_in(viewer, service, WRITES), now)

    def write(sql: Any) -> str:
        if held and (known := records.opened_from(sql, held.record)):
            return known
        case = store.open_record(sql, opening, said, by)
        if held:
            records.hold(sql, case, held.record, opened=True)
        return case.id

    try:
        id = await rooms.database.write(write)
    except Overtaken:
        again = {**typed, "id": str(uuid4())}
        told = {"title": "This form was sent before with other words. Send it again to open one more case."}
        return await _new(rooms, viewer, held, again, told)
    return go_to(
        "/cases" if restricted and service not in reach_of(viewer, SEES).restricted else f"/cases/{id}"
    )


@get("/cases/{case_id:str}", opt=needs(SEES))
async def one_case(
    case_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """One case: what is known, what is assumed, what was done, what may be done now."""
    return await _page(rooms, viewer, await _find(rooms, viewer, case_id, SEES))


@post("/cases/{case_id:str}/acts/{act_name:str}", opt=needs(WRITES))
async def do_act(
    request: Request,  # type: ignore[type-arg]
    case_id: FromPath[str],
    act_name: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Back to the case, with the act in it; or the page again, with what to put right. Decisions are for few."""
    case, typed, now = await _find(rooms, viewer, case_id, WRITES), await read_form(request), rooms.clock()
    kind = ACTS.get(act_name)
    needed = DECIDES if kind and kind.decides else WRITES
    if (
        kind is None
        or act_name == "opened"
        or not kind.is_for(case.kind)
        or not viewer.may(needed, case.service)
        or (kind.decides and not await rooms.database.read(lambda sql: signs_cases(sql, viewer, case, now)))
    ):
        raise Problem("not_found")
    page = await _read_page(rooms, viewer, case)
    said, faults = read_fields(kind.fields, typed, page.choices, now, f"{act_name}-")
    if not faults and act_name == "record_added":
        said, faults = await _record_to_add(rooms, viewer, case, said)
    if not faults and (refused := standing.refusal(case, act_name, said)):
        faults = {act_name: refused}
    if faults:
        return await _page(rooms, viewer, case, typed, faults, tried=act_name)
    by = Signing(viewer.staff, role_in(viewer, case.service, needed), now)
    began_from = whole_number(typed.get("version", ""))
    try:
        await rooms.database.write(lambda sql: act(sql, case, began_from, act_name, said, by))
    except Overtaken:
        newest = await _find(rooms, viewer, case_id, WRITES)
        return await _page(rooms, viewer, newest, typed, tried=act_name, overtaken=True)
    return go_to(f"/cases/{case.id}")


async def _lines(rooms: Rooms, viewer: Viewer, asked: CaseFilter) -> list[Line]:
    now, reach = rooms.clock(), reach_of(viewer, SEES)
    lines = await rooms.database.read(lambda sql: register.read_lines(sql, reach, now))
    return [line for line in lines if asked.lets_through(line)]


async def _cells(rooms: Rooms, viewer: Viewer, asked: CaseFilter, file: str) -> list[dict[str, object]]:
    lines = await _lines(rooms, viewer, asked)
    limits = [("service", asked.service)] if asked.service else []
    await note_export(rooms, viewer, file, rows_words(len(lines)), limits)
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES)))
    return [register.cells(line, {**names.services, **names.units}) for line in lines]


async def _held(rooms: Rooms, viewer: Viewer, record: str) -> Held:
    """A record that the viewer may see, of a service in which they may open cases."""
    scope = viewer.scope(EVIDENCE).within(viewer.services_for(WRITES))
    held = await rooms.database.read(lambda sql: records.find_record(sql, record, scope))
    if held is None:
        raise Problem("not_found")
    return held


async def _record_to_add(
    rooms: Rooms, viewer: Viewer, case: DeskRecord, said: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The record that was named by its address or number."""
    name = said["record"].split("?")[0].split("#")[0].rstrip("/").rpartition("/")[2]
    scope = viewer.scope(EVIDENCE).within([case.service])
    held = await rooms.database.read(lambda sql: records.find_record(sql, name, scope))
    if held is None:
        return {}, {"record_added-record": "There is no such record among those that you may see here."}
    if held.restricted and not case.restricted:
        return {}, {"record_added-record": "Few may see this record. Open a case of its own from it."}
    return {"record": held.record}, {}


async def _find(rooms: Rooms, viewer: Viewer, id: str, permission: Permission) -> DeskRecord:
    reach = reach_of(viewer, permission)
    case = await rooms.database.read(lambda sql: store.find(sql, id, "case", reach))
    if case is None:
        raise Problem("not_found")
    return case


async def _opening_choices(rooms: Rooms, viewer: Viewer, service: str) -> dict[str, Mapping[str, str]]:
    scope = viewer.scope(WRITES)
    names = await rooms.database.read(lambda sql: read_names(sql, scope))
    services = [service] if service else list(viewer.services_for(WRITES))
    units = {id: name for id, name in names.units.items() if names.unit_service[id] in services}
    people = await rooms.database.read(lambda sql: people_of(sql, services, names))
    return {"people": people, "units": units}


async def _new(
    rooms: Rooms,
    viewer: Viewer,
    held: Held | None,
    typed: Mapping[str, str],
    faults: Mapping[str, str] | None = None,
) -> Template:
    services = {id: name for id, name in viewer.services.items() if id in viewer.services_for(WRITES)}
    choices = await _opening_choices(rooms, viewer, held.service if held else typed.get("service", ""))
    context = {
        "viewer": viewer,
        "here": "cases",
        "held": held,
        "fields": OPENING,
        "choices": choices,
        "options_of": lambda field: options_of(field, choices),
        "services": services,
        "typed": as_typed(typed),
        "faults": dict(faults or {}),
    }
    return Template("cases/new.html", context=context, status_code=422 if faults else 200)


async def _read_page(rooms: Rooms, viewer: Viewer, case: DeskRecord) -> CasePage:
    now = rooms.clock()
    return await rooms.database.read(
        lambda sql: read_case_page(sql, rooms.catalogue, register.line_of(sql, case, now), viewer)
    )


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    case: DeskRecord,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    tried: str = "",
    overtaken: bool = False,
) -> Template:
    page = await _read_page(rooms, viewer, case)
    names = page.names
    as_it_stands = {
        f"described-{field.name}": local_moment(read_instant(value)) if field.kind == "moment" else value
        for field in OPENING
        if (value := case.now(field.name))
    }
    context = {
        "viewer": viewer,
        "here": "cases",
        "base": f"/cases/{case.id}",
        "case": case,
        "called": called,
        "kinds": KINDS,
        "where": names.unit(case.unit) if case.unit else names.services.get(case.service, ""),
        "line": page.line,
        "due_at": register.due_at,
        "names": names,
        "opening": page.opening,
        "records": page.records,
        "hidden": page.hidden,
        "facts": standing.facts(case),
        "assumptions": standing.assumptions(case),
        "refuted": standing.refuted(case),
        "candour_left": standing.candour_left(case),
        "sections": page.sections,
        "forms": page.forms,
        "history": page.history,
        "rechecks": page.rechecks,
        "options_of": lambda field: options_of(field, page.choices),
        "typed": as_typed({**as_it_stands, **(typed or {})}),
        "faults": dict(faults or {}),
        "tried": tried,
        "overtaken": overtaken,
    }
    status = 422 if faults else 409 if overtaken else 200
    return Template("cases/page.html", context=context, status_code=status)


handlers = [case_list, cases_csv, cases_json, new_case, open_case, one_case, do_act]
