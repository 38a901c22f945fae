"""What the page of a closure test shows: the ten rules with what stands behind them, the road so far, the next step.

A job for `Database.read`. Whoever sees a part of the records is shown what the rules say of that part.
"""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from observation_forms import Catalogue
from server.closure import store
from server.closure.counted import window_words
from server.closure.decisions import Decision
from server.closure.facts import Facts, Outcome
from server.closure.links import RecordLink, destroyed_among, in_order, links_to
from server.closure.reading import read_facts
from server.closure.sustaining import STILL, SustainCheck, next_check, sustain_checks
from server.closure.ten_rules import BY_CODE, verdict, work_out
from server.dated_settings.signing import signs_closing
from server.evidence import words
from server.evidence.action_evidence import have_evidence
from server.evidence.action_states import MANAGER, MEANINGS, SAMPLER, SIGNER, STATES, shown
from server.evidence.action_store import find
from server.evidence.action_triangulation import is_whole
from server.evidence.actions import Action, target_words
from server.evidence.people import Colleague, Names, possible_owners, read_names
from server.evidence.times import day_in_london
from server.identity.permissions import Role
from server.identity.scope import Scope, of_services

MOST_RECORDS = 8


class RuleLine(msgspec.Struct, frozen=True, kw_only=True):
    """One rule in words. `more`: how many further records stand behind it, those out of reach among them."""

    number: int
    name: str
    source: str
    state: str
    reason: str
    records: list[RecordLink]
    more: int


class CountLine(msgspec.Struct, frozen=True, kw_only=True):
    """A target that a person counts: its place, what, how much, its window, whether a count of it was typed."""

    place: int
    what: str
    target: str
    window: str
    counted: bool


class ClosurePage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows. `may` has the steps that the viewer may take now; `today` the London day; `gone` the
    records behind its decisions that were destroyed since.

    `lines` are what the rules say today, or of a closed action what they said when it was closed; then `still` has
    those that must still be so.
    """

    action: Action
    names: Names
    state: str
    state_words: str
    meaning: str
    whole: bool
    verdict: str
    lines: list[RuleLine]
    still: list[RuleLine]
    decisions: list[Decision]
    gone: dict[str, str]
    drawn: list[RecordLink]
    looked: bool
    by_hand: list[CountLine]
    checks: list[SustainCheck]
    further: tuple[str, ...]
    may: frozenset[str]
    checkers: list[Colleague]
    today: date

    @property
    def slipped(self) -> bool:
        """Whether a check found that it does not hold."""
        return self.state == "closed" and any(one.slipped for one in self.checks)

    @property
    def counts_shown(self) -> bool:
        """Whether counts by hand are shown: not before whoever samples has counted for themselves."""
        return self.looked or self.state not in ("proposed", "testing")


class Looker(msgspec.Struct, frozen=True):
    """Who looks: their roles in the whole service of the action, and the scope of the records they may see."""

    staff: str
    roles: frozenset[Role]
    scope: Scope


def read_closure(
    connection: sqlite3.Connection,
    id: str,
    actions: Scope,
    looker: Looker,
    catalogue: Catalogue,
    now: datetime,
) -> ClosurePage | None:
    """The page; None when `actions` does not show the action."""
    action = find(connection, id, actions)
    if action is None:
        return None
    whole, today = is_whole(looker.scope, action.service), day_in_london(now)
    scope = of_services([action.service]) if whole else looker.scope
    every = store.decisions_on(connection, action.id)
    running = store.round_of(every, action.status)
    facts = read_facts(connection, action, scope, catalogue, now, running)
    outcomes = work_out(facts)
    closed = next((one for one in running if one.step == "closed"), None)
    told = list(closed.frozen.outcomes) if closed is not None and whole else outcomes
    checks = sustain_checks(running)
    state = shown(action.status, bool(have_evidence(connection, [action.id])))
    drawn = next((one.said.drawn for one in running if one.step == "drawn"), ())
    links = links_to(connection, looker.scope, [record for one in told for record in one.records])
    still = [one for one in outcomes if closed is not None and one.code in STILL]
    return ClosurePage(
        action=action,
        names=read_names(connection, actions.within([action.service])),
        state=state,
        state_words=words.named(STATES, state),
        meaning=words.named(MEANINGS, state),
        whole=whole,
        verdict=_verdict(facts, outcomes, closed),
        lines=[_line(one, links) for one in told],
        still=[_line(one, links) for one in still],
        decisions=every,
        gone=destroyed_among(
            connection, looker.scope, {each.record for one in every for each in one.frozen.evidence}
        ),
        drawn=in_order(
            drawn, links_to(connection, looker.scope, [(one.record, one.version) for one in drawn])
        ),
        looked=any(one.step == "sampled" for one in running),
        by_hand=_by_hand(facts),
        checks=checks,
        further=store.further_checks(every, action.status),
        may=_may(connection, action, state, running, checks, looker, now),
        checkers=possible_owners(connection, action.service, today.isoformat()),
        today=today,
    )


def _by_hand(facts: Facts) -> list[CountLine]:
    return [
        CountLine(
            place=place,
            what=one.what,
            target=target_words(one.by_hand.target),
            window=window_words(one.by_hand.target),
            counted=one.by_hand.counted is not None,
        )
        for place, one in enumerate(facts.targets, 1)
        if one.by_hand is not None
    ]


def _verdict(facts: Facts, outcomes: Sequence[Outcome], closed: Decision | None) -> str:
    return closed.frozen.verdict if closed is not None else verdict(outcomes, facts)


def _may(
    connection: sqlite3.Connection,
    action: Action,
    state: str,
    running: Sequence[Decision],
    checks: Sequence[SustainCheck],
    looker: Looker,
    now: datetime,
) -> frozenset[str]:
    """The steps that are open to whoever looks; whether the rules let it be closed, the step itself finds out."""
    by_step, today = {one.step: one.who for one in running}, day_in_london(now)
    roles, me = looker.roles, looker.staff
    deputy = store.is_deputy(connection, action.service, me, today)
    signs = signs_closing(connection, action.service, action.fields.risk, roles, deputy, now)
    decides = deputy or bool(roles & (SIGNER | SAMPLER))
    mine = by_step.get("proposed") == me
    looks = state == "testing" and "sampled" not in by_step and by_step.get("drawn") == me
    open_to = {
        "propose": state == "building" and bool(roles & MANAGER),
        "draw": state == "proposed" and bool(running) and bool(roles & SAMPLER) and not mine,
        "look": looks,
        "close": state == "testing" and "sampled" in by_step and signs and me not in by_step.values(),
        "refuse": state in ("proposed", "testing") and bool(running) and decides and not mine and not looks,
        "check": state == "closed" and bool(roles) and next_check(checks, today) is not None,
        "reopen": state == "closed" and bool(running) and bool(roles & (SIGNER | SAMPLER)),
    }
    return frozenset(step for step, is_open in open_to.items() if is_open)


def _line(outcome: Outcome, links: dict[str, RecordLink]) -> RuleLine:
    rule = BY_CODE[outcome.code]
    near = [links[record] for record, _ in outcome.records if record in links][:MOST_RECORDS]
    return RuleLine(
        number=rule.number,
        name=rule.name,
        source=rule.source,
        state=outcome.state,
        reason=outcome.reason,
        records=near,
        more=len(outcome.records) - len(near),
    )
