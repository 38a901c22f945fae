"""What stands above every page until somebody sees to it: immediate concerns, and a log that was changed; and whether a
visitor has a pack to read.

All are read at once before the page is made, so that they are there without a script, and cost one read; templates
find them in `request.state`.
"""

import sqlite3

from litestar import Request

from server.concerns import banner
from server.evidence_pack.for_visitors import pack_of_visitor
from server.identity.permissions import Permission
from server.identity.viewer import Viewer
from server.log.alarms import count_waiting
from server.rooms import rooms_of


async def read_banners(request: Request) -> None:  # type: ignore[type-arg]
    """Litestar's `before_request`: after the guard, before the page. Never an answer of its own."""
    viewer: Viewer | None = request.scope.get("user")
    if viewer is None or request.method != "GET" or request.url.path.endswith("/live"):
        return
    if viewer.visits:
        services = viewer.scope(Permission.READ_EVIDENCE).services
        request.state.visit_pack = await rooms_of(request.app.state).database.read(
            lambda sql: pack_of_visitor(sql, viewer.staff, services) is not None
        )
    concerns, log = viewer.may(Permission.ANSWER_CONCERNS), viewer.may(Permission.READ_LOG)
    if not concerns and not log:
        return
    rooms = rooms_of(request.app.state)
    kinds = banner.kinds_of(rooms.catalogue) if concerns else {}

    def read(connection: sqlite3.Connection) -> None:
        if concerns:
            request.state.concern_banner = banner.read_banner(connection, viewer, kinds)
        if log:
            request.state.log_alarms = count_waiting(connection)

    await rooms.database.read(read)
