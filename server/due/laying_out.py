"""Laying out the schedule: at start and every minute, no further ahead than a day, nothing left out that was missed.

For each cadence and place it is remembered when this was last done. What became due since then is put in, also
after the server stood still for a week; what a changed setting moved is taken back.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import cache, partial
from typing import NamedTuple

from observation_forms import Catalogue, worded
from server.background import again_and_again
from server.dated_settings.store import own_value_at
from server.due import recent
from server.due.cadences import CADENCES, Cadence, slots
from server.due.items import Item, put, take_back
from server.evidence.times import read_instant, write_instant
from server.identity.organisation import WORDS, publish_turned_roles
from sync import Database
from sync.instants import Clock

EVERY_SECONDS = 60.0
AHEAD = timedelta(hours=24)
# Of a long standstill, this much is put in at a time
_STEP = timedelta(days=7)
MOVED = "The time it is due was changed"
OUT_OF_USE = "The tablet was taken out of use"


def lay_out(connection: sqlite3.Connection, catalogue: Catalogue, now: datetime) -> bool:
    """Put in what is due by then. False when there is more to do at once: after a long standstill."""
    done = True
    offered = {form.definition.form: form.definition.title for form in catalogue.current_forms()}
    for service in connection.execute("SELECT id, kind FROM service ORDER BY id").fetchall():
        units = [
            row["id"] for row in connection.execute("SELECT id FROM unit WHERE service = ?", (service["id"],))
        ]
        words = WORDS[service["kind"]]
        value_at = cache(partial(own_value_at, connection, service["id"]))
        for cadence in CADENCES:
            if cadence.form not in offered:
                continue
            title = worded(offered[cadence.form], words)
            where = {
                "service": [_Where(service["id"])],
                "unit": [_Where(service["id"], unit) for unit in units],
                "tablet": _tablets(connection, service["id"]),
            }[cadence.each]
            for one in where:
                done &= _lay_out_one(connection, cadence, one, title, value_at, now)
        _let_go(connection, service["id"])
    return done


class _Where(NamedTuple):
    """What something comes round for: a service, a unit of it, or a tablet, which is in a unit."""

    service: str
    unit: str = ""
    tablet: str = ""

    @property
    def place(self) -> str:
        return self.tablet or self.unit or self.service


def _tablets(connection: sqlite3.Connection, service: str) -> list[_Where]:
    rows = connection.execute(
        "SELECT id, unit FROM tablet WHERE service = ? AND revoked_at = ''", (service,)
    ).fetchall()
    return [_Where(service, row["unit"], row["id"]) for row in rows]


def _let_go(connection: sqlite3.Connection, service: str) -> None:
    """Nothing more is asked of a tablet that is out of use."""
    rows = connection.execute(
        """
        SELECT id FROM due_item WHERE service = ? AND outcome = '' AND origin = 'schedule' AND cause <> ''
            AND cause IN (SELECT id FROM tablet WHERE revoked_at <> '')
        """,
        (service,),
    ).fetchall()
    for row in rows:
        take_back(connection, row["id"], OUT_OF_USE)


def _lay_out_one(
    connection: sqlite3.Connection,
    cadence: Cadence,
    where: _Where,
    title: str,
    value_at: Callable[[str, str], str],
    now: datetime,
) -> bool:
    place = where.place
    since = _laid_out_until(connection, place, cadence.name) or now
    reached = min(now, since + _STEP)
    planned = {
        cadence.due_id(place, slot): slot
        for slot in slots(cadence, value_at, min(since, now), reached + AHEAD)
    }
    known = _known(connection, planned)
    for id, slot in planned.items():
        if known.get(id) != (slot.opens_at, slot.due_at, slot.closes_at, ""):
            item = Item(
                id=id,
                origin="schedule",
                cause=where.tablet,
                service=where.service,
                unit=where.unit,
                form=cadence.form,
                title=title,
                why=cadence.why,
                who=cadence.who,
                opened_at=slot.opens_at,
                due_at=slot.due_at,
                closes_at=slot.closes_at,
            )
            put(connection, item)
    for id in (
        _ahead(connection, cadence, place, write_instant(now)) - planned.keys() if reached == now else ()
    ):
        take_back(connection, id, MOVED)
    connection.execute(
        "INSERT OR REPLACE INTO due_laid_out VALUES (?, ?, ?)", (place, cadence.name, write_instant(reached))
    )
    return reached == now


def _laid_out_until(connection: sqlite3.Connection, place: str, name: str) -> datetime | None:
    row = connection.execute(
        "SELECT until FROM due_laid_out WHERE place = ? AND name = ?", (place, name)
    ).fetchone()
    return read_instant(row["until"]) if row else None


def _known(connection: sqlite3.Connection, ids: Collection[str]) -> dict[str, tuple[str, str, str, str]]:
    places = ", ".join("?" * len(ids))
    rows = connection.execute(
        f"SELECT id, opened_at, due_at, closes_at, taken_back FROM due_item WHERE id IN ({places})",  # noqa: S608
        tuple(ids),
    )
    return {id: (opened, due, closes, back) for id, opened, due, closes, back in rows}


def _ahead(connection: sqlite3.Connection, cadence: Cadence, place: str, now: str) -> set[str]:
    """The items of this cadence that are still to come and wait for nothing else."""
    prefix = f"schedule/{cadence.name}/{place}/"
    rows = connection.execute(
        "SELECT id FROM due_item WHERE id >= ? AND id < ? AND due_at > ? AND taken_back = ''",
        (prefix, f"{prefix[:-1]}0", now),
    )
    return {id for (id,) in rows}


class Rhythm:
    """The task that lays out the schedule while the server runs, and tells tablets of roles that began or ended."""

    def __init__(self, database: Database, catalogue: Catalogue, clock: Clock) -> None:
        self._database = database
        self._catalogue = catalogue
        self._clock = clock

    async def step(self) -> None:
        """Do all there is to do now, in as many short transactions as that takes."""
        more = True
        while more:
            more = await self._database.write(self._some)

    def _some(self, connection: sqlite3.Connection) -> bool:
        now = self._clock()
        publish_turned_roles(connection, now)
        laid_out = lay_out(connection, self._catalogue, now)
        return bool(recent.take_back_old(connection, now)) or not laid_out

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Laid out before the `with` is entered, and again every minute until it is left."""
        await self.step()
        # Whatever stopped it, a full disk or a fault of ours, it is tried again the next minute
        async with again_and_again(self.step, EVERY_SECONDS, "the schedule was not laid out this minute"):
            yield
