"""The pages under /about, for everyone who is signed in: text that is kept with the code, to read and to print."""

import sqlite3

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Template

from server.about.reading import read_hazards, read_libraries, read_pages, read_vendored
from server.dated_settings.known import known_settings
from server.dated_settings.store import value_at
from server.identity.instants import at
from server.identity.permissions import Rule, needs
from server.identity.viewer import Viewer
from server.problems import Problem
from server.rooms import Rooms

SIGNED_IN = needs(Rule.SIGNED_IN)


@get("/about", opt=SIGNED_IN)
async def about(viewer: NamedDependency[Viewer]) -> Template:
    """What there is to read."""
    return Template("about/list.html", context={"viewer": viewer, "here": "about", "pages": read_pages()})


@get("/about/hazards", opt=SIGNED_IN)
async def hazards(viewer: NamedDependency[Viewer]) -> Template:
    """The hazard log."""
    return Template(
        "about/hazards.html", context={"viewer": viewer, "here": "about", "hazards": read_hazards()}
    )


@get("/about/licences", opt=SIGNED_IN)
async def licences(viewer: NamedDependency[Viewer]) -> Template:
    """What of other people's is in here, with versions and licences."""
    context = {"viewer": viewer, "here": "about", "vendored": read_vendored(), "libraries": read_libraries()}
    return Template("about/licences.html", context=context)


@get("/about/{address:str}", opt=SIGNED_IN)
async def about_page(
    address: FromPath[str], rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]
) -> Template:
    """One page, with the settings it speaks of as they are in the viewer's services now."""
    page = read_pages().get(address)
    if page is None:
        raise Problem("not_found")
    known, now = known_settings(rooms.catalogue), at(rooms.clock())
    named = {name for section in page.sections for name in section.settings}
    services = list(viewer.services)

    def read_values(connection: sqlite3.Connection) -> dict[tuple[str, str], str]:
        return {
            (service, name): value_at(connection, service, name, now) or known[name].default
            for service in services
            for name in named
        }

    values = await rooms.database.read(read_values)
    context = {
        "viewer": viewer,
        "here": "about",
        "page": page,
        "known": known,
        "values": values,
    }
    return Template("about/page.html", context=context)


handlers = [about, hazards, licences, about_page]
