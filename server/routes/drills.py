"""The desk's page of Wi-Fi drills: which tablets have shown that they work without the network, and when."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Response, Template

from observation_forms import Catalogue
from server.drills.drill import RESULT_FORM
from server.drills.export import as_csv, count
from server.drills.reading import STANDINGS, DrilledTablet, read_drills
from server.exporting import note_export, rows_words
from server.identity.permissions import Permission, needs
from server.identity.viewer import Viewer
from server.rooms import Rooms

SEES = Permission.READ_TABLETS


@get("/drills", opt=needs(SEES))
async def drills_page(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Template:
    """Each tablet with its last drill, what needs doing first."""
    tablets = await _read(rooms, viewer)
    context = {
        "viewer": viewer,
        "here": "tablets",
        "tablets": tablets,
        "shown": sum(tablet.standing == "recent" for tablet in tablets),
        "standings": STANDINGS,
        "why": why_words(rooms.catalogue),
        "may_read": viewer.may(Permission.READ_EVIDENCE),
    }
    return Template("drills/page.html", context=context)


@get("/drills.csv", opt=needs(SEES))
async def drills_csv(rooms: NamedDependency[Rooms], viewer: NamedDependency[Viewer]) -> Response[bytes]:
    """Every drill of these tablets with what was measured."""
    tablets = await _read(rooms, viewer)
    await note_export(rooms, viewer, "drills.csv", rows_words(count(tablets)))
    return Response(
        as_csv(tablets, why_words(rooms.catalogue)),
        media_type="text/csv",
        headers={"content-disposition": 'attachment; filename="drills.csv"'},
    )


def why_words(catalogue: Catalogue) -> dict[str, str]:
    """Why a drill did not pass: code -> words, as the form has them."""
    question = catalogue.current(RESULT_FORM).definition.by_id["what"]
    return {option.code: option.label for option in question.options}


async def _read(rooms: Rooms, viewer: Viewer) -> list[DrilledTablet]:
    now = rooms.clock()
    return await rooms.database.read(lambda sql: read_drills(sql, viewer, rooms.catalogue, now))


handlers = [drills_page, drills_csv]
