"""Evidence views: the page of choices; each view and each timeline as a page, a spreadsheet and for a program."""

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.coverage.coverage_words import share_words
from server.evidence.people import read_names
from server.evidence.pseudonyms import new_key
from server.evidence.times import day_in_london, day_of, day_words
from server.evidence.words import SHIFTS, themes
from server.exporting import note_export, rows_words
from server.framework import library
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import CSV, saved_as
from server.routes.evidence import asked_of
from server.views import files
from server.views.address import KINDS, PEOPLE, THEMES, TIMELINE, UNITS, address, chosen, write_tag
from server.views.looking import Looking
from server.views.period import read_period
from server.views.reading import MOST
from server.views.subjects import read_view
from server.views.timeline import Timeline, read_timeline
from server.views.view import View

SEES = Permission.READ_EVIDENCE
JSON = "application/json"
# Of one section, so many records are on the page; the file has all
SHOWN = 50


@get("/views", opt=needs(SEES))
async def views_page(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template | Response[bytes]:
    """What there are views of; or, when one was chosen, on to it."""
    if there := chosen(dict(request.query_params)):
        return go_to(there)
    scope = viewer.scope(SEES)
    names = await rooms.database.read(lambda sql: read_names(sql, scope))
    context = {
        "viewer": viewer,
        "here": "evidence",
        "people": names.people,
        "units": {
            id: name for id, name in names.units.items() if scope.shows_place(names.unit_service[id], id)
        },
        "several": len(scope.services) > 1,
        "names": names,
        "themes": themes(),
        "frameworks": library().offered,
        "write_tag": write_tag,
        "shifts": SHIFTS,
        "today": day_in_london(rooms.clock()).isoformat(),
        "asked": bool(request.query_params),
    }
    return Template("views/index.html", context=context)


@get("/views/{view_kind:str}/{view_of:str}", opt=needs(SEES))
async def view_page(
    request: Request,  # type: ignore[type-arg]
    view_kind: FromPath[str],
    view_of: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """One view, or one timeline."""
    if view_kind == TIMELINE:
        timeline = await _timeline(rooms, viewer, view_of)
        context = {"viewer": viewer, "here": "evidence", "page": timeline, "address": address}
        return Template("views/timeline.html", context=context)
    view, faults, pairs = await _view(request, rooms, viewer, view_kind, view_of)
    context = {
        "viewer": viewer,
        "here": "evidence",
        "page": view,
        "faults": faults,
        "file": lambda name: address(view_kind, view_of, name, pairs),
        "service": dict(pairs).get("service", ""),
        "usual": address(view_kind, view_of, "", [one for one in pairs if one[0] == "service"])
        if len(pairs) > 1
        else "",
        "day": day_words,
        "day_of": day_of,
        "share": share_words,
        "shown": SHOWN,
        "most": MOST,
    }
    return Template("views/view.html", context=context)


@get("/views/{view_kind:str}/{view_of:str}/view.csv", opt=needs(SEES))
async def view_as_csv(
    request: Request,  # type: ignore[type-arg]
    view_kind: FromPath[str],
    view_of: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The view as a spreadsheet, in pseudonyms."""
    if view_kind == TIMELINE:
        timeline = await _taken_timeline(rooms, viewer, view_of, "csv")
        return saved_as(files.timeline_csv(timeline), CSV, "timeline.csv")
    return saved_as(
        files.view_csv(await _taken(request, rooms, viewer, view_kind, view_of, "csv")), CSV, "view.csv"
    )


@get("/views/{view_kind:str}/{view_of:str}/view.json", opt=needs(SEES))
async def view_as_json(
    request: Request,  # type: ignore[type-arg]
    view_kind: FromPath[str],
    view_of: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The view for a program, in pseudonyms."""
    if view_kind == TIMELINE:
        timeline = await _taken_timeline(rooms, viewer, view_of, "json")
        return saved_as(files.timeline_json(timeline), JSON, "timeline.json")
    return saved_as(
        files.view_json(await _taken(request, rooms, viewer, view_kind, view_of, "json")), JSON, "view.json"
    )


async def _view(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    viewer: Viewer,
    kind: str,
    of: str,
    key: bytes | None = None,
) -> tuple[View, dict[str, str], list[tuple[str, str]]]:
    """The view, what of its address was left out, and its days as an address has them. Raises `Problem` "not_found"."""
    now = rooms.clock()
    period, faults, pairs = read_period(asked_of(request), kind, day_in_london(now))
    service = request.query_params.get("service", "") if kind == THEMES else ""
    pairs = [("service", service), *pairs] if service else pairs
    looking = Looking(
        viewer=viewer,
        catalogue=rooms.catalogue,
        now=now,
        of=of,
        period=period,
        service=service,
        key=key,
    )
    view = await rooms.database.read(lambda sql: read_view(sql, kind, looking)) if kind in KINDS else None
    if view is None:
        raise Problem("not_found")
    return view, faults, pairs


async def _taken(
    request: Request,  # type: ignore[type-arg]
    rooms: Rooms,
    viewer: Viewer,
    kind: str,
    of: str,
    ending: str,
) -> View:
    """The view in pseudonyms, once it is noted who takes it."""
    view, _, pairs = await _view(request, rooms, viewer, kind, of, new_key())
    limits = [({PEOPLE: "person", UNITS: "unit"}.get(kind, "view"), of), *pairs]
    lines = rows_words(sum(len(section.rows) for section in view.sections))
    about = of if kind == PEOPLE else ""
    await note_export(rooms, viewer, f"{kind} view.{ending}", lines, limits, about=about)
    return view


async def _timeline(rooms: Rooms, viewer: Viewer, record: str, key: bytes | None = None) -> Timeline:
    now = rooms.clock()
    found = await rooms.database.read(lambda sql: read_timeline(sql, viewer, record, now, key))
    if found is None:
        raise Problem("not_found")
    return found


async def _taken_timeline(rooms: Rooms, viewer: Viewer, record: str, ending: str) -> Timeline:
    found = await _timeline(rooms, viewer, record, new_key())
    await note_export(rooms, viewer, f"timeline.{ending}", rows_words(len(found.lines)), about=record)
    return found


handlers = [views_page, view_page, view_as_csv, view_as_json]
