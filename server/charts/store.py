"""Keeping what people note on charts: what changed on a day, and from when on limits are worked out anew.

Jobs for `Database.write` and `Database.read`. Limits begin anew only because a person said so, with a reason; no rule
does it by itself (domain/6).
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

import server.charts.schema  # noqa: F401 the tables
from server.charts.chart import Note
from server.evidence.people import Names
from server.evidence.times import day_of
from server.identity import audit
from server.identity.instants import at
from server.identity.scope import Scope


class ChartNote(msgspec.Struct, frozen=True, kw_only=True):
    """One note as it was written. `unit` is "" for a chart of the whole service, `day` a London day ("2026-03-02")."""

    id: str
    service: str
    unit: str
    measure: str
    day: str
    rebases: bool
    words: str


class Kept(ChartNote, frozen=True, kw_only=True):
    """A note with who wrote it and when; what is `taken_back` has an instant there, and stands on no chart."""

    who: str
    at: str
    taken_back: str = ""
    taken_back_by: str = ""
    why: str = ""


class AlreadyWritten(Exception):
    """The id is taken by a note that says something else: what was sent was not kept."""


class NotThere(LookupError):
    """There is no such note in these services, or it was taken back before."""


def write(connection: sqlite3.Connection, note: ChartNote, who: str, now: datetime) -> None:
    """Keep a note, under an id chosen beforehand so that sending the form twice writes one. Raises `AlreadyWritten`."""
    row = connection.execute("SELECT * FROM chart_note WHERE id = ?", (note.id,)).fetchone()
    if row is not None:
        if _as_written(row) != note:
            raise AlreadyWritten(note.id)
        return
    values = (*msgspec.structs.asdict(note).values(), who, at(now))
    connection.execute(
        """
        INSERT INTO chart_note (id, service, unit, measure, day, rebases, words, who, at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        values,
    )
    what = "limits begun anew from" if note.rebases else "what changed on"
    details = f"{note.measure}{f', {note.unit}' if note.unit else ''}: {what} {note.day}"
    audit.note(connection, "chart_noted", now, who=who, about=note.id, details=details, service=note.service)


def take_back(
    connection: sqlite3.Connection, id: str, services: Sequence[str], why: str, who: str, now: datetime
) -> None:
    """Let a note stand on no chart any more. Raises `NotThere`."""
    row = connection.execute(
        """
        SELECT service, measure FROM chart_note
        WHERE id = ? AND NOT EXISTS (SELECT 1 FROM chart_note_taken_back WHERE note = chart_note.id)
        """,
        (id,),
    ).fetchone()
    if row is None or row["service"] not in services:
        raise NotThere(id)
    connection.execute("INSERT INTO chart_note_taken_back VALUES (?, ?, ?, ?)", (id, why, who, at(now)))
    audit.note(
        connection,
        "chart_note_taken_back",
        now,
        who=who,
        about=id,
        details=row["measure"],
        service=row["service"],
    )


def read_notes(connection: sqlite3.Connection, scope: Scope) -> list[Kept]:
    """Every note on charts of the services of `scope`, those taken back included, the newest day first."""
    places = ", ".join("?" * len(scope.services))
    rows = connection.execute(
        f"""
        SELECT chart_note.*, coalesce(gone.at, '') AS taken_back, coalesce(gone.who, '') AS taken_back_by,
               coalesce(gone.why, '') AS why
        FROM chart_note LEFT JOIN chart_note_taken_back gone ON gone.note = chart_note.id
        WHERE service IN ({places}) ORDER BY day DESC, chart_note.at DESC, chart_note.id
        """,  # noqa: S608
        scope.services,
    )
    return [Kept(**{**dict(row), "rebases": bool(row["rebases"])}) for row in rows]


def standing_on(notes: Sequence[Kept], service: str, measure: str, unit: str = "") -> list[Kept]:
    """The notes that stand on one chart, in order of their days. A unit's chart also has the changes of its service;
    its limits begin anew only for a reason of its own.
    """
    stand = [
        note
        for note in notes
        if (note.service, note.measure, note.taken_back) == (service, measure, "")
        and (note.unit == unit or not (note.unit or note.rebases))
    ]
    return sorted(stand, key=lambda note: (note.day, note.at, note.id))


def for_chart(notes: Sequence[Kept], names: Names) -> list[Note]:
    """The notes as a chart draws them, with who wrote each and when."""
    return [
        Note(
            day=note.day,
            words=note.words,
            said=f"{names.one_of_staff(note.who)}, {day_of(note.at)}",
            rebases=note.rebases,
        )
        for note in notes
    ]


def _as_written(row: sqlite3.Row) -> ChartNote:
    names = [field.name for field in msgspec.structs.fields(ChartNote)]
    return ChartNote(**{**{name: row[name] for name in names}, "rebases": bool(row["rebases"])})
