"""The desk's register of complaints, compliments and feedback (domain/2 1.5 D4)."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode
from uuid import uuid4

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.cases.register import due_at
from server.complaints import register, standing
from server.complaints.acting import act, open_complaint
from server.complaints.confirmed import read_confirmed
from server.complaints.kinds import ACTS, KINDS, OPENING
from server.complaints.page import choices_of, read_complaint_page
from server.complaints.register import COLUMNS, STATES, ComplaintFilter, Line
from server.desk_records.fields import options_of, read_fields
from server.desk_records.panel import as_typed, id_given
from server.desk_records.store import (
    DeskRecord,
    Opening,
    Overtaken,
    Signing,
    called,
    reach_of,
    read_register,
    role_in,
)
from server.evidence.evidence_export import csv_lines
from server.evidence.people import read_names, units_of
from server.evidence.times import day_in_london, day_of
from server.evidence.words import themes
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import CSV, saved_as
from server.routes.evidence import asked_of, whole_number
from server.same_origin import read_form

SEES, WRITES = Permission.READ_COMPLAINTS, Permission.WRITE_COMPLAINTS
_SENT_BEFORE = "This form was sent before with other words. Send it again to add one more."


@get("/complaints", opt=needs(SEES))
async def complaint_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Everything on the register that the viewer may see, with what repeats and what confirms the learning."""
    asked = register.read_filter(asked_of(request))
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES)))
    context = {
        "viewer": viewer,
        "here": "complaints",
        "asked": asked,
        "query": f"?{urlencode(msgspec.structs.asdict(asked))}",
        "lines": [line for line in await _lines(rooms, viewer) if asked.lets_through(line)],
        "states": STATES,
        "kinds": KINDS,
        "themes": themes(),
        "services": {id: name for id, name in viewer.services.items() if id in viewer.services_for(SEES)},
        "names": names,
        "called": called,
        "day": day_of,
        "due_at": due_at,
    }
    return Template("complaints/list.html", context=context)


@get("/complaints.csv", opt=needs(SEES))
async def complaints_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The lines of the filter as a spreadsheet: codes, days and counts, no words and no names."""
    cells = await _cells(rooms, viewer, register.read_filter(asked_of(request)), "complaints.csv")
    body = b"\xef\xbb\xbf" + csv_lines([COLUMNS, *(list(one.values()) for one in cells)])
    return saved_as(body, CSV, "complaints.csv")


@get("/complaints.json", opt=needs(SEES))
async def complaints_json(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The lines of the filter for a program: codes, days and counts, no words and no names."""
    cells = await _cells(rooms, viewer, register.read_filter(asked_of(request)), "complaints.json")
    body = json.dumps({"complaints": cells}, ensure_ascii=False, indent=1).encode()
    return saved_as(body, "application/json", "complaints.json")


@get("/complaints/new", opt=needs(WRITES))
async def new_complaint(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """An empty form."""
    today = day_in_london(rooms.clock()).isoformat()
    typed = {"id": str(uuid4()), "received_on": today, "service": request.query_params.get("service", "")}
    return await _new(rooms, viewer, typed)


@post("/complaints/new", opt=needs(WRITES))
async def add_complaint(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To its page; or the form again, with what to put right."""
    typed, now = await read_form(request), rooms.clock()
    services = viewer.services_for(WRITES)
    service = typed.get("service", "") or (services[0] if len(services) == 1 else "")
    restricted, unit = typed.get("about_manager") == "yes", typed.get("unit", "")
    others = [one for one in await _register(rooms, viewer) if one.service == service]
    said, faults = read_fields(OPENING, typed, choices_of(others), now)
    opening = Opening(
        id=id_given(typed.get("id", "")),
        register="complaint",
        service=service,
        unit=unit,
        kind=said.get("kind", ""),
        restricted=restricted,
    )
    if service not in services:
        faults = {"service": "Choose the service it is for.", **faults}
    elif unit and unit not in await rooms.database.read(lambda sql: units_of(sql, service)):
        faults = {"unit": "Choose one of these.", **faults}
    if not faults:
        field, refused = standing.wrong_repeat(opening.id, said, others)
        faults = {field: refused} if refused else {}
    if faults:
        return await _new(rooms, viewer, typed, faults)
    by = Signing(viewer.staff, role_in(viewer, service, WRITES), now)
    try:
        one = await rooms.database.write(lambda sql: open_complaint(sql, opening, said, by))
    except Overtaken:
        return await _new(rooms, viewer, {**typed, "id": str(uuid4())}, {"title": _SENT_BEFORE})
    hidden = one.restricted and service not in reach_of(viewer, SEES).restricted
    return go_to("/complaints" if hidden else f"/complaints/{one.id}")


@get("/complaints/{complaint_id:str}", opt=needs(SEES))
async def one_complaint(
    complaint_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """One of them: what was answered, what is to be learned, whether plans and practice show it, what repeats it."""
    return await _page(rooms, viewer, await _find(rooms, viewer, complaint_id, SEES))


@post("/complaints/{complaint_id:str}/acts/{act_name:str}", opt=needs(WRITES))
async def do_act(
    request: Request,  # type: ignore[type-arg]
    complaint_id: FromPath[str],
    act_name: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Back to its page, with the act in it; or the page again, with what to put right."""
    line, typed, now = (
        await _find(rooms, viewer, complaint_id, WRITES),
        await read_form(request),
        rooms.clock(),
    )
    one, kind = line.complaint, ACTS.get(act_name)
    if kind is None or act_name == "opened" or not kind.is_for(one.kind):
        raise Problem("not_found")
    others = [other for other in await _register(rooms, viewer) if other.service == one.service]
    choices = choices_of([other for other in others if other.id != one.id])
    said, faults = read_fields(kind.fields, typed, choices, now, f"{act_name}-")
    if not faults:
        field, refused = standing.refusal(one, act_name, said, viewer.staff, others)
        faults = {f"{act_name}-{field}" if field else act_name: refused} if refused else {}
    if faults:
        return await _page(rooms, viewer, line, typed, faults, tried=act_name)
    by = Signing(viewer.staff, role_in(viewer, one.service, WRITES), now)
    began_from = whole_number(typed.get("version", ""))
    try:
        await rooms.database.write(lambda sql: act(sql, one, began_from, act_name, said, by))
    except Overtaken:
        newest = await _find(rooms, viewer, complaint_id, WRITES)
        return await _page(rooms, viewer, newest, typed, tried=act_name, overtaken=True)
    return go_to(f"/complaints/{one.id}")


async def _register(rooms: Rooms, viewer: Viewer) -> list[DeskRecord]:
    reach = reach_of(viewer, SEES)
    return await rooms.database.read(lambda sql: read_register(sql, "complaint", reach))


async def _lines(rooms: Rooms, viewer: Viewer, *, observed: bool = False) -> list[Line]:
    reach, now = reach_of(viewer, SEES), rooms.clock()
    evidence = viewer.scope(Permission.READ_EVIDENCE).within(reach.services)
    return await rooms.database.read(
        lambda sql: register.read_lines(sql, rooms.catalogue, reach, evidence, now, observed=observed)
    )


async def _cells(rooms: Rooms, viewer: Viewer, asked: ComplaintFilter, file: str) -> list[dict[str, object]]:
    lines = [line for line in await _lines(rooms, viewer, observed=True) if asked.lets_through(line)]
    limits = [("service", asked.service)] if asked.service else []
    await note_export(rooms, viewer, file, rows_words(len(lines)), limits)
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES)))
    return [register.cells(line, {**names.services, **names.units}) for line in lines]


async def _find(rooms: Rooms, viewer: Viewer, id: str, permission: Permission) -> Line:
    reach, now = reach_of(viewer, permission), rooms.clock()
    found = [line for line in await _lines(rooms, viewer) if line.complaint.id == id]
    if not found or not reach.shows(found[0].complaint.service, found[0].complaint.restricted):
        raise Problem("not_found")
    line = found[0]
    scope = viewer.scope(Permission.READ_EVIDENCE).within([line.complaint.service])
    confirmed = await rooms.database.read(
        lambda sql: read_confirmed(sql, rooms.catalogue, [line.complaint], scope, now)
    )
    return msgspec.structs.replace(line, confirmed=confirmed[id])


async def _new(
    rooms: Rooms, viewer: Viewer, typed: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> Template:
    services = {id: name for id, name in viewer.services.items() if id in viewer.services_for(WRITES)}
    chosen = typed.get("service", "")
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(WRITES)))
    units = {
        id: name
        for id, name in names.units.items()
        if names.unit_service[id] in services and chosen in ("", names.unit_service[id])
    }
    choices = choices_of([one for one in await _register(rooms, viewer) if chosen in ("", one.service)])
    context = {
        "viewer": viewer,
        "here": "complaints",
        "fields": OPENING,
        "units": units,
        "options_of": lambda field: options_of(field, choices),
        "services": services,
        "typed": as_typed({"about_manager": "no", **typed}),
        "faults": dict(faults or {}),
    }
    return Template("complaints/new.html", context=context, status_code=422 if faults else 200)


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    line: Line,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    tried: str = "",
    overtaken: bool = False,
) -> Template:
    others = await _register(rooms, viewer)
    page = await rooms.database.read(lambda sql: read_complaint_page(sql, line, others, viewer))
    one, today = line.complaint, day_in_london(rooms.clock()).isoformat()
    begins = {
        **{f"described-{field.name}": one.now(field.name) for field in OPENING},
        "responded-sent_on": today,
        "learning-learned_on": today,
    }
    names = page.names
    context = {
        "viewer": viewer,
        "here": "complaints",
        "base": f"/complaints/{one.id}",
        "complaint": one,
        "called": called,
        "kinds": KINDS,
        "where": names.unit(one.unit) if one.unit else names.services.get(one.service, ""),
        "line": line,
        "names": names,
        "opening": page.opening,
        "sections": page.sections,
        "forms": page.forms,
        "history": page.history,
        "options_of": lambda field: options_of(field, page.choices),
        "typed": as_typed({**begins, **(typed or {})}),
        "faults": dict(faults or {}),
        "tried": tried,
        "overtaken": overtaken,
        "day": day_of,
        "due_at": due_at,
        "plan_words": {"yes": "The plan says what was learned", "no": "The plan does not say it"},
        "seen_words": {"met": "used", "partly": "used in part", "not_met": "not used"},
    }
    status = 422 if faults else 409 if overtaken else 200
    return Template("complaints/page.html", context=context, status_code=status)


handlers = [
    complaint_list,
    complaints_csv,
    complaints_json,
    new_complaint,
    add_complaint,
    one_complaint,
    do_act,
]
