"""What was seen about actions, from the projections. Jobs for `Database.read`.

Only records of the action's own service, in the viewer's scope, as they stand; what was withdrawn or set aside counts
for nothing, and what a tablet dates in the future is left for the list of records.
"""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from server.evidence.times import read_instant, start_of_day, write_instant
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY
from server.review.standing import COUNTS
from server.triangulation.standing import Seen

_SIDES = "v.form, v.shift, v.unit, b.bearing"
_FROM = f"""
    FROM json_each(?) asked CROSS JOIN action a ON a.id = asked.value ->> 'id'
    CROSS JOIN bearing b INDEXED BY bearing_by_action ON b.action = a.id AND b.happened_at < ?
    CROSS JOIN record_version v ON v.seq = b.seq AND v.service = a.service
    WHERE {COUNTS} AND b.happened_at >= ?
"""
# A record that bears on several of the actions counts once, as the worst that it says
_WORST = """
    CASE max(CASE b.bearing WHEN 'contradicts' THEN 3 WHEN 'supports' THEN 2 ELSE 1 END)
    WHEN 3 THEN 'contradicts' WHEN 2 THEN 'supports' ELSE 'inconclusive' END
"""


def read_seen(
    connection: sqlite3.Connection,
    scope: Scope,
    kind_of_form: Mapping[str, str],
    bounds: Mapping[str, Sequence[date]],
    as_of: datetime,
) -> dict[str, list[Seen]]:
    """By the id of each action of `bounds`: what was seen, cut at each of its London days, so that no group of records
    lies on both sides of one. One query, however many actions.
    """
    found: dict[str, list[Seen]] = {id: [] for id in bounds}
    most = max((len(days) for days in bounds.values()), default=0)
    sides = "".join(f", b.happened_at >= (asked.value ->> 'from{at}') AS side{at}" for at in range(most))
    marks = "".join(f", side{at}" for at in range(most))
    asked = [
        {"id": id, **{f"from{at}": _opens(day) for at, day in enumerate(days)}} for id, days in bounds.items()
    ]
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT a.id AS action, {_SIDES}, max(b.happened_at) AS latest, count(*) AS records{sides}
        {_FROM} AND {seen} GROUP BY a.id, {_SIDES}{marks}
        """,
        (json.dumps(asked), write_instant(as_of + ONE_DAY), "", *allowed),
    )
    for row in rows:
        found[row["action"]].append(_seen(row, kind_of_form))
    return found


def read_seen_by_hour(
    connection: sqlite3.Connection,
    scope: Scope,
    kind_of_form: Mapping[str, str],
    actions: Sequence[str],
    as_of: datetime,
    since: date | None = None,
) -> list[Seen]:
    """What was seen about these actions together, by the hour it happened in, so that every day can be told: all of
    it, or what happened from a London day on.
    """
    first = _opens(since) if since else ""
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT form, shift, unit, bearing, max(happened_at) AS latest, count(*) AS records FROM (
            SELECT v.form, v.shift, v.unit, {_WORST} AS bearing, b.happened_at {_FROM} AND {seen} GROUP BY b.record
        ) GROUP BY form, shift, unit, bearing, substr(happened_at, 1, 13)
        """,  # noqa: S608
        (json.dumps([{"id": id} for id in actions]), write_instant(as_of + ONE_DAY), first, *allowed),
    )
    return [_seen(row, kind_of_form) for row in rows]


def _opens(day: date) -> str:
    """The first instant of a London day as text: without its Z, so that a part of that second is not before it."""
    return write_instant(start_of_day(day)).removesuffix("Z")


def _seen(row: sqlite3.Row, kind_of_form: Mapping[str, str]) -> Seen:
    return Seen(
        kind=kind_of_form.get(row["form"], "observation"),
        bearing=row["bearing"],
        latest=read_instant(row["latest"]),
        shift=row["shift"],
        unit=row["unit"],
        form=row["form"],
        records=row["records"],
    )
