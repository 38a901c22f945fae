"""How signals are told from events in time: one by one, so many within so many days, or a share of a period.

Pure: events come in any order and are put in the order of when they happened; so neither the order of arrival nor what
was sent wrongly first makes a difference. Days are London days: "within 7 days" is a day and the six before it.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from server.evidence.times import start_of_day
from server.measures.fact import Fact
from server.measures.periods import Period, after, london_day
from server.signals.signal import Covered, Signal


class Event(msgspec.Struct, frozen=True, kw_only=True):
    """Something that speaks for a sign, or (not `counts`) only beside it. `id` may have a part after a "/".

    `until`: when it was put right, None when it was not. `blocks`: while it is within the days, the sign is not there.
    `weight` is whatever the rule weighs.
    """

    id: str
    service: str
    about: str
    unit: str
    at: datetime
    person: str = ""
    counts: bool = True
    blocks: bool = False
    until: datetime | None = None
    weight: int = 0


class Now(msgspec.Struct, frozen=True):
    """The moment that signals are told of. `to_come`: each later one that was held against it, at which the same events
    may tell something else.
    """

    instant: datetime
    to_come: set[datetime]

    def is_past(self, moment: datetime) -> bool:
        """Whether a moment has come."""
        if moment <= self.instant:
            return True
        self.to_come.add(moment)
        return False


def event_of(fact: Fact, about: str | None = None, at: datetime | None = None) -> Event:
    """A fact as an event: about itself and when it happened, unless told otherwise."""
    return Event(
        id=fact.id,
        service=fact.service,
        about=fact.id if about is None else about,
        unit=fact.unit,
        at=at or fact.happened_at,
    )


def one_by_one(
    code: str, events: Iterable[Event], says: Callable[[Event], str], now: Now, covered: Covered
) -> list[Signal]:
    """A signal for each event that has come to pass."""
    return [
        _signal(code, [event], event.at, event.until, says(event))
        for group in _groups(code, events, now, covered)
        for event in group
    ]


def often(
    code: str,
    events: Iterable[Event],
    enough: Callable[[Event], tuple[int, int]],
    says: Callable[[int, int], str],
    now: Now,
    covered: Covered,
) -> list[Signal]:
    """A signal for each run of events of which so many lie within so many days. `enough` says how many within how many
    days held when an event happened; `says` is given how many fired it and the days.

    Windows that share an event are one run. It is so until the days have passed by, or something blocks it.
    """
    found = []
    for group in _groups(code, events, now, covered):
        runs: list[_Run] = []
        for number, event in enumerate(group):
            count, days = enough(event)
            window = _window(group, number, days)
            if event.blocks or len(window) < count or any(one.blocks for one in window):
                continue
            if runs and runs[-1].events[-1] in window:
                runs[-1].events += [one for one in window if one not in runs[-1].events]
            else:
                runs.append(_Run(window, event.at))
            runs[-1].days, runs[-1].ends = days, _passes(window[-count], days)
        for run in runs:
            blocked = [one.at for one in group if one.blocks and run.events[-1].at <= one.at < run.ends]
            until = min([run.ends, *blocked])
            found.append(
                _signal(code, run.events, run.fired_at, _past(until, now), says(len(run.events), run.days))
            )
    return found


def by_period(
    code: str,
    events: Iterable[Event],
    period_of: Callable[[Event], Period],
    holds: Callable[[Sequence[Event]], bool],
    says: Callable[[Sequence[Event], Period], str],
    now: Now,
    covered: Covered,
) -> list[Signal]:
    """A signal for each period of whose events it `holds`, in the order of time, from the first moment that it does.

    It is so until later events of the period end it, and otherwise until the period after it is over.
    """
    found = []
    for group in _groups(code, events, now, covered):
        periods: dict[Period, list[Event]] = {}
        for event in group:
            periods.setdefault(period_of(event), []).append(event)
        for period, together in periods.items():
            held = [holds(together[: number + 1]) for number in range(len(together))]
            if True not in held:
                continue
            first = held.index(True)
            last = len(held) - 1 - held[::-1].index(True)
            ended = together[last + 1].at if last + 1 < len(held) else after(period).closes_at
            speaking = [event for event in together[: last + 1] if event.counts]
            said = says(together[: last + 1], period)
            found.append(_signal(code, speaking, together[first].at, _past(ended, now), said))
    return found


class _Run:
    def __init__(self, events: list[Event], fired_at: datetime) -> None:
        self.events, self.fired_at = events, fired_at
        self.days, self.ends = 0, fired_at


def _window(events: Sequence[Event], last: int, days: int) -> list[Event]:
    """The event at `last` with those that lie within the days before it."""
    since = london_day(events[last].at) - timedelta(days=days)
    first = last
    while first and london_day(events[first - 1].at) > since:
        first -= 1
    return list(events[first : last + 1])


def _passes(event: Event, days: int) -> datetime:
    return start_of_day(london_day(event.at) + timedelta(days=days))


def _past(until: datetime, now: Now) -> datetime | None:
    """What is to end by itself has not ended yet."""
    return until if now.is_past(until) else None


def _groups(code: str, events: Iterable[Event], now: Now, covered: Covered) -> list[list[Event]]:
    """The events about one thing, less those that were answered for and those to come, in the order of time."""
    groups: dict[tuple[str, str], list[Event]] = {}
    for event in sorted(events, key=lambda event: (event.at, event.id)):
        if now.is_past(event.at) and event.id not in covered.get((code, event.service, event.about), ()):
            groups.setdefault((event.service, event.about), []).append(event)
    return list(groups.values())


def _signal(
    code: str, events: Sequence[Event], fired_at: datetime, until: datetime | None, says: str
) -> Signal:
    first = events[0]
    persons = {event.person for event in events}
    return Signal(
        code=code,
        service=first.service,
        about=first.about,
        units=tuple(sorted({event.unit for event in events})),
        person=first.person if len(persons) == 1 else "",
        fired_by=tuple(event.id for event in events),
        fired_at=fired_at,
        until=until,
        says=says,
    )
