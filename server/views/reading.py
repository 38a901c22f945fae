"""The records of a view, within what somebody may see. Jobs for `Database.read`.

Each query names the index it walks, between the two ends of the period. Of more than `MOST` records the newest are
read, and the view says so.
"""

import json
import sqlite3
from collections.abc import Collection, Sequence

import msgspec

from server.coverage.promptness import Promptness, promptness
from server.coverage.seen import Seen
from server.evidence.evidence_query import COLUMNS
from server.evidence.evidence_rows import Row
from server.evidence.times import read_instant, write_instant
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY, Period, window

MOST = 2_000
# Drills show that a tablet works, and say nothing about care
_NO_DRILL = "v.form NOT IN ('wifi_drill', 'wifi_drill_result')"


class Found(msgspec.Struct, frozen=True):
    """Rows of `record_version`, newest first, and whether there were more."""

    rows: list[sqlite3.Row]
    cut: bool


def of_person(sql: sqlite3.Connection, scope: Scope, person: str, period: Period) -> Found:
    """What was recorded about a person."""
    return _found(_read(sql, scope, "current_by_person", "v.person = ?", [person], period))


def of_unit(sql: sqlite3.Connection, scope: Scope, unit: str, period: Period) -> Found:
    """What was recorded in a unit."""
    return _found(_read(sql, scope, "current_by_unit", "v.unit = ?", [unit], period))


def of_condition(
    sql: sqlite3.Connection, scope: Scope, condition: str, values: Sequence[object], period: Period
) -> Found:
    """What was recorded anywhere in `scope` that meets a condition on a row `v` of `record_version`."""
    rows: list[sqlite3.Row] = []
    for service, unit, piece in scope.branches():
        index, column = ("current_by_unit", "unit") if unit else ("current_by_service", "service")
        place = f"v.{column} = ? AND {condition}"
        rows += _read(sql, piece, index, place, [unit or service, *values], period)
    return _found(rows)


def of_actions(sql: sqlite3.Connection, scope: Scope, actions: Collection[str], period: Period) -> Found:
    """What bears on any of these actions, in the action's own service."""
    if not actions:
        return Found([], cut=False)
    condition = """
        v.record IN (SELECT b.record FROM bearing b INDEXED BY bearing_by_action JOIN action t ON t.id = b.action
            WHERE b.action IN (SELECT value FROM json_each(?)) AND b.happened_at >= ? AND b.happened_at < ?
                AND t.service = v.service)
    """
    values = [json.dumps(sorted(actions)), *_ends(period)]
    return _found(_read(sql, scope, "record_version_once", condition, values, period))


def read_soon(sql: sqlite3.Connection, rows: Sequence[Row], period: Period) -> Promptness:
    """How soon after it happened each record was first written."""
    counted = {row.record: row for row in rows if row.counts}
    first = sql.execute(
        """
        SELECT v.record, v.recorded_at, v.clock_doubtful FROM record_version v
        WHERE v.record IN (SELECT value FROM json_each(?))
            AND v.version = (SELECT min(version) FROM record_version f WHERE f.record = v.record)
        """,
        (json.dumps(sorted(counted)),),
    ).fetchall()
    seen = [_seen(counted[one["record"]], one) for one in first]
    # A night that began the day before is among the records of the first day
    return promptness(seen, window(period.start - ONE_DAY, period.end))[-1]


def _seen(row: Row, first: sqlite3.Row) -> Seen:
    happened = read_instant(row.happened_at)
    return Seen(
        id=row.record,
        service=row.service,
        unit=row.unit,
        form=row.form,
        happened_at=happened,
        shift=row.shift,
        noted_after=int((read_instant(first["recorded_at"]) - happened).total_seconds()),
        clock_doubtful=bool(first["clock_doubtful"]) or "clock" in row.flags,
    )


def _ends(period: Period) -> tuple[str, str]:
    return write_instant(period.opens_at), write_instant(period.closes_at)


def _read(
    sql: sqlite3.Connection, scope: Scope, index: str, place: str, values: Sequence[object], period: Period
) -> list[sqlite3.Row]:
    seen, allowed = scope.records("v")
    return sql.execute(
        f"SELECT {COLUMNS} FROM record_version v INDEXED BY {index} WHERE {place} AND v.current = 1 "  # noqa: S608
        f"AND v.happened_at >= ? AND v.happened_at < ? AND {_NO_DRILL} AND {seen} "
        "ORDER BY v.happened_at DESC, v.record DESC LIMIT ?",
        (*values, *_ends(period), *allowed, MOST + 1),
    ).fetchall()


def _found(rows: list[sqlite3.Row]) -> Found:
    ordered = sorted(rows, key=lambda row: (row["happened_at"], row["record"]), reverse=True)
    return Found(ordered[:MOST], len(ordered) > MOST)
