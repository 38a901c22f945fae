"""What a whole service comes to, for a page: as it was kept where that is right, else worked out now. Jobs for
`Database.read`, and one for `Database.write`.

Beside what its actions come to (`standing.py`), by the same rules: nothing is shown past the moment at which time alone
changes it, nor of other actions or answers than there are (`rests_on`); who sees less than the whole service has it
worked out from what they see; of a large service it is shown with the words that say how old it is.
"""

import sqlite3
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Generic, TypeVar

import msgspec

from server.evidence.times import day_in_london, read_instant, write_instant
from server.standing.kept import Moment, program, records_since
from server.standing.service_schema import Shape
from server.standing.standing import AsOf, Place
from sync import Database, DatabaseError

T = TypeVar("T")
FOR_EVER = datetime(9999, 12, 31, tzinfo=UTC)
"""Until when what no time changes holds."""


class ServiceKept(msgspec.Struct, frozen=True, kw_only=True):
    """What one service came to. It holds until `holds_until`, at that revision, and for what it `rests_on`."""

    shape: Shape
    service: str
    restricted: bool
    rests_on: str
    moment: Moment
    worked_out_at: datetime
    holds_until: datetime
    body: bytes


class Told(msgspec.Struct, Generic[T], frozen=True):
    """What a service comes to; how old it is, None when it is of now; what is to be kept."""

    of: T
    older: AsOf | None = None
    keep: tuple[ServiceKept, ...] = ()


def told(
    connection: sqlite3.Connection,
    place: Place,
    shape: Shape,
    kind: type[T],
    rests_on: str,
    work_out: Callable[[], tuple[T, datetime]],
    now: datetime,
    *,
    anew: bool = False,
) -> Told[T]:
    """What `place` comes to. `work_out` gives it of now, with the first moment at which time alone may change it.
    `anew`: of now, however long that takes.
    """
    kept = read_service_kept(connection, shape, place) if place.kept else None
    if kept is not None and believed(kept, place, rests_on, now, anew=anew):
        return Told(msgspec.json.decode(kept.body, type=kind), _older(connection, place, kept, now))
    found, until = work_out()
    if not place.kept:
        return Told(found)
    return Told(
        found,
        keep=(
            ServiceKept(
                shape=shape,
                service=place.service,
                restricted=place.restricted,
                rests_on=rests_on,
                moment=place.moment,
                worked_out_at=now,
                holds_until=until,
                body=msgspec.json.encode(found),
            ),
        ),
    )


def believed(kept: ServiceKept, place: Place, rests_on: str, now: datetime, *, anew: bool) -> bool:
    """Whether what is kept may be shown."""
    return (
        kept.rests_on == rests_on
        and kept.worked_out_at <= now < kept.holds_until
        and (kept.moment.revision == place.moment.revision or (place.slow and not anew))
    )


def read_service_kept(connection: sqlite3.Connection, shape: Shape, place: Place) -> ServiceKept | None:
    """What this program kept of a service, for those who see as much of it."""
    row = connection.execute(
        "SELECT * FROM service_kept WHERE shape = ? AND service = ? AND restricted = ? AND program = ?",
        (shape, place.service, int(place.restricted), program()),
    ).fetchone()
    return None if row is None else _kept(row)


def keep_services(connection: sqlite3.Connection, found: Iterable[ServiceKept]) -> None:
    """Keep these in place of what was kept before; not what is older than it."""
    connection.executemany(
        """
        INSERT INTO service_kept VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (shape, service, restricted) DO UPDATE SET rests_on = excluded.rests_on,
            revision = excluded.revision, newest = excluded.newest, worked_out_at = excluded.worked_out_at,
            holds_until = excluded.holds_until, program = excluded.program, body = excluded.body
        WHERE excluded.revision >= service_kept.revision OR excluded.program <> service_kept.program
        """,
        [
            (
                one.shape,
                one.service,
                int(one.restricted),
                one.rests_on,
                one.moment.revision,
                one.moment.newest,
                write_instant(one.worked_out_at),
                write_instant(one.holds_until),
                program(),
                one.body,
            )
            for one in found
        ],
    )


async def keep_services_told(database: Database, found: Iterable[ServiceKept]) -> None:
    """Keep what a page worked out. On a full disk the page is shown all the same."""
    if kept := list(found):
        with suppress(DatabaseError):
            await database.write(lambda sql: keep_services(sql, kept))


def empty_services(connection: sqlite3.Connection) -> None:
    """Throw away all that is kept of services."""
    connection.execute("DELETE FROM service_kept")


def actions_mark(connection: sqlite3.Connection, service: str) -> str:
    """Another one whenever an action of the service is made or changed: none is deleted, and versions only grow."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(version), 0) FROM action WHERE service = ?", (service,)
    ).fetchone()
    return f"{row[0]} actions, {row[1]} versions"


def together(found: Iterable[AsOf | None]) -> AsOf | None:
    """How old a page is that shows all of these: as the oldest of them, with what came since to any."""
    older = [one for one in found if one is not None]
    if not older:
        return None
    oldest = min(older, key=lambda one: one.worked_out_at)
    return AsOf(oldest.worked_out_at, sum(one.records for one in older), oldest.today)


def _older(connection: sqlite3.Connection, place: Place, kept: ServiceKept, now: datetime) -> AsOf | None:
    if kept.moment.revision == place.moment.revision:
        return None
    return AsOf(
        kept.worked_out_at,
        records_since(connection, place.service, kept.moment.newest, few=place.restricted),
        day_in_london(kept.worked_out_at) == day_in_london(now),
    )


def _kept(row: sqlite3.Row) -> ServiceKept:
    return ServiceKept(
        shape=row["shape"],
        service=row["service"],
        restricted=bool(row["restricted"]),
        rests_on=row["rests_on"],
        moment=Moment(row["revision"], row["newest"]),
        worked_out_at=read_instant(row["worked_out_at"]),
        holds_until=read_instant(row["holds_until"]),
        body=row["body"],
    )
