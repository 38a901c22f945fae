"""The monthly summaries: which are there, one of them, what somebody writes about it, and its signature."""

import sqlite3
from collections.abc import Mapping

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.charts.periods import period_words
from server.charts.shown import show
from server.dated_settings import signing
from server.desk_records.store import role_in
from server.evidence import words
from server.evidence.people import read_names
from server.evidence.times import day_in_london, day_of, read_day
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.scope import of_services
from server.identity.viewer import Viewer
from server.measures.periods import Period, month_of
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import roles_in, saved_as
from server.same_origin import read_form
from server.signals.listing import STATES
from server.summaries import store
from server.summaries.asked import by_words, read_asked
from server.summaries.catalogue import KINDS, SummaryKind
from server.summaries.content import Content, digest_of, write_content
from server.summaries.judgement_form import read_judgement
from server.summaries.reading import months_until, read_summary
from server.summaries.store import By, Kept, NothingToSign, Overtaken, Place

SEES, WRITES, SIGNS = Permission.READ_SUMMARIES, Permission.WRITE_SUMMARIES, Permission.SIGN_SUMMARIES
LISTED = 7
_LATE = "Somebody else wrote or signed it since you opened this page. Look again, then send it once more."
_MOVED = "Records came in since you opened this page, and the figures are others now. Look again, then sign."


class Shown(msgspec.Struct, frozen=True):
    """One summary as a page shows it: as it was signed, else as it would be now."""

    kind: SummaryKind
    place: Place
    month: Period
    kept: Kept
    content: Content


@get("/summaries", opt=needs(SEES))
async def summaries(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Every kind of summary by month, of one service: signed, written, or not there yet."""
    service, now = _service(viewer, request.query_params.get("service", "")), rooms.clock()
    today = day_in_london(now)
    months = months_until(month_of(today), LISTED)[::-1]
    states = await rooms.database.read(lambda sql: store.read_states(sql, [service]))
    names = await rooms.database.read(lambda sql: read_names(sql, of_services([service])))
    asked = await rooms.database.read(lambda sql: read_asked(sql, service, months, states, today))
    context = {
        "viewer": viewer,
        "here": "summaries",
        "asked": {(one.kind, one.month): by_words(one) for one in asked},
        "overdue": sum(one.overdue for one in asked),
        "service": service,
        "services": _services(viewer),
        "kinds": KINDS.values(),
        "months": months,
        "running": months[0].label,
        "states": {(kind, month): said for (kind, _, month), said in states.items()},
        "names": names,
        "period": _period,
        "day": day_of,
    }
    return Template("summaries/list.html", context=context)


@get("/summaries/{kind:str}/{month:str}", opt=needs(SEES))
async def one_summary(
    request: Request,  # type: ignore[type-arg]
    kind: FromPath[str],
    month: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """One summary, with the forms for whoever may write about it or sign it."""
    shown = await _read(rooms, viewer, kind, month, request.query_params.get("service", ""))
    return await _page(rooms, viewer, shown)


@get("/summaries/{kind:str}/{month:str}/content.json", opt=needs(SEES))
async def summary_json(
    request: Request,  # type: ignore[type-arg]
    kind: FromPath[str],
    month: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """What the summary holds, for a program: of a signed one the very bytes of which the digest was signed."""
    shown = await _read(rooms, viewer, kind, month, request.query_params.get("service", ""))
    name = f"{shown.kind.code}-{shown.place.month}.json"
    await note_export(
        rooms, viewer, name, rows_words(len(shown.content.measures)), service=shown.place.service
    )
    return saved_as(write_content(shown.content), "application/json", name)


@post("/summaries/{kind:str}/{month:str}/judgement", opt=needs(WRITES))
async def judge_summary(
    request: Request,  # type: ignore[type-arg]
    kind: FromPath[str],
    month: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep what somebody judges; or the page again, with what to put right."""
    typed = await read_form(request)
    shown = await _read(rooms, viewer, kind, month, typed.get("service", ""), WRITES)
    judgement, fault = read_judgement(typed.get("judgement", ""))
    if fault:
        return await _page(rooms, viewer, shown, typed, {"judgement": fault})
    by, began_from = _by(rooms, viewer, shown.place, WRITES), _number(typed)
    try:
        await rooms.database.write(
            lambda sql: store.write_judgement(sql, shown.place, began_from, judgement, by)
        )
    except Overtaken:
        shown = await _read(rooms, viewer, kind, month, shown.place.service)
        return await _page(rooms, viewer, shown, typed, {"judgement": _LATE}, status=409)
    return go_to(_address(shown.place))


@post("/summaries/{kind:str}/{month:str}/signature", opt=needs(SIGNS))
async def sign_summary(
    request: Request,  # type: ignore[type-arg]
    kind: FromPath[str],
    month: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Freeze the summary with its judgement, as the signer saw both; or the page again, with why not."""
    typed = await read_form(request)
    shown = await _read(rooms, viewer, kind, month, typed.get("service", ""), SIGNS)
    if not shown.month.is_over(rooms.clock()):
        fault = "The month is still running. It can be signed when it is over."
        return await _page(rooms, viewer, shown, typed, {"sign": fault})
    if not await _may_sign(rooms, viewer, shown.place.service):
        who = await rooms.database.read(
            lambda sql: signing.signers_words(sql, shown.place.service, signing.SUMMARIES, rooms.clock())
        )
        fault = f"Who signs summaries here: {who}."
        return await _page(rooms, viewer, shown, typed, {"sign": fault})
    if shown.kept.signed is None and typed.get("mark") != _mark(shown.content):
        return await _page(rooms, viewer, shown, typed, {"sign": _MOVED}, status=409)
    by, began_from = _by(rooms, viewer, shown.place, SIGNS), _number(typed)
    try:
        await rooms.database.write(lambda sql: store.sign(sql, shown.place, began_from, shown.content, by))
    except NothingToSign:
        fault = "Nobody has written a judgement yet. Write what you make of the month first."
        return await _page(rooms, viewer, shown, typed, {"sign": fault})
    except Overtaken:
        shown = await _read(rooms, viewer, kind, month, shown.place.service)
        return await _page(rooms, viewer, shown, typed, {"sign": _LATE}, status=409)
    return go_to(_address(shown.place))


@post("/summaries/{kind:str}/{month:str}/addition", opt=needs(WRITES))
async def add_to_summary(
    request: Request,  # type: ignore[type-arg]
    kind: FromPath[str],
    month: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Add something to a signed summary; or the page again, with what to put right."""
    typed = await read_form(request)
    shown = await _read(rooms, viewer, kind, month, typed.get("service", ""), WRITES)
    addition, fault = read_judgement(typed.get("addition", ""))
    if fault:
        return await _page(rooms, viewer, shown, typed, {"addition": fault})
    by = _by(rooms, viewer, shown.place, WRITES)
    try:
        await rooms.database.write(lambda sql: store.add(sql, shown.place, addition, by))
    except NothingToSign:
        raise Problem("not_found") from None
    return go_to(_address(shown.place))


async def _read(
    rooms: Rooms, viewer: Viewer, kind_code: str, label: str, wanted: str, permission: Permission = SEES
) -> Shown:
    """Raises `Problem` "not_found" for a kind, month or service that is not there for the viewer."""
    kind, first, now = KINDS.get(kind_code), read_day(f"{label}-01"), rooms.clock()
    if kind is None or first is None or first > day_in_london(now):
        raise Problem("not_found")
    month = month_of(first)
    place = Place(kind.code, _service(viewer, wanted, permission), month.label)

    def read(connection: sqlite3.Connection) -> Shown:
        kept = store.read_kept(connection, place)
        content = (
            kept.signed.content
            if kept.signed
            else read_summary(connection, rooms.catalogue, kind, place.service, month, now)
        )
        return Shown(kind, place, month, kept, content)

    return await rooms.database.read(read)


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    shown: Shown,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
    *,
    status: int = 422,
) -> Template:
    place = shown.place
    names = await rooms.database.read(lambda sql: read_names(sql, of_services([place.service])))
    written = shown.kept.judgement
    context = {
        "viewer": viewer,
        "here": "summaries",
        "shown": shown,
        "content": shown.content,
        "kept": shown.kept,
        "over": shown.month.is_over(rooms.clock()),
        "mark": _mark(shown.content),
        "themes": words.themes(),
        "bearings": words.BEARINGS,
        "sign_states": STATES,
        "names": names,
        "address": _address(place),
        "here_at": f"/summaries/{place.kind}/{place.month}",
        "may_write": viewer.may(WRITES, place.service),
        "may_sign": viewer.may(SIGNS, place.service) and await _may_sign(rooms, viewer, place.service),
        "typed": {
            "judgement": ((typed or {}).get("judgement", written.words if written else ""),),
            "addition": ((typed or {}).get("addition", ""),),
        },
        "faults": dict(faults or {}),
        "shown_chart": show,
        "period": _period,
        "day": day_of,
    }
    return Template("summaries/one.html", context=context, status_code=status if faults else 200)


async def _may_sign(rooms: Rooms, viewer: Viewer, service: str) -> bool:
    roles, now = roles_in(viewer, service), rooms.clock()
    return await rooms.database.read(lambda sql: signing.signs(sql, service, signing.SUMMARIES, roles, now))


def _by(rooms: Rooms, viewer: Viewer, place: Place, permission: Permission) -> By:
    return By(viewer.staff, role_in(viewer, place.service, permission), rooms.clock())


def _services(viewer: Viewer) -> dict[str, str]:
    return {id: name for id, name in viewer.services.items() if id in viewer.services_for(SEES)}


def _service(viewer: Viewer, wanted: str, permission: Permission = SEES) -> str:
    """The wanted service, or the first. Raises `Problem` "not_found"."""
    services = viewer.services_for(permission)
    if not services or (wanted and wanted not in services):
        raise Problem("not_found")
    return wanted or services[0]


def _mark(content: Content) -> str:
    return digest_of(write_content(content))


def _period(month: Period) -> str:
    return period_words(month.start.isoformat(), month.end.isoformat())


def _number(typed: Mapping[str, str]) -> int:
    text = typed.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else -1


def _address(place: Place) -> str:
    return f"/summaries/{place.kind}/{place.month}?service={place.service}"


handlers = [summaries, one_summary, summary_json, judge_summary, sign_summary, add_to_summary]
