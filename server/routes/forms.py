"""The desk's pages of forms: the list, one version to look at, the same as a blank to print."""

import sqlite3
from collections.abc import Mapping
from uuid import UUID, uuid4

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template
from markupsafe import Markup

from observation_forms import Definition
from server.answers import go_to
from server.evidence.people import read_names
from server.evidence.times import day_in_london, day_of, moment_words
from server.form_fragments import fragment
from server.forms_desk.change_notes import AlreadyWritten, read_note, read_notes, write
from server.forms_desk.desk import KINDS, find, form_lines
from server.forms_desk.holdings import holders, offered_since
from server.forms_desk.qr import hash_words, qr_svg
from server.identity.instants import at
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.evidence import whole_number
from server.same_origin import read_form

SEES, NOTES = Permission.READ_FORMS, Permission.NOTE_FORMS
_SENT_BEFORE = "This form was sent before with other words, which are kept below. Send it again to add these."


@get("/forms", opt=needs(SEES))
async def form_list(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Every form with its versions, and which tablets of the viewer's services have them."""
    kind = await _kind(request, rooms, viewer)
    tablets = await rooms.database.read(lambda sql: holders(sql, viewer.scope(SEES)))
    since = await rooms.database.read(offered_since)
    notes = await rooms.database.read(lambda sql: read_notes(sql, viewer.services_for(SEES)))
    context = {
        "viewer": viewer,
        "here": "forms",
        "noted": {one.hash for one in notes},
        "lines": form_lines(rooms.catalogue, since, tablets, kind),
        "tablets": tablets,
        "kinds": KINDS,
        "kind": kind,
        "hash_words": hash_words,
    }
    return Template("forms/list.html", context=context)


@get("/form/{form:str}/{version:str}", opt=needs(SEES))
async def form_page(
    request: Request,  # type: ignore[type-arg]
    form: FromPath[str],
    version: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """One version as a tablet shows it, with what its services wrote of the change. Nothing that is filled into the
    preview goes anywhere.
    """
    kind = await _kind(request, rooms, viewer)
    return await _page(rooms, viewer, _found(rooms, form, version, kind), kind)


@post("/form/{form:str}/{version:str}/notes", opt=needs(NOTES))
async def note_change(
    request: Request,  # type: ignore[type-arg]
    form: FromPath[str],
    version: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Keep what changed with this version and why; or the page again, with what to put right."""
    kind = await _kind(request, rooms, viewer)
    definition, typed = _found(rooms, form, version, kind), await read_form(request)
    service = typed.get("service", "")
    if service and service not in viewer.services_for(NOTES):
        raise Problem("not_found")
    typed["id"] = _new_id(typed.get("id", ""))
    since = (await rooms.database.read(offered_since)).get(definition.hash, "")
    note, faults = read_note(typed, definition, since, viewer.staff, at(rooms.clock()))
    if not service:
        faults["service"] = "Choose the service."
    if faults:
        return await _page(rooms, viewer, definition, kind, typed, faults)
    try:
        await rooms.database.write(lambda sql: write(sql, note))
    except AlreadyWritten:
        again = {**typed, "id": str(uuid4())}
        return await _page(rooms, viewer, definition, kind, again, {"what": _SENT_BEFORE})
    return go_to(f"/form/{form}/{version}?kind={kind}#changes")


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    definition: Definition,
    kind: str,
    typed: Mapping[str, str] | None = None,
    faults: Mapping[str, str] | None = None,
) -> Template:
    since = (await rooms.database.read(offered_since)).get(definition.hash, "")
    services = viewer.services_for(SEES)
    notes = await rooms.database.read(lambda sql: read_notes(sql, services, definition.form))
    names = await rooms.database.read(lambda sql: read_names(sql, viewer.scope(SEES)))
    first = {"id": str(uuid4()), "from_day": day_in_london(rooms.clock()).isoformat()}
    context = {
        "viewer": viewer,
        "here": "forms",
        "form": definition,
        "since": moment_words(since) if since else "",
        "preview": _preview(definition),
        "kinds": KINDS,
        "kind": kind,
        "hash_words": hash_words(definition.hash),
        "notes": [one for one in notes if one.version == definition.version],
        "earlier": [one for one in notes if one.version < definition.version],
        "names": names,
        "day": day_of,
        "noting": {id: name for id, name in viewer.services.items() if id in viewer.services_for(NOTES)},
        "typed": {name: (value,) for name, value in {**first, **(typed or {})}.items()},
        "faults": dict(faults or {}),
    }
    return Template("forms/page.html", context=context, status_code=422 if faults else 200)


@get("/form/{form:str}/{version:str}/blank", opt=needs(SEES))
async def form_blank(
    request: Request,  # type: ignore[type-arg]
    form: FromPath[str],
    version: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """One version to print, with its hash as a QR code, so that the paper says which questions it asked."""
    kind = await _kind(request, rooms, viewer)
    definition = _found(rooms, form, version, kind)
    label = f"QR code: form {definition.form} version {definition.version}"
    context = {
        "viewer": viewer,
        "here": "forms",
        "form": definition,
        "kind": kind,
        "qr": qr_svg(f"sightline-form:{definition.form}/{definition.version}:{definition.hash}", label),
        "hash_words": hash_words(definition.hash),
    }
    return Template("forms/blank.html", context=context)


def _found(rooms: Rooms, form: str, version: str, kind: str) -> Definition:
    """The version an address names, in the words of a kind of service. Raises `Problem` "not_found"."""
    definition = find(rooms.catalogue, form, whole_number(version), kind)
    if definition is None:
        raise Problem("not_found")
    return definition


def _preview(definition: Definition) -> Markup:
    """The tablet's own HTML; what it makes of a row when one is added stands there once."""
    html = fragment(definition).decode()
    html = html.replace("<template data-row", '<div class="preview-row" data-row')
    return Markup(html.replace("</template>", "</div>"))  # noqa: S704 our own template's HTML


async def _kind(request: Request, rooms: Rooms, viewer: Viewer) -> str:  # type: ignore[type-arg]
    """Whose words: what the address asks for, else those of the viewer's first service."""
    asked = request.query_params.get("kind", "")
    if asked in KINDS:
        return asked
    services = viewer.services_for(SEES)

    def of_service(connection: sqlite3.Connection) -> str:
        row = connection.execute("SELECT kind FROM service WHERE id = ?", (services[0],)).fetchone()
        return str(row["kind"])

    return await rooms.database.read(of_service)


def _new_id(text: str) -> str:
    """The id that the form was given, so that sending it twice writes one note."""
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


handlers = [form_list, form_page, note_change, form_blank]
