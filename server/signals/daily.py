"""Keeping which signals show, once a day, also when nobody opens their page: none may come and pass unseen.

Decided: from ten minutes after the start on, each service once on each day in London, one after another, read beside
the writer, with a rest of three times as long as it took. Rejected: as records come in (three months of them would be
read for each); at midnight alone (a server that is off then would miss a day).
"""

import sqlite3
from contextlib import AbstractAsyncContextManager
from datetime import date, datetime
from functools import partial

from observation_forms import Catalogue
from server.background import again_and_again
from server.evidence.times import day_in_london
from server.identity.scope import of_services
from server.signals.listing import SignalList, read_list_kept
from server.signals.store import note_shown
from server.standing.of_service import keep_services
from sync import Database
from sync.instants import Clock

EVERY_SECONDS = 600.0
RESTS = 3


class Daily:
    """The task that looks at the signals of every service each day while the server runs."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock
        self._looked: dict[str, date] = {}

    async def step(self) -> bool:
        """Look at one service that nobody looked at today; whether there was one."""
        now = self._clock()
        today = day_in_london(now)
        for service in await self._database.read(_services):
            if self._looked.get(service) != today:
                job = partial(
                    read_list_kept,
                    scope=of_services([service]),
                    service=service,
                    catalogue=self._catalogue,
                    as_of=now,
                    anew=True,
                )
                found = await self._database.read(job)
                if found.fresh or found.keep:
                    await self._database.write(partial(_keep, found=found, now=now))
                self._looked[service] = today
                return True
        return False

    def running(self) -> AbstractAsyncContextManager[None]:
        """For the first time ten minutes after the start, when tablets have handed in what they held."""
        return again_and_again(self.step, EVERY_SECONDS, "signals were not looked at", rests=RESTS)


def _keep(connection: sqlite3.Connection, found: SignalList, now: datetime) -> None:
    """Both at once: a signal that was noted and is not among those that are kept would pass for one that is over."""
    keep_services(connection, found.keep)
    note_shown(connection, found.fresh, now)


def _services(connection: sqlite3.Connection) -> list[str]:
    return [row["id"] for row in connection.execute("SELECT id FROM service ORDER BY id").fetchall()]
