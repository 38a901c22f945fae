"""Which summaries a service asks for, by when, and which of them nobody has signed. Jobs for `Database.read`.

A month is asked for what the settings named on its last day, from the month of the service's first record on.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta

import msgspec

from server.dated_settings.schedules import SUMMARIES, SUMMARY_DAY
from server.dated_settings.store import own_value_at
from server.evidence.times import day_words, write_instant
from server.measures.periods import ONE_SECOND, Period

States = Mapping[tuple[str, str, str], tuple[str, str]]


class AskedFor(msgspec.Struct, frozen=True, kw_only=True):
    """One summary that nobody has signed: of which kind and month, by the end of which day it is to be."""

    kind: str
    month: str
    by: date
    overdue: bool


def read_asked(
    connection: sqlite3.Connection, service: str, months: Collection[Period], states: States, today: date
) -> list[AskedFor]:
    """Those of these months that are over; `states` are of `store.read_states`."""
    row = connection.execute(
        "SELECT min(happened_at) AS first FROM record_version WHERE service = ? AND current = 1", (service,)
    ).fetchone()
    since = row["first"]
    over = [one for one in months if one.end < today and since and write_instant(one.closes_at) > since]
    return [one for month in over for one in _of_month(connection, service, month, states, today)]


def _of_month(
    connection: sqlite3.Connection, service: str, month: Period, states: States, today: date
) -> Iterable[AskedFor]:
    last = write_instant(month.closes_at - ONE_SECOND)
    number = int(own_value_at(connection, service, SUMMARY_DAY, last))
    by = (month.end + timedelta(days=1)).replace(day=number)
    for kind in own_value_at(connection, service, SUMMARIES, last).split():
        if not states.get((kind, service, month.label), ("", ""))[0]:
            yield AskedFor(kind=kind, month=month.label, by=by, overdue=by < today)


def by_words(one: AskedFor) -> str:
    """ "to be signed by 10 Dec 2026", "overdue since 10 Nov 2026" """
    return f"{'overdue since' if one.overdue else 'to be signed by'} {day_words(one.by)}"
