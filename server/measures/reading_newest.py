"""The newest answers of a time, found by the database. Jobs for `Database.read`."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import msgspec

from observation_forms import Catalogue, Question
from server.evidence.times import read_instant
from server.measures.reading_records import COUNTS_IN_FORM, Source, asked_for, opens, question_at, standing_in


class Newest(msgspec.Struct, frozen=True, kw_only=True):
    """An answer to a question, when it was given last in a unit, and in which record."""

    record: str
    form: str
    question: Question
    key: str
    value: str
    service: str
    unit: str
    happened_at: datetime
    received_at: datetime


def read_newest(
    source: Source, forms: Sequence[str], questions: Sequence[str], values: Collection[str]
) -> list[Newest]:
    """For the days that `source` looks back: of each unit, key and version of a form the newest answer with each of
    these values. The database finds them, so that a year of answers need not be read.
    """
    found: list[Newest] = []
    for form in forms:
        for service, unit, piece in source.scope.branches():
            index, where, place = standing_in(piece, form, service, unit)
            only, asked = asked_for(questions)
            rows = source.connection.execute(
                f"""
                SELECT v.record, v.form, v.form_hash, v.service, v.unit, v.received_at, a.question, a.value,
                    max(v.happened_at) AS happened_at
                FROM record_version v INDEXED BY {index} CROSS JOIN answer a ON a.seq = v.seq AND ({only})
                    AND a.value IN ({", ".join("?" * len(values))})
                WHERE {where} AND {COUNTS_IN_FORM} GROUP BY v.form_hash, v.unit, a.question, a.value
                """,  # noqa: S608
                (*asked, *values, *place[:2], opens(source), opens(source.told_of), *place[2:]),
            )
            found += [one for row in rows if (one := _newest(source.catalogue, row)) is not None]
    return found


def _newest(catalogue: Catalogue, row: sqlite3.Row) -> Newest | None:
    form = catalogue.form(row["form_hash"])
    question = question_at(form.definition, row["question"]) if form else None
    if question is None:
        return None
    return Newest(
        record=row["record"],
        form=row["form"],
        question=question,
        key=row["question"],
        value=str(row["value"]),
        service=row["service"],
        unit=row["unit"],
        happened_at=read_instant(row["happened_at"]).astimezone(UTC),
        received_at=read_instant(row["received_at"]).astimezone(UTC),
    )
