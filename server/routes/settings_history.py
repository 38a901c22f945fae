"""Every change of a service's settings and forms on one page, and as a file."""

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.answers import json_answer
from server.dated_settings.changes import Change, SettingsFile, as_csv, read_changes
from server.evidence.people import read_names
from server.exporting import note_export, rows_words
from server.identity.instants import at
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.actions import CSV, saved_as

SEES = Permission.READ_SETTINGS


@get("/settings/history", opt=needs(SEES))
async def settings_history(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Who changed what, when, from when and why, what holds latest first."""
    service, changes = await _read(request, rooms, viewer)
    scope = viewer.scope(SEES).within([service])
    context = {
        "viewer": viewer,
        "here": "settings",
        "service": service,
        "services": {id: name for id, name in viewer.services.items() if id in viewer.services_for(SEES)},
        "changes": changes,
        "now": at(rooms.clock()),
        "names": await rooms.database.read(lambda sql: read_names(sql, scope)),
    }
    return Template("settings/history.html", context=context)


@get("/settings.csv", opt=needs(SEES))
async def settings_csv(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The same as a spreadsheet; who is an id."""
    service, changes = await _read(request, rooms, viewer)
    await note_export(rooms, viewer, "settings.csv", rows_words(len(changes)), service=service)
    return saved_as(as_csv(changes), CSV, "settings.csv")


@get("/settings.json", opt=needs(SEES))
async def settings_json(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """The same for a program."""
    service, changes = await _read(request, rooms, viewer)
    await note_export(rooms, viewer, "settings.json", rows_words(len(changes)), service=service)
    return json_answer(SettingsFile(service, changes))


async def _read(request: Request, rooms: Rooms, viewer: Viewer) -> tuple[str, list[Change]]:  # type: ignore[type-arg]
    """The service that the address names, else the first. Raises `Problem` "not_found"."""
    services = viewer.services_for(SEES)
    service = request.query_params.get("service", "") or services[0]
    if service not in services:
        raise Problem("not_found")
    return service, await rooms.database.read(lambda sql: read_changes(sql, rooms.catalogue, service))


handlers = [settings_history, settings_csv, settings_json]
