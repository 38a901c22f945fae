"""The recovery map: each priority risk, its action, what its evidence says and how fresh it is, who owns it, where it
is reviewed, where evidence is disconnected, what changed since the last review (S2's framework; domain/1 1.1.6).

All open actions are read, sorted and grouped; of those on the page alone the evidence is read, so many queries for each
service on it, however many actions and records there are.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import msgspec

from observation_forms import Catalogue
from server.charts.shown import SmallShown
from server.evidence import words
from server.evidence.action_evidence import have_evidence
from server.evidence.action_facts import Wanted, gather, since_change
from server.evidence.action_figures import Measured, TargetFigures, figures_of
from server.evidence.action_page import audit_forms, kinds_of_forms
from server.evidence.action_register import RISK_ORDER, fits, heading_place, headings_of
from server.evidence.action_states import STATES, shown
from server.evidence.action_store import read_actions
from server.evidence.action_triangulation import (
    Triangulated,
    is_whole,
    may_compare,
    read_compared,
    triangulated,
)
from server.evidence.actions import Action
from server.evidence.people import Names, read_names
from server.evidence.recovery_map_changes import Changes, changes_of, read_changes
from server.evidence.recovery_map_query import MapQuery
from server.evidence.times import day_in_london
from server.identity.scope import Scope
from server.triangulation.reading import read_seen
from server.triangulation.standing import Seen

ROWS = 20
CHARTED = Wanted(weeks=12, months=6, full=False)


class MapRow(msgspec.Struct, frozen=True, kw_only=True):
    """One action on the map."""

    action: Action
    state: str
    overdue: bool
    days_left: int
    told: Triangulated
    figures: list[TargetFigures]
    changes: Changes

    @property
    def state_words(self) -> str:
        """The state people see, in words."""
        return words.named(STATES, self.state)

    @property
    def measured(self) -> Measured | None:
        """What its small chart is of: the first measure that a target is held against, best one that can be counted."""
        judged = [one for target in self.figures for one in target.measures if one.judged]
        return next((one for one in judged if not one.waits), judged[0] if judged else None)

    @property
    def small(self) -> SmallShown | None:
        """The small chart."""
        return None if self.measured is None or self.measured.waits else self.measured.small


class MapGroup(msgspec.Struct, frozen=True):
    """Some rows under a heading, and how many stand under it on all pages."""

    title: str
    rows: list[MapRow]
    total: int


class RecoveryMap(msgspec.Struct, frozen=True, kw_only=True):
    """One page of the map. `actions` counts each action once, also one that stands in two groups."""

    asked: MapQuery
    groups: list[MapGroup]
    actions: int
    high: int
    page: int
    pages: int
    names: Names
    every: list[Action]
    whole: bool


def read_map(
    connection: sqlite3.Connection, scope: Scope, asked: MapQuery, catalogue: Catalogue, now: datetime
) -> RecoveryMap:
    """The page that is asked for, or the last one there is; the records counted are those of `scope`."""
    names, today = read_names(connection, scope), day_in_london(now)
    every = [action for action in read_actions(connection, scope) if action.status != "closed"]
    found = [action for action in every if fits(action, asked.limits, today)]
    places = _in_groups(found, asked.group, names)
    pages = max(1, -(-len(places) // ROWS))
    page = min(asked.page, pages)
    on_page = places[(page - 1) * ROWS : page * ROWS]
    shown_here = list({action.id: action for _, action in on_page}.values())
    rows = _read_rows(connection, scope, shown_here, asked.since, catalogue, names, now)
    return RecoveryMap(
        asked=asked,
        groups=[
            MapGroup(
                title,
                [rows[action.id] for heading, action in on_page if heading == title],
                sum(heading == title for heading, _ in places),
            )
            for title in dict.fromkeys(heading for heading, _ in on_page)
        ],
        actions=len(found),
        high=sum(action.fields.risk == "high" for action in found),
        page=page,
        pages=pages,
        names=names,
        every=every,
        whole=all(is_whole(scope, service) for service in scope.services),
    )


def _in_groups(actions: Sequence[Action], group: str, names: Names) -> list[tuple[str, Action]]:
    """Every action under each of its headings; under each the highest risk first, then by deadline."""
    place = heading_place()
    places = [(heading, action) for action in actions for heading in headings_of(action, group, names)]

    def key(pair: tuple[str, Action]) -> tuple[object, ...]:
        fields = pair[1].fields
        risk = RISK_ORDER.get(fields.risk, len(RISK_ORDER))
        return place(pair[0]), risk, fields.deadline, pair[1].service, pair[1].number

    return sorted(places, key=key)


def _read_rows(
    connection: sqlite3.Connection,
    scope: Scope,
    actions: Sequence[Action],
    since: date,
    catalogue: Catalogue,
    names: Names,
    now: datetime,
) -> dict[str, MapRow]:
    ids, today = [action.id for action in actions], day_in_london(now)
    from_days = {action.id: since_change(action)[0] for action in actions}
    seen = read_seen(
        connection, scope, kinds_of_forms(catalogue), {id: (from_days[id], since) for id in ids}, now
    )
    begun, edits = have_evidence(connection, ids), read_changes(connection, ids, since, names)
    told = _tell(connection, scope, actions, seen, catalogue, names, now)
    return {
        action.id: MapRow(
            action=action,
            state=shown(action.status, action.id in begun),
            overdue=action.overdue(today),
            days_left=action.days_left(today),
            told=told[action.id][0],
            figures=told[action.id][1],
            changes=changes_of(seen[action.id], edits[action.id], since),
        )
        for action in actions
    }


def _tell(
    connection: sqlite3.Connection,
    scope: Scope,
    actions: Sequence[Action],
    seen: Mapping[str, Sequence[Seen]],
    catalogue: Catalogue,
    names: Names,
    now: datetime,
) -> dict[str, tuple[Triangulated, list[TargetFigures]]]:
    """What the evidence of each comes to: what is needed for it is read once for each service."""
    audits = audit_forms(catalogue)
    comparing = {
        action.id: since_change(action)[0] for action in actions if may_compare(seen[action.id], audits)
    }
    compared = read_compared(connection, scope, audits, comparing)
    found = {}
    for service in dict.fromkeys(action.service for action in actions):
        here = [action for action in actions if action.service == service]
        gap_since = min((comparing[action.id] for action in here if compared.get(action.id)), default=None)
        gathered = gather(connection, scope, catalogue, service, here, now, CHARTED, compared_since=gap_since)
        for action in here:
            figures = figures_of(connection, scope, catalogue, action, gathered, names, CHARTED)
            counted = [one.figure for one in figures if one.figure]
            told = triangulated(
                action, seen[action.id], gathered, names, counted, compared.get(action.id, set())
            )
            found[action.id] = told, figures
    return found
