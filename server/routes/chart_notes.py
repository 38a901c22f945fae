"""Notes on charts: what changed on a day, and from when on limits are worked out anew, by a person and for a reason."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.charts import store
from server.charts.note_form import KINDS, read_note, read_why
from server.charts.store import AlreadyWritten, NotThere
from server.evidence.people import read_names, units_of
from server.evidence.times import day_in_london, day_of
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.measures.catalogue import MEASURES
from server.measures.custom_store import read_custom
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import read_form

MARKS = Permission.MARK_CHARTS
_SENT_BEFORE = "This form was sent before with other words, which are kept below. Send it again to add these."


@get("/chart-notes", opt=needs(MARKS))
async def chart_notes(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Every note on charts of one service, and the form for another; an address may choose measure and unit."""
    asked = {name: request.query_params.get(name, "") for name in ("service", "measure", "unit")}
    typed = asked | {"service": _service(viewer, asked["service"]), "id": str(uuid4())}
    return await _page(rooms, viewer, typed)


@post("/chart-notes", opt=needs(MARKS))
async def write_note(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep a note; or the form again, with what to put right."""
    typed, now = await read_form(request), rooms.clock()
    service = _service(viewer, typed.get("service", ""))
    units = await rooms.database.read(lambda sql: units_of(sql, service))
    measures = await _measures(rooms, service)
    note, faults = read_note(
        {**typed, "service": service}, _new_id(typed.get("id", "")), units, day_in_london(now), measures
    )
    if faults:
        return await _page(rooms, viewer, {**typed, "service": service}, faults)
    try:
        await rooms.database.write(lambda sql: store.write(sql, note, viewer.staff, now))
    except AlreadyWritten:
        again = {**typed, "service": service, "id": str(uuid4())}
        return await _page(rooms, viewer, again, {"words": _SENT_BEFORE})
    return go_to(f"/chart-notes?service={service}")


@post("/chart-notes/{note_id:str}/ending", opt=needs(MARKS))
async def take_back_note(
    request: Request,  # type: ignore[type-arg]
    note_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Take a note off its chart, with a reason; or the page again when the reason says too little."""
    typed, services = await read_form(request), viewer.services_for(MARKS)
    notes = await rooms.database.read(lambda sql: store.read_notes(sql, viewer.scope(MARKS)))
    note = next((one for one in notes if one.id == note_id and not one.taken_back), None)
    if note is None:
        raise Problem("not_found")
    why, now = read_why(typed), rooms.clock()
    if not why:
        faults = {f"why-{note_id}": "Write why it is taken back, in ten letters or more."}
        return await _page(rooms, viewer, {"service": note.service, "id": str(uuid4())}, faults)
    try:
        await rooms.database.write(
            lambda sql: store.take_back(sql, note_id, services, why, viewer.staff, now)
        )
    except NotThere:
        raise Problem("not_found") from None
    return go_to(f"/chart-notes?service={note.service}")


async def _page(
    rooms: Rooms, viewer: Viewer, typed: Mapping[str, str], faults: Mapping[str, str] | None = None
) -> Template:
    service = typed["service"]
    scope = viewer.scope(MARKS).within([service])
    context = {
        "viewer": viewer,
        "here": "chart-notes",
        "service": service,
        "services": {id: name for id, name in viewer.services.items() if id in viewer.services_for(MARKS)},
        "units": await rooms.database.read(lambda sql: units_of(sql, service)),
        "measures": await _measures(rooms, service),
        "kinds": KINDS,
        "notes": await rooms.database.read(lambda sql: store.read_notes(sql, scope)),
        "names": await rooms.database.read(lambda sql: read_names(sql, scope)),
        "typed": {name: (value,) for name, value in typed.items()},
        "faults": dict(faults or {}),
        "day": day_of,
    }
    return Template("charts/notes.html", context=context, status_code=422 if faults else 200)


async def _measures(rooms: Rooms, service: str) -> dict[str, str]:
    """What has charts: the measures of the list, and those that the service built, also when they were ended."""
    own = await rooms.database.read(lambda sql: read_custom(sql, [service], ended=True))
    listed = {code: f"{code} {measure.name}" for code, measure in MEASURES.items()}
    return listed | {one.id: one.measure.name for one in own}


def _service(viewer: Viewer, wanted: str) -> str:
    """The wanted service, or the first."""
    services = viewer.services_for(MARKS)
    if wanted and wanted not in services:
        raise Problem("not_found")
    return wanted or services[0]


def _new_id(text: str) -> str:
    """The id the form was given when it was opened, so that sending it twice writes one note."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


handlers = [chart_notes, write_note, take_back_note]
