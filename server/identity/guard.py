"""One guard for every route: it reads the route's rule, finds out who asks, and stops who may not.

It leaves the member of staff in `scope["user"]` and the tablet in `scope["auth"]`; handlers take them as
`viewer` and `tablet`. What it writes down on the way (last seen, last heard) is bookkeeping: on a full disk
people still read.
"""

import sqlite3
from collections.abc import Iterable
from contextlib import suppress

from litestar.connection import ASGIConnection, Request
from litestar.handlers import BaseRouteHandler
from litestar.routes import BaseRoute, HTTPRoute

from server.identity import audit, sessions, tablets
from server.identity.audit_place import is_known
from server.identity.cookies import SESSION, TABLET, read_cookie
from server.identity.permissions import Permission, Rule
from server.identity.secret_tokens import hash_token
from server.identity.tablets import Tablet
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms, rooms_of
from sync import DatabaseError


async def enforce_rule(connection: ASGIConnection, handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Raise `Problem` unless the route's rule lets this request in."""
    rule = rule_of(handler)
    if rule is Rule.PUBLIC:
        return
    if rule in (Rule.TABLET, Rule.TABLET_EVEN_REVOKED):
        connection.scope["auth"] = await _require_tablet(connection, rule)
        return
    viewer = await find_viewer(connection, in_use=not handler.opt.get("stream"))
    if viewer is None:
        raise Problem("not_signed_in")
    connection.scope["user"] = viewer
    if isinstance(rule, Permission) and not viewer.may(rule):
        raise Problem("not_found")
    if viewer.visits:
        await _note_visit(rooms_of(connection.app.state), viewer, connection)


def rule_of(handler: BaseRouteHandler) -> Permission | Rule:
    """The rule of a route. Asking which methods an address knows (OPTIONS) is open to all."""
    if handler.opt.get("rule") is None and getattr(handler, "http_methods", None) == {"OPTIONS"}:
        return Rule.PUBLIC
    rule: Permission | Rule = handler.opt["rule"]
    return rule


def require_rules(routes: Iterable[BaseRoute]) -> None:
    """Raise `LookupError` naming the first route without a rule: such an app must not start."""
    for route in routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            if "rule" not in handler.opt and handler.http_methods != {"OPTIONS"}:
                raise LookupError(f"the route {route.path} has no rule: give it opt=needs(...)")


async def find_viewer(connection: ASGIConnection, *, in_use: bool = True) -> Viewer | None:  # type: ignore[type-arg]
    """Who is signed in at the desk with the cookie of this request, or None.

    Not `in_use`: the page asks by itself, and nobody need be there; the session grows no younger by it.
    """
    rooms = rooms_of(connection.app.state)
    token = read_cookie(connection, rooms.settings, SESSION)
    if not token:
        return None
    now, limits = rooms.clock(), rooms.session_limits
    session = await rooms.database.read(lambda sql: sessions.find(sql, hash_token(token), now, limits))
    if session is None:
        return None
    if session.seen_is_stale and in_use:
        with suppress(DatabaseError):
            await rooms.database.write(lambda sql: sessions.touch(sql, session.viewer.session, now))
    return session.viewer


async def find_tablet(connection: ASGIConnection) -> Tablet | None:  # type: ignore[type-arg]
    """The tablet whose cookie came with this request, revoked or not, or None."""
    rooms = rooms_of(connection.app.state)
    token = read_cookie(connection, rooms.settings, TABLET)
    return await rooms.database.read(lambda sql: tablets.find(sql, hash_token(token))) if token else None


async def _note_visit(rooms: Rooms, viewer: Viewer, connection: ASGIConnection) -> None:  # type: ignore[type-arg]
    """Everything a visitor opens is in the trail, or is not opened. Not what they typed: people type names."""
    now, kind = rooms.clock(), connection.scope["path_template"]
    named = next((str(value) for value in connection.path_params.values()), "")

    def write(sql: sqlite3.Connection) -> None:
        about = named if is_known(sql, named) else ""
        audit.note_some(sql, "visitor_opened", now, who=viewer.staff, about=about, details=kind)

    await rooms.database.write(write)


async def _require_tablet(connection: ASGIConnection, rule: Rule | Permission) -> Tablet:  # type: ignore[type-arg]
    tablet = await find_tablet(connection)
    if tablet is None:
        rooms = rooms_of(connection.app.state)
        if token := read_cookie(connection, rooms.settings, TABLET):
            rooms.figures.strangers.note(hash_token(token), rooms.clock())
        raise Problem("not_enrolled")
    if tablet.revoked and rule is Rule.TABLET:
        raise revoked(tablet)
    await rooms_of(connection.app.state).heard.hear(tablet)
    return tablet


def revoked(tablet: Tablet) -> Problem:
    """What a tablet out of use is told: that it may read nothing, and what to do with its store."""
    return Problem("tablet_revoked", extra={"wipe": tablet.wipe})


def provide_viewer(request: Request) -> Viewer:  # type: ignore[type-arg]
    """The member of staff that the guard let in."""
    viewer: Viewer = request.scope["user"]
    return viewer


def provide_tablet(request: Request) -> Tablet:  # type: ignore[type-arg]
    """The tablet that the guard let in."""
    tablet: Tablet = request.scope["auth"]
    return tablet
