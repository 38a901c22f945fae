"""What makes a browser a Sightline tablet: the app's shell, its worker and manifest, the way back, and
enrolment.

The shell is the same bytes for everyone, so nothing here that can be stored holds a user's data.
"""

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response

from server.answers import json_answer
from server.assets import MANIFEST, SERVICE_WORKER, SHELL
from server.identity import attempts, tablets
from server.identity.cookies import TABLET, read_cookie, tablet_cookie
from server.identity.guard import find_tablet
from server.identity.permissions import Rule, needs
from server.identity.secret_tokens import hash_code, hash_token, new_token
from server.identity.tablets import Tablet
from server.problems import Problem
from server.rooms import Rooms
from server.routes.assets import AS_STORED, answer_asset
from server.same_origin import read_json


class EnrolmentForm(msgspec.Struct, forbid_unknown_fields=True):
    """What a tablet sends to be enrolled: the code as it was typed."""

    code: str


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
        raise Problem("tablet_revoked")
    answer = json_answer(_words(tablet))
    answer.set_cookie(tablet_cookie(rooms.settings, read_cookie(request, rooms.settings, TABLET)))
    return answer


@post("/tablet/enrolment", opt=needs(Rule.PUBLIC))
async def enrol(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """201: the code was good, it is used up, and this browser is now that tablet."""
    code = _read_code(await read_json(request))
    host = request.client.host if request.client else ""
    token, now = new_token(), rooms.clock()
    counter = attempts.address("enrolment", host)
    begun = await rooms.database.write(lambda sql: attempts.begin_attempt(sql, [counter], now))
    if begun.wait:
        raise Problem("too_many_attempts", headers={"retry-after": str(begun.wait)})
    tablet = await rooms.database.write(
        lambda sql: tablets.enrol(sql, hash_code(code), hash_token(token), now, host)
    )
    if tablet is None:
        raise Problem("wrong_enrolment_code")
    await rooms.database.write(lambda sql: attempts.forgive(sql, begun))
    answer = json_answer(_words(tablet), 201)
    answer.set_cookie(tablet_cookie(rooms.settings, token))
    return answer


def _read_code(raw: bytes) -> str:
    try:
        return msgspec.json.decode(raw, type=EnrolmentForm, strict=True).code
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise Problem("not_json", 'Send {"code": "ABCD-EFGH"}.') from None


def _words(tablet: Tablet) -> dict[str, object]:
    return {
        "tablet": {"id": tablet.id, "name": tablet.name, "unit": tablet.unit},
        "service": {"id": tablet.service, "name": tablet.service_name, "kind": tablet.service_kind},
    }


handlers = [shell, service_worker, manifest, kill_switch, identity, enrol]
