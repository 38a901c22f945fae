"""The facts of a closure test, from what is stored now. Jobs for `Database.read`, and for the write of a decision.

Decided: what the rules are told is the same for everybody, of the whole service and without the records that few may
see, as signals are: else two people would see two verdicts. Whoever may see those records decides by the test with them
as well (`deciding.py`), so that a concern about a manager does stop a closing; nothing of it is kept with the decision.
"""

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta

from observation_forms import Catalogue
from server.closure.asked_words import question_words
from server.closure.decisions import Decision
from server.closure.facts import (
    Drawn,
    Facts,
    Finding,
    HeldTarget,
    Piece,
    Proposal,
    Record,
    Sample,
    Signer,
    Warned,
)
from server.concerns.schema import FORM as CONCERN
from server.dated_settings.known import LONGEST_COUNT
from server.evidence.action_facts import Gathered, Wanted, gather
from server.evidence.action_figures import TargetFigures, figures_of
from server.evidence.action_triangulation import gap_of, read_compared
from server.evidence.actions import Action
from server.evidence.form_kinds import audit_forms, kinds_of_forms
from server.evidence.people import possible_owners, read_names, units_of
from server.evidence.times import day_in_london, day_words, read_day, read_instant, write_instant
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY, london_day
from server.measures.reading_records import Record as Read
from server.measures.reading_records import Source, read_records
from server.measures.reading_shifts import recording_answers
from server.review.standing import COUNTS
from server.signals.listing import Line, read_list
from server.signals.reading_floor import audits
from server.signals.signs import SIGNS

# Charts are not asked for here, only the windows of the targets
_WINDOWS = Wanted(weeks=1, months=1, full=False)
_EVER = date(2000, 1, 1)
# Told of the proposal itself: it would never let one close
_ABOUT_THE_PROPOSAL = ("W08",)


def read_facts(
    connection: sqlite3.Connection,
    action: Action,
    scope: Scope,
    catalogue: Catalogue,
    now: datetime,
    running: Iterable[Decision] = (),
    signer: Signer | None = None,
) -> Facts:
    """What the rules are told of an action. `running` are the decisions of the round that runs; `scope` is that of the
    records. All of it from one picture of the database.
    """
    scope, today = scope.within([action.service]), day_in_london(now)
    changed_on = read_day(action.fields.changed_on)
    compared = _compared(connection, action, scope, catalogue, changed_on)
    gathered = gather(
        connection,
        scope,
        catalogue,
        action.service,
        [action],
        now,
        _WINDOWS,
        compared_since=changed_on if compared else None,
    )
    pieces = _pieces(connection, action, scope, catalogue, now)
    here = {one.id for one in possible_owners(connection, action.service, today.isoformat())}
    units = () if action.fields.unit else tuple(units_of(connection, action.service))
    proposal, sample = _round(list(running), here)
    return Facts(
        fields=action.fields,
        owner_here=action.fields.owner in here,
        today=today,
        changed_on=changed_on,
        targets=_targets(connection, action, scope, catalogue, gathered),
        pieces=pieces,
        units=units if len(units) > 1 else (),
        gap=gap_of(gathered, changed_on + ONE_DAY, compared) if changed_on else None,
        gap_points=gathered.number("alignment_gap_points"),
        current_days=gathered.number("evidence_current_days"),
        open_days=gathered.number("closure_open_days"),
        concerns=_concerns(connection, action, scope, catalogue, now, gathered.number("closure_open_days")),
        signals=_signals(connection, action, scope, catalogue, now),
        findings=_findings(connection, action, scope, catalogue, now, pieces),
        proposal=proposal,
        sample=sample,
        signer=signer,
    )


def _round(running: list[Decision], here: set[str]) -> tuple[Proposal | None, Sample | None]:
    by_step = {one.step: one for one in running}
    proposed, drawn, sampled = (by_step.get(step) for step in ("proposed", "drawn", "sampled"))
    if proposed is None:
        return None, None
    said = proposed.said
    proposal = Proposal(
        who=proposed.who, note=said.note, checker=said.checker, checker_here=said.checker in here
    )
    if drawn is None:
        return proposal, None
    agrees = {one.record: one.agrees for one in (sampled.said.looked if sampled else ())}
    found = tuple(
        Drawn(record=one.record, version=one.version, agrees=agrees.get(one.record))
        for one in drawn.said.drawn
    )
    return proposal, Sample(who=drawn.who, drawn=found)


def _pieces(
    connection: sqlite3.Connection, action: Action, scope: Scope, catalogue: Catalogue, now: datetime
) -> tuple[Piece, ...]:
    """Every record of the action's service that bears on it, as it stands; what was set aside counts for nothing."""
    kinds = kinds_of_forms(catalogue)
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT b.record, v.version, v.form, b.bearing, v.author, v.unit, v.shift, b.happened_at
        FROM action a CROSS JOIN bearing b INDEXED BY bearing_by_action ON b.action = a.id AND b.happened_at < ?
        CROSS JOIN record_version v ON v.seq = b.seq AND v.service = a.service
        WHERE a.id = ? AND {COUNTS} AND {seen} ORDER BY b.happened_at, b.record
        """,  # noqa: S608
        (write_instant(now + ONE_DAY), action.id, *allowed),
    )
    return tuple(
        Piece(
            record=row["record"],
            version=row["version"],
            kind=kinds.get(row["form"], "observation"),
            bearing=row["bearing"],
            author=row["author"],
            day=london_day(read_instant(row["happened_at"])),
            unit=row["unit"],
            shift=row["shift"],
        )
        for row in rows
    )


def _compared(
    connection: sqlite3.Connection,
    action: Action,
    scope: Scope,
    catalogue: Catalogue,
    changed_on: date | None,
) -> set[str]:
    if changed_on is None:
        return set()
    since = {action.id: changed_on + ONE_DAY}
    return read_compared(connection, scope, audit_forms(catalogue), since)[action.id]


def _targets(
    connection: sqlite3.Connection, action: Action, scope: Scope, catalogue: Catalogue, gathered: Gathered
) -> tuple[HeldTarget, ...]:
    names = read_names(connection, scope)
    figures = figures_of(connection, scope, catalogue, action, gathered, names, _WINDOWS)
    return tuple(
        HeldTarget(
            what=figure.what,
            ends=date.fromisoformat(target.end),
            figure=figure.figure,
            records=read_versions(connection, _counted(figure)),
        )
        for target, figure in zip(action.fields.targets, figures, strict=True)
    )


def _counted(figure: TargetFigures) -> set[str]:
    """The records that a figure counts; a measure may count months or people, which are none."""
    counts = [measure.window.count for measure in figure.measures if measure.judged]
    return {id.partition("/")[0] for count in counts for id in (*count.met, *count.unmet)}


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


def _concerns(
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


def _signals(
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


def _findings(
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
