"""Observations about one member of staff, as that person reads them: what was seen, by whom, when, and their own words.

Nobody else is named in them: colleagues are colleagues, and the person supported stays a person supported, for whoever
reads this may do so at home. Nothing is counted and nothing is compared.
"""

import sqlite3

import msgspec

from observation_forms import Catalogue
from server.evidence import words
from server.evidence.evidence_query import Place
from server.evidence.people import Names, read_names
from server.evidence.record_answers import AnsweredSection, answers_as_asked
from server.evidence.record_context import context_of
from server.evidence.times import moment_words
from server.identity.scope import of_services
from server.review.staff_views import PAGE, STANCES, View, observations_of, read_views
from sync import read_entry
from sync.wire import Body

_read_body = msgspec.json.Decoder(Body).decode


class Line(msgspec.Struct, frozen=True):
    """One observation in the list."""

    record: str
    title: str
    when: str
    unit: str
    observer: str
    withdrawn: str
    said: bool


class AboutMe(msgspec.Struct, frozen=True):
    """A page of the list; `older` is where the next one begins, "" at the end."""

    lines: list[Line]
    older: str


class Said(msgspec.Struct, frozen=True):
    """What the person said of it, and when."""

    what: str
    when: str
    words: str


class MyObservation(msgspec.Struct, frozen=True):
    """One observation as the person observed reads it."""

    line: Line
    recorded: str
    corrected: str
    result: str
    sections: list[AnsweredSection]
    said: list[Said]


def read_about_me(connection: sqlite3.Connection, staff: str, after: Place | None) -> AboutMe:
    """The observations about `staff`, what happened last first."""
    rows = observations_of(connection, staff, PAGE + 1, after=after)
    names = read_names(connection, of_services({row["service"] for row in rows}))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return AboutMe(
        [_line(row, names, read_views(connection, row["record"], staff)) for row in rows[:PAGE]],
        f"{last['happened_at']}~{last['record']}" if last else "",
    )


def read_my_observation(
    connection: sqlite3.Connection, catalogue: Catalogue, staff: str, record: str
) -> MyObservation | None:
    """One observation about `staff`; None when there is none such."""
    rows = observations_of(connection, staff, 1, record=record)
    entry = read_entry(connection, rows[0]["seq"]) if rows else None
    form = catalogue.form(rows[0]["form_hash"]) if rows else None
    if entry is None or form is None:
        return None
    row, body = rows[0], _read_body(entry.body)
    names, views = (
        read_names(connection, of_services([row["service"]])),
        read_views(connection, record, staff),
    )
    context = context_of(connection, body, entry.received_at)
    return MyObservation(
        line=_line(row, names, views),
        recorded=moment_words(row["recorded_at"]),
        corrected=row["reason"] if row["corrected"] and not row["withdrawn"] else "",
        result=words.named(words.RESULTS, row["result"]),
        sections=answers_as_asked(form.definition, body.answers, context, _for(staff, names)),
        said=[Said(STANCES[one.stance], moment_words(one.at), one.words) for one in views],
    )


def _for(staff: str, names: Names) -> Names:
    """The names that `staff` may read in an observation about themselves: their own."""
    colleagues = dict.fromkeys(names.staff, "A colleague")
    people = dict.fromkeys(names.people, "A person supported")
    return msgspec.structs.replace(names, staff={**colleagues, staff: "You"}, people=people)


def _line(row: sqlite3.Row, names: Names, views: list[View]) -> Line:
    return Line(
        record=row["record"],
        title=row["title"],
        when=moment_words(row["happened_at"]),
        unit=names.unit(row["unit"]),
        observer="You" if row["author"] == row["staff"] else names.one_of_staff(row["author"]),
        withdrawn=(row["reason"] or "No reason was given.") if row["withdrawn"] else "",
        said=bool(views),
    )
