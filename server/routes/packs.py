"""Evidence packs at the desk: asking for one, how far it is, the file, its key, and destroying it."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack
from types import MappingProxyType
from urllib.parse import urlencode
from zipfile import BadZipFile

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import File, Response, Stream, Template

from server.answers import go_to
from server.evidence import full_export, live, words
from server.evidence.action_store import read_actions
from server.evidence.live_stream import HEADERS
from server.evidence.people import read_names
from server.evidence.times import day_in_london, day_words
from server.evidence_pack import for_visitors, store, verify_pack
from server.evidence_pack.background import Progress
from server.evidence_pack.chosen import editions, read_chosen
from server.evidence_pack.files import verifier_digest
from server.evidence_pack.store import STATES, Kept
from server.exporting import note_export, rows_words
from server.headers import POLICY
from server.identity.confirming import confirm
from server.identity.permissions import Permission, needs
from server.identity.scope import of_services
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import FORM, media_type, read_form
from server.server_keys import public_names

MAKES, TAKES = Permission.MAKE_PACKS, Permission.EXPORT_FULL
SHORTEST_WHY, LONGEST_WHY = 10, 500
LOOK_AGAIN_SECONDS = 0.5
Typed = Mapping[str, tuple[str, ...]]
_NOTHING: Mapping[str, str] = MappingProxyType({})


@get("/packs", opt=needs(MAKES))
async def pack_list(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Every pack of the viewer's services, and the form of a new one."""
    today = day_in_london(rooms.clock())
    typed: Typed = {
        "services": tuple(_services(viewer)) if len(_services(viewer)) == 1 else (),
        "since": (today.replace(year=today.year - 1, day=min(today.day, 28)).isoformat(),),
        "until": (today.isoformat(),),
        "framework": tuple(editions())[:1],
    }
    return await _list(rooms, viewer, typed)


@post("/packs", opt=needs(MAKES))
async def ask_for_pack(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """To the page of the pack, which is being made; or the form again, with what to put right."""
    if media_type(request.headers) != FORM:
        raise Problem("wrong_media_type", "Send the form from the page itself.")
    form = await request.form()
    typed: Typed = {name: tuple(str(value) for value in form.getall(name)) for name in form}
    chosen, faults = read_chosen(typed, _services(viewer), words.themes(), rooms.clock())
    if chosen is None:
        return await _list(rooms, viewer, typed, faults)
    asked, now = chosen, rooms.clock()
    id = await rooms.database.write(lambda sql: store.begin(sql, asked, viewer.staff, now))
    rooms.packs.start(await _find(rooms, viewer, id))
    return go_to(f"/packs/{id}")


@get("/packs/shown", opt=needs(Permission.READ_EVIDENCE))
async def shown_pack(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """The page of the pack that a visitor was let in to read, byte for byte as in its file. That it was is noted.
    Home for whoever has none to read, or not any more.
    """
    services = viewer.scope(Permission.READ_EVIDENCE).services
    pack = await rooms.database.read(lambda sql: for_visitors.pack_of_visitor(sql, viewer.staff, services))
    if pack is None:
        return go_to("/")
    try:
        path = store.file_of(rooms.database.path, pack)
        body, policy = await asyncio.to_thread(for_visitors.read_page, path)
    except (OSError, KeyError, BadZipFile):
        return go_to("/")
    await _note_taken(rooms, viewer, pack, "evidence pack, read by a visitor")
    return Response(body, media_type="text/html", headers={POLICY: policy})


@get("/packs/{pack_id:str}", opt=needs(MAKES))
async def one_pack(
    pack_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """One pack: how far it is, or who made it, when, for what, with which digest, and how to check it."""
    return await _page(rooms, viewer, await _find(rooms, viewer, pack_id))


@get("/packs/{pack_id:str}/live", opt={**needs(MAKES), "stream": True})
async def pack_live(
    pack_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Stream:
    """A number each time the pack has come further."""
    pack = await _find(rooms, viewer, pack_id)
    held = ExitStack()
    held.enter_context(rooms.streams.enter(viewer.session))

    async def events() -> AsyncIterator[bytes]:
        with held:
            yield b"retry: 2000\n\n"
            known, ends = -1, time.monotonic() + live.LASTS_SECONDS
            while time.monotonic() < ends and known < 100:
                progress = rooms.packs.progress(pack.id)
                now = progress.done if progress else 100
                if now != known:
                    known = now
                    yield b"event: changed\ndata: %d\n\n" % known
                await asyncio.sleep(LOOK_AGAIN_SECONDS)

    return Stream(events(), media_type="text/event-stream", headers=HEADERS)


@get("/packs/{pack_id:str}/file", opt=needs(MAKES))
async def pack_file(
    pack_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> File:
    """The ZIP file. That it was taken out is noted first."""
    pack = await _there(rooms, viewer, pack_id)
    await _note_taken(rooms, viewer, pack, "evidence pack")
    path = store.file_of(rooms.database.path, pack)
    return File(path, filename=f"evidence-pack-{pack.id}.zip", media_type="application/zip")


@post("/packs/{pack_id:str}/key", opt=needs(TAKES))
async def pack_key(
    request: Request,  # type: ignore[type-arg]
    pack_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Whose the pseudonyms are: with the password and a reason, both noted; or the page again."""
    typed = await read_form(request)
    pack = await _there(rooms, viewer, pack_id)
    if not set(pack.chosen.services) <= set(viewer.services_for(TAKES)):
        raise Problem("not_found")
    why, faults = " ".join(typed.get("why", "").split()), {}
    if not SHORTEST_WHY <= len(why) <= LONGEST_WHY:
        faults["why"] = "Write what it is for and who gets it, in ten letters or more."
    elif wrong := await confirm(rooms, viewer, typed):
        faults["key-password"] = wrong
    if faults:
        return await _page(rooms, viewer, pack, typed, faults)
    now = rooms.clock()
    await rooms.database.write(lambda sql: full_export.note(sql, viewer.staff, "pack_key", why, pack.id, now))
    key = "key to the names in a pack"
    await note_export(
        rooms, viewer, key, "in full", what="exported_in_full", about=pack.id, services=pack.chosen.services
    )
    body = await asyncio.to_thread(store.key_of(rooms.database.path, pack).read_bytes)
    headers = {"content-disposition": f'attachment; filename="names-in-pack-{pack.id}.csv"'}
    return Response(body, media_type="text/csv", headers=headers, status_code=200)


@post("/packs/{pack_id:str}/destruction", opt=needs(MAKES))
async def destroy_pack(
    request: Request,  # type: ignore[type-arg]
    pack_id: FromPath[str],
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """Take its files away for good, with the password. That it was made stays written down."""
    typed = await read_form(request)
    pack = await _find(rooms, viewer, pack_id)
    if pack.state != "ready":
        raise Problem("not_found")
    if wrong := await confirm(rooms, viewer, typed):
        return await _page(rooms, viewer, pack, typed, {"destroy-password": wrong})
    await rooms.packs.destroy(pack, "destroyed", viewer.staff)
    return go_to(f"/packs/{pack.id}")


async def _list(rooms: Rooms, viewer: Viewer, typed: Typed, faults: Mapping[str, str] = _NOTHING) -> Template:
    services = _services(viewer)
    packs = await rooms.database.read(lambda sql: store.read_packs(sql, tuple(services)))
    names = await rooms.database.read(lambda sql: read_names(sql, of_services(services)))
    context = {
        "viewer": viewer,
        "here": "packs",
        "packs": packs,
        "states": STATES,
        "names": names,
        "services": services,
        "themes": words.themes(),
        "editions": editions(),
        "days": rooms.settings.pack_days,
        "day": day_words,
        "typed": typed,
        "faults": dict(faults),
    }
    return Template("packs/list.html", context=context, status_code=422 if faults else 200)


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    pack: Kept,
    typed: Mapping[str, str] = _NOTHING,
    faults: Mapping[str, str] = _NOTHING,
) -> Template:
    names = await rooms.database.read(lambda sql: read_names(sql, of_services(pack.chosen.services)))
    path = store.file_of(rooms.database.path, pack)
    there = bool(pack.sha256) and await asyncio.to_thread(path.is_file)
    context = {
        "viewer": viewer,
        "here": "packs",
        "pack": pack,
        "states": STATES,
        "names": names,
        "themes": words.themes(),
        "editions": editions(),
        "day": day_words,
        "days": rooms.settings.pack_days,
        "there": there,
        "progress": rooms.packs.progress(pack.id) or Progress("Ready", 100),
        "server_key": public_names(rooms.keys)["signing_key"],
        "verifier": verifier_digest(),
        "manifest": verify_pack.MANIFEST,
        "may_take_key": set(pack.chosen.services) <= set(viewer.services_for(TAKES)),
        "visit": await _visit(rooms, viewer, pack),
        "typed": {name: (value,) for name, value in typed.items() if name != "password"},
        "faults": dict(faults),
    }
    return Template("packs/page.html", context=context, status_code=422 if faults else 200)


async def _visit(rooms: Rooms, viewer: Viewer, pack: Kept) -> str:
    """Where a visitor is let in to see the same for a time; "" for who may let nobody in."""
    chosen = pack.chosen
    if not set(chosen.services) <= set(viewer.services_for(Permission.MANAGE_VISITORS)):
        return ""
    actions = await rooms.database.read(lambda sql: read_actions(sql, of_services(chosen.services)))
    about = [one.id for one in actions if set(chosen.themes) & set(one.fields.themes)]
    asked = [("since", chosen.since.isoformat()), ("until", chosen.until.isoformat())]
    asked += [("pack", pack.id)] if pack.state == "ready" else []
    asked += [("services", one) for one in chosen.services] + [("actions", one) for one in about]
    return f"/visitors?{urlencode(asked)}"


async def _note_taken(rooms: Rooms, viewer: Viewer, pack: Kept, file: str) -> None:
    """Under each of its services, so that the managers of each read of it."""
    rows, services = rows_words(pack.records), pack.chosen.services
    await note_export(rooms, viewer, file, rows, about=pack.id, services=services)


async def _find(rooms: Rooms, viewer: Viewer, id: str) -> Kept:
    """Raises `Problem` "not_found" for a pack of any service that is not the viewer's."""
    pack = await rooms.database.read(lambda sql: store.find(sql, id, tuple(_services(viewer))))
    if pack is None:
        raise Problem("not_found")
    return pack


async def _there(rooms: Rooms, viewer: Viewer, id: str) -> Kept:
    """One whose file can be taken."""
    pack = await _find(rooms, viewer, id)
    path = store.file_of(rooms.database.path, pack)
    if pack.state != "ready" or not await asyncio.to_thread(path.is_file):
        raise Problem("not_found")
    return pack


def _services(viewer: Viewer) -> dict[str, str]:
    return {id: viewer.services[id] for id in viewer.services_for(MAKES)}


handlers = [pack_list, ask_for_pack, shown_pack, one_pack, pack_live, pack_file, pack_key, destroy_pack]
