"""One shift of one unit: what was recorded on it in order of time, the handover that it fed, what came in after that.

The order is that of the instants, so the hour that comes twice when the clocks go back stands twice, and the one that
is left out in spring is not there. A night belongs to the day on which it began.
"""

import sqlite3
from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from server.coverage.coverage import shifts_of
from server.coverage.seen import begins
from server.dated_settings.store import own_value_at
from server.due.late_arrivals import HANDOVER, read_late_arrivals
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.people import Names
from server.evidence.times import moment_words, read_instant, write_instant
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY, Period, window
from server.views import reading
from server.views.address import SHIFT, UNITS, Link, WorkedShift, address, shift_of

# A handover written so long before or after the shift ends is that of the shift
NEAR = timedelta(hours=3)


class Told(msgspec.Struct, frozen=True):
    """What the view says of a shift: the first record first. `notes` are by record."""

    period: Period
    rows: list[Row]
    notes: Mapping[str, str]
    missing: list[str]
    links: list[Link]


def read_shift_view(
    sql: sqlite3.Connection, scope: Scope, worked: WorkedShift, service: str, names: Names, now: datetime
) -> Told:
    """The shift as far as `scope` shows it. `service` is the unit's."""
    last = worked.day + (ONE_DAY if worked.shift == "night" else timedelta())
    period = window(worked.day, last)
    found = reading.of_unit(sql, scope, worked.unit, period)
    rows = [row for row in to_rows(sql, found.rows, names)[::-1] if shift_of(row) == worked]
    order = tuple(shifts_of(own_value_at(sql, service, "handover_times", write_instant(now))))
    following = _after(worked, order)
    handover = _handover(sql, scope, worked.unit, begins(following.day, following.shift))
    late = {one.record: one for one in read_late_arrivals(sql, handover, scope)} if handover else {}
    wanted = Filter(unit=worked.unit, shift=worked.shift, since=period.start, until=period.end)
    links = [
        *([Link(f"/evidence/{handover}", "The handover check that took it over")] if handover else []),
        *([Link(address("timeline", handover), "What came of that handover")] if handover else []),
        Link(address(SHIFT, _before(worked, order).of), "The shift before"),
        Link(address(SHIFT, following.of), "The shift after"),
        Link(address(UNITS, worked.unit), f"Everything of {names.unit(worked.unit)}"),
        Link(wanted.address("/evidence"), "These days in the list of evidence"),
    ]
    return Told(
        period,
        rows,
        {id: f"Came in after the handover, {moment_words(one.received_at)}" for id, one in late.items()},
        _missing(worked, rows, handover, following, now),
        links,
    )


def _missing(
    worked: WorkedShift, rows: list[Row], handover: str, following: WorkedShift, now: datetime
) -> list[str]:
    if begins(worked.day, worked.shift) > now:
        return ["This shift has not begun."]
    found = [] if rows else ["Nothing was recorded on this shift."]
    if handover:
        return found
    ended = begins(following.day, following.shift) <= now
    return [*found, "No handover check took it over." if ended else "It has not been handed over yet."]


def _handover(sql: sqlite3.Connection, scope: Scope, unit: str, ends: datetime) -> str:
    """The handover check of the unit that was written nearest to the end of the shift, "" for none."""
    seen, allowed = scope.records("v")
    rows = sql.execute(
        f"""
        SELECT v.record, v.happened_at FROM record_version v INDEXED BY current_by_unit
        WHERE v.unit = ? AND v.current = 1 AND v.happened_at >= ? AND v.happened_at <= ? AND v.form = ?
            AND v.withdrawn = 0 AND {seen}
        """,  # noqa: S608
        (unit, write_instant(ends - NEAR), write_instant(ends + NEAR), HANDOVER, *allowed),
    ).fetchall()
    nearest = min(
        rows, key=lambda row: (abs(read_instant(row["happened_at"]) - ends), row["record"]), default=None
    )
    return str(nearest["record"]) if nearest else ""


def _after(worked: WorkedShift, order: tuple[str, ...]) -> WorkedShift:
    place = _place(worked, order) + 1
    day = worked.day + (ONE_DAY if place == len(order) else timedelta())
    return WorkedShift(worked.unit, day, order[place % len(order)])


def _before(worked: WorkedShift, order: tuple[str, ...]) -> WorkedShift:
    place = _place(worked, order)
    day = worked.day - (timedelta() if place else ONE_DAY)
    return WorkedShift(worked.unit, day, order[place - 1])


def _place(worked: WorkedShift, order: tuple[str, ...]) -> int:
    """Where its shift stands in the day; a late one in a service without late shifts, where the day's does."""
    return order.index(worked.shift if worked.shift in order else "day")
