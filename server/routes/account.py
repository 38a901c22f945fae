"""My account: one's own password, and where one is signed in. The second factor has a page of its own."""

import sqlite3
from collections.abc import Mapping
from types import MappingProxyType

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to, json_answer
from server.identity import audit, second_factor, sessions
from server.identity.confirming import confirm
from server.identity.cookies import session_cookie
from server.identity.guard import find_viewer
from server.identity.passwords import set_password
from server.identity.permissions import Rule, needs
from server.identity.secret_tokens import hash_token, new_token
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms
from server.routes.evidence import whole_number
from server.routes.sign_in import place_of
from server.same_origin import read_form

DIFFERENT = "This is not the same as the one above. Type it again."


@get("/me/account", opt=needs(Rule.SIGNED_IN))
async def account(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Template:
    """Who one is here, one's password, and every place where one is signed in."""
    return await _page(rooms, viewer, changed="changed" in request.query_params)


@post("/me/account/password", opt=needs(Rule.SIGNED_IN), status_code=200)
async def change_password(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes] | Template:
    """A new password, for whoever knows the old one: every other session ends, and this one has a new token."""
    form = await read_form(request)
    new, faults = form.get("new", ""), {}
    if wrong := await confirm(rooms, viewer, form):
        return await _page(rooms, viewer, {"password": wrong})
    try:
        hashed = await rooms.passwords.hash(
            new, [viewer.name, viewer.email, viewer.place, *viewer.services.values()]
        )
    except ValueError as error:
        faults["new"] = str(error)
    if not faults and form.get("again", "") != new:
        faults["again"] = DIFFERENT
    if faults:
        return await _page(rooms, viewer, faults)
    token, now, browser = new_token(), rooms.clock(), place_of(request).browser

    def change(connection: sqlite3.Connection) -> None:
        set_password(connection, viewer.staff, hashed, now)
        sessions.start(connection, viewer.staff, hash_token(token), now, browser)
        audit.note(connection, "password_set", now, who=viewer.staff)

    await rooms.database.write(change)
    answer = go_to("/me/account?changed")
    answer.set_cookie(session_cookie(rooms.settings, token))
    return answer


@post("/me/account/sessions/{session_id:str}/ending", opt=needs(Rule.SIGNED_IN), status_code=303)
async def end_session(
    session_id: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """Sign out in one other place. Raises `Problem` "not_found" where one is not signed in."""
    now = rooms.clock()

    def end(connection: sqlite3.Connection) -> bool:
        if ended := sessions.end_one(connection, viewer.staff, whole_number(session_id), now):
            audit.note(connection, "session_ended", now, who=viewer.staff, details="one")
        return ended

    if not await rooms.database.write(end):
        raise Problem("not_found")
    return go_to("/me/account#sessions")


@post("/me/account/other-sessions/ending", opt=needs(Rule.SIGNED_IN), status_code=303)
async def end_other_sessions(
    rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Response[bytes]:
    """Sign out everywhere but here. With nowhere else, nothing happens."""
    now = rooms.clock()

    def end(connection: sqlite3.Connection) -> None:
        if count := sessions.end_all(connection, viewer.staff, now, but=viewer.session):
            audit.note(connection, "session_ended", now, who=viewer.staff, details=f"all others: {count}")

    await rooms.database.write(end)
    return go_to("/me/account#sessions")


@get("/me/session", opt=needs(Rule.PUBLIC))
async def session_life(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """How long this session still lives: {left: seconds, ends: "quiet" or "old"}. Asking does not prolong it.

    Whoever is signed in no more has 0 left, which is no error: the page that asks is to go away.
    """
    return json_answer(await _life(request, rooms, used=False))


@post("/me/session", opt=needs(Rule.PUBLIC), status_code=200)
async def use_session(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """Somebody is at work on an open page: the session counts as used. Answers like the question above."""
    return json_answer(await _life(request, rooms, used=True))


async def _life(request: Request, rooms: Rooms, *, used: bool) -> sessions.Life:  # type: ignore[type-arg]
    viewer = await find_viewer(request, in_use=False)
    if viewer is None:
        return sessions.Life(0, "quiet")
    session, now, limits = viewer.session, rooms.clock(), rooms.session_limits
    if used:
        await rooms.database.write(lambda sql: sessions.touch(sql, session, now))
    return await rooms.database.read(lambda sql: sessions.life(sql, session, now, limits))


async def _page(
    rooms: Rooms,
    viewer: Viewer,
    faults: Mapping[str, str] = MappingProxyType({}),
    *,
    changed: bool = False,
) -> Template:
    now, limits = rooms.clock(), rooms.session_limits

    def read(connection: sqlite3.Connection) -> dict[str, object]:
        set_at = connection.execute("SELECT set_at FROM password WHERE staff = ?", (viewer.staff,)).fetchone()
        return {
            "set_at": set_at["set_at"] if set_at else "",
            "factor_on": second_factor.is_on(connection, viewer.staff),
            "codes_left": second_factor.codes_left(connection, viewer.staff),
            "sessions": sessions.read_open(connection, viewer.staff, now, limits),
        }

    context = {
        "viewer": viewer,
        "here": "account",
        "faults": dict(faults),
        "changed": changed,
        "idle": rooms.settings.session_idle_minutes,
        "hours": rooms.settings.session_hours,
        **await rooms.database.read(read),
    }
    return Template("me/account.html", context=context, status_code=422 if faults else 200)


handlers = [account, change_password, end_session, end_other_sessions, session_life, use_session]
