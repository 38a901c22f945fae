"""A filter as SQL over the projections of `sync`: the rows of a page, how many there are, how many are new.

Every query names the index it walks. Without statistics SQLite may pick one that walks a million rows for a person
with three; with the index named, a page costs what it shows. A viewer of several services gets one ordered branch
for each, merged, because an index starts with the service; so does one of several units.
"""

import json
import sqlite3
from datetime import timedelta

import msgspec

from server.evidence.evidence_filter import Filter
from server.evidence.schema import IS_LATE
from server.evidence.times import start_of_day, write_instant
from server.evidence.weekdays import hours_of, span_of
from server.identity.scope import Scope
from server.review.standing import IN_STATE, IS_NEW, STATE_OF

# Of a search that finds more than this, the records received last are shown, and the page says so
SEARCHED = 20_000
# Past this, the total is "more than": among a million records, counting further costs more than the page itself
COUNTED = 2_000

COLUMNS = f"""
    {STATE_OF} AS review, v.reason, v.withdrawn, v.restricted,
    v.seq, v.record, v.version, v.form, v.form_version, v.code, v.title, v.service, v.unit, v.author, v.tablet,
    v.tablet_seq, v.shift, v.person, v.happened_at, v.recorded_at, v.received_at, v.noted_late_seconds,
    v.late_seconds, v.clock_doubtful, v.result, v.computed_result, v.lowered, v.lowered_reason, v.findings_count,
    v.concerns_count, v.conflicts_count, v.corrected
"""

_FLAGS = {
    "concern": "v.concerns_count > 0",
    "findings": "v.findings_count > 0",
    "late": IS_LATE.replace("noted_late", "v.noted_late").replace(" late_", " v.late_"),
    "corrected": "v.corrected = 1",
    "lowered": "v.lowered = 1",
    "clock": "v.clock_doubtful = 1",
    "withdrawn": "v.withdrawn = 1",
}
_EQUAL = ("form", "unit", "person", "author", "shift", "result")


class Place(msgspec.Struct, frozen=True):
    """Where a page begins: just after the record with this time and id, in the order of the list."""

    happened_at: str
    record: str


class _Branch(msgspec.Struct, frozen=True):
    """FROM, WHERE and their values, in the order they stand in the SQL. `at` and `id` are the columns of the order."""

    source: str
    conditions: tuple[str, ...]
    values: tuple[object, ...]
    at: str = "v.happened_at"
    id: str = "v.record"


def read_rows(
    connection: sqlite3.Connection,
    wanted: Filter,
    scope: Scope,
    limit: int,
    after: Place | None = None,
    before: Place | None = None,
) -> list[sqlite3.Row]:
    """Up to `limit` rows, what happened last first: from the top, after a place, or those just before one.

    Here as in all of these: nothing outside `scope`.
    """
    direction, sign, place = ("ASC", ">", before) if before else ("DESC", "<", after)
    selects, values = [], []
    for branch in _branches(wanted, scope):
        conditions, given = list(branch.conditions), list(branch.values)
        if place is not None:
            conditions.append(f"({branch.at}, {branch.id}) {sign} (?, ?)")
            given += [place.happened_at, place.record]
        selects.append(
            f"SELECT * FROM (SELECT {COLUMNS} FROM {branch.source} WHERE {' AND '.join(conditions)} "  # noqa: S608
            f"ORDER BY {branch.at} {direction}, {branch.id} {direction} LIMIT ?)"
        )
        values += [*given, limit]
    if not selects:
        return []
    sql = f"{' UNION ALL '.join(selects)} ORDER BY happened_at {direction}, record {direction} LIMIT ?"
    rows = connection.execute(sql, (*values, limit)).fetchall()
    return rows[::-1] if before else rows


def count_rows(
    connection: sqlite3.Connection,
    wanted: Filter,
    scope: Scope,
    *,
    withdrawn: bool = False,
    most: int = COUNTED,
) -> int:
    """How many rows the filter lets through, counted no further than `most` + 1: those that stand, or those
    that were taken back.
    """
    selects, values = [], []
    for branch in _branches(wanted, scope, counted=True, withdrawn=withdrawn):
        conditions = (*branch.conditions, f"v.withdrawn = {withdrawn:d}")
        selects.append(f"SELECT 1 FROM {branch.source} WHERE {' AND '.join(conditions)}")  # noqa: S608
        values += list(branch.values)
    if not selects:
        return 0
    sql = f"SELECT count(*) FROM ({' UNION ALL '.join(selects)} LIMIT ?)"  # noqa: S608
    return int(connection.execute(sql, (*values, most + 1)).fetchone()[0])


def count_new(
    connection: sqlite3.Connection,
    wanted: Filter,
    scope: Scope,
    since: int,
) -> int:
    """How many rows of the filter came in after the ledger's entry number `since`."""
    conditions, values = _conditions(wanted, _wanted_scope(wanted, scope))
    if wanted.text:
        source, values = f"{_FOUND} AND v.seq > ?", [search_words(wanted.text), since, *values]
    else:
        source, values = "record_version v WHERE v.seq > ?", [since, *values]
    sql = f"SELECT count(*) FROM {source} AND {' AND '.join(conditions)}"  # noqa: S608
    return int(connection.execute(sql, values).fetchone()[0])


def newest_entry(connection: sqlite3.Connection) -> int:
    """The number of the last entry that counts as evidence, 0 when there is none."""
    return int(connection.execute("SELECT coalesce(max(seq), 0) FROM record_version").fetchone()[0])


def search_is_cut(connection: sqlite3.Connection, wanted: Filter, scope: Scope) -> bool:
    """Whether the search finds more within `scope` than is shown."""
    scope = _wanted_scope(wanted, scope)
    if not wanted.text or not scope.parts:
        return False
    inner, values = _search(wanted, scope, SEARCHED + 1)
    (found,) = connection.execute(f"SELECT count(*) FROM ({inner})", values).fetchone()  # noqa: S608
    return bool(found > SEARCHED)


def search_words(text: str) -> str:
    """What was typed as an FTS5 query for all of its words: each in quotes, so that none is taken for a command."""
    return " ".join('"' + word.replace('"', '""') + '"' for word in text.replace("\0", " ").split())


# Drills show that a tablet works, and nothing about care: there when asked for by their form, else not counted
_NO_DRILL = "v.form NOT IN ('wifi_drill', 'wifi_drill_result')"


def _branches(
    wanted: Filter, scope: Scope, *, counted: bool = False, withdrawn: bool = False
) -> list[_Branch]:
    """`counted`: in no order, and no more is asked than how many. `withdrawn`: of those alone, which are few: else all
    others would be gone through to find that there is none.
    """
    scope = _wanted_scope(wanted, scope)
    if not scope.parts:
        return []
    if wanted.text:
        inner, given = _search(wanted, scope, SEARCHED)
        return [_Branch(f"({inner}) s CROSS JOIN record_version v ON v.seq = s.seq", ("1 = 1",), given)]
    if withdrawn and wanted.review in ("", "new"):
        return [_taken_back(wanted, service, scope.within([service])) for service in scope.services]
    conditions, values = _conditions(wanted, scope, action=False)
    if wanted.action:
        return [_of_action(wanted, conditions, values, counted=counted)]
    for column in ("person", "author", "unit"):
        if getattr(wanted, column):
            return [_Branch(_indexed(f"current_by_{column}"), tuple(conditions), tuple(values))]
    if wanted.review not in ("", "new"):
        return [_in_state(wanted.review, scope, conditions, values)]
    return [_of_place(wanted, *branch) for branch in scope.branches()]


def _of_place(wanted: Filter, service: str, unit: str, piece: Scope) -> _Branch:
    """The index begins with the service, or with the unit, so each is its own ordered branch."""
    conditions, values = _conditions(wanted, piece, action=False)
    index, first = ("current_by_unit", "unit") if unit else (_index_by_service(wanted), "service")
    return _Branch(_indexed(index), (f"v.{first} = ?", *conditions), (unit or service, *values))


def _taken_back(wanted: Filter, service: str, piece: Scope) -> _Branch:
    conditions, values = _conditions(wanted, piece)
    return _Branch(_indexed("current_withdrawn"), ("v.service = ?", *conditions), (service, *values))


def _wanted_scope(wanted: Filter, scope: Scope) -> Scope:
    return scope.within([wanted.service]) if wanted.service else scope


def _conditions(wanted: Filter, scope: Scope, action: bool = True) -> tuple[list[str], list[object]]:
    """Conditions and values. `action` False leaves the action to the driving table."""
    seen, allowed = scope.records("v")
    conditions = [seen, "v.current = 1"]
    values: list[object] = [*allowed]
    if not wanted.form:
        conditions.append(_NO_DRILL)
    for name in _EQUAL:
        if getattr(wanted, name):
            conditions.append(f"v.{name} = ?")
            values.append(getattr(wanted, name))
    days, given = _days(wanted)
    conditions += days
    values += given
    conditions += [_FLAGS[flag] for flag in wanted.flags]
    if any(flag != "late" for flag in wanted.flags):
        conditions.append("v.flagged = 1")
    if wanted.review:
        conditions.append(f"{STATE_OF} = ?" if wanted.review != "new" else IS_NEW)
        values += [wanted.review] if wanted.review != "new" else []
    bearing, given = _bearing_condition(wanted, action)
    return [*conditions, *bearing], [*values, *given]


def _days(wanted: Filter) -> tuple[list[str], list[object]]:
    """The days of a filter; with a weekday, the hours of such days alone, which the index is asked for."""
    if wanted.weekday and wanted.since and wanted.until:
        hours = hours_of(wanted.weekday, wanted.since, wanted.until, wanted.shift)
        return [
            "v.happened_at >= ?",
            "v.happened_at < ?",
            "substr(v.happened_at, 1, 13) IN (SELECT value FROM json_each(?))",
        ], [*span_of(wanted.since, wanted.until, wanted.shift), json.dumps(hours)]
    conditions: list[str] = []
    values: list[object] = []
    if wanted.since:
        conditions.append("v.happened_at >= ?")
        values.append(write_instant(start_of_day(wanted.since)))
    if wanted.until:
        conditions.append("v.happened_at < ?")
        values.append(write_instant(start_of_day(wanted.until + timedelta(days=1))))
    return conditions, values


def _bearing_condition(wanted: Filter, action: bool) -> tuple[list[str], list[object]]:
    limits = {"b.action": wanted.action, "b.bearing": wanted.bearing}
    limits = {column: value for column, value in limits.items() if value}
    if not limits or (wanted.action and not action):
        return [], []
    tests = " AND ".join([*(f"{column} = ?" for column in limits), _OWN_ACTION])
    return [f"EXISTS (SELECT 1 FROM bearing b WHERE b.record = v.record AND {tests})"], list(limits.values())  # noqa: S608


# A tablet may name any action: what it says counts for those of the record's own service alone
_OWN_ACTION = "EXISTS (SELECT 1 FROM action a WHERE a.id = b.action AND a.service = v.service)"


_FOUND = (
    "record_search CROSS JOIN record_version v ON v.seq = record_search.rowid WHERE record_search MATCH ?"
)


def _search(wanted: Filter, scope: Scope, limit: int) -> tuple[str, tuple[object, ...]]:
    """The entries a search lets through, received last first, every other limit applied before the number is."""
    conditions, values = _conditions(wanted, scope)
    sql = (
        f"SELECT v.seq FROM {_FOUND} AND {' AND '.join(conditions)} "  # noqa: S608
        "ORDER BY record_search.rowid DESC LIMIT ?"
    )
    return sql, (search_words(wanted.text), *values, limit)


def _of_action(
    wanted: Filter, conditions: list[str], values: list[object], *, counted: bool = False
) -> _Branch:
    """`counted`: by the index that has most of what is asked; its neighbours there stand on few pages, those of the
    table on one each.
    """
    found = "INDEXED BY current_by_service ON v.happened_at = b.happened_at AND v.record = b.record"
    source = (
        "action a CROSS JOIN bearing b INDEXED BY bearing_by_action ON b.action = a.id "
        f"CROSS JOIN record_version v {found if counted else 'ON v.seq = b.seq'} AND v.service = a.service"
    )
    limits = ["a.id = ?", *(["b.bearing = ?"] if wanted.bearing else [])]
    given = [wanted.action, *([wanted.bearing] if wanted.bearing else [])]
    return _Branch(source, (*limits, *conditions), (*given, *values), "b.happened_at", "b.record")


def _in_state(state: str, scope: Scope, conditions: list[str], values: list[object]) -> _Branch:
    """Driven by what managers did: few records are in question or set aside among a million that are new."""
    source = (
        "review_standing r INDEXED BY review_by_state "
        "CROSS JOIN record_version v ON v.record = r.record AND v.current = 1"
    )
    limits = (f"r.service IN ({', '.join('?' * len(scope.services))})", IN_STATE)
    return _Branch(source, (*limits, *conditions), (*scope.services, state, *values))


def _indexed(index: str) -> str:
    return f"record_version v INDEXED BY {index}"


def _index_by_service(wanted: Filter) -> str:
    if "late" in wanted.flags:
        return "evidence_late"
    if wanted.flags:
        return "current_flagged"
    if wanted.form:
        return "current_by_form"
    return "current_by_result" if wanted.result else "current_by_service"
