"""The concerns nobody has acknowledged, on every page of whoever may see them.

Read before each page of a signed-in manager is made, so that it is there without a script; the template finds it in
`request.state`. With a script it then keeps itself up to date (static/js/concern_banner.mjs).
"""

import sqlite3

import msgspec
from litestar import Request

from server.concerns.store import Concern, count_open, read_open
from server.identity.permissions import Permission
from server.identity.viewer import Viewer
from server.rooms import rooms_of

SHOWN = 3


class Banner(msgspec.Struct, frozen=True):
    """The newest few that wait, how many wait in all, what kinds there are, and how far this was read."""

    concerns: list[Concern]
    count: int
    kinds: dict[str, str]
    mark: int


async def read_banner(request: Request) -> None:  # type: ignore[type-arg]
    """Litestar's `before_request`: after the guard, before the page. Never an answer of its own."""
    viewer: Viewer | None = request.scope.get("user")
    wanted = request.method == "GET" and viewer is not None and viewer.may(Permission.ANSWER_CONCERNS)
    if viewer is None or not wanted or request.url.path.endswith("/live"):
        return
    rooms = rooms_of(request.app.state)
    form = next(
        (each for each in rooms.catalogue.current_forms() if each.definition.form == "immediate_concern"),
        None,
    )
    options = form.definition.by_id["what"].options if form else ()
    kinds = {option.code: option.label for option in options}
    request.state.concern_banner = await rooms.database.read(lambda sql: _read(sql, viewer, kinds))


def _read(connection: sqlite3.Connection, viewer: Viewer, kinds: dict[str, str]) -> Banner:
    count, mark = count_open(connection, viewer)
    return Banner(read_open(connection, viewer, SHOWN) if count else [], count, kinds, mark)
