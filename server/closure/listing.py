"""The list of closures: every action whose closing was proposed, with where it stands (domain/2 1.3, 11 and 12)."""

import sqlite3
from collections.abc import Sequence
from datetime import date

import msgspec

from server.closure import store
from server.closure.decisions import Decision
from server.closure.sustaining import SustainCheck, sustain_checks
from server.evidence.action_states import STATES
from server.evidence.action_store import read_actions
from server.evidence.actions import Action
from server.evidence.evidence_export import csv_lines
from server.evidence.people import Names
from server.identity.scope import Scope

_WAITS = {
    "proposed": "Waits for somebody to draw the sample",
    "testing": "Waits for the sample to be looked at",
    "sampled": "Waits for a signature, or a refusal",
}
_ORDER = ("testing", "proposed", "closed", "refused", "reopened", "building", "open")


class ClosureLine(msgspec.Struct, frozen=True, kw_only=True):
    """One action on the list. `running` is the round that runs, `last` the last decision, `waits` what comes next."""

    action: Action
    running: list[Decision]
    last: Decision
    proposed: Decision
    checks: list[SustainCheck]
    waits: str

    @property
    def state_words(self) -> str:
        """Its state."""
        return STATES[self.action.status]


def read_closures(connection: sqlite3.Connection, scope: Scope, today: date) -> list[ClosureLine]:
    """Every action in scope whose closing was ever proposed: those that wait for somebody first, by risk."""
    proposed = {row["action"] for row in connection.execute("SELECT DISTINCT action FROM closure_decision")}
    lines = [
        _line(action, store.decisions_on(connection, action.id), today)
        for action in read_actions(connection, scope)
        if action.id in proposed
    ]
    risks = ("high", "medium", "low")
    return sorted(
        lines,
        key=lambda line: (
            _ORDER.index(line.action.status),
            risks.index(line.action.fields.risk),
            line.action.service,
            line.action.number,
        ),
    )


def _line(action: Action, decisions: Sequence[Decision], today: date) -> ClosureLine:
    running = store.round_of(decisions, action.status)
    checks = sustain_checks(running)
    proposals = [one for one in decisions if one.step == "proposed"]
    return ClosureLine(
        action=action,
        running=running,
        last=decisions[-1],
        proposed=proposals[-1],
        checks=checks,
        waits=_waits(action.status, running, checks, today),
    )


def _waits(status: str, running: Sequence[Decision], checks: Sequence[SustainCheck], today: date) -> str:
    if any(one.slipped for one in checks):
        return "It did not hold: think about opening it again"
    undone = next((one for one in checks if one.done is None), None)
    if undone is not None:
        return f"Check {undone.number}: {undone.words(today)[:1].lower()}{undone.words(today)[1:]}"
    if status == "testing" and any(one.step == "sampled" for one in running):
        return _WAITS["sampled"]
    return _WAITS.get(status, "")


def as_csv(lines: Sequence[ClosureLine], names: Names, today: date) -> bytes:
    """The list as a spreadsheet: no words that somebody wrote."""
    head = (
        "action", "service", "risk", "state", "proposed on", "proposed by", "last step", "last step on",
        "last step by", "waits for", "first check", "second check",
    )  # fmt: skip
    rows = [
        (
            str(line.action.number),
            names.services.get(line.action.service, line.action.service),
            line.action.fields.risk,
            line.state_words,
            line.proposed.at,
            names.one_of_staff(line.proposed.who),
            line.last.words,
            line.last.at,
            names.one_of_staff(line.last.who),
            line.waits,
            *[f"{one.due.isoformat()}: {one.words(today)}" for one in line.checks],
            *[""] * (2 - len(line.checks)),
        )
        for line in lines
    ]
    return b"\xef\xbb\xbf" + csv_lines([list(head), *(list(row) for row in rows)])
