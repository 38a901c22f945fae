"""The steps to a closed action and back, each one job for `Database.write` (domain/2 D2; domain/3 1.9).

Each reads the action, the round that runs and, where it matters, the facts of all ten rules again, in the transaction
in which it decides: what a page showed before counts for nothing. A step writes its decision first, then moves the
action; the database refuses the second without the first.

Decided: closing may be proposed while rules are broken, and is then tested and refused with its reasons in writing, as
in S0E3.4; what stops a closing is the last step, for which all ten must pass. Rejected: refusing the proposal itself,
for then nobody would ever read that it was tried (early warning W08).
"""

import sqlite3
from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import msgspec

from server.closure import store
from server.closure.asking import (
    LONGEST_NOTE,
    OVERTAKEN,
    Asked,
    NotDecided,
    begin,
    checks_fault,
    reason_fault,
    running_round,
    step_in,
    stop_at,
    stop_at_rules,
    stop_if_edited,
)
from server.closure.count_form import OWNER_COUNTS, faults_of_counts, faults_of_recounts
from server.closure.counted import HandCount, Recount
from server.closure.decisions import Decision, DrawnRecord, Frozen, Looked, Shown, Words
from server.closure.draw import draw
from server.closure.facts import Facts, Signer
from server.closure.no_repeat_finding import questions_of
from server.closure.note_is_specific import fault_of_note
from server.closure.reading import read_facts
from server.closure.sustaining import STILL, next_check, sustain_checks
from server.closure.ten_rules import broken, verdict, work_out
from server.dated_settings.signing import signs_closing
from server.evidence import action_store
from server.evidence.action_states import MANAGER, SAMPLER, SIGNER, STEPS, WRITERS
from server.evidence.actions import Action
from server.evidence.people import possible_owners
from server.evidence.times import day_in_london, write_instant
from server.identity.scope import Scope, of_services
from server.measures.reading import read_settings


def propose(
    connection: sqlite3.Connection,
    asked: Asked,
    *,
    note: str,
    reason: str,
    checker: str,
    answered: str,
    counts: Sequence[HandCount] = (),
) -> Decision:
    """The registered manager recommends closing it, says what changed, and types what a person counted. Raises
    `NotDecided`.
    """
    action = begin(connection, asked, MANAGER, {"building"})
    before = store.further_checks(store.decisions_on(connection, action.id), action.status)
    here = {one.id for one in possible_owners(connection, action.service, _today(asked))}
    faults = {
        "note": f"Rule 8: {fault}" if (fault := fault_of_note(note, action.fields.changed_what)) else "",
        "reason": reason_fault(reason),
        "checker": "" if checker in here else "Rule 10: name who sees after it is closed whether it holds.",
        "answered": reason_fault(answered) if before else "",
        **faults_of_counts(counts, action.fields),
    }
    if len(note) > LONGEST_NOTE:
        faults["note"] = f"Make this shorter: {LONGEST_NOTE} characters are kept."
    stop_at(faults)
    id = str(uuid4())
    said = Words(note=note, checker=checker, answered=answered if before else "", counts=tuple(counts))
    made = _decision(asked, action, "proposed", id, reason, said, moves=True, id=id)
    facts = read_facts(connection, action, _everybody(action), asked.catalogue, asked.now, [made])
    return _take(connection, action, msgspec.structs.replace(made, frozen=_frozen(facts)), "propose")


def draw_sample(connection: sqlite3.Connection, asked: Asked, *, seed: str) -> Decision:
    """The quality lead draws, by chance, from the evidence after the change. Raises `NotDecided`."""
    action = begin(connection, asked, SAMPLER, {"proposed"})
    running = running_round(connection, action)
    facts = read_facts(connection, action, _everybody(action), asked.catalogue, asked.now, running)
    if running[0].who == asked.actor.staff:
        raise NotDecided({"draw": "Rule 9: whoever proposes closing it may not draw the sample."})
    stop_if_edited(action, running)
    if running[0].said.counts and asked.actor.staff == action.fields.owner:
        raise NotDecided({"draw": OWNER_COUNTS})
    if not facts.since:
        raise NotDecided(
            {"draw": "Rule 3: there is no evidence from after the change to draw from. Refuse it."}
        )
    versions = {one.record: one.version for one in facts.since}
    size = _number(connection, asked, action, "closure_sample_size")
    said = Words(
        seed=seed,
        size=size,
        from_records=tuple(sorted(versions)),
        drawn=tuple(DrawnRecord(record=one, version=versions[one]) for one in draw(versions, seed, size)),
    )
    made = _decision(
        asked, action, "drawn", running[0].id, "The sample was drawn by chance.", said, moves=True
    )
    return _take(connection, action, made, "test")


def look_at_sample(
    connection: sqlite3.Connection,
    asked: Asked,
    *,
    looked: Sequence[Looked],
    reason: str,
    recounts: Sequence[Recount] = (),
) -> Decision:
    """Whoever drew the sample says of each record whether tracker, record and audit agree, and counts again what a
    person had counted. Raises `NotDecided`.
    """
    action = begin(connection, asked, SAMPLER, {"testing"})
    running = running_round(connection, action)
    drawn = step_in(running, "drawn")
    if step_in(running, "sampled") is not None or drawn is None:
        raise NotDecided({"step": OVERTAKEN}, overtaken=True)
    if drawn.who != asked.actor.staff:
        raise NotDecided({"step": "Rule 9: whoever drew the sample looks at it."})
    if sorted(one.record for one in looked) != sorted(one.record for one in drawn.said.drawn):
        raise NotDecided({"step": "Say of each record of the sample whether it agrees."})
    faults = {f"seen_{place}": reason_fault(one.seen) for place, one in enumerate(looked, 1)}
    faults |= faults_of_recounts(recounts, running[0].said.counts, action.fields)
    stop_at(faults | {"reason": reason_fault(reason)})
    said = Words(looked=tuple(looked), recounts=tuple(recounts))
    made = _decision(asked, action, "sampled", running[0].id, reason, said, moves=False)
    store.keep(connection, made)
    return made


def close(connection: sqlite3.Connection, asked: Asked, *, reason: str) -> Decision:
    """A third person signs, and the action is closed: only when all ten rules pass now. Raises `NotDecided`, naming
    every rule that does not.
    """
    actor = asked.actor
    action = begin(connection, asked, WRITERS, {"testing"})
    running = running_round(connection, action)
    deputy = store.is_deputy(connection, action.service, actor.staff, day_in_london(asked.now))
    signs = signs_closing(connection, action.service, action.fields.risk, actor.roles, deputy, asked.now)
    signer = Signer(who=actor.staff, may_sign=signs, may_sign_high=signs)
    if step_in(running, "sampled") is None:
        raise NotDecided({"outcome": "Rule 9: nobody has looked at the sample yet."})
    stop_if_edited(action, running)
    facts = read_facts(connection, action, _everybody(action), asked.catalogue, asked.now, running, signer)
    outcomes = work_out(facts)
    stop_at_rules(outcomes)
    if any(part.restricted for part in actor.scope.within([action.service]).parts):
        more = read_facts(connection, action, actor.scope, asked.catalogue, asked.now, running, signer)
        stop_at_rules(work_out(more))
    stop_at({"reason": reason_fault(reason)})
    days = [
        _number(connection, asked, action, f"closure_{which}_check_days") for which in ("first", "second")
    ]
    first, second = (day_in_london(asked.now) + timedelta(days=number) for number in sorted(days))
    said = Words(
        first_check=first.isoformat(),
        second_check=second.isoformat(),
        risk=action.fields.risk,
        changed_on=action.fields.changed_on,
        unit=action.fields.unit,
        questions=tuple(questions_of(facts)),
    )
    made = _decision(asked, action, "closed", running[0].id, reason, said, moves=True)
    return _take(connection, action, msgspec.structs.replace(made, frozen=_frozen(facts)), "close")


def refuse(
    connection: sqlite3.Connection, asked: Asked, *, reason: str, further_checks: Sequence[str]
) -> Decision:
    """Closing is refused: why, and what must be checked further, which stands on the action. Raises `NotDecided`."""
    action = begin(connection, asked, WRITERS, {"proposed", "testing"})
    running = running_round(connection, action)
    deputy = store.is_deputy(connection, action.service, asked.actor.staff, day_in_london(asked.now))
    if not deputy and (SIGNER | SAMPLER).isdisjoint(asked.actor.roles):
        raise NotDecided({"outcome": "This role does not decide about closing."})
    if running[0].who == asked.actor.staff:
        raise NotDecided(
            {"outcome": "Rule 9: whoever proposed it withdraws the proposal, and does not decide."}
        )
    stop_at({"reason": reason_fault(reason), "further_checks": checks_fault(further_checks)})
    facts = read_facts(connection, action, _everybody(action), asked.catalogue, asked.now, running)
    said = Words(further_checks=tuple(further_checks))
    made = _decision(asked, action, "refused", running[0].id, reason, said, moves=True)
    return _take(connection, action, msgspec.structs.replace(made, frozen=_frozen(facts)), "refuse")


def check_again(connection: sqlite3.Connection, asked: Asked, *, held: bool, reason: str) -> Decision:
    """Whether a closed action still holds, when the check is due. Raises `NotDecided`: nobody says that it holds while
    the evidence is old, speaks against it, or the same was found again.
    """
    action = begin(connection, asked, WRITERS, {"closed"})
    running = running_round(connection, action)
    check = next_check(sustain_checks(running), day_in_london(asked.now))
    if check is None:
        raise NotDecided({"held": "No check is due."})
    facts = read_facts(connection, action, _everybody(action), asked.catalogue, asked.now, running)
    against = [one for one in broken(work_out(facts)) if one.code in STILL]
    faults = {"reason": reason_fault(reason)}
    if held and against:
        said = " ".join(f"Rule {one.rule}: {one.reason}" for one in against)
        faults["held"] = f"It cannot be said that it holds. {said}"
    stop_at(faults)
    words = Words(check=check.number, held=held)
    made = _decision(asked, action, "checked", running[0].id, reason, words, moves=False)
    made = msgspec.structs.replace(made, frozen=_frozen(facts))
    store.keep(connection, made)
    return made


def reopen(connection: sqlite3.Connection, asked: Asked, *, reason: str) -> Decision:
    """A closed action is opened again. Raises `NotDecided`."""
    action = begin(connection, asked, SIGNER | SAMPLER, {"closed"})
    stop_at({"reason": reason_fault(reason)})
    running = running_round(connection, action)
    made = _decision(asked, action, "reopened", running[0].id, reason, Words(), moves=True)
    return _take(connection, action, made, "reopen")


def _decision(
    asked: Asked,
    action: Action,
    step: str,
    proposal: str,
    reason: str,
    said: Words,
    *,
    moves: bool,
    id: str = "",
) -> Decision:
    return Decision(
        id=id or str(uuid4()),
        action=action.id,
        service=action.service,
        version=action.version + (1 if moves else 0),
        step=step,
        proposal=proposal,
        who=asked.actor.staff,
        at=write_instant(asked.now),
        reason=reason,
        said=said,
        frozen=Frozen(),
    )


def _take(connection: sqlite3.Connection, action: Action, made: Decision, step: str) -> Decision:
    store.keep(connection, made)
    reason = made.said.note or made.reason
    action_store.take_decision(connection, action, STEPS[step], reason, made.who, made.at)
    return made


def _frozen(facts: Facts) -> Frozen:
    outcomes = work_out(facts)
    return Frozen(
        outcomes=tuple(outcomes),
        evidence=tuple(
            Shown(
                record=one.record,
                version=one.version,
                kind=one.kind,
                bearing=one.bearing,
                day=one.day.isoformat(),
            )
            for one in facts.since
        ),
        verdict=verdict(outcomes, facts),
    )


def _everybody(action: Action) -> Scope:
    return of_services([action.service])


def _number(connection: sqlite3.Connection, asked: Asked, action: Action, name: str) -> int:
    settings = read_settings(connection, _everybody(action), asked.catalogue)
    return settings.number(action.service, name, asked.now)


def _today(asked: Asked) -> str:
    return day_in_london(asked.now).isoformat()
