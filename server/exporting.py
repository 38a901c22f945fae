"""Noting that a copy was taken out, before it is: what, by which filter, how many rows. Not noted, not taken out."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence

from server.identity import audit
from server.identity.viewer import Viewer
from server.rooms import Rooms

# Limits whose values the filters themselves have checked against a list
_CODES = frozenset({"bearing", "shift", "weekday", "result", "review", "flag", "since", "until", "what"})
# Limits that name something: kept by its id when there is such a thing
_TABLES: Mapping[str, str] = {
    "action": "SELECT 1 FROM action WHERE id = ?",
    "service": "SELECT 1 FROM service WHERE id = ?",
    "unit": "SELECT 1 FROM unit WHERE id = ?",
    "person": "SELECT 1 FROM person WHERE id = ?",
    "author": "SELECT 1 FROM staff WHERE id = ?",
    "who": "SELECT 1 FROM staff WHERE id = ?",
    "form": "SELECT 1 FROM record_version WHERE form = ?",
}


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
    services: Sequence[str] = (),
) -> None:
    """Note that the viewer takes `file` ("evidence.csv") of so many `rows` ("12 rows") by the filter `wanted`.

    What somebody typed is left out: people search for names. `service` where the file is of one; one of several
    is noted under each of `services`, for its managers read of that service alone.
    Raises `DatabaseError`: unlike a page, a file is not given out when that cannot be written down.
    """
    now, limits = rooms.clock(), list(wanted)

    def write(connection: sqlite3.Connection) -> None:
        said = [f"{name} {_words(connection, name, value)}" for name, value in limits]
        details = "; ".join([file, rows, *said])
        for one in services or (service,):
            place = one if _exists(connection, "service", one) else None
            audit.note(connection, what, now, who=viewer.staff, about=about, details=details, service=place)

    await rooms.database.write(write)


def rows_words(count: int) -> str:
    """ "12 rows" """
    return f"{count:,} row{'' if count == 1 else 's'}"


def _words(connection: sqlite3.Connection, name: str, value: str) -> str:
    return value if name in _CODES or _exists(connection, name, value) else "(words)"


def _exists(connection: sqlite3.Connection, name: str, value: str) -> bool:
    return name in _TABLES and connection.execute(f"{_TABLES[name]} LIMIT 1", (value,)).fetchone() is not None
