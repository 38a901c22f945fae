"""Noting that a copy was taken out, before it is: what, by which filter, how many rows. Not noted, not taken out."""

from collections.abc import Iterable

from server.identity import audit
from server.identity.viewer import Viewer
from server.rooms import Rooms


async def note_export(
    rooms: Rooms,
    viewer: Viewer,
    file: str,
    rows: str,
    wanted: Iterable[tuple[str, str]] = (),
    *,
    what: str = "exported",
    about: str = "",
    service: str = "",
) -> None:
    """Note that the viewer takes `file` ("evidence.csv") of so many `rows` ("12 rows") by the filter `wanted`.

    The words that were searched for are left out: people search for names. `service` where the file is of one.
    Raises `DatabaseError`: unlike a page, a file is not given out when that cannot be written down.
    """
    limits = [f"{name} {'(words)' if name == 'text' else value}" for name, value in wanted]
    details = "; ".join([file, rows, *limits])
    now = rooms.clock()
    await rooms.database.write(
        lambda sql: audit.note(
            sql, what, now, who=viewer.staff, about=about, details=details, service=service or None
        )
    )


def rows_words(count: int) -> str:
    """ "12 rows" """
    return f"{count:,} row{'' if count == 1 else 's'}"
