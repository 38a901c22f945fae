"""Turns observations into sealed bodies as tablets make them, and says when each reached the server.

Each tablet numbers its records and names the hash of the one before. Tablets were out of reach now and then: what
they made then came in together, days later.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from random import Random
from typing import NamedTuple, cast
from uuid import UUID

import msgspec

from server.evidence.times import day_in_london, start_of_day, write_instant
from server.example.cast import ExampleTablet
from server.example.observing import Observation
from server.example.signing import sign
from server.measures.periods import week_of
from sync.instants import epoch_milliseconds
from sync.wire import FIRST_PREV, BearingClaim, BearingWord, Body, Item, ResultWord, TabletClock

# Days before today between which a tablet had no network (the Wi-Fi of the ground floor; a router at Mill House)
OUTAGES = {"Oak": ((31.0, 27.6),), "Rowan": ((46.2, 43.9), (9.3, 8.1))}
# Out of reach from a Saturday to the Tuesday of two weeks ago, so that a week was counted without it
OVER_A_WEEKEND = "Elm"
# Days before today between which a tablet's clock was four minutes slow
SLOW_CLOCK = {"Rowan": (20.0, 15.0)}
SLOW_BY_MS = 262_000
# Both the answer that asks for a second look and what the form spawns for it
WATCH_AGAIN, WATCHED_WITH = "watch_again", "practice_observation"


class Arrival(NamedTuple):
    """What one tablet handed in at one moment."""

    at: datetime
    tablet: ExampleTablet
    items: list[Item]


def seal(observations: Sequence[Observation], now: datetime, rng: Random) -> list[Arrival]:
    """The arrivals, in the order they came in. What would arrive after `now` is still on its tablet."""
    ids = _record_ids(observations, rng)
    sequence: dict[str, int] = {}
    previous: dict[str, str] = {}
    reached: dict[str, datetime] = {}
    arrivals: list[Arrival] = []
    asked: dict[str, list[str]] = {}
    for place, one in enumerate(observations):
        tablet = one.tablet.id
        sequence[tablet] = sequence.get(tablet, 0) + 1
        link = (sequence[tablet], previous.get(tablet, FIRST_PREV))
        body = _body(one, ids[place], link, now, rng)
        sealed = msgspec.json.encode(_watched_again(body, asked.setdefault(one.tablet.unit, []))).decode()
        previous[tablet] = sha256(sealed.encode()).hexdigest()
        sent = one.recorded + timedelta(seconds=rng.randrange(8, 400))
        reached[tablet] = max(_after_outage(one.tablet, sent, now), reached.get(tablet, sent))
        item = Item(sealed, previous[tablet], sign(sealed, one.author, one.tablet))
        arrivals.append(Arrival(reached[tablet], one.tablet, [item]))
    return list(_together(sorted(arrivals, key=lambda arrival: arrival.at), now))


def _watched_again(body: Body, asked: list[str]) -> Body:
    """The next observation of a unit is the second look that the oldest one there still waits for."""
    if body.version > 1 or body.form != WATCHED_WITH:
        return body
    cause = asked.pop(0) if asked else ""
    if WATCH_AGAIN in body.answers.get("next_step", []):  # type: ignore[operator]
        asked.append(f"{body.record}/{WATCH_AGAIN}")
    return msgspec.structs.replace(body, spawned_by=cause)


def _together(arrivals: Sequence[Arrival], now: datetime) -> Iterator[Arrival]:
    """What one tablet sent at one moment, in one piece."""
    waiting: Arrival | None = None
    for arrival in arrivals:
        if arrival.at > now:
            break
        if waiting and (waiting.at, waiting.tablet) == (arrival.at, arrival.tablet):
            waiting.items.extend(arrival.items)
            continue
        if waiting:
            yield waiting
        waiting = arrival
    if waiting:
        yield waiting


def _body(one: Observation, record: str, link: tuple[int, str], now: datetime, rng: Random) -> Body:
    definition = one.definition
    return Body(
        protocol=1,
        record=record,
        version=one.version,
        reason=one.reason,
        form=definition.form,
        form_version=definition.version,
        form_hash=definition.hash,
        service=one.tablet.service,
        unit=one.tablet.unit,
        author=one.author,
        tablet=one.tablet.id,
        tablet_seq=link[0],
        tablet_prev=link[1],
        happened_at=write_instant(one.happened),
        recorded_at=write_instant(one.recorded),
        clock=_clock(one, now, rng),
        app="example",
        answers=dict(one.answers),
        bearings=[
            BearingClaim(action, list(themes), cast(BearingWord, says))
            for action, themes, says in one.bearings
        ],
        lowered_to=cast(ResultWord, one.lowered_to),
        lowered_reason=one.lowered_reason,
    )


def _clock(one: Observation, now: datetime, rng: Random) -> TabletClock:
    first, last = SLOW_CLOCK.get(one.tablet.name, (0.0, 0.0))
    slow = now - timedelta(days=first) < one.recorded < now - timedelta(days=last)
    offset = (SLOW_BY_MS if slow else 0) + rng.randrange(-900, 900)
    start = one.recorded.replace(hour=0, minute=0, second=0, microsecond=0)
    return TabletClock(
        wall=epoch_milliseconds(one.recorded),
        monotonic=epoch_milliseconds(one.recorded) - epoch_milliseconds(start),
        boot=f"{one.tablet.name}-{start:%Y%m%d}",
        offset=[offset, rng.randrange(40, 400), rng.randrange(1_000, 900_000)],
    )


def _after_outage(tablet: ExampleTablet, sent: datetime, now: datetime) -> datetime:
    for first, last in OUTAGES.get(tablet.name, ()):
        if now - timedelta(days=first) <= sent < now - timedelta(days=last):
            return now - timedelta(days=last)
    if tablet.name == OVER_A_WEEKEND:
        monday = start_of_day(week_of(day_in_london(now)).start - timedelta(days=14))
        if monday - timedelta(days=2) <= sent < monday + timedelta(hours=34):
            return monday + timedelta(hours=34)
    return sent


def _record_ids(observations: Sequence[Observation], rng: Random) -> list[str]:
    """A UUIDv7 for each record; a correction has the id of what it corrects."""
    ids: list[str] = []
    for one in observations:
        corrected = one.corrects if one.version > 1 else -1
        ids.append(ids[corrected] if corrected >= 0 else _uuid7(one.happened, rng))
    return ids


def _uuid7(instant: datetime, rng: Random) -> str:
    time, version, variant = epoch_milliseconds(instant) << 80, 7 << 76, 2 << 62
    return str(UUID(int=time | version | rng.getrandbits(12) << 64 | variant | rng.getrandbits(62)))
