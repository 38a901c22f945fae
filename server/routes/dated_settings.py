"""The desk's settings: every value of a service with its history, and a new value from now on."""

from collections.abc import Mapping
from datetime import UTC, datetime

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.dated_settings import store
from server.dated_settings.known import known_settings
from server.dated_settings.setting import (
    KEEPING,
    MEASURES,
    MEETINGS,
    PERIODS,
    RHYTHM,
    SIGNALS,
    SIGNING,
    TABLETS,
    TIMESCALES,
    Setting,
)
from server.dated_settings.store import Backdated, SetValue
from server.due.laying_out import lay_out
from server.evidence.people import read_names
from server.evidence.times import LONDON, write_instant
from server.identity.instants import at
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import read_form

SEES, WRITES = Permission.READ_SETTINGS, Permission.WRITE_SETTINGS
SHORTEST_WHY, LONGEST_WHY = 10, 500
GROUPS = (RHYTHM, MEETINGS, PERIODS, SIGNING, MEASURES, SIGNALS, TABLETS, KEEPING, TIMESCALES)


@get("/settings", opt=needs(SEES))
async def settings(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Every setting of one service, with the value that holds now and the one that is to come."""
    service = _service(viewer, request.query_params.get("service", ""))
    known = known_settings(rooms.catalogue)
    values = await rooms.database.read(lambda sql: store.history(sql, [service]))
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES).within([service])))
    now = at(rooms.clock())
    context = {
        "viewer": viewer,
        "here": "settings",
        "groups": {group: [one for one in known.values() if one.group == group] for group in GROUPS},
        "in_force": {name: _in_force(values, name, now) for name in known},
        "coming": {name: [one for one in values if one.name == name and one.from_at > now] for name in known},
        "names": names,
        "service": service,
        "services": _services(viewer, SEES),
        "may_write": viewer.may(WRITES, service),
    }
    return Template("settings/page.html", context=context)


@get("/settings/{name:str}", opt=needs(SEES))
async def setting(
    request: Request,  # type: ignore[type-arg]
    name: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """One setting: its history, and the form for a new value."""
    service = _service(viewer, request.query_params.get("service", ""))
    return await _page(rooms, viewer, _known(rooms, name), service, {}, {})


@post("/settings/{name:str}", opt=needs(WRITES))
async def set_value(
    request: Request,  # type: ignore[type-arg]
    name: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Let a new value hold from now, or from a later time; or the form again, with what to put right."""
    typed = await read_form(request)
    chosen, service, now = _known(rooms, name), typed.get("service", ""), rooms.clock()
    if chosen.several:
        ticked = (await request.form()).getall("value", [])
        typed["value"] = " ".join(str(one) for one in ticked)
    if service not in viewer.services_for(WRITES):
        raise Problem("not_found")
    faults: dict[str, str] = {}
    value, why = "", " ".join(typed.get("why", "").split())
    try:
        value = chosen.read(typed.get("value", ""))
    except ValueError as error:
        faults["value"] = str(error)
    from_at = _instant(typed.get("from", ""), faults, now)
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        faults["why"] = "Write why it changes, in ten letters or more."
    if faults:
        return await _page(rooms, viewer, chosen, service, typed, faults)
    try:
        await rooms.database.write(
            lambda sql: store.set_value(sql, service, chosen, value, viewer.staff, why, now, from_at)
        )
    except Backdated:
        past = {"from": _NOT_PAST}
        return await _page(rooms, viewer, chosen, service, typed, past)
    await rooms.database.write(lambda sql: lay_out(sql, rooms.catalogue, now))
    return go_to(f"/settings/{name}?service={service}")


_NOT_PAST = "Choose now or a later time: what was judged by the old value stays as it is."


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    chosen: Setting,
    service: str,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
) -> Template:
    values = await rooms.database.read(lambda sql: store.history(sql, [service], chosen.name))
    now = at(rooms.clock())
    held = _in_force(values, chosen.name, now)
    usual = {"value": held.value if held else chosen.default}
    context = {
        "viewer": viewer,
        "here": "settings",
        "setting": chosen,
        "service": service,
        "services": _services(viewer, SEES),
        "values": values,
        "held": held,
        "now": now,
        "names": await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES).within([service]))),
        "typed": {
            name: tuple(value.split()) if chosen.several and name == "value" else (value,)
            for name, value in (usual | dict(typed)).items()
        },
        "faults": dict(faults),
        "may_write": viewer.may(WRITES, service),
    }
    return Template("settings/setting.html", context=context, status_code=422 if faults else 200)


def _in_force(values: list[SetValue], name: str, now: str) -> SetValue | None:
    """Values come with the one that holds latest first."""
    return next((one for one in values if one.name == name and one.from_at <= now), None)


def _instant(typed: str, faults: dict[str, str], now: datetime) -> str:
    """The UTC instant of a time typed as London's clock shows it; "" for now."""
    if not typed.strip():
        return ""
    try:
        from_at = write_instant(datetime.fromisoformat(typed.strip()).replace(tzinfo=LONDON).astimezone(UTC))
    except (ValueError, OverflowError):
        faults["from"] = "Write a day and a time, or leave it empty for now."
        return ""
    if from_at < at(now):
        faults["from"] = _NOT_PAST
    return from_at


def _known(rooms: Rooms, name: str) -> Setting:
    known = known_settings(rooms.catalogue)
    if name not in known:
        raise Problem("not_found")
    return known[name]


def _services(viewer: Viewer, permission: Permission) -> dict[str, str]:
    return {id: name for id, name in viewer.services.items() if id in viewer.services_for(permission)}


def _service(viewer: Viewer, wanted: str) -> str:
    """The wanted service, or the first."""
    services = viewer.services_for(SEES)
    if wanted and wanted not in services:
        raise Problem("not_found")
    return wanted or services[0]


handlers = [settings, setting, set_value]
