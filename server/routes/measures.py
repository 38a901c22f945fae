"""Measures that a service builds for itself: the list, building one from a form's questions, trying it, a new version,
ending it.
"""

from collections.abc import Mapping
from datetime import timedelta
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from observation_forms import Definition
from server.answers import go_to
from server.evidence.action_counting import counted_words
from server.evidence.people import read_names
from server.evidence.times import day_in_london, day_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.measures import custom_store
from server.measures.custom import CustomMeasure
from server.measures.custom_menus import (
    JOINED,
    LINES,
    Typed,
    in_words,
    menus_of,
    read_measure,
    repeats_of,
    typed_again,
)
from server.measures.custom_preview import preview
from server.measures.custom_store import Kept, Overtaken
from server.measures.periods import window
from server.problems import Problem
from server.rooms import Rooms
from server.routes.evidence import whole_number
from server.same_origin import FORM, media_type, read_form

BUILDS = Permission.MARK_CHARTS
TRIED_OVER = timedelta(days=27)
_UNITS = {"percent": "A share: how many of how many", "count": "A number: how many"}
_OVERTAKEN = (
    "Somebody else changed it meanwhile. Look at what it is now, and send this once more to replace it."
)


@get("/measures", opt=needs(BUILDS))
async def measures(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """The measures of one service, those that were ended as well, each in words and with every version."""
    service = _service(viewer, request.query_params.get("service", ""))
    scope = viewer.scope(BUILDS).within([service])
    kept = await rooms.database.read(lambda sql: custom_store.read_custom(sql, [service], ended=True))
    versions = await rooms.database.read(
        lambda sql: {one.id: custom_store.history(sql, one.id) for one in kept}
    )
    context = {
        "viewer": viewer,
        "here": "measures",
        "service": service,
        "services": _services(viewer),
        "measures": kept,
        "versions": versions,
        "form_title": lambda form: rooms.catalogue.current(form).definition.title,
        "rule": lambda measure, part: in_words(getattr(measure, part), _definition(rooms, measure.form)),
        "units": _UNITS,
        "names": await rooms.database.read(lambda sql: read_names(sql, scope)),
    }
    return Template("measures/list.html", context=context)


@get("/measures/new", opt=needs(BUILDS))
async def new_measure(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """First the choice of a form; with one, the menus of its questions."""
    asked = request.query_params
    service, form = _service(viewer, asked.get("service", "")), asked.get("form", "")
    if not form:
        context = {
            "viewer": viewer,
            "here": "measures",
            "service": service,
            "services": _services(viewer),
            "forms": {one.definition.form: one.definition.title for one in rooms.catalogue.current_forms()},
        }
        return Template("measures/choose_form.html", context=context)
    typed = {
        "id": (str(uuid4()),),
        "form": (form,),
        "repeat": (asked.get("repeat", ""),),
        "unit": ("percent",),
    }
    return await _page(rooms, viewer, service, typed)


@post("/measures/new", opt=needs(BUILDS))
async def build_measure(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the list; or the form again, with what to put right or with what it makes of real records."""
    typed = await _typed(request)
    service = _service(viewer, _one(typed, "service"))
    return await _build(rooms, viewer, service, typed, _id(_one(typed, "id")), None)


@get("/measures/{measure_id:str}/edit", opt=needs(BUILDS))
async def edit_measure(
    measure_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """The menus as they were picked, with the version they begin from."""
    kept = await _find(rooms, viewer, measure_id)
    typed = typed_again(kept.measure) | {"form": (kept.measure.form,), "version": (str(kept.version),)}
    return await _page(rooms, viewer, kept.service, typed, kept=kept)


@post("/measures/{measure_id:str}/edit", opt=needs(BUILDS))
async def change_measure(
    request: Request,  # type: ignore[type-arg]
    measure_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Put the next version in force; or the form again."""
    kept = await _find(rooms, viewer, measure_id)
    typed = {**await _typed(request), "form": (kept.measure.form,)}
    return await _build(rooms, viewer, kept.service, typed, kept.id, kept)


@post("/measures/{measure_id:str}/ending", opt=needs(BUILDS))
async def end_measure(
    request: Request,  # type: ignore[type-arg]
    measure_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """Offer it no more; actions that name it keep it."""
    kept = await _find(rooms, viewer, measure_id)
    began_from, now = whole_number((await read_form(request)).get("version", "")), rooms.clock()
    try:
        await rooms.database.write(
            lambda sql: custom_store.end(sql, kept.id, kept.service, viewer.staff, now, began_from)
        )
    except Overtaken:
        raise Problem("not_found") from None
    return go_to(f"/measures?service={kept.service}")


async def _build(
    rooms: Rooms, viewer: Viewer, service: str, typed: Typed, id: str, kept: Kept | None
) -> Response[bytes] | Template:
    measure, faults = read_measure(typed, _definition(rooms, _one(typed, "form")))
    if measure is None or "try" in typed:
        return await _page(rooms, viewer, service, typed, kept=kept, faults=faults, tried=measure)
    began_from, now = whole_number(_one(typed, "version")), rooms.clock()
    try:
        await rooms.database.write(
            lambda sql: custom_store.keep(
                sql, rooms.catalogue, id, service, measure, viewer.staff, now, began_from
            )
        )
    except Overtaken:
        newest = await rooms.database.read(lambda sql: custom_store.find(sql, id, [service]))
        again = {**typed, "version": (str(newest.version if newest else 0),)}
        return await _page(rooms, viewer, service, again, kept=newest, faults={"name": _OVERTAKEN})
    return go_to(f"/measures?service={service}")


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    service: str,
    typed: Typed,
    *,
    kept: Kept | None = None,
    faults: Mapping[str, str] | None = None,
    tried: CustomMeasure | None = None,
) -> Template:
    definition, today = _definition(rooms, _one(typed, "form")), day_in_london(rooms.clock())
    over = window(today - TRIED_OVER, today)
    scope, now = viewer.scope(Permission.READ_EVIDENCE).within([service]), rooms.clock()
    found = None
    if tried is not None:
        found = await rooms.database.read(lambda sql: preview(sql, scope, rooms.catalogue, tried, over, now))
    context = {
        "viewer": viewer,
        "here": "measures",
        "service": service,
        "service_name": viewer.services[service],
        "definition": definition,
        "menus": menus_of(definition, _one(typed, "repeat")),
        "repeats": repeats_of(definition),
        "lines": range(1, LINES + 1),
        "joined": JOINED,
        "units": _UNITS,
        "typed": typed,
        "kept": kept,
        "faults": dict(faults or {}),
        "tried": tried,
        "found": found,
        "counted": counted_words(found.count) if found else "",
        "over": f"{day_words(over.start)} to {day_words(over.end)}",
        "verdicts": {"met": "Counts", "unmet": "Does not count"},
    }
    return Template("measures/form.html", context=context, status_code=422 if faults else 200)


async def _find(rooms: Rooms, viewer: Viewer, id: str) -> Kept:
    """A measure that is still offered, of a service in which the viewer builds them."""
    services = viewer.services_for(BUILDS)
    kept = await rooms.database.read(lambda sql: custom_store.find(sql, id, services))
    if kept is None or kept.ended:
        raise Problem("not_found")
    return kept


async def _typed(request: Request) -> Typed:  # type: ignore[type-arg]
    if media_type(request.headers) != FORM:
        raise Problem("wrong_media_type", "Send the form from the page itself.")
    form = await request.form()
    return {name: tuple(str(value) for value in form.getall(name)) for name in form}


def _definition(rooms: Rooms, form: str) -> Definition:
    try:
        return rooms.catalogue.current(form).definition
    except KeyError:
        raise Problem("not_found") from None


def _services(viewer: Viewer) -> dict[str, str]:
    return {id: name for id, name in viewer.services.items() if id in viewer.services_for(BUILDS)}


def _service(viewer: Viewer, wanted: str) -> str:
    """The wanted service, or the first."""
    services = viewer.services_for(BUILDS)
    if wanted and wanted not in services:
        raise Problem("not_found")
    return wanted or services[0]


def _id(text: str) -> str:
    """The id the form was given when it was opened, so that sending it twice builds one."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


def _one(typed: Typed, name: str) -> str:
    return "".join(typed.get(name, ())[:1])


handlers = [measures, new_measure, build_measure, edit_measure, change_measure, end_measure]
