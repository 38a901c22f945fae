"""One line for each request: which route, what came of it, how long it took. Never what was asked for or answered.

The route's template stands for the address, since addresses name people and records; what no route knows is "(none)".
Every answer carries `x-request-id`, so that what somebody saw can be found.
"""

import secrets
import time

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.identity.tablets import Tablet
from server.operations.logs import log

# Asked for all the time, by machines
QUIET = frozenset({"/health", "/ready", "/metrics"})
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class RequestLog:
    """Wraps the whole app, so that it sees every answer, errors and unknown addresses included."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and write its line when it is done."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        request, started, status, sent = secrets.token_hex(8), time.perf_counter(), 0, 0

        async def note(message: Message) -> None:
            nonlocal status, sent
            if message["type"] == "http.response.start":
                status = message["status"]
                message.setdefault("headers", [])
                MutableScopeHeaders.from_message(message)["x-request-id"] = request
            elif message["type"] == "http.response.body":
                sent += len(message.get("body", b""))
            await send(message)

        with structlog.contextvars.bound_contextvars(request=request):
            try:
                await self._app(scope, receive, note)
            finally:
                write_line(scope, status, sent, time.perf_counter() - started)


def write_line(scope: Scope, status: int, sent: int, seconds: float) -> None:
    """The line of one request. `status` 0: nothing was answered, since it was cut off."""
    route = str(scope.get("path_template") or "(none)")
    method = str(scope.get("method", ""))
    tablet: object = scope.get("auth")
    app = scope.get("litestar_app")
    if app is not None and (rooms := app.state.get("rooms")) is not None:
        rooms.figures.answers[f"{status // 100}xx"] += 1
    say = log().error if status >= 500 else log().debug if route in QUIET else log().info
    say(
        "request",
        method=method if method in _METHODS else "(other)",
        route=route,
        status=status,
        ms=round(seconds * 1000, 1),
        sent=sent,
        **({"tablet": tablet.id} if isinstance(tablet, Tablet) else {}),
    )
