"""Taking a list out with the names and the words in it: with the password, a reason, and a note of both."""

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType
from urllib.parse import parse_qs, urlencode

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from server.cases import kinds as case_kinds
from server.cases import register as of_cases
from server.cases.page import choices_of as choices_of_case
from server.cases.page import once_chosen
from server.complaints import kinds as complaint_kinds
from server.complaints import register as of_complaints
from server.complaints.page import choices_of
from server.desk_records.full_words import Full
from server.desk_records.store import reach_of
from server.evidence import action_export, evidence_export, full_export
from server.evidence.action_register import read_query, read_register
from server.evidence.evidence_filter import read_filter
from server.evidence.people import read_names
from server.evidence.times import day_in_london
from server.exporting import note_export
from server.identity.confirming import confirm
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import read_form

TAKES = Permission.EXPORT_FULL
SHORTEST_WHY, LONGEST_WHY = 10, 500
# What there is to take out, and the permission that one needs to see it on a page
LISTS: Mapping[str, tuple[str, Permission]] = {
    "evidence": ("Evidence", Permission.READ_EVIDENCE),
    "actions": ("Improvement actions", Permission.READ_ACTIONS),
    "cases": ("Cases", Permission.READ_CASES),
    "complaints": ("Complaints", Permission.READ_COMPLAINTS),
}
FORMATS = {"csv": "CSV, for a spreadsheet", "json": "JSON, for a program"}


@get("/full-export/{what:str}", opt=needs(TAKES))
async def ask_for_full_export(
    request: Request,  # type: ignore[type-arg]
    what: FromPath[str],
    viewer: NamedDependency[Viewer],
) -> Template:
    """What is asked before names are given out. The query is the list's own filter."""
    return _page(viewer, what, urlencode(list(request.query_params.multi_items())), {}, {})


@post("/full-export/{what:str}", opt=needs(TAKES))
async def take_full_export(
    request: Request,  # type: ignore[type-arg]
    what: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Stream | Template:
    """The file; or the page again, with what to put right."""
    typed = await read_form(request)
    _list(viewer, what)
    query, why = typed.get("query", ""), " ".join(typed.get("why", "").split())
    faults: dict[str, str] = {}
    if typed.get("format") not in FORMATS:
        faults["format"] = "Choose one of these."
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        faults["why"] = "Write what it is for and who gets it, in ten letters or more."
    if not faults and (wrong := await confirm(rooms, viewer, typed)):
        faults["password"] = wrong
    if faults:
        return _page(viewer, what, query, typed, faults)
    asked, ending, now = parse_qs(query), typed["format"], rooms.clock()
    id = await rooms.database.write(lambda sql: full_export.note(sql, viewer.staff, what, why, query, now))
    name = f"{what}-with-names.{ending}"
    await note_export(rooms, viewer, name, "in full", what="exported_in_full", about=id)
    if what == "actions":
        return await _actions(rooms, viewer, asked, ending, name)
    if what in ("cases", "complaints"):
        # "state=" asks for all of them, open and closed
        every = parse_qs(query, keep_blank_values=True)
        full = await (_cases if what == "cases" else _complaints)(rooms, viewer, every)
        body = full.as_csv() if ending == "csv" else full.as_json(what)
        return Response(body, media_type=_MEDIA[ending], headers=_saved_as(name), status_code=200)
    wanted, _ = read_filter(asked)
    write = evidence_export.as_csv if ending == "csv" else evidence_export.as_json
    return Stream(
        write(rooms.database, wanted, viewer.scope(TAKES), None),
        media_type=_MEDIA[ending],
        headers=_saved_as(name),
        status_code=200,
    )


async def _actions(
    rooms: Rooms, viewer: Viewer, asked: Mapping[str, list[str]], ending: str, name: str
) -> Response[bytes]:
    scope, today = viewer.scope(TAKES), day_in_london(rooms.clock())
    names = await rooms.database.read(lambda sql: read_names(sql, scope))
    lines = await rooms.database.read(lambda sql: read_register(sql, scope, read_query(asked), names, today))
    write = action_export.as_csv if ending == "csv" else action_export.as_json
    body = write(lines, names, in_full=True)
    return Response(body, media_type=_MEDIA[ending], headers=_saved_as(name), status_code=200)


async def _cases(rooms: Rooms, viewer: Viewer, asked: Mapping[str, list[str]]) -> Full:
    reach, wanted, now = reach_of(viewer, TAKES), of_cases.read_filter(asked), rooms.clock()

    def read(sql: sqlite3.Connection) -> Full:
        names = read_names(sql, viewer.scope(TAKES))
        lines = of_cases.read_lines(sql, reach, now)
        cases = [line.case for line in lines if wanted.lets_through(line)]
        return Full(
            cases,
            case_kinds.ACTS,
            case_kinds.KINDS,
            names,
            lambda case: {**choices_of_case(sql, case, names), **once_chosen(case)},
        )

    return await rooms.database.read(read)


async def _complaints(rooms: Rooms, viewer: Viewer, asked: Mapping[str, list[str]]) -> Full:
    reach, wanted, now = reach_of(viewer, TAKES), of_complaints.read_filter(asked), rooms.clock()
    evidence = viewer.scope(TAKES)

    def read(sql: sqlite3.Connection) -> Full:
        lines = of_complaints.read_lines(sql, rooms.catalogue, reach, evidence, now)
        known = choices_of([line.complaint for line in lines])
        found = [line.complaint for line in lines if wanted.lets_through(line)]
        names = read_names(sql, evidence)
        return Full(found, complaint_kinds.ACTS, complaint_kinds.KINDS, names, lambda one: known)

    return await rooms.database.read(read)


def _page(
    viewer: Viewer,
    what: str,
    query: str,
    typed: Mapping[str, str],
    faults: Mapping[str, str] = MappingProxyType({}),
) -> Template:
    context = {
        "viewer": viewer,
        "here": what,
        "what": what,
        "title": _list(viewer, what),
        "query": query,
        "formats": FORMATS,
        "typed": {name: (value,) for name, value in typed.items() if name != "password"},
        "faults": dict(faults),
    }
    return Template("evidence/full_export.html", context=context, status_code=422 if faults else 200)


def _list(viewer: Viewer, what: str) -> str:
    if what not in LISTS or not viewer.may(LISTS[what][1]):
        raise Problem("not_found")
    return LISTS[what][0]


_MEDIA = {"csv": "text/csv", "json": "application/json"}


def _saved_as(name: str) -> dict[str, str]:
    return {"content-disposition": f'attachment; filename="{name}"'}


handlers = [ask_for_full_export, take_full_export]
