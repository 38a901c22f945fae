"""The family communication monitoring log: each update a family was owed, its tries in order, what became of it.

An update that was owed is one entry, however many checks (F3) it took, and is judged as M06b judges it. What was
asked for, and has no check yet, is an entry too. Jobs for `Database.read`.
"""

import sqlite3
from collections.abc import Collection
from datetime import datetime, timedelta

import msgspec

from observation_forms import Catalogue
from server.evidence.times import write_instant
from server.identity.scope import Scope
from server.measures.counting import Verdict
from server.measures.facts import FamilyUpdate
from server.measures.family_told_in_time import due_of, owed_updates, verdict_of
from server.measures.in_force import InForce
from server.measures.periods import Period
from server.measures.reading_records import Source
from server.measures.reading_shifts import STILL_OWED, family_updates
from server.named_logs.named_log import NamedLog
from server.named_logs.outline import Missing, Place, read_places, worked

FORM = "family_contact"
# No update stays owed for longer without a new one being opened
LOOKS_BACK = timedelta(days=31)


class Waiting(msgspec.Struct, frozen=True):
    """Something on the due list that asks for a contact and has none yet."""

    id: str
    why: str
    due_at: str
    opened_at: str
    unit: str
    person: str
    not_needed: int


class Owed(Place, frozen=True, kw_only=True):
    """One update that was owed: the records of its tries in order, what M06b says of it, by when it was owed."""

    tries: tuple[str, ...] = ()
    verdict: Verdict | None = None
    due_at: str = ""
    asked_first: bool = False
    waiting: tuple[Waiting, ...] = ()
    person: str = ""

    @property
    def lacks(self) -> bool:
        """Whether the family was not told though it is time."""
        return self.missing is not None or (self.verdict == "unmet" and not self.covers)


def read_owed(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    log: NamedLog,
    service: str,
    days: Period,
    settings: InForce,
    now: datetime,
) -> list[Place]:
    """Every update that came to be owed in these days, in `scope`."""
    here = scope.within([service])
    source = Source(connection, here, catalogue, days.start - LOOKS_BACK, now)
    together = owed_updates(family_updates(source))
    waiting = _read_waiting(connection, here, service, days)
    written = {place.record: place for place in read_places(connection, scope, log, service, days)}
    found: list[Place] = []
    for tries in together.values():
        if (first := written.get(tries[0].id)) is not None:
            ids = [one.id for one in tries]
            chased = tuple(one for one in waiting if _of_chain(one, ids))
            found.append(_owed(first, tries, chased, settings, now))
    known = {one.id for tries in together.values() for one in tries}
    found += [
        _not_begun(one, now)
        for one in waiting
        if not _of_chain(one, known) and days.holds_day(worked(one.opened_at)[0])
    ]
    return found + [_gone(place) for record, place in written.items() if record not in known]


def _owed(
    first: Place,
    tries: list[FamilyUpdate],
    waiting: tuple[Waiting, ...],
    settings: InForce,
    now: datetime,
) -> Owed:
    due = due_of(tries[0], settings)
    return Owed(
        at=first.at,
        day=first.day,
        shift=first.shift,
        units=first.units,
        covers=any(one.update_made == "yes" for one in tries),
        tries=tuple(one.id for one in tries),
        verdict=verdict_of(tries, settings, now),
        due_at=write_instant(due) if due else "",
        asked_first=any(one.family_first for one in tries),
        waiting=waiting,
    )


def _not_begun(one: Waiting, now: datetime) -> Owed:
    day, shift = worked(one.opened_at)
    still = one.due_at >= write_instant(now)
    told = Missing(words=one.why, by=one.due_at, still=still, unneeded=one.not_needed)
    return Owed(
        at=one.opened_at,
        day=day,
        shift=shift,
        units=(one.unit,) if one.unit else (),
        due_at=one.due_at,
        missing=told,
        person=one.person,
        waiting=(one,),
    )


def _gone(place: Place) -> Owed:
    """A check that was withdrawn or set aside: shown, and nothing is judged by it."""
    return Owed(
        at=place.at, day=place.day, shift=place.shift, units=place.units, tries=(place.record,), covers=False
    )


def _of_chain(one: Waiting, records: Collection[str]) -> bool:
    """Whether it asks for a further try of one of these checks, and for nothing new."""
    before, _, spawn = one.id.partition("/")
    return spawn in STILL_OWED and before in records


def _read_waiting(connection: sqlite3.Connection, scope: Scope, service: str, days: Period) -> list[Waiting]:
    seen, allowed = scope.due("d")
    rows = connection.execute(
        f"""
        SELECT d.id, d.why, d.due_at, d.opened_at, d.unit, d.person, coalesce(n.seq, 0) AS not_needed
        FROM due_item d INDEXED BY due_item_by_outcome
        LEFT JOIN record_version n ON n.record = d.settled_by AND d.settled_by <> '' AND n.current = 1
        WHERE d.service = ? AND d.outcome IN ('', 'not_needed') AND d.due_at >= ? AND d.form = '{FORM}'
            AND d.origin = 'record' AND {seen}
        ORDER BY d.due_at, d.id
        """,  # noqa: S608
        (service, write_instant(days.opens_at - LOOKS_BACK), *allowed),
    )
    return [Waiting(**dict(row)) for row in rows]
