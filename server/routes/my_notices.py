"""What somebody is sent: on which days a mail, and the secret address of a calendar. And the calendar itself."""

import sqlite3

from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Response, Template

from server.answers import go_to
from server.dated_settings.setting import WEEKDAYS
from server.identity import attempts, audit
from server.identity.permissions import Permission, Rule, needs
from server.identity.secret_tokens import hash_token, new_token
from server.identity.sessions import viewer_of
from server.identity.viewer import Viewer
from server.notices import calendar_store, mail_store
from server.notices.gathering import Asking, read_dated, services_of
from server.notices.icalendar import as_calendar
from server.problems import Problem
from server.rooms import Rooms
from server.same_origin import read_form

SEES = Permission.READ_NOTICES
CALENDAR = "text/calendar"


@get("/me/notices", opt=needs(SEES))
async def my_notices(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """The days of the mail, and whether there is an address for a calendar."""
    return await _page(rooms, viewer)


@post("/me/notices/mail", opt=needs(SEES), status_code=303)
async def choose_mail(
    request: Request,  # type: ignore[type-arg]
    rooms: NamedDependency[Rooms],
    viewer: NamedDependency[Viewer],
) -> Response[bytes]:
    """A mail on the weekdays that are ticked; none, when none is."""
    typed, now = await read_form(request), rooms.clock()
    days = [day for day in WEEKDAYS if typed.get(f"day_{day}")]
    await rooms.database.write(lambda sql: mail_store.choose_days(sql, viewer.staff, days, now))
    return go_to("/me/notices")


@post("/me/notices/calendar", opt=needs(SEES))
async def make_calendar(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """201 with a new secret address, shown this once: only its hash is kept, and the one before works no more."""
    token, now = new_token(), rooms.clock()
    await rooms.database.write(
        lambda sql: calendar_store.make_address(sql, viewer.staff, hash_token(token), now)
    )
    return await _page(rooms, viewer, f"{rooms.settings.origin}/calendar/{token}/sightline.ics")


@post("/me/notices/calendar/ending", opt=needs(SEES), status_code=303)
async def end_calendar(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """The address works no more."""
    now = rooms.clock()
    await rooms.database.write(lambda sql: calendar_store.take_back(sql, viewer.staff, now))
    return go_to("/me/notices")


@get("/calendar/{token:str}/sightline.ics", opt=needs(Rule.PUBLIC))
async def calendar(
    request: Request,  # type: ignore[type-arg]
    token: FromPath[str],
    rooms: NamedDependency[Rooms],
) -> Response[bytes]:
    """What is due to whose secret address it is, as iCalendar. Wrong ones are counted as all wrong tokens are.

    Raises `Problem` "not_found" for an address that does not work, or of somebody who may be told nothing any more.
    """
    now, host = rooms.clock(), request.client.host if request.client else ""
    counter = attempts.address("calendar", host)
    begun = await rooms.database.write(lambda sql: attempts.begin_attempt(sql, [counter], now))
    if begun.wait:
        raise Problem("too_many_attempts", headers={"retry-after": str(begun.wait)})
    known = hash_token(token)

    def read(connection: sqlite3.Connection) -> bytes | None:
        address = calendar_store.find_address(connection, known)
        viewer = viewer_of(connection, address.staff, now) if address else None
        if viewer is None or not viewer.may(SEES):
            return None
        asking = Asking(
            viewer=viewer,
            services=tuple(services_of(viewer)),
            catalogue=rooms.catalogue,
            settings=rooms.settings,
            now=now,
        )
        return as_calendar(read_dated(connection, asking), rooms.settings.origin, now)

    found = await rooms.database.read(read)
    if found is None:
        await rooms.database.write(lambda sql: audit.note_some(sql, "calendar_refused", now, address=host))
        raise Problem("not_found")

    def note(connection: sqlite3.Connection) -> None:
        attempts.forgive(connection, begun)
        address = calendar_store.find_address(connection, known)
        if address and calendar_store.is_stale(address, now):
            calendar_store.note_read(connection, address.staff, now)

    await rooms.database.write(note)
    return Response(
        found,
        media_type=CALENDAR,
        headers={
            "cache-control": "private, no-store",
            "content-disposition": 'attachment; filename="sightline.ics"',
        },
    )


async def _page(rooms: Rooms, viewer: Viewer, made: str = "") -> Template:
    days = await rooms.database.read(lambda sql: mail_store.read_days(sql, viewer.staff))
    address = await rooms.database.read(lambda sql: calendar_store.read_address(sql, viewer.staff))
    context = {
        "viewer": viewer,
        "here": "today",
        "weekdays": WEEKDAYS,
        "days": days,
        "mails": bool(rooms.settings.mail_host),
        "mail_at": rooms.settings.mail_at,
        "address": address,
        "made": made,
    }
    return Template("notices/mine.html", context=context, status_code=201 if made else 200)


handlers = [my_notices, choose_mail, make_calendar, end_calendar, calendar]
