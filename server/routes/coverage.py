"""Who, where and when was observed, and was not; how soon records were written. A page and a file."""

import sqlite3

import msgspec
from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.coverage import coverage_words
from server.coverage.coverage import Coverage, floor_forms, read_coverage, usual_window
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

SEES = Permission.READ_EVIDENCE


class Looked(msgspec.Struct, frozen=True):
    """What an address asks for, and what there is."""

    wanted: Wanted
    faults: dict[str, str]
    coverage: Coverage
    names: Names
    units: dict[str, str]


@get("/coverage", opt=needs(SEES))
async def coverage_page(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """The heat map, who was not heard, what was not watched, and how soon records were written, of one service."""
    looked = await _look(request, rooms, viewer)
    seen = viewer.scope(SEES).within([looked.wanted.service])
    context = {
        "viewer": viewer,
        "here": "coverage",
        "looked": looked,
        "page": looked.coverage,
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
    looked = await _look(request, rooms, viewer)
    lines, wanted = lines_of(looked.coverage), looked.wanted
    await note_export(
        rooms, viewer, "coverage.csv", rows_words(len(lines)), wanted.pairs(), service=wanted.service
    )
    return Response(
        as_csv(lines),
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="coverage.csv"'},
    )


async def _look(request: Request, rooms: Rooms, viewer: Viewer) -> Looked:  # type: ignore[type-arg]
    asked, now, seen = asked_of(request), rooms.clock(), viewer.scope(SEES)
    service = first_of(asked, "service") or seen.services[0]
    if service not in seen.services:
        raise Problem("not_found")
    scope = seen.within([service])

    def read(connection: sqlite3.Connection) -> Looked:
        units = read_units(connection, scope)
        usual = usual_window(read_settings(connection, scope, rooms.catalogue), service, now)
        wanted, faults = read_wanted(asked, service, units, floor_forms(rooms.catalogue), usual)
        coverage = read_coverage(
            connection,
            scope,
            rooms.catalogue,
            service,
            now,
            shown=wanted.shown,
            unit=wanted.unit,
            form=wanted.form,
        )
        return Looked(wanted, faults, coverage, read_names(connection, scope), units)

    return await rooms.database.read(read)


def _is_narrowed(scope: Scope) -> bool:
    """Whether less than all records of these places may be seen, so that an empty cell need not be empty."""
    return any(part.forms or part.actions or part.since or part.until for part in scope.parts)


handlers = [coverage_page, coverage_csv]
