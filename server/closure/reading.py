"""The facts of a closure test, from what is stored now. Jobs for `Database.read`, and for the write of a decision.

Decided: what the rules are told is the same for everybody, of the whole service and without the records that few may
see, as signals are: else two people would see two verdicts. Whoever may see those records decides by the test with them
as well (`deciding.py`), so that a concern about a manager does stop a closing; nothing of it is kept with the decision.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date, datetime

from observation_forms import Catalogue
from server.closure.counted import ByHand, by_place
from server.closure.decisions import Decision
from server.closure.facts import (
    Drawn,
    Facts,
    HeldTarget,
    Piece,
    Proposal,
    Sample,
    Signer,
)
from server.closure.reading_open import read_concerns, read_findings, read_signals, read_versions
from server.evidence.action_facts import Gathered, Wanted, gather
from server.evidence.action_figures import TargetFigures, figures_of
from server.evidence.action_triangulation import gap_of, read_compared
from server.evidence.actions import Action, Target
from server.evidence.form_kinds import audit_forms, kinds_of_forms
from server.evidence.people import possible_owners, read_names, units_of
from server.evidence.times import day_in_london, read_day, read_instant, write_instant
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY, london_day
from server.review.standing import COUNTS

# Charts are not asked for here, only the windows of the targets
_WINDOWS = Wanted(weeks=1, months=1, full=False)


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
    steps = {one.step: one for one in running}
    proposal, sample = _round(steps, here)
    return Facts(
        fields=action.fields,
        owner_here=action.fields.owner in here,
        today=today,
        changed_on=changed_on,
        targets=_targets(connection, action, scope, catalogue, gathered, steps),
        pieces=pieces,
        units=units if len(units) > 1 else (),
        gap=gap_of(gathered, changed_on + ONE_DAY, compared) if changed_on else None,
        gap_points=gathered.number("alignment_gap_points"),
        current_days=gathered.number("evidence_current_days"),
        open_days=gathered.number("closure_open_days"),
        concerns=read_concerns(
            connection, action, scope, catalogue, now, gathered.number("closure_open_days")
        ),
        signals=read_signals(connection, action, scope, catalogue, now),
        findings=read_findings(connection, action, scope, catalogue, now, pieces),
        proposal=proposal,
        sample=sample,
        signer=signer,
    )


def _round(by_step: Mapping[str, Decision], here: set[str]) -> tuple[Proposal | None, Sample | None]:
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
    connection: sqlite3.Connection,
    action: Action,
    scope: Scope,
    catalogue: Catalogue,
    gathered: Gathered,
    steps: Mapping[str, Decision],
) -> tuple[HeldTarget, ...]:
    names = read_names(connection, scope)
    figures = figures_of(connection, scope, catalogue, action, gathered, names, _WINDOWS)
    return tuple(
        HeldTarget(
            what=figure.what,
            ends=date.fromisoformat(target.end),
            figure=figure.figure,
            by_hand=None if figure.measures else _by_hand(place, target, gathered.minimum, steps),
            records=read_versions(connection, _counted(figure)),
        )
        for place, (target, figure) in enumerate(zip(action.fields.targets, figures, strict=True), 1)
    )


def _by_hand(place: int, target: Target, minimum: int, steps: Mapping[str, Decision]) -> ByHand:
    """A target that a person counts, with what was typed of it in the round that runs."""
    proposed, sampled = steps.get("proposed"), steps.get("sampled")
    recounts = sampled.said.recounts if sampled else ()
    return ByHand(
        target=target,
        minimum=minimum,
        counted=by_place(proposed.said.counts, place) if proposed else None,
        counted_by=proposed.who if proposed else "",
        counted_on=day_in_london(read_instant(proposed.at)) if proposed else None,
        recounted=next((one for one in recounts if one.target == place), None),
        recounted_by=sampled.who if sampled else "",
    )


def _counted(figure: TargetFigures) -> set[str]:
    """The records that a figure counts; a measure may count months or people, which are none."""
    counts = [measure.window.count for measure in figure.measures if measure.judged]
    return {id.partition("/")[0] for count in counts for id in (*count.met, *count.unmet)}
