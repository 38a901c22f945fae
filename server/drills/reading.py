"""The drills of the tablets somebody may see, read from the records. Jobs for `Database.read`."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

import msgspec

from observation_forms import Catalogue
from server.dated_settings.known import known_settings
from server.dated_settings.store import own_value_at, value_at
from server.drills.drill import FORMS, NOTE_FORM, PASSED, RESULT_FORM, Drill, Sealed, judge
from server.evidence.times import read_instant
from server.identity.instants import at
from server.identity.permissions import Permission
from server.identity.scope import Scope
from server.identity.viewer import Viewer

# Of one tablet, this many records are looked at: two for each drill
_MOST = 400
_FINISH = "drill_finish"


class DrilledTablet(msgspec.Struct, frozen=True, kw_only=True):
    """A tablet in use with its drills, the newest first. `standing` is a code of `STANDINGS`."""

    id: str
    name: str
    unit: str
    service: str
    drills: tuple[Drill, ...]
    passed: Drill | None
    standing: str
    days: int

    @property
    def last(self) -> Drill | None:
        """The newest drill, whatever came of it."""
        return self.drills[0] if self.drills else None


STANDINGS: Mapping[str, str] = {
    "never": "Never shown",
    "not_passed": "The last one did not pass",
    "old": "Too long ago",
    "recent": "Shown",
}


def read_drills(
    connection: sqlite3.Connection, viewer: Viewer, catalogue: Catalogue, now: datetime, tablet: str = ""
) -> list[DrilledTablet]:
    """The tablets in use that the viewer may see, what needs doing first; with `tablet`, that one, in use or not."""
    scope = viewer.scope(Permission.READ_TABLETS)
    where, values = scope.places("tablet.service", "tablet.unit")
    rows = connection.execute(
        f"""
        SELECT tablet.id, tablet.name, tablet.service AS service_id, service.name AS service, unit.name AS unit
        FROM tablet JOIN service ON service.id = tablet.service JOIN unit ON unit.id = tablet.unit
        WHERE {where} AND CASE ? WHEN '' THEN revoked_at = '' ELSE tablet.id = ? END
        ORDER BY service.name, tablet.name COLLATE NOCASE, enrolled_at
        """,  # noqa: S608
        (*values, tablet, tablet),
    ).fetchall()
    found = [_drilled(connection, row, scope, catalogue, now) for row in rows]
    return sorted(found, key=lambda each: list(STANDINGS).index(each.standing))


def _drilled(
    connection: sqlite3.Connection, row: sqlite3.Row, scope: Scope, catalogue: Catalogue, now: datetime
) -> DrilledTablet:
    service = row["service_id"]
    default = known_settings(catalogue)[_FINISH].default
    finish = timedelta(minutes=int(value_at(connection, service, _FINISH, at(now)) or default))
    days = int(own_value_at(connection, service, "drill_within", at(now)))
    drills = tuple(pair(_sealed(connection, row["id"], service, scope), now, finish))
    passed = next((drill for drill in drills if drill.state == PASSED), None)
    return DrilledTablet(
        id=row["id"],
        name=row["name"],
        unit=row["unit"],
        service=row["service"],
        drills=drills,
        passed=passed,
        standing=standing(drills, passed, now, days),
        days=days,
    )


def pair(sealed: Sequence[Sealed], now: datetime, finish: timedelta) -> list[Drill]:
    """The drills that records of one tablet make up, the newest first."""
    notes = {each.record: each for each in sealed if each.form == NOTE_FORM}
    results = {
        each.spawned_by.split("/")[0] or each.record: each for each in sealed if each.form == RESULT_FORM
    }
    found = [judge(notes.get(id), results.get(id), now, finish) for id in {*notes, *results}]
    return sorted(found, key=lambda drill: (drill.began_at, drill.tablet), reverse=True)


def standing(drills: Sequence[Drill], passed: Drill | None, now: datetime, days: int) -> str:
    """How a tablet stands. What broke off since it last passed takes nothing back; what failed does."""
    since = [drill for drill in drills if passed is None or drill.began_at > passed.began_at]
    if any(drill.state in ("failed", "doubtful") for drill in since):
        return "not_passed"
    if passed is None:
        return "not_passed" if drills else "never"
    return "recent" if now - read_instant(passed.began_at) <= timedelta(days=days) else "old"


class _Clock(msgspec.Struct):
    boot: str = ""
    offset: list[int] = []


class _Body(msgspec.Struct):
    clock: _Clock


def _sealed(connection: sqlite3.Connection, tablet: str, service: str, scope: Scope) -> list[Sealed]:
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT v.seq, v.record, v.form, v.tablet, v.happened_at, v.recorded_at, v.received_at, v.spawned_by,
            v.app, entry.sha256, entry.body
        FROM record_version v INDEXED BY current_by_form JOIN entry ON entry.seq = v.seq
        WHERE v.service = ? AND v.form IN ({", ".join("?" * len(FORMS))}) AND v.current = 1 AND v.withdrawn = 0
            AND v.tablet = ? AND {seen}
        ORDER BY v.happened_at DESC, v.record DESC LIMIT ?
        """,  # noqa: S608
        (service, *FORMS, tablet, *allowed, _MOST),
    ).fetchall()
    answers = _answers(connection, [row["seq"] for row in rows])
    return [_one(row, answers.get(row["seq"], {})) for row in rows]


def _one(row: sqlite3.Row, answers: Mapping[str, str]) -> Sealed:
    clock = _Clock()
    # What was destroyed no longer says so
    with suppress(msgspec.MsgspecError):
        clock = msgspec.json.decode(row["body"], type=_Body).clock
    known = {name: row[name] for name in row.keys() if name not in ("seq", "body")}  # noqa: SIM118
    return Sealed(
        **known, boot=clock.boot, offset_ms=clock.offset[0] if clock.offset else None, answers=answers
    )


def _answers(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    for number in numbers:
        rows = connection.execute("SELECT question, value FROM answer WHERE seq = ?", (number,))
        found[number] = {row["question"]: str(row["value"]) for row in rows}
    return found
