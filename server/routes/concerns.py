"""The desk's immediate concerns: the page, the banner's own piece and its stream, and acknowledging one by name."""

from litestar import Request, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Stream, Template

from server.answers import go_to
from server.concerns import store
from server.concerns.schema import FORM
from server.concerns.store import AlreadyAcknowledged
from server.evidence.live import watch_of
from server.evidence.live_stream import live_stream
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.evidence import whole_number
from server.same_origin import read_form

SEES = Permission.ANSWER_CONCERNS
NO_DECISION = "Write what you decided, so that the next manager knows."


@get("/concerns", opt=needs(SEES))
async def concern_list(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Open ones first, then those that were acknowledged, with their times."""
    return await _page(rooms, viewer)


@get("/concerns/banner", opt={**needs(SEES), "stream": True})
async def concern_banner(viewer: NamedDependency[Viewer]) -> Template:
    """The banner alone, for a page that is open."""
    return Template("concerns/banner_only.html", context={"viewer": viewer})


@get("/concerns/live", opt={**needs(SEES), "stream": True})
async def concerns_live(
    request: Request,  # type: ignore[type-arg]
    state: State,
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Stream:
    """A number each time a concern is raised, changed or acknowledged."""
    known = whole_number(request.query_params.get("mark", ""))

    async def ask() -> int:
        return await rooms.database.read(lambda sql: store.mark(sql, viewer))

    return live_stream(watch_of(state, rooms.database), ask, known, rooms.streams.enter(viewer.session))


@post("/concerns/{record:str}/acknowledgement", opt=needs(SEES))
async def acknowledge(
    request: Request,  # type: ignore[type-arg]
    record: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep who looked and what they decided. Whoever comes second is shown what the first decided."""
    typed = (await read_form(request)).get("decision", "").strip()
    decision = "\n".join(line.rstrip() for line in typed.splitlines())
    if not 3 <= len(decision) <= store.LONGEST_DECISION:
        if not await rooms.database.read(lambda sql: store.is_theirs(sql, viewer, record)):
            raise Problem("not_found")
        return await _page(rooms, viewer, wrong=record, typed=decision)
    now = rooms.clock()
    try:
        known = await rooms.database.write(lambda sql: store.acknowledge(sql, viewer, record, decision, now))
    except AlreadyAcknowledged:
        return await _page(rooms, viewer, overtaken=record, typed=decision)
    if not known:
        raise Problem("not_found")
    return go_to("/concerns")


async def _page(
    rooms: Rooms, viewer: Viewer, *, wrong: str = "", overtaken: str = "", typed: str = ""
) -> Template:
    forms = [form for form in rooms.catalogue.forms() if form.definition.form == FORM]
    labels = {
        option.code: option.label
        for form in forms
        for name in ("what", "told_by_voice")
        if name in form.definition.by_id
        for option in form.definition.by_id[name].options
    }
    context = {
        "viewer": viewer,
        "here": "concerns",
        "open": await rooms.database.read(lambda sql: store.read_open(sql, viewer)),
        "acknowledged": await rooms.database.read(lambda sql: store.read_acknowledged(sql, viewer)),
        "labels": labels,
        "wrong": wrong,
        "overtaken": overtaken,
        "typed": typed,
        "fault": NO_DECISION,
    }
    return Template(
        "concerns/page.html", context=context, status_code=422 if wrong else 409 if overtaken else 200
    )


handlers = [concern_list, concern_banner, concerns_live, acknowledge]
