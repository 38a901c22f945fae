"""The desk's evidence: the list, its downloads and its live badge, and the page of one record."""

import sqlite3
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from types import MappingProxyType

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from server.answers import go_to
from server.cases.records import OPENS, read_cases_of
from server.desk_records.store import called, reach_of
from server.due.late_arrivals import LateArrival, read_late_arrivals
from server.evidence import evidence_export, evidence_query
from server.evidence.evidence_filter import Filter, read_filter
from server.evidence.evidence_list import read_page, read_place
from server.evidence.live import watch_of
from server.evidence.live_stream import live_stream
from server.evidence.pseudonyms import new_key
from server.evidence.record_page import RecordPage, read_record_page
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.retention.retention_page import destroyed_of
from server.retention.rules import rule_words
from server.review import acts, questions
from server.review.panel import Panel, read_panel
from server.review.restricted import may_see, sees
from server.rooms import Rooms
from server.same_origin import read_form
from server.views.address import views_of

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
    page = await rooms.database.read(lambda sql: read_page(sql, wanted, viewer.scope(SEES), after, before))
    return Template(
        "evidence/list.html", context={"viewer": viewer, "here": "evidence", "page": page, "faults": faults}
    )


@get("/evidence.csv", opt=needs(SEES))
async def evidence_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """The filtered list as a spreadsheet, in pseudonyms."""
    await _note_export(rooms, viewer, _filter(request), "evidence.csv")
    pieces = evidence_export.as_csv(rooms.database, _filter(request), viewer.scope(SEES), new_key())
    return _download(pieces, "text/csv", "evidence.csv")


@get("/evidence.json", opt=needs(SEES))
async def evidence_json(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """The filtered list for a program, in pseudonyms."""
    await _note_export(rooms, viewer, _filter(request), "evidence.json")
    pieces = evidence_export.as_json(rooms.database, _filter(request), viewer.scope(SEES), new_key())
    return _download(pieces, "application/json", "evidence.json")


async def _note_export(rooms: Rooms, viewer: Viewer, wanted: Filter, file: str) -> None:
    scope = viewer.scope(SEES)

    def count(connection: sqlite3.Connection) -> int:
        return sum(
            evidence_query.count_rows(connection, wanted, scope, withdrawn=withdrawn, most=sys.maxsize - 1)
            for withdrawn in (False, True)
        )

    rows = rows_words(await rooms.database.read(count))
    await note_export(rooms, viewer, file, rows, wanted.pairs(), service=wanted.service)


@get("/evidence/live", opt={**needs(SEES), "stream": True})
async def evidence_live(
    request: Request,  # type: ignore[type-arg]
    state: State,
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """How many records of the filter came in since entry number `since`, each time that changes."""
    wanted, scope = _filter(request), viewer.scope(SEES)
    since = whole_number(request.query_params.get("mark", ""))

    async def ask() -> int:
        return await rooms.database.read(lambda sql: evidence_query.count_new(sql, wanted, scope, since))

    return live_stream(watch_of(state, rooms.database), ask, 0, rooms.streams.enter(viewer.session))


@get("/evidence/{record:str}", opt=needs(SEES))
async def record(
    request: Request,  # type: ignore[type-arg]
    record: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """One record as it stands, or, with `version`, as it stood; compared with version `against`."""
    version, against = (whole_number(request.query_params.get(name, "")) for name in ("version", "against"))
    if gone := await _destroyed(rooms, viewer, record):
        context = {"viewer": viewer, "here": "evidence", "destroyed": gone, "rule_words": rule_words}
        return Template("evidence/destroyed.html", context=context)
    return await _record_page(rooms, viewer, record, version, against)


async def _destroyed(rooms: Rooms, viewer: Viewer, record: str) -> list[dict[str, str]]:
    """What is left of a record of which no version is there any more; for whoever works with the service's records."""
    services = viewer.services_for(Permission.REVIEW_EVIDENCE)
    stands = "SELECT 1 FROM record_version WHERE record = ?"
    if await rooms.database.read(lambda sql: sql.execute(stands, (record,)).fetchone() is not None):
        return []
    return await rooms.database.read(lambda sql: destroyed_of(sql, record, services, may_see(viewer)))


@post("/evidence/{record:str}/review", opt=needs(Permission.REVIEW_EVIDENCE))
async def review(
    request: Request,  # type: ignore[type-arg]
    record: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Back to the record's page; or the page again, saying what to put right or who was quicker."""
    form = await read_form(request)
    intended = acts.Intended(
        state=form.get("state", ""),
        reason=form.get("reason", ""),
        version=whole_number(form.get("version", "")),
        newest_act=whole_number(form.get("newest_act", "")),
    )
    errors = await rooms.database.write(lambda sql: _review(sql, rooms, viewer, record, intended))
    if errors:
        return await _record_page(rooms, viewer, record, typed=intended, errors=errors)
    return go_to(f"/evidence/{record}#review")


def _review(
    connection: sqlite3.Connection, rooms: Rooms, viewer: Viewer, record: str, intended: acts.Intended
) -> dict[str, str]:
    before = acts.reviewed(connection, record)
    if before is None or not sees(connection, viewer, record, Permission.REVIEW_EVIDENCE):
        raise Problem("not_found")
    if acts.is_repeated(connection, before, intended, viewer.staff):
        return {}
    if errors := acts.faults(intended, before, viewer.staff):
        return errors
    try:
        act = acts.act(connection, before, intended, viewer.staff, rooms.clock())
    except acts.Outpaced:
        return {"state": "This record changed while you had it open. Look at it again, then choose."}
    if intended.state == "question":
        words = intended.reason.strip()
        questions.ask(connection, record, act, words, rooms.clock())
    return {}


async def _record_page(
    rooms: Rooms,
    viewer: Viewer,
    record: str,
    version: int = 0,
    against: int = 0,
    typed: acts.Intended | None = None,
    errors: Mapping[str, str] = MappingProxyType({}),
) -> Template:
    scope = viewer.scope(SEES)

    def read(connection: sqlite3.Connection) -> tuple[RecordPage | None, Panel | None, list[LateArrival]]:
        page = read_record_page(connection, rooms.catalogue, scope, record, version or None, against or None)
        if page is None:
            return None, None, []
        panel = read_panel(connection, rooms.catalogue, record, scope)
        return page, panel, read_late_arrivals(connection, record, scope)

    page, panel, late_arrivals = await rooms.database.read(read)
    if page is None:
        raise Problem("not_found")
    context = {
        "viewer": viewer,
        "here": "evidence",
        "page": page,
        "review": panel,
        "late_arrivals": late_arrivals,
        "views": views_of(page.row),
        "may_review": viewer.may(Permission.REVIEW_EVIDENCE, page.row.service, page.row.unit),
        "typed": typed,
        "errors": errors,
        "cases": await rooms.database.read(
            lambda sql: read_cases_of(sql, record, reach_of(viewer, Permission.READ_CASES))
        ),
        "case_called": called,
        "opens_case": page.row.form in OPENS and viewer.may(Permission.WRITE_CASES, page.row.service),
    }
    return Template("evidence/record.html", context=context, status_code=422 if errors else 200)


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


handlers = [evidence_list, evidence_csv, evidence_json, evidence_live, record, review]
