"""The bytes that are the same for everyone: styles, scripts, icons, forms. An answer is the file, or "you
have it" (304).
"""

from contextlib import suppress

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from server.assets import Asset, Assets
from server.forms_desk.holdings import note_fetched
from server.identity.guard import find_tablet
from server.identity.permissions import Rule, needs
from server.problems import Problem
from server.rooms import Rooms
from sync import DatabaseError

# Asked again at every use, answered in a few bytes when nothing changed: an old script never runs with a new
# page
CACHE = "no-cache"
# The files are kept compressed; the middleware must not do it again
AS_STORED = {**needs(Rule.PUBLIC), "compressed_already": True}


@get(
    [
        "/pwa/{rest:path}",
        "/observation_forms/{rest:path}",
        "/static/{rest:path}",
    ],
    opt=AS_STORED,
)
async def asset(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """The file with exactly this address in the table."""
    return answer_asset(request, request.url.path)


@get("/forms/{rest:path}", opt=AS_STORED)
async def form_asset(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """A form. That a tablet fetched it alone is written down: managers see which tablets have which."""
    answer = answer_asset(request, request.url.path)
    hash, _, suffix = request.url.path.removeprefix("/forms/").partition(".")
    if suffix == "html" and (tablet := await find_tablet(request)) is not None:
        # On a full disk tablets still get their forms
        with suppress(DatabaseError):
            await rooms.database.write(lambda sql: note_fetched(sql, tablet.id, hash, rooms.clock()))
    return answer


def answer_asset(request: Request, address: str) -> Response[bytes]:  # type: ignore[type-arg]
    """The file at `address` in the table. Raises `Problem` "not_found" when there is none."""
    assets: Assets = request.app.state["assets"]
    found = assets.by_address.get(address)
    if found is None:
        raise Problem("not_found")
    # Weak, because the compressed and the plain file share it
    etag = f'W/"{found.digest}"'
    headers = {"cache-control": CACHE, "etag": etag, "vary": "accept-encoding"}
    if _is_known(request.headers.get("if-none-match", ""), found.digest):
        return Response(b"", status_code=304, headers=headers)
    body, encoding = _smallest(found, request.headers.get("accept-encoding", ""))
    if encoding:
        headers["content-encoding"] = encoding
    return Response(body, media_type=found.content_type, headers=headers)


def _smallest(found: Asset, accepted: str) -> tuple[bytes, str]:
    """The smallest body that the browser says it can read, and how it is compressed ("" = not)."""
    known = {name.partition(";")[0].strip() for name in accepted.split(",")}
    ways = [(body, coding) for coding, body in found.compressed.items() if coding in known]
    return min([(found.body, ""), *ways], key=lambda way: len(way[0]))


def _is_known(if_none_match: str, digest: str) -> bool:
    known = (tag.strip().removeprefix("W/").strip('"') for tag in if_none_match.split(","))
    return any(tag in (digest, "*") for tag in known)


handlers = [asset, form_asset]
