"""One's own second factor: take the secret into an app on the phone, turn it on, new recovery codes, turn it off."""

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.answers import go_to
from server.forms_desk.qr import qr_svg
from server.identity import second_factor
from server.identity.attempts import account, begin_attempt, forgive
from server.identity.confirming import confirm
from server.identity.permissions import Rule, needs
from server.identity.viewer import Viewer
from server.identity.waiting import wait_words
from server.rooms import Rooms
from server.same_origin import read_form

WRONG = "This is not the code that the app shows now. Check the clock of your phone, then type the next one."


@get("/me/account/second-factor", opt=needs(Rule.SIGNED_IN))
async def factor(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Off: how to begin. Begun: the secret as a picture and as text. On: recovery codes, and how to turn it off."""
    return await _page(rooms, viewer)


@post("/me/account/second-factor/secret", opt=needs(Rule.SIGNED_IN), status_code=303)
async def make_secret(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """A new secret, that counts for nothing until a code was made with it."""
    now = rooms.clock()
    await rooms.database.write(lambda sql: second_factor.begin_setup(sql, rooms.keys, viewer.staff, now))
    return go_to("/me/account/second-factor")


@post("/me/account/second-factor/on", opt=needs(Rule.SIGNED_IN), status_code=200)
async def turn_on(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """The recovery codes, shown this once; or the page again, with what to put right."""
    form = await read_form(request)
    if wrong := await confirm(rooms, viewer, form):
        return await _page(rooms, viewer, {"password": wrong})
    code, now = form.get("code", ""), rooms.clock()
    counters = [account("second factor", viewer.staff)]

    def turn(connection: sqlite3.Connection) -> tuple[int, list[str]]:
        begun = begin_attempt(connection, counters, now)
        if begun.wait:
            return begun.wait, []
        codes = second_factor.turn_on(connection, rooms.keys, viewer.staff, code, now)
        if codes:
            forgive(connection, begun)
        return 0, codes

    wait, codes = await rooms.database.write(turn)
    if not codes:
        return await _page(rooms, viewer, {"code": wait_words(wait) if wait else WRONG})
    return _codes(viewer, codes, first=True)


@post("/me/account/second-factor/recovery-codes", opt=needs(Rule.SIGNED_IN), status_code=200)
async def renew_codes(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Ten new recovery codes, shown this once. Those before work no more."""
    if wrong := await confirm(rooms, viewer, await read_form(request)):
        return await _page(rooms, viewer, {"codes-password": wrong})
    now = rooms.clock()
    codes = await rooms.database.write(
        lambda sql: second_factor.renew_recovery_codes(sql, rooms.keys, viewer.staff, now)
    )
    return _codes(viewer, codes) if codes else await _page(rooms, viewer)


@post("/me/account/second-factor/off", opt=needs(Rule.SIGNED_IN), status_code=200)
async def turn_off(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """From now on the password is enough."""
    if wrong := await confirm(rooms, viewer, await read_form(request)):
        return await _page(rooms, viewer, {"off-password": wrong})
    now = rooms.clock()
    await rooms.database.write(lambda sql: second_factor.turn_off(sql, viewer.staff, now, who=viewer.staff))
    return go_to("/me/account")


def _codes(viewer: Viewer, codes: list[str], *, first: bool = False) -> Template:
    context = {"viewer": viewer, "here": "account", "codes": codes, "first": first}
    return Template("me/recovery_codes.html", context=context)


async def _page(rooms: Rooms, viewer: Viewer, faults: Mapping[str, str] = MappingProxyType({})) -> Template:
    now = rooms.clock()

    def read(connection: sqlite3.Connection) -> tuple[bool, str, int]:
        return (
            second_factor.is_on(connection, viewer.staff),
            second_factor.read_setup(connection, rooms.keys, viewer.staff, now),
            second_factor.codes_left(connection, viewer.staff),
        )

    on, secret, left = await rooms.database.read(read)
    picture = (
        qr_svg(second_factor.address_of(secret, viewer.email), "The secret as a QR code") if secret else ""
    )
    context = {
        "viewer": viewer,
        "here": "account",
        "faults": dict(faults),
        "on": on,
        "left": left,
        "secret": " ".join(secret[place : place + 4] for place in range(0, len(secret), 4)),
        "picture": picture,
    }
    return Template("me/second_factor.html", context=context, status_code=422 if faults else 200)


handlers = [factor, make_secret, turn_on, renew_codes, turn_off]
