"""The description of every door, for programs and for those who check them."""

from litestar import Request, get
from litestar.response import Response

from server.answers import json_answer
from server.identity.permissions import Rule, needs
from server.openapi import describe


@get("/about/openapi.json", opt=needs(Rule.SIGNED_IN))
async def openapi(request: Request) -> Response[bytes]:  # type: ignore[type-arg]
    """OpenAPI 3.1, worked out from the app that answers."""
    return json_answer(describe(request.app))


handlers = [openapi]
