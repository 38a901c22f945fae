"""What should stand in a log and does not: mornings without a screen, shifts without an entry, weeks without a sample.

Told from the records that stand, by the rhythm in force at each time (`server/due/cadences.py`), and so for years that
the due list was not there yet. Jobs for `Database.read`.
Decided: nothing is missing from before the first record of the service.
"""

import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from server.coverage.coverage import shifts_of
from server.coverage.seen import begins, days_of
from server.due.cadences import CADENCES, Cadence, Slot, slots
from server.due.items import NOT_NEEDED
from server.evidence.times import read_instant, write_instant
from server.identity.scope import Scope
from server.measures.in_force import InForce
from server.measures.periods import ONE_DAY, ONE_SECOND, Period, london_day
from server.named_logs.named_log import NamedLog
from server.named_logs.outline import Missing, Place, worked

_BY_NAME: Mapping[str, Cadence] = {cadence.name: cadence for cadence in CADENCES}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """What gaps are looked for in: of which service, as far as which scope, in which days, and what is now."""

    connection: sqlite3.Connection
    scope: Scope
    settings: InForce
    service: str
    units: Sequence[str]
    days: Period
    now: datetime


def are_told(scope: Scope) -> bool:
    """Whether somebody sees so much that what they do not see is not there."""
    return not any(part.forms or part.actions or part.since or part.until for part in scope.parts)


def missing(asked: Asked, log: NamedLog, places: Iterable[Place]) -> list[Place]:
    """What is missing among `places`, the log's records of these days. Nothing for whoever sees a part of them."""
    if not log.expected or not are_told(asked.scope):
        return []
    if log.expected == "control":
        return _controls(asked, log)
    first = _first_at(asked)
    if not first:
        return []
    covering = [place for place in places if place.covers]
    if log.expected == "shift":
        return _shifts(asked, log, covering, read_instant(first))
    cadence = _BY_NAME[log.expected]
    if cadence.each == "service" and not asked.scope.within([asked.service]).whole:
        return []
    return _slots(asked, log, cadence, covering, first)


def _shifts(asked: Asked, log: NamedLog, covering: list[Place], first: datetime) -> list[Place]:
    """Every shift that is over, with the units of which it has nothing."""
    seen = {(place.day, place.shift, unit) for place in covering for unit in place.units or asked.units}
    found = []
    for day in days_of(asked.days):
        handovers = asked.settings.value(asked.service, "handover_times", begins(day, "day"))
        worked_that_day = list(shifts_of(handovers))
        for number, shift in enumerate(worked_that_day):
            later = worked_that_day[number + 1 :]
            over = begins(day, later[0]) if later else begins(day + ONE_DAY, "day")
            units = tuple(unit for unit in asked.units if (day, shift, unit) not in seen)
            if units and over <= asked.now and over > first:
                at = write_instant(begins(day, shift))
                found.append(
                    Place(at=at, day=day, shift=shift, units=units, missing=Missing(words=log.missing))
                )
    return found


def _slots(asked: Asked, log: NamedLog, cadence: Cadence, covering: list[Place], first: str) -> list[Place]:
    def value_at(setting: str, instant: str) -> str:
        return asked.settings.value(asked.service, setting, read_instant(instant))

    until = min(asked.now, asked.days.closes_at)
    due = [
        slot
        for slot in slots(cadence, value_at, asked.days.opens_at - ONE_SECOND, until)
        if slot.due_at <= write_instant(until) and slot.closes_at > first
    ]
    # A unit of a service, or the service as a whole
    places = list(asked.units) if cadence.each == "unit" else [""]
    # A log may hold more forms than the one that comes round
    in_order = sorted((one for one in covering if one.form == cadence.form), key=lambda place: place.at)
    empty = []
    for slot in due:
        made = _between(in_order, slot)
        empty += [(slot, unit) for unit in places if not any(_fills(place, unit) for place in made)]
    said = _made_for(asked, cadence, [cadence.due_id(unit or asked.service, slot) for slot, unit in empty])
    found: list[Place] = []
    for slot, unit in empty:
        form, seq = said.get(cadence.due_id(unit or asked.service, slot), ("", 0))
        if form != cadence.form:
            found.append(_of_slot(log, cadence, slot, unit, seq, asked.now))
    return _together(found)


def _between(in_order: list[Place], slot: Slot) -> list[Place]:
    first, end = (
        bisect_left(in_order, at, key=lambda place: place.at) for at in (slot.opens_at, slot.closes_at)
    )
    return in_order[first:end]


def _fills(place: Place, unit: str) -> bool:
    return not unit or not place.units or unit in place.units or place.home


def _of_slot(log: NamedLog, cadence: Cadence, slot: Slot, unit: str, unneeded: int, now: datetime) -> Place:
    day, shift = worked(slot.due_at)
    if cadence.every != "shift":
        day, shift = _day_of(cadence, slot), ""
    still = write_instant(now) < slot.closes_at
    told = Missing(words=log.missing, by=slot.due_at, still=still, unneeded=unneeded)
    return Place(at=slot.due_at, day=day, shift=shift, units=(unit,) if unit else (), missing=told)


def _day_of(cadence: Cadence, slot: Slot) -> date:
    return date.fromisoformat(slot.day) if cadence.every == "day" else london_day(read_instant(slot.due_at))


def _together(found: list[Place]) -> list[Place]:
    """Units of which the same is missing, in one entry."""
    by_what: dict[tuple[str, Missing | None], Place] = {}
    for place in found:
        key = place.at, place.missing
        before = by_what.get(key)
        units = (*before.units, *place.units) if before else place.units
        by_what[key] = msgspec.structs.replace(place, units=units)
    return list(by_what.values())


def _made_for(asked: Asked, cadence: Cadence, ids: list[str]) -> dict[str, tuple[str, int]]:
    """What was written for what was due, at another time: by the id of what was due, the form and number of a record
    that counts.
    """
    seen, allowed = asked.scope.records("v")
    rows = asked.connection.execute(
        f"""
        SELECT v.spawned_by, v.form, v.seq FROM record_version v INDEXED BY current_by_cause
        WHERE v.spawned_by IN (SELECT value FROM json_each(?)) AND v.spawned_by <> '' AND v.current = 1
            AND v.withdrawn = 0 AND v.service = ? AND v.form IN (SELECT value FROM json_each(?)) AND {seen}
        ORDER BY v.form = '{NOT_NEEDED}' DESC, v.seq
        """,  # noqa: S608
        (_json(ids), asked.service, _json([cadence.form, NOT_NEEDED]), *allowed),
    )
    return {row["spawned_by"]: (row["form"], row["seq"]) for row in rows}


def _controls(asked: Asked, log: NamedLog) -> list[Place]:
    """The days on which a safety step was to be looked at again, and nobody did."""
    seen, allowed = asked.scope.within([asked.service]).due("d")
    until = min(asked.now, asked.days.closes_at + timedelta(hours=12))
    rows = asked.connection.execute(
        f"""
        SELECT d.id, d.due_at, d.unit, d.cause FROM due_item d INDEXED BY due_item_by_outcome
        WHERE d.service = ? AND d.outcome = '' AND d.due_at >= ? AND d.due_at < ? AND d.origin = 'control' AND {seen}
        """,  # noqa: S608
        (asked.service, write_instant(asked.days.opens_at), write_instant(until), *allowed),
    )
    found = []
    for row in rows:
        day, shift = worked(row["due_at"])
        if asked.days.holds_day(day):
            told = Missing(words=log.missing, listed=row["cause"], by=row["due_at"])
            units = (row["unit"],) if row["unit"] else ()
            found.append(Place(at=row["due_at"], day=day, shift=shift, units=units, missing=told))
    return found


def _first_at(asked: Asked) -> str:
    row = asked.connection.execute(
        """
        SELECT min(happened_at) FROM record_version INDEXED BY current_by_service WHERE service = ? AND current = 1
        """,
        (asked.service,),
    ).fetchone()
    return str(row[0] or "")


def _json(values: Sequence[str]) -> str:
    return msgspec.json.encode(list(values)).decode()
