"""What is open on the theme of an action, and what samples found: the facts of rules 6 and 7.

Jobs for `Database.read`, and for the write of a decision.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from observation_forms import Catalogue
from server.closure.asked_words import question_words
from server.closure.facts import Finding, Piece, Record, Warned
from server.concerns.schema import FORM as CONCERN
from server.dated_settings.setting import LONGEST_COUNT
from server.evidence.actions import Action
from server.evidence.times import day_in_london, day_words, read_day
from server.identity.scope import Scope
from server.measures.periods import london_day
from server.measures.reading_records import Record as Read
from server.measures.reading_records import Source, read_records
from server.measures.reading_shifts import recording_answers
from server.signals.listing import Line, read_list
from server.signals.reading_floor import audits
from server.signals.signs import SIGNS

_EVER = date(2000, 1, 1)
# Told of the proposal itself: it would never let one close
_ABOUT_THE_PROPOSAL = ("W08",)


def read_versions(connection: sqlite3.Connection, records: Iterable[str]) -> tuple[Record, ...]:
    """These records with the version of each that stands; what is no record is left out."""
    rows = connection.execute(
        """
        SELECT v.record, v.version FROM json_each(?) asked
        CROSS JOIN record_version v ON v.record = asked.value AND v.current = 1 ORDER BY v.record
        """,
        (json.dumps(sorted(set(records))),),
    )
    return tuple((row["record"], row["version"]) for row in rows)


def read_concerns(
    connection: sqlite3.Connection,
    action: Action,
    scope: Scope,
    catalogue: Catalogue,
    now: datetime,
    days: int,
) -> tuple[Warned, ...]:
    """Immediate concerns (F12) on a theme of the action, or bearing on it, that are open or of the last days."""
    source = Source(connection, scope, catalogue, _EVER, now)
    answered = {row["record"] for row in connection.execute("SELECT record FROM concern_acknowledged")}
    bears = {
        row["record"]
        for row in connection.execute("SELECT record FROM bearing WHERE action = ?", (action.id,))
    }
    oldest = day_in_london(now) - timedelta(days=days)
    found = []
    for record in read_records(source, [CONCERN], ["what"]):
        day = london_day(record.happened_at)
        if record.id in answered and day < oldest:
            continue
        if record.id in bears or _on_theme(record, action):
            waits = "" if record.id in answered else " that nobody has acknowledged"
            words = f"An immediate concern of {day_words(day)}{waits}"
            found.append(Warned(words=words, records=read_versions(connection, [record.id])))
    return tuple(found)


def _on_theme(record: Read, action: Action) -> bool:
    if action.fields.unit and record.unit and record.unit != action.fields.unit:
        return False
    code = record.text("what")
    for _, question in record.asked():
        option = question.by_code.get(code)
        if option is not None:
            return bool(set(option.themes) & set(action.fields.themes))
    # A kind of concern that the form does not know is no reason to overlook it
    return True


def read_signals(
    connection: sqlite3.Connection, action: Action, scope: Scope, catalogue: Catalogue, now: datetime
) -> tuple[Warned, ...]:
    """Early-warning signals on a theme of the action, or about it, that nobody has answered."""
    lines = read_list(connection, scope, catalogue, now).lines
    return tuple(
        Warned(words=f"The warning “{SIGNS[line.signal.code].name}” waits for an answer")
        for line in lines
        if line.state != "answered" and _stops(line, action)
    )


def _stops(line: Line, action: Action) -> bool:
    signal, sign = line.signal, SIGNS[line.signal.code]
    if signal.code in _ABOUT_THE_PROPOSAL:
        return False
    if sign.about == "action" or sign.fired_by == "action":
        return signal.about == action.id
    if action.fields.unit and signal.units and not {"", action.fields.unit} & set(signal.units):
        return False
    return bool(set(sign.themes) & set(action.fields.themes))


def read_findings(
    connection: sqlite3.Connection,
    action: Action,
    scope: Scope,
    catalogue: Catalogue,
    now: datetime,
    pieces: Iterable[Piece],
) -> tuple[Finding, ...]:
    """Each question that a sample or a live check found not met, from a year before the change on."""
    changed_on = read_day(action.fields.changed_on)
    if changed_on is None:
        return ()
    source = Source(connection, scope, catalogue, changed_on - timedelta(days=LONGEST_COUNT), now)
    linked = {one.record for one in pieces}
    found: dict[tuple[str, str], tuple[str, datetime]] = {}
    for sheet in audits(source):
        found |= {(question, sheet.id): (sheet.unit, sheet.happened_at) for question in sheet.not_met}
    for answer in recording_answers(source):
        if answer.answer == "not_met":
            found[answer.question, answer.record] = answer.unit, answer.happened_at
    versions: Mapping[str, int] = dict(read_versions(connection, {record for _, record in found}))
    asked = question_words(catalogue, {question for question, _ in found})
    return tuple(
        Finding(
            question=question,
            words=asked.get(question, ""),
            unit=unit,
            day=london_day(at),
            record=record,
            version=versions.get(record, 0),
            linked=record in linked,
        )
        for (question, record), (unit, at) in sorted(found.items())
        if not action.fields.unit or unit in ("", action.fields.unit)
    )
