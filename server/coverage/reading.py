"""The records that coverage counts, from the projections. Jobs for `Database.read`.

Current versions alone; what was withdrawn, or set aside by a manager, counts for nothing.
"""

import sqlite3
from collections.abc import Collection
from datetime import UTC, date

import msgspec

from server.coverage.seen import Seen
from server.evidence.times import FIRST_YEAR, LAST_YEAR, read_instant, start_of_day, write_instant
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY
from server.review.standing import COUNTS

_STANDS = COUNTS.replace("b.record", "v.record")


def _answered(question: str) -> str:
    return (
        f"(SELECT value FROM answer a WHERE a.seq = v.seq AND a.question = '{question}' AND a.position = 0)"  # noqa: S608
    )


_ROUTINE = f"CASE v.form WHEN 'practice_observation' THEN {_answered('routine')} END"
_STOPPED = f"""
    (coalesce(CASE v.form WHEN 'practice_observation' THEN {_answered("person_agreed")}
        WHEN 'lived_experience' THEN {_answered("agreed")} END, '') = 'no')
"""


def _of_the_first(column: str) -> str:
    """When a correction was written says nothing about how soon the record was. Few are corrected, so the first version
    of others is not looked up.
    """
    return f"""
        CASE v.version WHEN 1 THEN v.{column} ELSE (SELECT first.{column} FROM record_version first
            WHERE first.record = v.record ORDER BY first.version LIMIT 1) END
    """  # noqa: S608


_COLUMNS = f"""
    v.record, v.service, v.unit, v.form, v.person, v.shift, v.happened_at,
    {_of_the_first("recorded_at")} AS noted_at,
    max(v.clock_doubtful, {_of_the_first("clock_doubtful")}) AS clock_doubtful,
    {_ROUTINE} AS routine, {_STOPPED} AS stopped
"""


def read_seen(
    connection: sqlite3.Connection, scope: Scope, forms: Collection[str], first: date, last: date
) -> list[Seen]:
    """The records of `forms` in `scope` that happened from `first` to `last`, and in the night that follows; by id.

    `first` and `last` are London days. Raises `ValueError` for a day that is not from 1900 to 2200.
    """
    found = _read(connection, scope, forms, first, last, f"SELECT {_COLUMNS} {{}} {{}}")
    return sorted((_seen(row) for row in found), key=lambda one: one.id)


def read_last(
    connection: sqlite3.Connection, scope: Scope, forms: Collection[str], first: date, last: date
) -> list[Seen]:
    """Of the same records, without those that were stopped, when the last was of each form, person and routine in a
    unit; the rest of it is not read.
    """
    sql = f"""
        SELECT v.service, v.unit, v.form, v.person, {_ROUTINE} AS routine, max(v.happened_at) AS happened_at
        {{}} {{}} AND NOT {_STOPPED} GROUP BY v.service, v.unit, v.form, v.person, routine
    """
    return [
        Seen(
            id="/".join((row["unit"], row["form"], row["person"], _text(row["routine"]))),
            service=row["service"],
            unit=row["unit"],
            form=row["form"],
            person=row["person"],
            routine=_text(row["routine"]),
            happened_at=read_instant(row["happened_at"]).astimezone(UTC),
        )
        for row in _read(connection, scope, forms, first, last, sql)
    ]


def _read(
    connection: sqlite3.Connection, scope: Scope, forms: Collection[str], first: date, last: date, sql: str
) -> list[sqlite3.Row]:
    if not FIRST_YEAR <= first.year <= last.year <= LAST_YEAR:
        raise ValueError(
            f"records are looked for from {FIRST_YEAR} to {LAST_YEAR}, not from {first} to {last}"
        )
    span = (write_instant(start_of_day(first)), write_instant(start_of_day(last + 2 * ONE_DAY)))
    found: list[sqlite3.Row] = []
    for service, unit, piece in scope.branches():
        seen, allowed = piece.records("v")
        index, column = ("current_by_unit", "unit") if unit else ("current_by_form", "service")
        where = f"""
            WHERE v.{column} = ? AND v.form IN (SELECT value FROM json_each(?)) AND v.current = 1
                AND v.happened_at >= ? AND v.happened_at < ? AND v.withdrawn = 0 AND {seen} AND {_STANDS}
        """  # noqa: S608
        values = (unit or service, msgspec.json.encode(sorted(forms)).decode(), *span, *allowed)
        found += connection.execute(sql.format(f"FROM record_version v INDEXED BY {index}", where), values)
    return found


def _seen(row: sqlite3.Row) -> Seen:
    happened = read_instant(row["happened_at"]).astimezone(UTC)
    return Seen(
        id=row["record"],
        service=row["service"],
        unit=row["unit"],
        form=row["form"],
        person=row["person"],
        shift=row["shift"],
        routine=_text(row["routine"]),
        happened_at=happened,
        noted_after=int((read_instant(row["noted_at"]) - happened).total_seconds()),
        clock_doubtful=bool(row["clock_doubtful"]),
        stopped=bool(row["stopped"]),
    )


def _text(value: object) -> str:
    """Evidence is never refused, so an answer may be anything."""
    return value if isinstance(value, str) else ""


def read_people(connection: sqlite3.Connection, scope: Scope) -> dict[str, str]:
    """The people whom the services of `scope` support today, of the units that it shows: id to unit."""
    seen, allowed = scope.places("u.service", "u.id")
    rows = connection.execute(
        f"SELECT p.id, p.unit FROM person p JOIN unit u ON u.id = p.unit WHERE p.left_at = '' AND {seen} ORDER BY p.id",  # noqa: S608
        allowed,
    )
    return {row["id"]: row["unit"] for row in rows}


def read_units(connection: sqlite3.Connection, scope: Scope) -> dict[str, str]:
    """The units that `scope` shows, id to name, by name."""
    seen, allowed = scope.places("u.service", "u.id")
    rows = connection.execute(f"SELECT u.id, u.name FROM unit u WHERE {seen} ORDER BY u.name, u.id", allowed)  # noqa: S608
    return {row["id"]: row["name"] for row in rows}
