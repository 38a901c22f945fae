"""Keeping which signals were shown and what was answered. Jobs for `Database.write` and `Database.read`."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

import server.signals.schema  # noqa: F401 the tables
from server.evidence.times import read_instant, write_instant
from server.identity import audit
from server.signals.signal import Covered, Signal

ANSWERS: Mapping[str, str] = {
    "created": "An action was made",
    "changed": "An action was changed",
    "accepted": "Accepted, with a reason",
}


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody answered to a signal, and the ids that it answers for. `action` is "" when it was accepted."""

    fired_by: tuple[str, ...]
    answer: str
    action: str
    reason: str
    who: str
    at: str


class Shown(msgspec.Struct, frozen=True):
    """A signal as it was first shown, when, and its answer if it has one."""

    signal: Signal
    shown_at: str
    answer: Answer | None


class AlreadyAnswered(Exception):
    """Somebody answered the signal before."""


def note_shown(connection: sqlite3.Connection, signals: Iterable[Signal], now: datetime) -> None:
    """Keep those that were not kept before."""
    connection.executemany(
        "INSERT OR IGNORE INTO signal_shown VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                signal.id,
                signal.code,
                signal.service,
                signal.about,
                _list(signal.units),
                signal.person,
                _list(signal.fired_by),
                write_instant(signal.fired_at),
                signal.says,
                write_instant(now),
            )
            for signal in signals
        ],
    )


def write_answer(connection: sqlite3.Connection, signal: Signal, answer: Answer, now: datetime) -> None:
    """Keep an answer for good, with a line in the audit trail. The same one again is kept once.

    Raises `AlreadyAnswered`.
    """
    note_shown(connection, [signal], now)
    known = connection.execute("SELECT * FROM signal_answer WHERE signal = ?", (signal.id,)).fetchone()
    if known is not None:
        if (known["answer"], known["action"] or "", known["reason"], known["who"]) != (
            answer.answer,
            answer.action,
            answer.reason,
            answer.who,
        ):
            raise AlreadyAnswered(signal.id)
        return
    connection.execute(
        "INSERT INTO signal_answer VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            signal.id,
            _list(answer.fired_by),
            answer.answer,
            answer.action or None,
            answer.reason,
            answer.who,
            answer.at,
        ),
    )
    details = f"{signal.code}: {ANSWERS[answer.answer].lower()}{f' {answer.action}' if answer.action else ''}"
    audit.note(
        connection,
        "signal_answered",
        now,
        who=answer.who,
        about=signal.id,
        details=details,
        service=signal.service,
    )


def read_shown(connection: sqlite3.Connection, services: Sequence[str]) -> list[Shown]:
    """Every signal of these services that was ever shown, the newest first."""
    rows = connection.execute(
        f"""
        SELECT s.*, a.fired_by AS answered_for, a.answer, a.action, a.reason, a.who, a.at AS answered_at
        FROM signal_shown s LEFT JOIN signal_answer a ON a.signal = s.signal
        WHERE s.service IN ({", ".join("?" * len(services))}) ORDER BY s.fired_at DESC, s.signal DESC
        """,  # noqa: S608
        tuple(services),
    )
    return [_shown(row) for row in rows]


def service_of(connection: sqlite3.Connection, id: str) -> str:
    """The service of a signal that was shown, "" for any other."""
    row = connection.execute("SELECT service FROM signal_shown WHERE signal = ?", (id,)).fetchone()
    return str(row["service"]) if row else ""


def covered_by(shown: Iterable[Shown]) -> Covered:
    """What was answered for, by what it is about."""
    found: dict[tuple[str, str, str], frozenset[str]] = {}
    for one in shown:
        if one.answer is not None:
            place = one.signal.place
            found[place] = found.get(place, frozenset()) | frozenset(one.answer.fired_by)
    return found


def _shown(row: sqlite3.Row) -> Shown:
    signal = Signal(
        code=row["code"],
        service=row["service"],
        about=row["about"],
        units=_tuple(row["units"]),
        person=row["person"],
        fired_by=_tuple(row["fired_by"]),
        fired_at=read_instant(row["fired_at"]),
        until=None,
        says=row["says"],
    )
    answer = None
    if row["answer"]:
        answer = Answer(
            fired_by=_tuple(row["answered_for"]),
            answer=row["answer"],
            action=row["action"] or "",
            reason=row["reason"],
            who=row["who"],
            at=row["answered_at"],
        )
    return Shown(signal, row["at"], answer)


def _list(ids: Sequence[str]) -> str:
    return msgspec.json.encode(ids).decode()


def _tuple(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])
