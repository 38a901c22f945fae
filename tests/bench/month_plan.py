"""One tablet's simulated month: when people record, when Wi-Fi comes and goes, when the battery fails."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Literal, NamedTuple

HOUR = 3600.0
DAY = 24 * HOUR
# Of what a tablet records in a day, by hour: mostly by day, now and then at night
_BY_HOUR = (1, 1, 1, 1, 1, 2, 4, 8, 9, 9, 8, 6, 8, 7, 6, 6, 7, 8, 7, 6, 4, 3, 2, 1)
_AT_ONCE = 8
_HEARS_IT = 0.7
"""Of the times that the Wi-Fi comes back, those in which the browser says so; else the timer finds out."""
_LONGEST_PAUSE = 300.0
"""Seconds that the app waits at most between two tries (pwa/js/backoff.mjs)."""
READS_EVERY = 6 * HOUR
FLAT_EVERY = 3 * DAY

What = Literal["record", "sync", "flat"]


class Event(NamedTuple):
    """At so many seconds of the month, on this tablet; with how many records."""

    at: float
    tablet: int
    what: What
    records: int = 0


@dataclass
class Plan:
    """One tablet's month. `off` are the spans without Wi-Fi, in order."""

    events: list[Event]
    off: list[tuple[float, float]]
    _starts: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._starts = [start for start, _ in self.off]

    def back_online(self, at: float) -> float:
        """When the Wi-Fi is next on: `at` itself if it is."""
        place = bisect_right(self._starts, at) - 1
        return max(at, self.off[place][1]) if place >= 0 else at

    def is_online(self, at: float) -> bool:
        """Whether there is Wi-Fi."""
        return self.back_online(at) == at


def make_plan(tablet: int, records: int, days: int, chance: Random) -> Plan:
    """Draw it. Some tablets are nearly always online, some nearly never; every tenth spends some days in a drawer."""
    end = days * DAY
    off = list(_off_spans(end, chance))
    if tablet % 10 == 7 and days > 10:
        start = chance.uniform(2 * DAY, end - 6 * DAY)
        off = _joined([*off, (start, start + chance.uniform(2 * DAY, 4 * DAY))])
    events = list(_recordings(tablet, records, days, chance))
    events += (
        Event(
            back if chance.random() < _HEARS_IT else back + chance.uniform(1, _LONGEST_PAUSE), tablet, "sync"
        )
        for _, back in off
        if back < end
    )
    events += (Event(at, tablet, "sync") for at in _now_and_then(end, READS_EVERY, chance))
    events += (Event(at, tablet, "flat") for at in _now_and_then(end, FLAT_EVERY, chance))
    return Plan(sorted(events), off)


def _recordings(tablet: int, records: int, days: int, chance: Random) -> Iterator[Event]:
    left = records
    while left:
        count = min(left, chance.randint(1, _AT_ONCE))
        (hour,) = chance.choices(range(24), _BY_HOUR)
        yield Event(chance.randrange(days) * DAY + (hour + chance.random()) * HOUR, tablet, "record", count)
        left -= count


def _off_spans(end: float, chance: Random) -> Iterator[tuple[float, float]]:
    on, off = chance.uniform(0.5, 24) * HOUR, chance.uniform(0.1, 8) * HOUR
    at = chance.expovariate(1 / on)
    while at < end:
        back = at + 60 + chance.expovariate(1 / off)
        yield at, back
        at = back + 60 + chance.expovariate(1 / on)


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _now_and_then(end: float, every: float, chance: Random) -> Iterator[float]:
    at = chance.uniform(0, every)
    while at < end:
        yield at
        at += chance.uniform(0.5, 1.5) * every
