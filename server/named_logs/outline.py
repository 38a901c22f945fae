"""Where the entries of a log stand in time, before any of them is read: one light row for each record.

A day is that on which the shift began, as in coverage: what is written at 03:00 of a night belongs to the day before.
Jobs for `Database.read`.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import UTC, date, timedelta

import msgspec

from server.coverage.seen import Seen
from server.evidence.times import read_instant, start_of_day, write_instant
from server.identity.scope import Scope
from server.measures.periods import Period
from server.named_logs.named_log import NamedLog
from server.named_logs.wanted import Wanted
from server.review.standing import COUNTS

LATELY = 200

_STANDS = COUNTS.replace("b.record", "v.record")
_HOME = "EXISTS (SELECT 1 FROM answer a WHERE a.seq = v.seq AND a.question = 'notes_of' AND a.value = 'home')"


class Missing(msgspec.Struct, frozen=True, kw_only=True):
    """What should have been written and was not. `by` is the instant by which; `still`: it can be done in its time
    still. `unneeded`: the record that says why it was not needed. `listed`: what of the service's lists it is about.
    """

    words: str
    listed: str = ""
    by: str = ""
    still: bool = False
    unneeded: int = 0


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """One entry: a record (`seq`), or something missing. `units` are those it is about, () = the whole service.

    `covers`: it counts, so nothing is missing where it stands; `home`: it is of every unit.
    """

    at: str
    day: date
    shift: str
    units: tuple[str, ...] = ()
    seq: int = 0
    record: str = ""
    form: str = ""
    covers: bool = False
    home: bool = False
    missing: Missing | None = None

    @property
    def lacks(self) -> bool:
        """Whether something is not there that should be."""
        return self.missing is not None and not self.missing.still and not self.missing.unneeded


def read_places(
    connection: sqlite3.Connection, scope: Scope, log: NamedLog, service: str, days: Period
) -> list[Place]:
    """Every record of the log in `service` and `scope` in these days, also what was withdrawn or set aside."""
    span = (write_instant(days.opens_at), write_instant(start_of_day(days.end + timedelta(days=2))))
    forms = msgspec.json.encode(sorted(log.forms)).decode()
    home = _HOME if log.expected == "screen" else "0"
    only, among = _only(log)
    found: list[Place] = []
    for _, unit, piece in scope.within([service]).branches():
        seen, allowed = piece.records("v")
        index, column = ("current_by_unit", "unit") if unit else ("current_by_form", "service")
        rows = connection.execute(
            f"""
            SELECT v.seq, v.record, v.unit, v.form, v.shift, v.happened_at, v.withdrawn = 0 AND {_STANDS} AS covers,
                {home} AS home
            FROM record_version v INDEXED BY {index}
            WHERE v.{column} = ? AND v.form IN (SELECT value FROM json_each(?)) AND v.current = 1
                AND v.happened_at >= ? AND v.happened_at < ? AND {seen} AND {only}
            """,  # noqa: S608
            (unit or service, forms, *span, *allowed, *among),
        )
        found += [_place(row) for row in rows]
    return [place for place in found if days.holds_day(place.day)]


def newest_at(connection: sqlite3.Connection, scope: Scope, log: NamedLog, service: str) -> str:
    """When the last entry of the log happened, "" when there is none; of a log that not every record of its forms
    belongs to, none among the newest `LATELY` of each.
    """
    only, among = _only(log)
    newest = ""
    for _, unit, piece in scope.within([service]).branches():
        seen, allowed = piece.records("v")
        index, column = ("current_by_unit", "unit") if unit else ("current_by_form", "service")
        for form in log.forms:
            row = connection.execute(
                f"""
                SELECT max(v.happened_at) AS newest FROM (
                    SELECT v.seq, v.happened_at FROM record_version v INDEXED BY {index}
                    WHERE v.{column} = ? AND v.form = ? AND v.current = 1 AND v.withdrawn = 0 AND {seen}
                    ORDER BY v.happened_at DESC LIMIT ?
                ) v WHERE {only}
                """,  # noqa: S608
                (unit or service, form, *allowed, LATELY if log.only else 1, *among),
            ).fetchone()
            newest = max(newest, row["newest"] or "")
    return newest


def worked(at: str, shift: str = "") -> tuple[date, str]:
    """The day on which the shift at that instant began, and the shift ("" = the one that a tablet would offer)."""
    when = read_instant(at).astimezone(UTC)
    return Seen(id="", service="", unit="", form="", happened_at=when, shift=shift).worked


def chosen(places: Iterable[Place], wanted: Wanted) -> list[Place]:
    """Those of the filter, what happened last first."""
    kept = [place for place in places if _fits(place, wanted)]
    return sorted(kept, key=lambda place: (place.at, place.seq, place.units), reverse=True)


def _fits(place: Place, wanted: Wanted) -> bool:
    return (
        (not wanted.unit or not place.units or wanted.unit in place.units)
        and (not wanted.shift or place.shift == wanted.shift)
        and (not wanted.weekday or place.day.isoweekday() == int(wanted.weekday))
        and (wanted.show != "entries" or place.missing is None)
        and (wanted.show != "missing" or place.lacks)
    )


def _place(row: sqlite3.Row) -> Place:
    day, shift = worked(row["happened_at"], row["shift"])
    return Place(
        at=row["happened_at"],
        day=day,
        shift=shift,
        units=(row["unit"],) if row["unit"] else (),
        seq=row["seq"],
        record=row["record"],
        form=row["form"],
        covers=bool(row["covers"]),
        home=bool(row["home"]),
    )


def _only(log: NamedLog) -> tuple[str, Sequence[object]]:
    """Records of which one of these questions has one of its answers."""
    tests: list[str] = []
    values: list[object] = []
    for question, answers in log.only:
        marks = ", ".join("?" * len(answers))
        among = f"a.value IN ({marks})" if answers else "a.value <> 'none'"
        tests.append(f"a.question = ? AND {among}")
        values += [question, *answers]
    if not tests:
        return "1 = 1", []
    either = " OR ".join(f"({test})" for test in tests)
    return f"EXISTS (SELECT 1 FROM answer a WHERE a.seq = v.seq AND ({either}))", values  # noqa: S608
