"""Who, where and when was observed, and was not; how soon records were written. A page and a file."""

import sqlite3

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.answers import go_to
from server.coverage import coverage_words
from server.coverage.coverage import Coverage, floor_forms, usual_window
from server.coverage.coverage_export import as_csv, lines_of
from server.coverage.reading import read_units
from server.coverage.wanted import Wanted, first_of, read_wanted
from server.evidence.people import Names, read_names
from server.evidence.times import day_words, days_words
from server.evidence.words import SHIFTS
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.scope import Scope
from server.identity.viewer import Viewer
from server.measures.reading import read_settings
from server.problems import Problem
from server.rooms import Rooms
from server.routes.evidence import asked_of
from server.standing.of_coverage import coverage_told
from server.standing.of_service import Told, keep_services_told
from server.standing.renewing import asks_anew

SEES = Permission.READ_EVIDENCE


class Looked(msgspec.Struct, frozen=True):
    """What an address asks for, and what there is."""

    wanted: Wanted
    faults: dict[str, str]
    found: Told[Coverage]
    names: Names
    units: dict[str, str]


@get("/coverage", opt=needs(SEES))
async def coverage_page(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template | Response[bytes]:
    """The heat map, who was not heard, what was not watched, and how soon records were written, of one service. Asked
    for anew: worked out now, then the page as it is kept.
    """
    anew = asks_anew(request)
    looked = await _look(request, rooms, viewer, anew=anew)
    if anew:
        return go_to(looked.wanted.address("/coverage"))
    seen = viewer.scope(SEES).within([looked.wanted.service])
    context = {
        "viewer": viewer,
        "here": "coverage",
        "looked": looked,
        "page": looked.found.of,
        "older": looked.found.older,
        "services": {id: name for id, name in viewer.services.items() if id in viewer.scope(SEES).services},
        "forms": floor_forms(rooms.catalogue),
        "shifts": SHIFTS,
        "words": coverage_words,
        "day": day_words,
        "days": days_words,
        "narrowed": _is_narrowed(seen),
    }
    return Template("coverage/page.html", context=context)


@get("/coverage.csv", opt=needs(SEES))
async def coverage_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The same figures as a spreadsheet, without anybody's name."""
    looked = await _look(request, rooms, viewer, anew=True)
    lines, wanted = lines_of(looked.found.of), looked.wanted
    await note_export(
        rooms, viewer, "coverage.csv", rows_words(len(lines)), wanted.pairs(), service=wanted.service
    )
    return Response(
        as_csv(lines),
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="coverage.csv"'},
    )


async def _look(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    viewer: Viewer,
    *,
    anew: bool,
) -> Looked:
    asked, now, seen = asked_of(request), rooms.clock(), viewer.scope(SEES)
    service = first_of(asked, "service") or seen.services[0]
    if service not in seen.services:
        raise Problem("not_found")
    scope = seen.within([service])

    def read(connection: sqlite3.Connection) -> Looked:
        units = read_units(connection, scope)
        usual = usual_window(read_settings(connection, scope, rooms.catalogue), service, now)
        wanted, faults = read_wanted(asked, service, units, floor_forms(rooms.catalogue), usual)
        found = coverage_told(connection, scope, rooms.catalogue, wanted, now, anew=anew)
        return Looked(wanted, faults, found, read_names(connection, scope), units)

    looked = await rooms.database.read(read)
    await keep_services_told(rooms.database, looked.found.keep)
    return looked


def _is_narrowed(scope: Scope) -> bool:
    """Whether less than all records of these places may be seen, so that an empty cell need not be empty."""
    return any(part.forms or part.actions or part.since or part.until for part in scope.parts)


handlers = [coverage_page, coverage_csv]
