"""Signing in and out at the desk, and where to go from the front door."""

from urllib.parse import urlencode, urlsplit

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.answers import go_to
from server.identity import half_signed_in, second_factor, signing_in
from server.identity.browser_words import browser_words
from server.identity.cookies import (
    KNOWN,
    SESSION,
    half_cookie,
    known_cookie,
    no_session_cookie,
    read_cookie,
    session_cookie,
)
from server.identity.guard import find_viewer
from server.identity.known_browser import make_mark
from server.identity.permissions import Permission, Rule, needs
from server.identity.secret_tokens import hash_token, new_token
from server.identity.waiting import wait_words
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import read_form

# The first of these that a role may see is its front page
FRONT_PAGES = (
    (Permission.READ_NOTICES, "/today"),
    (Permission.READ_EVIDENCE, "/evidence"),
    (Permission.READ_TABLETS, "/tablets"),
    (Permission.READ_OWN, "/me/observations"),
)


# The cookie says only that there was one: what became of it is not told to whoever holds it
ENDED = (
    "You were signed out. That happens after {minutes} quiet minutes, when a sign-in has lasted for a day's work, "
    "or when it is ended from elsewhere. Sign in again and you come back to where you were."
)


@get("/", opt=needs(Rule.PUBLIC))
async def front_door(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """To the first page the viewer may see, or to sign in. Raises `Problem` "no_role" when there is none."""
    viewer = await find_viewer(request)
    if viewer is None:
        return go_to("/sign-in")
    for permission, address in FRONT_PAGES:
        if viewer.may(permission):
            return go_to(address)
    raise Problem("no_role")


@get("/sign-in", opt=needs(Rule.PUBLIC))
async def sign_in_page(request: Request, rooms: NamedDependency[Rooms]) -> Template:  # type: ignore[type-arg]
    """The form to sign in with. `next` is the page that was asked for; whoever was signed in is told why not now."""
    ended = ""
    if "code" in request.query_params:
        ended = "That was not finished in time, or too many codes were wrong. Begin again with your password."
    elif read_cookie(request, rooms.settings, SESSION) and await find_viewer(request) is None:
        ended = ENDED.format(minutes=rooms.settings.session_idle_minutes)
    return _form(own_address(request.query_params.get("next", "")), ended=ended)


@post("/sign-in", opt=needs(Rule.PUBLIC), status_code=200)
async def sign_in(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
) -> Response[bytes] | Template:
    """A new session under a new token, whatever cookie came with the request; or the form again, with what to
    do.
    """
    form = await read_form(request)
    email, password = form.get("email", "").strip(), form.get("password", "")
    after = own_address(form.get("next", ""))
    host, now = request.client.host if request.client else "", rooms.clock()
    mark = read_cookie(request, rooms.settings, KNOWN)
    begun = await rooms.database.write(lambda sql: signing_in.begin(sql, email, host, mark, now))
    if wait := begun.wait:
        return _form(
            after, email, Problem("too_many_attempts", wait_words(wait), headers={"retry-after": str(wait)})
        )
    account = await rooms.database.read(lambda sql: signing_in.find_account(sql, email, now))
    right = await rooms.passwords.check(password, account.password if account else None)
    if account is None or not right:
        await rooms.database.write(lambda sql: signing_in.refuse(sql, account, host, now))
        return _form(after, email, Problem("wrong_sign_in"))
    staff, token = account.staff, new_token()
    if await rooms.database.read(lambda sql: second_factor.is_on(sql, staff)):
        await rooms.database.write(
            lambda sql: half_signed_in.begin(sql, staff, begun, hash_token(token), now)
        )
        answer = go_to(f"/sign-in/code?{urlencode({'next': after})}" if after else "/sign-in/code")
        answer.set_cookie(half_cookie(rooms.settings, token, half_signed_in.MINUTES))
        return answer
    tokens = (hash_token(read_cookie(request, rooms.settings, SESSION)), hash_token(token))
    place = place_of(request)
    await rooms.database.write(lambda sql: signing_in.accept(sql, staff, begun, place, tokens, now))
    return await let_in(rooms, email, token, after)


async def let_in(rooms: Rooms, email: str, token: str, after: str) -> Response[bytes]:
    """On to the page that was asked for, with the new session's cookie and the mark of a browser that is known."""
    answer = go_to(after or "/")
    answer.set_cookie(session_cookie(rooms.settings, token))
    mark = await rooms.database.read(lambda sql: make_mark(sql, email))
    answer.set_cookie(known_cookie(rooms.settings, mark))
    return answer


def place_of(request: Request) -> signing_in.Place:  # type: ignore[type-arg]
    """Where the request comes from."""
    host = request.client.host if request.client else ""
    return signing_in.Place(host, browser_words(request.headers.get("user-agent", "")))


@post("/sign-out", opt=needs(Rule.PUBLIC), status_code=303)
async def sign_out(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """End the session on the server, not only in this browser. Signing out twice is fine."""
    viewer, now = await find_viewer(request), rooms.clock()
    if viewer is not None:
        staff, token_hash = viewer.staff, hash_token(read_cookie(request, rooms.settings, SESSION))
        await rooms.database.write(lambda sql: signing_in.leave(sql, staff, token_hash, now))
    answer = go_to("/sign-in")
    answer.set_cookie(no_session_cookie(rooms.settings))
    return answer


def own_address(text: str) -> str:
    """`text` when it is an address inside this server, else "": nobody is sent to another site by a crafted
    link.
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    inside = text.startswith("/") and not text.startswith("//") and not parts.scheme and not parts.netloc
    return (
        text if inside and "\\" not in text and text.isprintable() and not text.startswith("/sign-") else ""
    )


def _form(after: str, email: str = "", problem: Problem | None = None, ended: str = "") -> Template:
    return Template(
        "sign_in.html",
        context={"after": after, "email": email, "problem": problem, "ended": ended},
        status_code=problem.kind.status if problem else 200,
        headers=problem.headers if problem else None,
    )


handlers = [front_door, sign_in_page, sign_in, sign_out]
