"""The named logs: the index, one log, and its two files."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.coverage.coverage import usual_window
from server.coverage.reading import read_units
from server.coverage.wanted import first_of
from server.dated_settings.setting import WEEKDAYS
from server.evidence.people import read_names
from server.evidence.pseudonyms import new_key
from server.evidence.times import day_of, day_words, moment_words
from server.evidence.words import SHIFTS
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.measures.reading import read_settings
from server.named_logs import export
from server.named_logs.catalogue import BY_CODE, LOGS
from server.named_logs.gaps import are_told
from server.named_logs.line import Line
from server.named_logs.named_log import How, NamedLog
from server.named_logs.procedures import Prompts, read_prompts
from server.named_logs.reading import Reader
from server.named_logs.wanted import PAPER, SHOWS, Wanted, read_wanted
from server.problems import Problem
from server.rooms import Rooms
from server.routes.evidence import asked_of

SEES = Permission.READ_EVIDENCE
# What else it takes to read a log that is not of records
ALSO: Mapping[How, Permission] = {"templates": Permission.READ_FORMS, "timescales": Permission.READ_SETTINGS}


class Looked(msgspec.Struct, frozen=True):
    """One log: its filter, how many entries that lets through, how many are missing among them, those to show."""

    wanted: Wanted
    faults: dict[str, str]
    units: dict[str, str]
    total: int
    lacking: int
    lines: list[Line]


class Listed(msgspec.Struct, frozen=True):
    """A log in the index: when its last entry happened, how many are missing since Monday (None: none can be)."""

    log: NamedLog
    newest: str
    missing: int | None


@get("/logs", opt=needs(SEES))
async def log_index(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Every named log of one service, with its newest entry and what is missing this week."""
    service, now = _service(viewer, asked_of(request)), rooms.clock()
    logs = [log for log in LOGS if _may_read(viewer, log, service)]

    def read(connection: sqlite3.Connection) -> list[Listed]:
        scope = viewer.scope(SEES)
        settings = read_settings(connection, scope.within([service]), rooms.catalogue)
        reader = Reader(connection, scope, rooms.catalogue, settings, now)
        return [
            Listed(log, reader.newest(log, service), reader.missing_this_week(log, service)) for log in logs
        ]

    context = {
        "viewer": viewer,
        "here": "logs",
        "service": service,
        "services": _services(viewer),
        "listed": await rooms.database.read(read),
        "moment": moment_words,
        "narrowed": not are_told(viewer.scope(SEES).within([service])),
    }
    return Template("named_logs/index.html", context=context)


@get("/logs/{log_code:str}", opt=needs(SEES))
async def one_log(
    request: Request,  # type: ignore[type-arg]
    log_code: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """One log of one service, what happened last first, with what is missing in its place."""
    log = _log(log_code)
    looked = await _look(asked_of(request), rooms, viewer, log)
    context = {
        "viewer": viewer,
        "here": "logs",
        "log": log,
        "looked": looked,
        "services": _services(viewer),
        "shifts": SHIFTS,
        "weekdays": WEEKDAYS,
        "shows": SHOWS,
        "most": PAPER,
        "day": day_words,
        "narrowed": not are_told(viewer.scope(SEES).within([looked.wanted.service])),
        "prompts": await _prompts(rooms, viewer, log, looked.wanted.service),
        "names": await rooms.database.read(
            lambda sql: read_names(sql, viewer.scope(SEES).within([looked.wanted.service]))
        ),
        "day_of": day_of,
    }
    return Template("named_logs/log.html", context=context)


@get("/logs/{log_code:str}/log.csv", opt=needs(SEES))
async def log_csv(
    request: Request,  # type: ignore[type-arg]
    log_code: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """Every entry of the filter as a spreadsheet, in pseudonyms."""
    return await _file(request, rooms, viewer, log_code, "csv")


@get("/logs/{log_code:str}/log.json", opt=needs(SEES))
async def log_json(
    request: Request,  # type: ignore[type-arg]
    log_code: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """Every entry of the filter for a program, in pseudonyms."""
    return await _file(request, rooms, viewer, log_code, "json")


async def _file(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    viewer: Viewer,
    code: str,
    ending: Literal["csv", "json"],
) -> Response[bytes]:
    log = _log(code)
    looked = await _look(asked_of(request), rooms, viewer, log, new_key())
    wanted, file = looked.wanted, f"{log.code}.{ending}"
    await note_export(
        rooms, viewer, file, rows_words(len(looked.lines)), wanted.pairs(), service=wanted.service
    )
    if ending == "csv":
        content, media = export.as_csv(log, looked.lines, in_full=False), "text/csv"
    else:
        content, media = export.as_json(log, wanted, looked.lines, in_full=False), "application/json"
    headers = {"content-disposition": f'attachment; filename="{file}"'}
    return Response(content, media_type=media, headers=headers)


async def _look(
    asked: Mapping[str, Sequence[str]], rooms: Rooms, viewer: Viewer, log: NamedLog, key: bytes | None = None
) -> Looked:
    """A page of the log; with a key, all of it, in pseudonyms."""
    service, now = _service(viewer, asked), rooms.clock()
    if not _may_read(viewer, log, service):
        raise Problem("not_found")
    scope = viewer.scope(SEES)

    def read(connection: sqlite3.Connection) -> Looked:
        here = scope.within([service])
        units, settings = read_units(connection, here), read_settings(connection, here, rooms.catalogue)
        wanted, faults = read_wanted(asked, service, units, usual_window(settings, service, now))
        names = export.names_of(read_names(connection, here), key)
        reader = Reader(connection, scope, rooms.catalogue, settings, now)
        places = reader.outline(log, wanted)
        first = (wanted.page - 1) * wanted.size
        shown = places if key is not None else places[first : first + wanted.size]
        lines = reader.lines(log, wanted, shown, names)
        lacking = sum(place.lacks for place in places)
        return Looked(wanted, faults, units, len(places) or len(lines), lacking, lines)

    return await rooms.database.read(read)


async def _prompts(rooms: Rooms, viewer: Viewer, log: NamedLog, service: str) -> Prompts | None:
    """Those of the log's form, for whoever reads forms there."""
    if not log.prompts or not viewer.may(Permission.READ_FORMS, service):
        return None

    def read(connection: sqlite3.Connection) -> Prompts:
        row = connection.execute("SELECT kind FROM service WHERE id = ?", (service,)).fetchone()
        return read_prompts(connection, rooms.catalogue, log.prompts, service, row["kind"])

    return await rooms.database.read(read)


def _log(code: str) -> NamedLog:
    if code not in BY_CODE:
        raise Problem("not_found")
    return BY_CODE[code]


def _may_read(viewer: Viewer, log: NamedLog, service: str) -> bool:
    return log.how not in ALSO or viewer.may(ALSO[log.how], service)


def _services(viewer: Viewer) -> dict[str, str]:
    return {id: name for id, name in viewer.services.items() if id in viewer.scope(SEES).services}


def _service(viewer: Viewer, asked: Mapping[str, Sequence[str]]) -> str:
    seen = viewer.scope(SEES).services
    service = first_of(asked, "service") or seen[0]
    if service not in seen:
        raise Problem("not_found")
    return service


handlers = [log_index, one_log, log_csv, log_json]
