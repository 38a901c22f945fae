"""A manager's question to the author of a record: how it is asked, and what came back from the floor.

It goes to the author's tablets as something due (`server/due`), named "question/<id>". The answer is a record
like any other; it says which due item it was made for.
"""

import sqlite3
from datetime import datetime, timedelta

import msgspec

from observation_forms import Catalogue, Form
from server.dated_settings.store import own_value_at
from server.due import questions as due
from server.evidence.times import write_instant
from server.form_words import answer_words
from server.identity.organisation import new_id
from server.identity.scope import Scope

# What every form asks first says when and where, not what is answered
HEADER = frozenset({"shift", "backdated_reason"})


class Reply(msgspec.Struct, frozen=True):
    """A record made in answer: which, of which form, when, by whom, and what was written in it."""

    record: str
    title: str
    at: str
    who: str
    words: tuple[str, ...]


class Asked(msgspec.Struct, frozen=True):
    """A question and what came back, first answer first."""

    id: str
    act: int
    words: str
    at: str
    who: str
    asked_of: str
    due_at: str
    replies: tuple[Reply, ...]


def ask(connection: sqlite3.Connection, record: str, act: int, words: str, now: datetime) -> str:
    """Keep the question of an act and send it to the author's tablets, in the transaction of the act; its id."""
    row = connection.execute(
        "SELECT service, unit, person, author, code, title FROM record_version WHERE record = ? AND current = 1",
        (record,),
    ).fetchone()
    id = new_id()
    within = own_value_at(connection, row["service"], "question_within", write_instant(now))
    due_at = write_instant(now + timedelta(minutes=int(within)))
    connection.execute(
        "INSERT INTO review_question VALUES (?, ?, ?, ?, ?)", (id, act, record, row["author"], due_at)
    )
    due.ask(
        connection,
        id=id,
        record=record,
        author=row["author"],
        service=row["service"],
        unit=row["unit"],
        person=row["person"],
        title=row["title"],
        says=words,
        due_at=due_at,
        now=now,
    )
    return id


def read_questions(
    connection: sqlite3.Connection, catalogue: Catalogue, record: str, scope: Scope
) -> list[Asked]:
    """Every question about a record, the first asked first, with the answers that are in `scope`."""
    rows = connection.execute(
        """
        SELECT q.id, q.act, a.reason AS words, a.at, a.who, q.asked_of, q.due_at
        FROM review_question q JOIN review_act a ON a.id = q.act WHERE q.record = ? ORDER BY q.act
        """,
        (record,),
    ).fetchall()
    return [
        Asked(**dict(row), replies=_replies(connection, catalogue, row["id"], record, scope)) for row in rows
    ]


def _replies(
    connection: sqlite3.Connection, catalogue: Catalogue, question: str, record: str, scope: Scope
) -> tuple[Reply, ...]:
    """Of the record's own service, and nothing that few may see: a tablet may name any question."""
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT seq, record, title, form_hash, recorded_at, author FROM record_version v
        INDEXED BY current_by_cause
        WHERE spawned_by = ? AND current = 1 AND spawned_by <> '' AND withdrawn = 0 AND restricted = 0
            AND service = (SELECT service FROM record_version asked WHERE asked.record = ? AND asked.current = 1)
            AND {seen}
        ORDER BY recorded_at, seq
        """,  # noqa: S608
        (f"question/{question}", record, *allowed),
    ).fetchall()
    return tuple(
        Reply(
            row["record"],
            row["title"],
            row["recorded_at"],
            row["author"],
            _words(connection, row["seq"], catalogue.form(row["form_hash"])),
        )
        for row in rows
    )


def _words(connection: sqlite3.Connection, seq: int, form: Form | None) -> tuple[str, ...]:
    """What the author chose and wrote in answer, in the order of the form, without its header."""
    answers = dict(
        connection.execute(
            "SELECT question, value FROM answer WHERE seq = ? AND position = 0", (seq,)
        ).fetchall()
    )
    asked = form.definition.questions() if form else ()
    return tuple(
        answer_words(question, answers[question.id], {})
        for question in asked
        if question.kind in ("text", "choice") and question.id in answers and question.id not in HEADER
    )
