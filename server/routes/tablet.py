"""What makes a browser a Sightline tablet: the app's shell, its worker and manifest, the way back, and
enrolment.

The shell is the same bytes for everyone, so nothing here that can be stored holds a user's data.
"""

from base64 import b64encode
from typing import Annotated

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response

from server.answers import json_answer
from server.assets import MANIFEST, SERVICE_WORKER, SHELL
from server.dated_settings.store import own_value_at
from server.fleet.losses import note_lost
from server.fleet.parked import ParkedList, note_parked
from server.identity import attempts, tablets
from server.identity.cookies import TABLET, read_cookie, tablet_cookie
from server.identity.guard import find_tablet, revoked
from server.identity.instants import at
from server.identity.permissions import Rule, needs
from server.identity.secret_tokens import hash_code, hash_token, new_token
from server.identity.tablets import Tablet
from server.problems import Problem
from server.rooms import Rooms
from server.routes.assets import AS_STORED, answer_asset
from server.same_origin import read_json
from server.strict_json import read_strictly


class EnrolmentForm(msgspec.Struct, forbid_unknown_fields=True):
    """What a tablet sends to be enrolled: the code as it was typed, and which `CONDITIONS` were ticked."""

    code: str
    conditions: list[str] = []


class WipedForm(msgspec.Struct, forbid_unknown_fields=True):
    """What a tablet says when it has wiped its store: what it still held then, which should be nothing."""

    waiting: Annotated[int, msgspec.Meta(ge=0, le=10**9)]
    drafts: Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class LostForm(msgspec.Struct, forbid_unknown_fields=True):
    """What a browser that found its store empty still knows: how many records it had noted outside the store."""

    waiting: Annotated[int, msgspec.Meta(ge=0, le=10**9)]


@get(["/tablet", "/tablet/", "/tablet/{rest:path}"], opt=AS_STORED)
async def shell(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """The app, for its own address and for every address inside it."""
    return answer_asset(request, SHELL)


@get(SERVICE_WORKER, opt=AS_STORED)
async def service_worker(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """The worker with the list of what it stores. Any changed file changes its bytes, and so the browser
    updates.
    """
    return answer_asset(request, SERVICE_WORKER)


@get(MANIFEST, opt=AS_STORED)
async def manifest(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """What the app is called and looks like once installed."""
    return answer_asset(request, MANIFEST)


@get("/tablet/kill-switch.json", opt=needs(Rule.PUBLIC))
async def kill_switch(rooms: NamedDependency[Rooms]) -> Response[bytes]:
    """`kill` 1 tells the worker to drop its caches and itself. What waits to be sent is not in them."""
    return json_answer({"kill": int(rooms.settings.kill_switch)})


@get("/tablet/identity", opt=needs(Rule.PUBLIC))
async def identity(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """Which tablet this is; 204 while it is none, which is where every tablet begins and no failure.

    The cookie is sent again, so a tablet in use never loses it to old age.
    """
    tablet = await find_tablet(request)
    if tablet is None:
        return Response(b"", status_code=204)
    if tablet.revoked:
        raise revoked(tablet)
    answer = json_answer(await _welcome(rooms, tablet))
    answer.set_cookie(tablet_cookie(rooms.settings, read_cookie(request, rooms.settings, TABLET)))
    return answer


@post("/tablet/enrolment", opt=needs(Rule.PUBLIC))
async def enrol(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """201: the code was good, it is used up, and this browser is now that tablet."""
    form = read_strictly(
        await read_json(request), EnrolmentForm, 'Send {"code": "ABCD-EFGH", "conditions": [...]}.'
    )
    if not set(tablets.CONDITIONS) <= set(form.conditions):
        raise Problem("conditions_missing")
    code = hash_code(form.code)
    host = request.client.host if request.client else ""
    token, now = new_token(), rooms.clock()
    counter = attempts.address("enrolment", host)
    begun = await rooms.database.write(lambda sql: attempts.begin_attempt(sql, [counter], now))
    if begun.wait:
        raise Problem("too_many_attempts", headers={"retry-after": str(begun.wait)})
    tablet = await rooms.database.write(
        lambda sql: tablets.enrol(sql, code, hash_token(token), now, host, form.conditions)
    )
    if tablet is None:
        raise Problem("wrong_enrolment_code")
    await rooms.database.write(lambda sql: attempts.forgive(sql, begun))
    answer = json_answer(await _welcome(rooms, tablet), 201)
    answer.set_cookie(tablet_cookie(rooms.settings, token))
    return answer


@post("/tablet/wiped", opt=needs(Rule.TABLET_EVEN_REVOKED), status_code=204)
async def wiped(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    tablet: NamedDependency[Tablet],
) -> None:
    """A tablet out of use has wiped its store. Raises `Problem` "conflict" for one that is in use."""
    read_strictly(await read_json(request), WipedForm, 'Send {"waiting": 0, "drafts": 0}.')
    now = rooms.clock()
    if not await rooms.database.write(lambda sql: tablets.note_wiped(sql, tablet.id, now)):
        raise Problem("conflict", "This tablet is in use: it has nothing to wipe.")


@post("/tablet/store-lost", opt=needs(Rule.PUBLIC), status_code=200)
async def store_lost(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """A browser has no store. 200 with what the server knows of it; 204 when it was no tablet, or was to be wiped."""
    said = read_strictly(await read_json(request), LostForm, 'Send {"waiting": 0}.')
    tablet, now = await find_tablet(request), rooms.clock()
    if tablet is None or await rooms.database.read(lambda sql: tablets.is_wiped(sql, tablet.id)):
        return Response(b"", status_code=204)
    return json_answer(await rooms.database.write(lambda sql: note_lost(sql, tablet, said.waiting, now)))


@post("/tablet/parked", opt=needs(Rule.TABLET_EVEN_REVOKED), status_code=204)
async def parked(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    tablet: NamedDependency[Tablet],
) -> None:
    """Which records the tablet holds back because the server would not take them."""
    told = read_strictly(await read_json(request), ParkedList, 'Send {"parked": [...]}.')
    await rooms.database.write(lambda sql: note_parked(sql, tablet.id, told))


async def _welcome(rooms: Rooms, tablet: Tablet) -> dict[str, object]:
    """What a tablet needs to know of itself and of its server: names, the keys it trusts, how soon it locks."""
    now = at(rooms.clock())
    lock = await rooms.database.read(lambda sql: own_value_at(sql, tablet.service, "lock_seconds", now))
    return {
        "tablet": {"id": tablet.id, "name": tablet.name, "unit": tablet.unit},
        "service": {"id": tablet.service, "name": tablet.service_name, "kind": tablet.service_kind},
        "server": {
            "signing_key": b64encode(rooms.keys.signing_public).decode(),
            "recovery_key": b64encode(rooms.keys.recovery_public).decode(),
        },
        "settings": {"lock_seconds": int(lock)},
    }


handlers = [shell, service_worker, manifest, kill_switch, identity, enrol, wiped, store_lost, parked]
