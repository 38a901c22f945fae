"""Choosing one's own password with a code from the desk. Public: whoever comes here has no sign-in yet."""

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.response import Template

from server.identity import audit
from server.identity.permissions import Rule, needs
from server.identity.waiting import wait_words
from server.problems import PROBLEMS
from server.rooms import Rooms
from server.same_origin import read_form
from server.staff.first_password import begin, find_invited, use

WRONG = (
    "That email and code do not fit together. "
    "Check both, or ask your manager for a new code: each works once, for a week."
)


@get("/sign-in/first", opt=needs(Rule.PUBLIC))
async def first_password_page() -> Template:
    """The form for a first password."""
    return _form()


@post("/sign-in/first", opt=needs(Rule.PUBLIC), status_code=200)
async def set_first_password(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
) -> Template:
    """Keep the password; its owner then signs in with it. Or the form again, with what to put right."""
    form = await read_form(request)
    email, code, password = form.get("email", "").strip(), form.get("code", ""), form.get("password", "")
    host, now = request.client.host if request.client else "", rooms.clock()
    if password != form.get("again", ""):
        return _form(email, {"again": "The two are not the same. Type the password again."})
    begun = await rooms.database.write(lambda sql: begin(sql, email, host, now))
    if begun.wait:
        return _form(email, {"code": wait_words(begun.wait)}, begun.wait)
    invited = await rooms.database.read(lambda sql: find_invited(sql, email, code, now))
    if invited is None:
        await rooms.database.write(lambda sql: audit.note_some(sql, "sign_in_refused", now, address=host))
        return _form(email, {"code": WRONG})
    try:
        hashed = await rooms.passwords.hash(password, invited.knows)
    except ValueError as error:
        return _form(email, {"password": str(error)})
    if not await rooms.database.write(lambda sql: use(sql, invited.staff, code, hashed, begun, now)):
        return _form(email, {"code": WRONG})
    return Template("staff/first_done.html", context={"email": email})


def _form(email: str = "", faults: dict[str, str] | None = None, wait: int = 0) -> Template:
    status = PROBLEMS["too_many_attempts"].status if wait else 422 if faults else 200
    return Template(
        "staff/first.html",
        context={"email": email, "faults": faults or {}},
        status_code=status,
        headers={"retry-after": str(wait)} if wait else None,
    )


handlers = [first_password_page, set_first_password]
