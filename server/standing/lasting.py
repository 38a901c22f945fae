"""How long what was worked out stays right while nothing is recorded: until time alone changes it.

What time changes: the day in London (windows, ages, months that are over); the moment at which something counted as
"not yet due" is due; a setting that was set for later; a record that a tablet dates in the future. Everything else
moves the revision of the service.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from server.evidence.action_facts import Gathered
from server.evidence.times import read_instant, start_of_day, write_instant
from server.measures.counting import Count
from server.measures.periods import ONE_DAY, ONE_SECOND, Period
from server.measures.series import count

Counted = tuple[str, str, Period, Period | None]


def holds_until(connection: sqlite3.Connection, gathered: Gathered, actions: Sequence[str]) -> datetime:
    """The first moment at which what was worked out from this for these actions may be something else."""
    until = min(
        start_of_day(gathered.today + ONE_DAY),
        next_setting(connection, gathered.service, gathered.now),
        *(next_record(connection, action, gathered.now) for action in actions),
    )
    for counted, now in gathered.counts.items():
        if now.not_yet_due:
            until = min(until, _last_moment_of(gathered, counted, now, until))
    return until


def _last_moment_of(gathered: Gathered, counted: Counted, now: Count, until: datetime) -> datetime:
    """A moment up to which a count stays as it is, at most a second too early.

    What is due never becomes "not yet due" again, so a count that has changed never changes back, and the moment is
    found by halving.
    """
    first = gathered.now.replace(microsecond=0)
    same, other = 0, int((until - first).total_seconds())
    if other <= 0 or _count_at(gathered, counted, until - ONE_SECOND) == now:
        return until
    while other - same > 1:
        middle = (same + other) // 2
        if _count_at(gathered, counted, first + timedelta(seconds=middle)) == now:
            same = middle
        else:
            other = middle
    return first + timedelta(seconds=same)


def _count_at(gathered: Gathered, counted: Counted, at: datetime) -> Count:
    code, unit, period, baseline = counted
    facts = msgspec.structs.replace(gathered.of_unit(unit), as_of=at)
    return count(code, facts, period, gathered.settings, baseline=baseline)


def next_setting(connection: sqlite3.Connection, service: str, now: datetime) -> datetime:
    """When the next setting of a service begins that was set for later; a day from now where there is none."""
    row = connection.execute(
        "SELECT min(from_at) FROM dated_setting WHERE service = ? AND from_at > ?",
        (service, write_instant(now)),
    ).fetchone()
    return _or_tomorrow(row[0], now)


def next_record(connection: sqlite3.Connection, action: str, now: datetime) -> datetime:
    """What is dated more than a day ahead is left out until then (`triangulation/reading.py`)."""
    row = connection.execute(
        "SELECT min(happened_at) FROM bearing INDEXED BY bearing_by_action WHERE action = ? AND happened_at >= ?",
        (action, write_instant(now + ONE_DAY).removesuffix("Z")),
    ).fetchone()
    return _or_tomorrow(row[0], now, ahead=ONE_DAY)


def _or_tomorrow(text: str | None, now: datetime, ahead: timedelta = timedelta(0)) -> datetime:
    try:
        return read_instant(text) - ahead if text else now + ONE_DAY
    except (ValueError, OverflowError):
        return now + ONE_DAY
