"""The second step of signing in, for whoever has turned the second factor on: a code from the phone."""

import sqlite3

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Response, Template

from server.answers import go_to
from server.identity import half_signed_in
from server.identity.cookies import HALF, SESSION, no_half_cookie, read_cookie
from server.identity.half_signed_in import Given, Tokens
from server.identity.permissions import Rule, needs
from server.identity.secret_tokens import hash_token, new_token
from server.identity.waiting import wait_words
from server.problems import Problem
from server.rooms import Rooms
from server.routes.sign_in import let_in, own_address, place_of
from server.same_origin import read_form


@get("/sign-in/code", opt=needs(Rule.PUBLIC))
async def code_page(request: Request, rooms: NamedDependency[Rooms]) -> Template | Response[bytes]:  # type: ignore[type-arg]
    """The form for the code; back to the password when none is waited for."""
    half, now = hash_token(read_cookie(request, rooms.settings, HALF)), rooms.clock()
    if not await rooms.database.read(lambda sql: half_signed_in.owner(sql, half, now)):
        return go_to("/sign-in")
    return _form(own_address(request.query_params.get("next", "")))


@post("/sign-in/code", opt=needs(Rule.PUBLIC), status_code=200)
async def give_code(request: Request, rooms: NamedDependency[Rooms]) -> Template | Response[bytes]:  # type: ignore[type-arg]
    """A session at last, under a token made now; or the form again; or back to the password."""
    form = await read_form(request)
    after, typed, token = own_address(form.get("next", "")), form.get("code", ""), new_token()
    place, now = place_of(request), rooms.clock()
    tokens = Tokens(
        half=hash_token(read_cookie(request, rooms.settings, HALF)),
        before=hash_token(read_cookie(request, rooms.settings, SESSION)),
        after=hash_token(token),
    )
    given: Given = await rooms.database.write(
        lambda sql: half_signed_in.give_code(sql, rooms.keys, tokens, typed, place, now)
    )
    if given.became == "wait":
        wait = {"retry-after": str(given.wait)}
        return _form(after, Problem("too_many_attempts", wait_words(given.wait), headers=wait))
    if given.became == "wrong":
        return _form(after, Problem("wrong_code"))
    if given.became == "over":
        answer = go_to("/sign-in?code=over")
    else:
        email = await rooms.database.read(lambda sql: _email(sql, given.staff))
        answer = await let_in(rooms, email, token, after)
    answer.set_cookie(no_half_cookie(rooms.settings))
    return answer


def _email(connection: sqlite3.Connection, staff: str) -> str:
    return str(connection.execute("SELECT email FROM staff WHERE id = ?", (staff,)).fetchone()["email"])


def _form(after: str, problem: Problem | None = None) -> Template:
    return Template(
        "sign_in_code.html",
        context={"after": after, "problem": problem},
        status_code=problem.kind.status if problem else 200,
        headers=problem.headers if problem else None,
    )


handlers = [code_page, give_code]
