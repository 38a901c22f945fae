"""Telling the tablets of each unit what is worth watching next, so that they can say it without the network.

Decided: worked out when records came in or a day began, at most every ten minutes, service by service, and read beside
the writer; what the feed says already is not written again. A tablet that is away keeps the last it heard.
Rejected: with every push (a year of observations would be read for each of them); on the tablet (it holds its own
records, not those of others).
"""

import sqlite3
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from functools import partial

from observation_forms import Catalogue
from server.background import again_and_again
from server.coverage.coverage import read_coverage
from server.coverage.suggestions import Suggestion, as_rows, says, suggest
from server.evidence.times import day_in_london
from server.identity.organisation import WORDS
from server.identity.scope import of_services
from sync import Database, publish
from sync.instants import Clock

EVERY_SECONDS = 600.0

Told = dict[str, list[Suggestion]]


class Telling:
    """The task that keeps the suggestions of every unit up to date while the server runs."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._done: tuple[int, date] | None = None

    async def step(self) -> bool:
        """Work them out, if anything came in or a day began since; whether that was so."""
        now = self._clock()
        reached = (await self._database.read(_newest), day_in_london(now))
        if reached == self._done:
            return False
        for service, kind in await self._database.read(_services):
            reading = partial(suggestions_of, catalogue=self._catalogue, service=service, kind=kind, now=now)
            told = await self._database.read(reading)
            await self._database.write(partial(tell, service=service, told=told))
        self._done = reached
        return True

    def running(self) -> AbstractAsyncContextManager[None]:
        """For the first time ten minutes after the start, when tablets have handed in what they held."""
        return again_and_again(self.step, EVERY_SECONDS, "what is worth watching next was not worked out")


def suggestions_of(
    connection: sqlite3.Connection, catalogue: Catalogue, service: str, kind: str, now: datetime
) -> Told:
    """What to watch next in each unit of the service, from what everybody who works with its records may see."""
    coverage = read_coverage(connection, of_services([service]), catalogue, service, now)
    return {unit: suggest(coverage, unit, WORDS[kind]) for unit in coverage.units}


def tell(connection: sqlite3.Connection, service: str, told: Told) -> None:
    """Let the tablets of the service know; a unit in which nothing was missed has no row."""
    for unit, suggestions in told.items():
        body = {"id": unit, "says": says(suggestions), "suggestions": as_rows(suggestions)}
        publish(connection, service, "suggestion", unit, body if suggestions else None)


def _newest(connection: sqlite3.Connection) -> int:
    (newest,) = connection.execute("SELECT coalesce(max(seq), 0) FROM entry").fetchone()
    return int(newest)


def _services(connection: sqlite3.Connection) -> list[tuple[str, str]]:
    rows = connection.execute("SELECT id, kind FROM service ORDER BY id").fetchall()
    return [(row["id"], row["kind"]) for row in rows]
