"""Keeping what actions come to up to date beside the pages, a little at a time.

Decided: the rows of one service for the map, then the page of one action, then one thing that a whole service comes
to (`renewing_services.py`), read beside the writer; what was worked out longest ago first. After each step it rests for
three times as long as that took, so that pages and pushes come first.
Rejected: with every push (a year of records would be read for each of them); all of it at midnight (nobody could look).
"""

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager, suppress
from datetime import datetime
from functools import partial

import msgspec
from litestar import Request

from observation_forms import Catalogue
from server.background import again_and_again
from server.evidence.action_store import all_of
from server.evidence.people import read_names
from server.evidence.times import write_instant
from server.identity.scope import Scope, of_services
from server.standing.kept import Kept, Shape, has_more_than, has_restricted, keep, program
from server.standing.of_service import keep_services_told
from server.standing.renewing_services import renewed_service
from server.standing.standing import KEPT_FROM, read_page, read_rows
from sync import Database, DatabaseError
from sync.instants import Clock

EVERY_SECONDS = 5.0
RESTS = 3
ANEW = "anew"


def asks_anew(request: Request) -> bool:  # type: ignore[type-arg]
    """Whether an address asks for figures of now, however long that takes."""
    return bool(request.query_params.get(ANEW))


async def keep_told(database: Database, found: Sequence[Kept]) -> None:
    """Keep what a page worked out. On a full disk the page is shown all the same."""
    if found:
        with suppress(DatabaseError):
            await database.write(lambda sql: keep(sql, found))


class Renewing:
    """The task that works out again what holds no more, while the server runs."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def step(self) -> bool:
        """Work out again what one service lacks for the map, one action's page, and one thing of a whole service;
        whether there was anything.
        """
        some = False
        for renewed in (renewed_rows, renewed_page):
            job = partial(renewed, catalogue=self._catalogue, now=self._clock())
            found = await self._database.read(job)
            await keep_told(self._database, found)
            some = some or bool(found)
        job_of_service = partial(renewed_service, catalogue=self._catalogue, now=self._clock())
        of_service = await self._database.read(job_of_service)
        await keep_services_told(self._database, of_service)
        return some or bool(of_service)

    def running(self) -> AbstractAsyncContextManager[None]:
        """From shortly after the start on."""
        return again_and_again(
            self.step, EVERY_SECONDS, "what actions come to was not worked out", rests=RESTS
        )


class Lacking(msgspec.Struct, frozen=True):
    """An open action for which nothing is kept that holds. `since` is when it was worked out, "" for never."""

    action: str
    service: str
    restricted: bool
    since: str


def renewed_rows(connection: sqlite3.Connection, catalogue: Catalogue, now: datetime) -> list[Kept]:
    """The rows of the map that one service lacks, worked out."""
    lacking = read_lacking(connection, "map", now)
    if not lacking:
        return []
    first = lacking[0]
    scope = _whole(first)
    ids = {
        one.action for one in lacking if (one.service, one.restricted) == (first.service, first.restricted)
    }
    actions = [action for action in all_of(connection, [first.service]) if action.id in ids]
    names = read_names(connection, scope)
    return read_rows(connection, scope, catalogue, actions, names, now, anew=True).keep


def renewed_page(connection: sqlite3.Connection, catalogue: Catalogue, now: datetime) -> list[Kept]:
    """The page that holds no more for longest, worked out."""
    lacking = read_lacking(connection, "page", now)
    if not lacking:
        return []
    scope = _whole(lacking[0])
    (action,) = [one for one in all_of(connection, scope.services) if one.id == lacking[0].action]
    return read_page(connection, scope, catalogue, action, read_names(connection, scope), now, anew=True).keep


def read_lacking(connection: sqlite3.Connection, shape: Shape, now: datetime) -> list[Lacking]:
    """What is to be kept and is not, or holds no more, the oldest first: of services of which anything is kept."""
    found: list[Lacking] = []
    for service in (row["id"] for row in connection.execute("SELECT id FROM service ORDER BY id").fetchall()):
        if has_more_than(connection, service, KEPT_FROM):
            for restricted in (False, True) if has_restricted(connection, service) else (False,):
                found += _lacking_in(connection, shape, service, restricted, now)
    return sorted(found, key=lambda one: (one.since, one.service, one.restricted, one.action))


def _lacking_in(
    connection: sqlite3.Connection, shape: Shape, service: str, restricted: bool, now: datetime
) -> list[Lacking]:
    rows = connection.execute(
        f"""
        SELECT a.id, coalesce(k.worked_out_at, '') AS since
        FROM action a JOIN evidence_revision r ON r.service = a.service
        LEFT JOIN action_kept k ON k.shape = ? AND k.action = a.id AND k.restricted = ? AND k.program = ?
        WHERE a.service = ? AND a.status <> 'closed' AND (
            k.action IS NULL OR k.version <> a.version OR k.revision <> r.{"few" if restricted else "revision"}
            OR k.holds_until <= ? OR k.worked_out_at > ?)
        """,  # noqa: S608
        (shape, int(restricted), program(), service, write_instant(now), write_instant(now)),
    )
    return [Lacking(row["id"], service, restricted, row["since"]) for row in rows]


def _whole(one: Lacking) -> Scope:
    return of_services([one.service], [one.service] if one.restricted else [])
