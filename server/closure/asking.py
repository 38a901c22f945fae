"""What every step towards closing begins with: who asks, how the action stands, and what stops the step.

Jobs for `Database.write`; a step that is stopped raises `NotDecided`, and nothing of it is kept.
"""

import sqlite3
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.closure import store
from server.closure.decisions import Decision
from server.closure.facts import Outcome
from server.closure.ten_rules import may_close
from server.evidence import action_store
from server.evidence.action_evidence import have_evidence
from server.evidence.action_states import shown
from server.evidence.actions import Action
from server.identity.permissions import Role
from server.identity.scope import Scope

SHORTEST_REASON, LONGEST_REASON, LONGEST_NOTE = 10, 1000, 2000
MOST_CHECKS = 10
OVERTAKEN = "Somebody took a step or changed the action meanwhile. Look at it again, then decide."


class Actor(msgspec.Struct, frozen=True):
    """Who decides: their roles in the whole service, and the scope of the records that they may see."""

    staff: str
    roles: frozenset[Role]
    scope: Scope


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """Which action, the version that the page showed, by whom, when."""

    action: str
    version: int
    actor: Actor
    catalogue: Catalogue
    now: datetime


class NotDecided(Exception):
    """Nothing was decided. `faults` say by field what to put right; `outcomes` are the rules when they stopped it."""

    def __init__(
        self, faults: Mapping[str, str], outcomes: Sequence[Outcome] = (), *, overtaken: bool = False
    ) -> None:
        self.faults = dict(faults)
        self.outcomes = list(outcomes)
        self.overtaken = overtaken
        super().__init__("; ".join(self.faults.values()))


def begin(
    connection: sqlite3.Connection, asked: Asked, by: Collection[Role], states: Collection[str]
) -> Action:
    """The action as it stands. Raises `NotDecided` when it moved on, is in another state, or the role may not."""
    action = action_store.read_one(connection, asked.action)
    if action.version != asked.version:
        raise NotDecided({"step": OVERTAKEN}, overtaken=True)
    if not set(by) & asked.actor.roles:
        raise NotDecided({"step": "This role does not take this step."})
    if shown(action.status, bool(have_evidence(connection, [action.id]))) not in states:
        raise NotDecided({"step": "This cannot be done now: look at where the action stands."})
    return action


def running_round(connection: sqlite3.Connection, action: Action) -> list[Decision]:
    """The decisions of the round that runs, the proposal first. Raises `NotDecided` where there is none."""
    running = store.round_of(store.decisions_on(connection, action.id), action.status)
    if not running:
        raise NotDecided({"step": "Nobody proposed closing it, so there is nothing to decide."})
    return running


def step_in(running: Sequence[Decision], step: str) -> Decision | None:
    """The one decision of a round that is this step."""
    return next((one for one in running if one.step == step), None)


def stop_if_edited(action: Action, running: Sequence[Decision]) -> None:
    """Raises `NotDecided` when somebody changed the plan since closing was proposed."""
    last = max(one.version for one in running)
    if action.version != last:
        raise NotDecided(
            {
                "outcome": "Rule 1: the plan was changed after closing was proposed. Refuse it, and propose it again."
            }
        )


def stop_at(faults: Mapping[str, str]) -> None:
    """Raises `NotDecided` when some field has a fault."""
    found = {field: words for field, words in faults.items() if words}
    if found:
        raise NotDecided(found)


def stop_at_rules(outcomes: Sequence[Outcome]) -> None:
    """Raises `NotDecided`, naming every rule that does not pass."""
    if not may_close(outcomes):
        missing = [one for one in outcomes if one.state != "pass"]
        said = " ".join(f"Rule {one.rule}: {one.reason}" for one in missing)
        raise NotDecided({"outcome": f"It cannot be closed. {said}"}, outcomes)


def reason_fault(text: str) -> str:
    """What is wrong with a reason, "" for nothing."""
    if not SHORTEST_REASON <= len(text) <= LONGEST_REASON:
        return f"Write why, in {SHORTEST_REASON} to {LONGEST_REASON} letters: it stays for good."
    return ""


def checks_fault(checks: Sequence[str]) -> str:
    """What is wrong with a list of further checks, "" for nothing."""
    if not checks:
        return "Write what must be checked further, one check to a line."
    if len(checks) > MOST_CHECKS or any(not SHORTEST_REASON <= len(one) <= LONGEST_REASON for one in checks):
        return f"Write up to {MOST_CHECKS} checks, one to a line, of {SHORTEST_REASON} letters or more each."
    return ""
