"""Entries of a log in words: what each record says under each column, and what is missing. Jobs for `Database.read`."""

import sqlite3
from collections.abc import Iterable, Sequence

import msgspec

from observation_forms import Catalogue
from server.evidence.people import Names
from server.evidence.record_answers import Answered, AnsweredGroup
from server.evidence.times import clock_words, day_words, moment_words
from server.evidence.words import SHIFTS, named
from server.identity.scope import Scope
from server.named_logs.computed import COMPUTED
from server.named_logs.line import Item, Line
from server.named_logs.named_log import Column, NamedLog
from server.named_logs.outline import Missing, Place
from server.named_logs.told import Told, read_told, why_not_needed

# What a file without names leaves out: own words, and titles of the service's lists
_OWN_KINDS = ("text", "pick")


def read_lines(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    log: NamedLog,
    places: Sequence[Place],
    names: Names,
) -> list[Line]:
    """The entries of `places`, in their order."""
    wanted = [place.seq or (place.missing.unneeded if place.missing else 0) for place in places]
    told = read_told(connection, scope, catalogue, [seq for seq in wanted if seq], names)
    return [_line(log, place, told.get(seq), names) for place, seq in zip(places, wanted, strict=True)]


def cell_of(column: Column, told: Told) -> tuple[Item, ...]:
    """What a record says under a column; () for nothing."""
    if column.computed:
        return COMPUTED[column.computed](told)
    asked = [name.partition(".")[0] for name in column.questions]
    found = [each for group in told.groups for each in _picked(column.questions, group, told)]
    found.sort(key=lambda each: asked.index(each[0].partition(".")[0]))
    return tuple(
        # Where the column asks nothing else, its heading says it
        msgspec.structs.replace(item, label="") if [key] == list(column.questions) else item
        for key, item in found
    )


def item_of(answer: Answered, told: Told, title: str = "") -> Item:
    """One answer as it stands under a column."""
    question = told.definition.question_at(answer.question)
    return Item(
        words=", ".join(answer.chosen),
        label=answer.ask,
        title=title,
        facts=answer.facts,
        score=answer.score,
        concern=answer.concern,
        own=question is None or question.kind in _OWN_KINDS,
    )


def line_of(told: Told, cells: Sequence[tuple[Item, ...]], shift: str = "", state: str = "") -> Line:
    """The entry of one record."""
    row = told.row
    gone = "withdrawn" if row.withdrawn else "set_aside" if row.review == "set_aside" else ""
    return Line(
        at=row.happened_at,
        day=row.day,
        time=row.time,
        shift=named(SHIFTS, row.shift or shift),
        units=row.unit_name,
        person=row.person_name,
        author=row.author_name,
        title=f"{row.code} {row.title}",
        state=gone or state or "counts",
        said=row.reason if row.withdrawn else "",
        said_own=True,
        row=row,
        cells=tuple(cells),
    )


def _line(log: NamedLog, place: Place, told: Told | None, names: Names) -> Line:
    if place.missing is not None:
        return _missing(place, place.missing, told, names)
    if told is None:
        # The catalogue of this server does not have its form: the record's page says so too
        return _bare(place, names, state="counts", said="This server does not have its form.")
    return line_of(told, [cell_of(column, told) for column in log.columns], place.shift)


def _missing(place: Place, missing: Missing, told: Told | None, names: Names) -> Line:
    if told is not None:
        return _bare(place, names, state="not_needed", said=why_not_needed(told), said_own=True, row=told.row)
    about = names.listed.get(missing.listed, "")
    by = f", due by {moment_words(missing.by)}" if missing.by else ""
    said = f"{missing.words}{by}." + (f" It is about: {about}" if about else "")
    return _bare(place, names, state="still" if missing.still else "missing", said=said)


def _bare(place: Place, names: Names, **more: object) -> Line:
    return msgspec.convert(
        {
            "at": place.at,
            "day": day_words(place.day),
            "time": clock_words(place.at) if place.seq else "",
            "shift": named(SHIFTS, place.shift),
            "units": ", ".join(names.unit(unit) for unit in place.units),
        }
        | more,
        Line,
    )


def _picked(questions: Iterable[str], group: AnsweredGroup, told: Told) -> Iterable[tuple[str, Item]]:
    wanted = set(questions)
    title = group.title
    for answer in group.answers:
        base, _, rest = answer.question.partition(".")
        in_row = "." in rest
        inner = f"{base}.{rest.partition('.')[2]}" if in_row else answer.question
        if answer.chosen and wanted & {base, inner}:
            yield answer.question, item_of(answer, told, title if in_row else "")
            title = "" if in_row else title
