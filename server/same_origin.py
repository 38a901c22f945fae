"""Requests that change something must come from our own pages, and every request must be meant for this host.

Decided: Sec-Fetch-Site, which no page can forge, else Origin (older browsers, and programs, which must say
where they belong); and a content type that a form on another site cannot send. With SameSite=Strict cookies
that is three locks.
Rejected: a token in a cookie and the form (not bound to the session, and the tablet's cached shell cannot
carry one).
"""

from litestar.connection import Request
from litestar.datastructures import Headers
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from server.problems import Problem

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
UPLOAD = "multipart/form-data"
TAKES_FILES = frozenset({"/tablets/copies", "/actions/import"})
"""The pages to which a file is handed in. Another site may send such a form too: Origin alone keeps it out."""


class SameOrigin(ASGIMiddleware):
    """Refuses requests for another host, and changes asked for by another site."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass the request on, or raise `Problem`."""
        headers, provider = Headers.from_scope(scope), scope["litestar_app"].state
        if headers.get("host", "").lower() not in provider["hosts"]:
            raise Problem("wrong_host")
        if scope["type"] == ScopeType.HTTP and scope["method"] not in SAFE_METHODS:
            kinds = JSON, FORM, *([UPLOAD] if scope["path"] in TAKES_FILES else ())
            _check_change(headers, provider["origins"], kinds)
        await next_app(scope, receive, send)


def _check_change(headers: Headers, origins: frozenset[str], kinds: tuple[str, ...]) -> None:
    site = headers.get("sec-fetch-site")
    if site != "same-origin" if site else headers.get("origin", "") not in origins:
        raise Problem("cross_origin")
    empty = headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers
    if media_type(headers) not in ((*kinds, "") if empty else kinds):
        raise Problem("wrong_media_type")


async def read_json(request: Request) -> bytes:  # type: ignore[type-arg]
    """The bytes of a JSON request. Raises `Problem` "wrong_media_type" for any other content type."""
    if media_type(request.headers) != JSON:
        raise Problem("wrong_media_type")
    return await request.body()


async def read_form(request: Request) -> dict[str, str]:  # type: ignore[type-arg]
    """The fields of a page's form, the last value of each. Raises `Problem` "wrong_media_type" for anything
    else.
    """
    if media_type(request.headers) != FORM:
        raise Problem("wrong_media_type", "Send the form from the page itself.")
    return {name: str(value) for name, value in (await request.form()).items()}


async def read_upload(request: Request, name: str) -> object:  # type: ignore[type-arg]
    """The field `name` of a form with files: an `UploadFile`, or anything else where none was chosen."""
    if media_type(request.headers) != UPLOAD:
        return None
    return (await request.form()).get(name)


def media_type(headers: Headers) -> str:
    """The content type without its parameters, or ""."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()
