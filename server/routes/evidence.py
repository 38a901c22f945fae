"""The desk's evidence: the list, its downloads and its live badge, and the page of one record."""

from collections.abc import AsyncIterator, Mapping, Sequence

from litestar import Request, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream, Template

from server.evidence import evidence_export, evidence_query
from server.evidence.evidence_filter import Filter, read_filter
from server.evidence.evidence_list import read_page, read_place
from server.evidence.live import watch_of
from server.evidence.live_stream import live_stream
from server.evidence.record_page import read_record_page
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.review.restricted import may_see
from server.rooms import Rooms

SEES = Permission.READ_EVIDENCE


@get("/evidence", opt=needs(SEES))
async def evidence_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """What happened last, first; `after` and `before` name a place in the list."""
    asked = asked_of(request)
    wanted, faults = read_filter(asked)
    after, before = (read_place("".join(asked.get(name, ())[:1])) for name in ("after", "before"))
    page = await rooms.database.read(
        lambda sql: read_page(
            sql, wanted, viewer.services_for(SEES), after, before, restricted=may_see(viewer)
        )
    )
    return Template(
        "evidence/list.html", context={"viewer": viewer, "here": "evidence", "page": page, "faults": faults}
    )


@get("/evidence.csv", opt=needs(SEES))
async def evidence_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """The filtered list as a spreadsheet."""
    pieces = evidence_export.as_csv(
        rooms.database, _filter(request), viewer.services_for(SEES), may_see(viewer)
    )
    return _download(pieces, "text/csv; charset=utf-8", "evidence.csv")


@get("/evidence.json", opt=needs(SEES))
async def evidence_json(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """The filtered list for a program."""
    pieces = evidence_export.as_json(
        rooms.database, _filter(request), viewer.services_for(SEES), may_see(viewer)
    )
    return _download(pieces, "application/json", "evidence.json")


@get("/evidence/live", opt={**needs(SEES), "stream": True})
async def evidence_live(
    request: Request,  # type: ignore[type-arg]
    state: State,
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """How many records of the filter came in since entry number `since`, each time that changes."""
    wanted, services, restricted = _filter(request), viewer.services_for(SEES), may_see(viewer)
    since = whole_number(request.query_params.get("mark", ""))

    async def ask() -> int:
        return await rooms.database.read(
            lambda sql: evidence_query.count_new(sql, wanted, services, since, restricted)
        )

    return live_stream(watch_of(state, rooms.database), ask, 0, rooms.streams.enter(viewer.session))


@get("/evidence/{record:str}", opt=needs(SEES))
async def record(
    request: Request,  # type: ignore[type-arg]
    record: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """One record as it stands, or, with `version`, as it stood."""
    version = whole_number(request.query_params.get("version", "")) or None
    page = await rooms.database.read(
        lambda sql: read_record_page(sql, rooms.catalogue, viewer.services_for(SEES), record, version)
    )
    if page is None:
        raise Problem("not_found")
    return Template("evidence/record.html", context={"viewer": viewer, "here": "evidence", "page": page})


def asked_of(request: Request) -> Mapping[str, Sequence[str]]:  # type: ignore[type-arg]
    """The query of an address, every value of each name."""
    return {name: request.query_params.getall(name) for name in request.query_params}


def _filter(request: Request) -> Filter:  # type: ignore[type-arg]
    wanted, _ = read_filter(asked_of(request))
    return wanted


def whole_number(text: str) -> int:
    """The number an address names; 0 when it names none."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


def _download(pieces: AsyncIterator[bytes], media_type: str, name: str) -> Stream:
    return Stream(
        pieces, media_type=media_type, headers={"content-disposition": f'attachment; filename="{name}"'}
    )


handlers = [evidence_list, evidence_csv, evidence_json, evidence_live, record]
