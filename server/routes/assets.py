"""The bytes that are the same for everyone: styles, scripts, icons, forms. An answer is the file, or "you
have it" (304).
"""

from litestar import Request, get
from litestar.response import Response

from server.assets import Asset, Assets
from server.identity.permissions import Rule, needs
from server.problems import Problem

# Asked again at every use, answered in a few bytes when nothing changed: an old script never runs with a new
# page
CACHE = "no-cache"
# The files are kept compressed; the middleware must not do it again
AS_STORED = {**needs(Rule.PUBLIC), "compressed_already": True}


@get(
    [
        "/pwa/{rest:path}",
        "/observation_forms/{rest:path}",
        "/forms/{rest:path}",
        "/static/{rest:path}",
    ],
    opt=AS_STORED,
)
async def asset(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """The file with exactly this address in the table."""
    return answer_asset(request, request.url.path)


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
    return _whole(found, headers, "gzip" in request.headers.get("accept-encoding", ""))


def _whole(found: Asset, headers: dict[str, str], compress: bool) -> Response[bytes]:
    if not compress or len(found.compressed) >= len(found.body):
        return Response(found.body, media_type=found.content_type, headers=headers)
    headers["content-encoding"] = "gzip"
    return Response(found.compressed, media_type=found.content_type, headers=headers)


def _is_known(if_none_match: str, digest: str) -> bool:
    known = (tag.strip().removeprefix("W/").strip('"') for tag in if_none_match.split(","))
    return any(tag in (digest, "*") for tag in known)


handlers = [asset]
