"""The records of some forms as they stand, with the answers that a measure looks at. Jobs for `Database.read`.

Current versions alone; what was withdrawn or set aside by a manager counts for nothing. Evidence is never refused, so
an answer may be anything: what the form found hidden, or not written as its question is answered, does not count.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import wraps
from typing import Protocol, TypedDict

import msgspec

from observation_forms import Catalogue, Definition, Question
from server.evidence.times import FIRST_YEAR, LAST_YEAR, read_day, read_instant, start_of_day, write_instant
from server.identity.scope import Scope
from server.measures.fact import AnyFact
from server.measures.facts import Answer
from server.measures.periods import ONE_DAY
from server.review.standing import COUNTS

_STANDS = COUNTS.replace("b.record", "v.record")
_REVIEWED = (
    "EXISTS (SELECT 1 FROM review_standing r WHERE r.record = v.record AND r.version = v.version "
    "AND r.state IN ('read', 'accepted'))"
)
_COLUMNS = f"""
    v.seq, v.record, v.form, v.form_hash, v.service, v.unit, v.person, v.shift, v.happened_at, v.recorded_at,
    v.received_at,
    v.spawned_by, {_REVIEWED} AS reviewed
"""
# What the form itself says does not count: hidden, or not written as its question is answered
_NOT_COUNTED = (
    "wrong_type", "unknown_option", "unreadable_text", "not_a_number", "not_a_time", "not_a_date", "same_person",
    "hidden_answer", "unknown_question",
)  # fmt: skip
COUNTS_IN_FORM = f"""
    NOT (v.findings_count > 0 AND EXISTS (SELECT 1 FROM finding f WHERE f.seq = a.seq AND f.question = a.question
        AND f.code IN ({", ".join(f"'{code}'" for code in _NOT_COUNTED)})))
"""  # noqa: S608
_LATEST = f"{LAST_YEAR + 1}-01-01T00:00:00Z"
_SCORES: Mapping[str | None, Answer] = {"met": "met", "partly": "partly", "not_met": "not_met"}


class Source(msgspec.Struct, frozen=True):
    """Where facts are read from: what of, for whom, from which day on, and what is now. Of the `looked_back` first days
    it is only wanted what later ones are judged by. `until` is the last day of records (None = there is none). `days`:
    what most days came to was kept.
    """

    connection: sqlite3.Connection
    scope: Scope
    catalogue: Catalogue
    since: date
    as_of: datetime
    looked_back: int = 0
    until: date | None = None
    days: "Days | None" = None

    def earlier(self, days: int) -> "Source":
        """The same from `days` days before."""
        return msgspec.structs.replace(
            self, since=self.since - timedelta(days=days), looked_back=self.looked_back + days
        )

    @property
    def told_of(self) -> "Source":
        """The same without the days that were looked back."""
        return msgspec.structs.replace(
            self, since=self.since + timedelta(days=self.looked_back), looked_back=0
        )


class Days(Protocol):
    """Facts of days that are over, as they were kept."""

    def read(
        self, source: Source, reader: Callable[[Source], tuple[AnyFact, ...]], kind: type[AnyFact]
    ) -> tuple[AnyFact, ...]:
        """What `reader` reads from `source`."""


def by_days(
    kind: type[AnyFact],
) -> Callable[[Callable[[Source], tuple[AnyFact, ...]]], Callable[[Source], tuple[AnyFact, ...]]]:
    """For a reader of facts each of which rests on one record alone: its answers, and where its review stands. Then
    those of a day change with a record of that day, and may be taken as they were kept.
    """

    def made(reader: Callable[[Source], tuple[AnyFact, ...]]) -> Callable[[Source], tuple[AnyFact, ...]]:
        @wraps(reader)
        def read(source: Source) -> tuple[AnyFact, ...]:
            return reader(source) if source.days is None else source.days.read(source, reader, kind)

        return read

    return made


class Common(TypedDict):
    """The fields of every fact."""

    id: str
    service: str
    unit: str
    happened_at: datetime
    received_at: datetime


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """One record as it stands. `answers` has the values by key, in order; a key that is not there was not answered."""

    id: str
    form: str
    definition: Definition
    service: str
    unit: str
    person: str
    shift: str
    happened_at: datetime
    recorded_at: str
    received_at: datetime
    spawned_by: str
    reviewed: bool
    answers: Mapping[str, tuple[str | int, ...]]

    def text(self, key: str) -> str:
        """A code or a text; "" when there is none."""
        values = self.answers.get(key, ())
        return values[0] if values and isinstance(values[0], str) else ""

    def number(self, key: str) -> int | None:
        """A whole number."""
        values = self.answers.get(key, ())
        return values[0] if values and isinstance(values[0], int) else None

    def chosen(self, key: str) -> tuple[str, ...]:
        """Everything chosen; of a repeat, its rows."""
        return tuple(value for value in self.answers.get(key, ()) if isinstance(value, str))

    def rows(self, repeat: str) -> tuple[str, ...]:
        """The rows of a repeat, "none" not among them."""
        return tuple(row for row in self.chosen(repeat) if row != "none")

    def yes(self, key: str) -> bool | None:
        """Yes or no; None when it was not answered."""
        return {"yes": True, "no": False}.get(self.text(key))

    def instant(self, key: str) -> datetime | None:
        """An instant that a calendar has."""
        return to_instant(self.text(key))

    def day(self, key: str) -> date | None:
        """A day."""
        return read_day(self.text(key))

    def scored(self, key: str) -> Answer:
        """What the answer is worth: met, partly, not met; "not_seen" for what is not scored, "" for no answer."""
        code = self.text(key)
        question = question_at(self.definition, key) if code else None
        option = question.by_code.get(code) if question else None
        return _SCORES.get(option.score, "not_seen") if option else ""

    def timescale(self, key: str) -> str:
        """The setting that the chosen option names."""
        question = question_at(self.definition, key)
        option = question.by_code.get(self.text(key)) if question else None
        return (option.timescale or "") if option else ""

    def asked(self) -> Iterator[tuple[str, Question]]:
        """Every answered key with its question."""
        for key in self.answers:
            question = question_at(self.definition, key)
            if question is not None:
                yield key, question

    def common(self, row: str = "") -> Common:
        """The fields that every fact of it has; `row` says which part of the record it is."""
        return {
            "id": f"{self.id}/{row}" if row else self.id,
            "service": self.service,
            "unit": self.unit,
            "happened_at": self.happened_at,
            "received_at": self.received_at,
        }


def read_records(source: Source, forms: Sequence[str], questions: Sequence[str] = ()) -> list[Record]:
    """The records of `forms` that happened since, with the answers to `questions` (() = all of them); a question of a
    repeat's rows is written "entries.*.facts_only".
    """
    found: dict[int, tuple[sqlite3.Row, dict[str, list[str | int]]]] = {}
    for form in forms:
        for service, unit, piece in source.scope.branches():
            _read_branch(source, form, service, unit, piece, questions, found)
    records = [_record(source.catalogue, row, answers) for row, answers in found.values()]
    return sorted((record for record in records if record is not None), key=lambda record: record.id)


def keys_of(source: Source, forms: Sequence[str], wanted: Callable[[Question], bool]) -> list[str]:
    """The questions of every version of `forms` that are `wanted`, as `read_records` takes them."""
    return sorted(
        {
            f"{question.in_repeat}.*.{question.id}" if question.in_repeat else question.id
            for form in source.catalogue.forms()
            if form.definition.form in forms
            for question in form.definition.questions()
            if wanted(question)
        }
    )


def to_instant(text: str) -> datetime | None:
    """The instant that `text` names, None when it names none between 1900 and 2200."""
    try:
        instant = read_instant(text) if text[-1:] == "Z" else None
    except (ValueError, OverflowError):
        return None
    return instant if instant and FIRST_YEAR <= instant.year <= LAST_YEAR else None


def question_at(definition: Definition, key: str) -> Question | None:
    """The question of a key. The same few keys stand in thousands of records; a forged one is not worth keeping."""
    found = _QUESTIONS.get((definition.hash, key))
    if found is None:
        found = definition.question_at(key)
        if found is not None and len(_QUESTIONS) < _MOST_QUESTIONS:
            _QUESTIONS[definition.hash, key] = found
    return found


_QUESTIONS: dict[tuple[str, str], Question] = {}
_MOST_QUESTIONS = 20_000


def _read_branch(
    source: Source,
    form: str,
    service: str,
    unit: str,
    piece: Scope,
    questions: Sequence[str],
    found: dict[int, tuple[sqlite3.Row, dict[str, list[str | int]]]],
) -> None:
    index, where, place = standing_in(piece, form, service, unit)
    stands = f"FROM record_version v INDEXED BY {index} {{join}} WHERE {where}"
    values = (*place[:2], opens(source), _closes(source), *place[2:])
    rows = source.connection.execute(f"SELECT {_COLUMNS} {stands.format(join='')}", values)
    found |= {row["seq"]: (row, {}) for row in rows}
    only, asked = asked_for(questions)
    answers = stands.format(join=f"CROSS JOIN answer a ON a.seq = v.seq AND ({only})")
    order = "ORDER BY a.seq, a.question, a.position"
    # The questions stand in the join, before the rest
    for seq, question, value in source.connection.execute(
        f"SELECT a.seq, a.question, a.value {answers} AND {COUNTS_IN_FORM} {order}", (*asked, *values)
    ):
        found[seq][1].setdefault(question, []).append(value)


def standing_in(piece: Scope, form: str, service: str, unit: str) -> tuple[str, str, tuple[object, ...]]:
    """The index to go by, the condition on a record of a form that stands in this piece of a scope, and its values:
    place and form, then, after the two instants between which it happened, the rest.
    """
    seen, allowed = piece.records("v")
    index, first = ("current_by_unit", "unit") if unit else ("current_by_form", "service")
    where = f"""
        v.{first} = ? AND v.form = ? AND v.current = 1 AND v.withdrawn = 0
        AND v.happened_at >= ? AND v.happened_at < ? AND {seen} AND {_STANDS}
    """
    return index, where, (unit or service, form, *allowed)


def asked_for(questions: Sequence[str]) -> tuple[str, list[str]]:
    """A condition on a row of `answer`, with its values: that it is to one of these, () = any."""
    plain = [question for question in questions if "*" not in question]
    in_rows = [question for question in questions if "*" in question]
    tests = [f"a.question IN ({', '.join('?' * len(plain))})", *("a.question GLOB ?" for _ in in_rows)]
    return (" OR ".join(tests) if questions else "1 = 1"), [*plain, *in_rows]


def opens(source: Source) -> str:
    """The first instant of its first day as text: without its Z, so that a part of that second is not before it."""
    return opens_on(source.since)


def opens_on(day: date) -> str:
    """The first instant of a London day as text, as records are compared with it."""
    return write_instant(start_of_day(day)).removesuffix("Z")


def _closes(source: Source) -> str:
    """The first instant after its last day, as `opens` has the first."""
    return _LATEST if source.until is None else opens_on(source.until + ONE_DAY)


def _record(catalogue: Catalogue, row: sqlite3.Row, answers: Mapping[str, list[str | int]]) -> Record | None:
    form = catalogue.form(row["form_hash"])
    if form is None:
        return None
    return Record(
        id=row["record"],
        form=row["form"],
        definition=form.definition,
        service=row["service"],
        unit=row["unit"],
        person=row["person"],
        shift=row["shift"],
        happened_at=read_instant(row["happened_at"]).astimezone(UTC),
        recorded_at=row["recorded_at"],
        received_at=read_instant(row["received_at"]).astimezone(UTC),
        spawned_by=row["spawned_by"],
        reviewed=bool(row["reviewed"]),
        answers={key: tuple(values) for key, values in answers.items()},
    )
