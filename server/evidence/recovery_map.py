"""The recovery map: each priority risk, its action, what its evidence says and how fresh it is, who owns it, where it
is reviewed, where evidence is disconnected, what changed since the last review (S2's framework; domain/1 1.1.6).

All open actions are read, sorted and grouped; of those on the page alone it is told what the evidence comes to, as it
was kept or worked out now (`standing/`).
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.charts.shown import SmallShown
from server.evidence import words
from server.evidence.action_evidence import have_evidence
from server.evidence.action_figures import Measured, TargetFigures
from server.evidence.action_register import RISK_ORDER, fits, heading_place, headings_of
from server.evidence.action_states import STATES, shown
from server.evidence.action_store import read_actions
from server.evidence.action_triangulation import Triangulated, is_whole
from server.evidence.actions import Action
from server.evidence.people import Names, read_names
from server.evidence.recovery_map_changes import Changes, changes_of, read_changes, read_new
from server.evidence.recovery_map_query import MapQuery, usual_since
from server.evidence.times import day_in_london
from server.identity.scope import Scope
from server.standing.kept import Kept
from server.standing.standing import AsOf, Rows, read_rows

ROWS = 20


class MapRow(msgspec.Struct, frozen=True, kw_only=True):
    """One action on the map. `older`: what it says of the evidence is older than it."""

    action: Action
    state: str
    overdue: bool
    days_left: int
    told: Triangulated
    figures: list[TargetFigures]
    changes: Changes
    older: AsOf | None = None

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
    """One page of the map. `actions` counts each action once, also one that stands in two groups. `keep`: what was
    worked out for it and is to be kept.
    """

    asked: MapQuery
    groups: list[MapGroup]
    actions: int
    high: int
    page: int
    pages: int
    names: Names
    every: list[Action]
    whole: bool
    keep: list[Kept]

    @property
    def older(self) -> bool:
        """Whether anything on the page is older than the evidence."""
        return any(row.older for group in self.groups for row in group.rows)


def read_map(
    connection: sqlite3.Connection,
    scope: Scope,
    asked: MapQuery,
    catalogue: Catalogue,
    now: datetime,
    *,
    anew: bool = False,
) -> RecoveryMap:
    """The page that is asked for, or the last one there is; the records counted are those of `scope`. `anew`: all of it
    of now, however long that takes.
    """
    names, today = read_names(connection, scope), day_in_london(now)
    every = [action for action in read_actions(connection, scope) if action.status != "closed"]
    found = [action for action in every if fits(action, asked.limits, today)]
    places = _in_groups(found, asked.group, names)
    pages = max(1, -(-len(places) // ROWS))
    page = min(asked.page, pages)
    on_page = places[(page - 1) * ROWS : page * ROWS]
    shown_here = list({action.id: action for _, action in on_page}.values())
    told = read_rows(connection, scope, catalogue, shown_here, names, now, anew=anew)
    rows = _read_rows(connection, scope, shown_here, told, asked, names, now)
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
        keep=told.keep,
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
    told: Rows,
    asked: MapQuery,
    names: Names,
    now: datetime,
) -> dict[str, MapRow]:
    ids, today = [action.id for action in actions], day_in_london(now)
    begun, edits = have_evidence(connection, ids), read_changes(connection, ids, asked.since, names)
    new = {id: one.new for id, one in told.of.items()}
    if asked.since != usual_since(today):
        new = read_new(connection, scope, ids, asked.since, now)
    return {
        action.id: MapRow(
            action=action,
            state=shown(action.status, action.id in begun),
            overdue=action.overdue(today),
            days_left=action.days_left(today),
            told=told.of[action.id].told,
            figures=told.of[action.id].figures,
            changes=changes_of(new[action.id], edits[action.id]),
            older=told.older.get(action.id),
        )
        for action in actions
    }
