"""What machines that watch the server ask: does it answer, would it keep a record, how is it."""

from contextlib import suppress
from secrets import compare_digest

from litestar import Request, get
from litestar.di import NamedDependency
from litestar.response import Response

from server.answers import json_answer
from server.assets import build_of
from server.identity.permissions import Rule, needs
from server.operations.figures import Kept, read_kept
from server.operations.metrics import CONTENT_TYPE, write_metrics
from server.operations.readiness import Answer
from server.problems import Problem
from server.rooms import Rooms
from sync import DatabaseError


@get("/health", opt=needs(Rule.PUBLIC))
async def health() -> Response[bytes]:
    """The process answers. Nothing is looked at."""
    return json_answer(Answer(1, "up"))


@get("/ready", opt=needs(Rule.PUBLIC))
async def ready(rooms: NamedDependency[Rooms]) -> Response[bytes]:
    """200 when a record that came now would be kept, else 503; and a code."""
    answer = await rooms.readiness.ask()
    return json_answer(answer, 200 if answer.ok else 503)


@get("/metrics", opt=needs(Rule.PUBLIC))
async def metrics(request: Request, rooms: NamedDependency[Rooms]) -> Response[bytes]:  # type: ignore[type-arg]
    """Figures for Prometheus, for whoever sends the token of the settings."""
    token = rooms.settings.metrics_token
    given = request.headers.get("authorization", "").encode()
    if not token or not compare_digest(given, f"Bearer {token}".encode()):
        raise Problem("not_found")
    now = rooms.clock()
    kept: Kept | None = None
    with suppress(DatabaseError):
        kept = await rooms.database.read(lambda sql: read_kept(sql, now))
    answer = await rooms.readiness.ask()
    text = write_metrics(rooms, kept, answer.ok, build_of(request.app.state["assets"]), now)
    return Response(text.encode(), headers={"content-type": CONTENT_TYPE})


handlers = [health, ready, metrics]
