"""The desk's staffing week: the page, its files, one shift with its history, and what may be written of them."""

import sqlite3
from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.answers import go_to, json_answer
from server.evidence.people import Names, read_names
from server.evidence.times import day_in_london, day_words, read_day
from server.evidence.words import SHIFTS
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.measures.periods import Period, after, before, week_of
from server.notices.weeks import read_label
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import CSV, saved_as
from server.same_origin import read_form
from server.staffing import staffing_words, store, typing
from server.staffing.export import as_csv, as_file
from server.staffing.reading import read_staffing_week
from server.staffing.shift import ROLES, STATES, Shift
from server.staffing.week import StaffingWeek

SEES, WRITES = Permission.READ_STAFFING, Permission.WRITE_STAFFING
OLDEST = date(2000, 1, 3)


class Asked(msgspec.Struct, frozen=True):
    """Which week of which service."""

    service: str
    week: Period

    @property
    def query(self) -> str:
        """As an address carries it."""
        return urlencode({"service": self.service, "week": self.week.label})


class Place(msgspec.Struct, frozen=True):
    """Which shift of which unit."""

    service: str
    unit: str
    day: date
    shift: str

    @property
    def address(self) -> str:
        """Its page."""
        return f"/staffing/shift?{urlencode({name: str(getattr(self, name)) for name in self.__struct_fields__})}"


@get("/staffing", opt=needs(SEES))
async def staffing_page(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """The week: every shift, what is missing, what waits for a review, and staffing beside the care that was missed."""
    return await _week_page(rooms, viewer, _asked(request.query_params, rooms, viewer), {}, {})


@get("/staffing.csv", opt=needs(SEES))
async def staffing_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The shifts of the week as a spreadsheet."""
    asked = _asked(request.query_params, rooms, viewer)
    week, _ = await _read(rooms, viewer, asked)
    lines = as_file(week, asked.service).shifts
    await note_export(rooms, viewer, "staffing.csv", rows_words(len(lines)), service=asked.service)
    return saved_as(as_csv(lines), CSV, "staffing.csv")


@get("/staffing.json", opt=needs(SEES))
async def staffing_json(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """All of the week for a program."""
    asked = _asked(request.query_params, rooms, viewer)
    week, _ = await _read(rooms, viewer, asked)
    file = as_file(week, asked.service)
    await note_export(rooms, viewer, "staffing.json", rows_words(len(file.shifts)), service=asked.service)
    return json_answer(file)


@get("/staffing/shift", opt=needs(SEES))
async def one_shift(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """One shift with what the floor wrote, what was typed and decided; to the week where none is named."""
    if not request.query_params:
        return go_to("/staffing")
    return await _shift_page(rooms, viewer, _place(request.query_params, viewer, SEES), {}, {})


@post("/staffing/shift/figures", opt=needs(WRITES))
async def type_figures(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep what was planned and worked, of a shift of which the floor does not say it."""
    typed, now = await read_form(request), rooms.clock()
    faults: dict[str, str] = {}
    place = _place(typed, viewer, WRITES)
    figures, why = typing.read_figures(typed, faults), typing.read_why(typed, "why", faults)
    if place.day > day_in_london(now):
        faults["planned_senior"] = "This shift has not begun yet."
    shift = await _read_shift(rooms, viewer, place)
    if any(review.figures.enough is not None for review in shift.reviews):
        faults["planned_senior"] = (
            "The floor’s own shift review says it. If it is wrong, its author corrects it."
        )
    if faults:
        return await _shift_page(rooms, viewer, place, typed, faults)
    row = _row(viewer, place, why, rooms)
    await rooms.database.write(lambda sql: store.type_shift(sql, row, place.shift, figures))
    return go_to(place.address)


@post("/staffing/shift/review", opt=needs(WRITES))
async def review_shift(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep that a shift with fewer than planned was reviewed, and whether its risk was assessed."""
    typed = await read_form(request)
    faults: dict[str, str] = {}
    place = _place(typed, viewer, WRITES)
    why = typing.read_why(typed, "why_review", faults)
    if typed.get("risk_assessed") not in typing.ASSESSED:
        faults["risk_assessed"] = "Say whether somebody assessed the risk."
    shift = await _read_shift(rooms, viewer, place)
    if shift.figures is None or shift.figures.enough is not False:
        faults["risk_assessed"] = "This shift had the staff that was planned: there is nothing to review."
    elif typed.get("mark") != shift.mark:
        faults["risk_assessed"] = "It was changed since the page was opened. Look at it as it is now."
    if faults:
        return await _shift_page(rooms, viewer, place, typed, faults)
    row, assessed = _row(viewer, place, why, rooms), typed["risk_assessed"] == "yes"
    await rooms.database.write(lambda sql: store.review_exception(sql, row, shift, risk_assessed=assessed))
    return go_to(place.address)


@post("/staffing/needs", opt=needs(WRITES))
async def note_need(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep that people of a unit need more, or less, than before."""
    typed, today = await read_form(request), day_in_london(rooms.clock())
    service, unit = typed.get("service", ""), typed.get("need_unit", "")
    if not viewer.may(WRITES, service, unit):
        raise Problem("not_found")
    faults: dict[str, str] = {}
    need = typing.read_need(typed, today, faults)
    asked = Asked(service, week_of(need.day))
    _, names = await _read(rooms, viewer, asked)
    if unit and names.unit_service.get(unit) != service:
        raise Problem("not_found")
    if faults:
        return await _week_page(rooms, viewer, asked, typed, faults)
    row = _row(viewer, Place(service, unit, need.day, ""), need.why, rooms)
    await rooms.database.write(lambda sql: store.note_need(sql, row, need.direction, need.people))
    return go_to(f"/staffing?{asked.query}#needs")


async def _week_page(
    rooms: Rooms, viewer: Viewer, asked: Asked, typed: Mapping[str, str], faults: Mapping[str, str]
) -> Template:
    week, names = await _read(rooms, viewer, asked)
    running = week_of(day_in_london(rooms.clock()))
    writable = viewer.scope(WRITES)
    units = {id: name for id, name in names.units.items() if names.unit_service[id] == asked.service}
    context = {
        "viewer": viewer,
        "here": "staffing",
        "asked": asked,
        "week": week,
        "names": names,
        "units": units,
        "own_units": {id: name for id, name in units.items() if writable.shows_place(asked.service, id)},
        "services": {id: name for id, name in viewer.services.items() if id in viewer.scope(SEES).services},
        "place": lambda shift: Place(asked.service, shift.unit, shift.day, shift.shift).address,
        "roles": ROLES,
        "states": STATES,
        "shifts": SHIFTS,
        "words": staffing_words,
        "directions": typing.DIRECTIONS,
        "options": staffing_words.options(rooms.catalogue),
        "day": day_words,
        "earlier": before(asked.week).label if asked.week.start > OLDEST else "",
        "later": after(asked.week).label if asked.week.start < running.start else "",
        "whole": viewer.may(WRITES, asked.service),
        "typed": {name: (value,) for name, value in typed.items()},
        "faults": dict(faults),
    }
    return Template("staffing_weeks/week.html", context=context, status_code=422 if faults else 200)


async def _shift_page(
    rooms: Rooms, viewer: Viewer, place: Place, typed: Mapping[str, str], faults: Mapping[str, str]
) -> Template:
    shift = await _read_shift(rooms, viewer, place)
    scope = viewer.scope(SEES).within([place.service])
    context = {
        "viewer": viewer,
        "here": "staffing",
        "place": place,
        "shift": shift,
        "asked": Asked(place.service, week_of(place.day)),
        "names": await rooms.database.read(lambda sql: read_names(sql, scope)),
        "roles": ROLES,
        "states": STATES,
        "shifts": SHIFTS,
        "words": staffing_words,
        "options": staffing_words.options(rooms.catalogue),
        "assessed": typing.ASSESSED,
        "day": day_words,
        "may_write": viewer.may(WRITES, place.service, place.unit),
        "begun": place.day <= day_in_london(rooms.clock()),
        "typed": {name: (value,) for name, value in typed.items()},
        "faults": dict(faults),
    }
    return Template("staffing_weeks/shift.html", context=context, status_code=422 if faults else 200)


async def _read(rooms: Rooms, viewer: Viewer, asked: Asked) -> tuple[StaffingWeek, Names]:
    scope, now = viewer.scope(SEES).within([asked.service]), rooms.clock()

    def read(connection: sqlite3.Connection) -> tuple[StaffingWeek, Names]:
        week = read_staffing_week(connection, scope, rooms.catalogue, asked.service, asked.week, now)
        return week, read_names(connection, scope)

    return await rooms.database.read(read)


async def _read_shift(rooms: Rooms, viewer: Viewer, place: Place) -> Shift:
    """The shift; an empty one, of which nobody said anything yet. Raises `Problem` "not_found" for no such unit."""
    week, names = await _read(rooms, viewer, Asked(place.service, week_of(place.day)))
    if place.unit and names.unit_service.get(place.unit) != place.service:
        raise Problem("not_found")
    key = place.unit, place.day, place.shift
    return next(
        (shift for shift in week.shifts if (shift.unit, shift.day, shift.shift) == key),
        Shift(unit=place.unit, day=place.day, shift=place.shift),
    )


def _row(viewer: Viewer, place: Place, why: str, rooms: Rooms) -> store.Place:
    return store.Place(
        service=place.service,
        unit=place.unit,
        day=place.day,
        why=why,
        who=viewer.staff,
        at=rooms.clock(),
    )


def _asked(asked: Mapping[str, str], rooms: Rooms, viewer: Viewer) -> Asked:
    """The week that an address names, this one where it names none. Raises `Problem` "not_found"."""
    services = viewer.scope(SEES).services
    service = asked.get("service", "") or services[0]
    running = week_of(day_in_london(rooms.clock()))
    week = read_label(asked["week"]) if asked.get("week") else running
    if service not in services or week is None or not OLDEST <= week.start <= running.start:
        raise Problem("not_found")
    return Asked(service, week)


def _place(asked: Mapping[str, str], viewer: Viewer, permission: Permission) -> Place:
    """The shift that an address or a form names. Raises `Problem` "not_found"."""
    day = read_day(asked.get("day", ""))
    service, unit, shift = asked.get("service", ""), asked.get("unit", ""), asked.get("shift", "")
    if day is None or day < OLDEST or shift not in SHIFTS or not viewer.may(permission, service, unit):
        raise Problem("not_found")
    return Place(service, unit, day, shift)


handlers = [
    staffing_page,
    staffing_csv,
    staffing_json,
    one_shift,
    type_figures,
    review_shift,
    note_need,
]
