"""What a manager's own measure makes of real records, before it is kept. A job for `Database.read`."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.form_words import answer_words
from server.identity.scope import Scope
from server.measures.counting import Count, LeftOut, Point, Verdict
from server.measures.custom import CustomMeasure, compiled, count_custom, usable_versions, verdicts
from server.measures.in_force import InForce
from server.measures.periods import Period
from server.measures.reading import read_settings
from server.measures.reading_records import Record, Source, read_records

SHOWN = 20


class Looked(msgspec.Struct, frozen=True):
    """One record or row: what became of it ("met", "unmet", or why it was left out), and the answers it hangs on."""

    id: str
    record: str
    happened_at: str
    verdict: str
    answers: tuple[tuple[str, str], ...]


class Preview(msgspec.Struct, frozen=True):
    """The count, and the newest of what was looked at."""

    count: Count
    looked: tuple[Looked, ...]


def preview(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    measure: CustomMeasure,
    period: Period,
    as_of: datetime,
) -> Preview:
    """The measure over a period, of the records in `scope`. Raises `FormError` for a rule that cannot be used, and
    `KeyError` for a form that nobody is offered.
    """
    compiled(measure, catalogue.current(measure.form).definition)
    settings = read_settings(connection, scope, catalogue)
    source = Source(connection, scope, catalogue, period.start, as_of)
    records = [one for one in read_records(source, [measure.form]) if period.holds(one.happened_at)]
    newest = sorted(records, key=lambda one: (one.happened_at, one.id), reverse=True)
    versions = usable_versions(measure, catalogue)
    looked = [
        _looked(record, id, verdict, versions[record.definition.hash].named if versions else frozenset())
        for record in newest[:SHOWN]
        for id, verdict in verdicts(measure, versions, record, settings)
    ]
    return Preview(count_custom(measure, catalogue, records, period, settings), tuple(looked[:SHOWN]))


def custom_series(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    measure: CustomMeasure,
    periods: Sequence[Period],
    as_of: datetime,
) -> list[Point]:
    """The measure in each period, as `series` gives those of the list."""
    settings = read_settings(connection, scope, catalogue)
    since = min((period.start for period in periods), default=as_of.date())
    records = read_records(Source(connection, scope, catalogue, since, as_of), [measure.form])
    return [_point(measure, catalogue, records, period, settings) for period in periods]


def _point(
    measure: CustomMeasure, catalogue: Catalogue, records: list[Record], period: Period, settings: InForce
) -> Point:
    here = [record for record in records if period.holds(record.happened_at)]
    return Point(
        period=period.label,
        start=period.start.isoformat(),
        end=period.end.isoformat(),
        count=count_custom(measure, catalogue, here, period, settings),
        late=tuple(record.id for record in here if record.received_at >= period.closes_at),
    )


def _looked(record: Record, id: str, verdict: Verdict, named: frozenset[str]) -> Looked:
    row = id.partition("/")[2]
    answers = []
    for question in sorted(named):
        asked = record.definition.by_id[question]
        key = f"{row}.{question}" if asked.in_repeat and row else question
        values = record.answers.get(key, ())
        many = [str(value) for value in values]
        said = answer_words(asked, many if len(many) > 1 else values[0], {}) if values else ""
        answers.append((asked.ask, said))
    words = verdict.why if isinstance(verdict, LeftOut) else verdict
    return Looked(id, record.id, record.happened_at.isoformat(), words, tuple(answers))
