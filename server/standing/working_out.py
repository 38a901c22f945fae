"""Working out what actions come to, from their records: for the recovery map, and for an action's own page.

Jobs for `Database.read`. Without `parts` all of it is read again: that is what keeping must equal. With them, what
records of most days came to is taken as it was kept.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from fractions import Fraction

import msgspec

from observation_forms import Catalogue
from server.evidence.action_evidence import Group, Standing, read_groups, standing_of
from server.evidence.action_facts import Gathered, Wanted, gather, since_change
from server.evidence.action_figures import TargetFigures, figures_of, without_ids
from server.evidence.action_triangulation import (
    Triangulated,
    gap_of,
    may_compare,
    read_compared,
    triangulated,
)
from server.evidence.actions import Action
from server.evidence.counted_records import Behind, behind
from server.evidence.form_kinds import audit_forms, kinds_of_forms
from server.evidence.people import Names
from server.evidence.recovery_map_changes import read_new
from server.evidence.recovery_map_query import usual_since
from server.identity.scope import Scope
from server.standing.parts import Parts
from server.standing.points import KeptPoints
from server.standing.said import read_gaps, read_said
from server.triangulation.over_time import Week, by_week
from server.triangulation.reading import read_seen, read_seen_by_hour
from server.triangulation.standing import Seen

ON_MAP = Wanted(weeks=12, months=6, full=False)
ON_PAGE = Wanted(weeks=26, months=12)


class OnMap(msgspec.Struct, frozen=True, kw_only=True):
    """What a row of the map says of the evidence. `new`: how many records say what, of those since the usual day."""

    told: Triangulated
    figures: list[TargetFigures]
    new: dict[str, int]


class OnPage(msgspec.Struct, frozen=True, kw_only=True):
    """What the page of an action says of the evidence. `behind` is by the id of each chart."""

    told: Triangulated
    figures: list[TargetFigures]
    behind: dict[str, list[Behind]]
    weeks: list[Week]
    standing: Standing


def for_map(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    service: str,
    actions: Sequence[Action],
    names: Names,
    now: datetime,
    parts: Parts | None = None,
) -> tuple[dict[str, OnMap], Gathered]:
    """By the id of each of these actions, all of one service, its row; and what it was worked out from, read once."""
    kind_of_form = kinds_of_forms(catalogue)
    since = {action.id: since_change(action)[0] for action in actions}
    if parts is None:
        seen = read_seen(connection, scope, kind_of_form, {id: (day,) for id, day in since.items()}, now)
    else:
        seen = {id: one.seen(kind_of_form) for id, one in read_said(parts, since, now).items()}
    gathered, gaps = _gathered(connection, scope, catalogue, service, actions, now, ON_MAP, seen, parts)
    usual = usual_since(gathered.today)
    new = read_new(connection, scope, [action.id for action in actions], usual, now)
    found = {}
    for action in actions:
        figures = figures_of(connection, scope, catalogue, action, gathered, names, ON_MAP)
        told = _told(action, seen[action.id], gathered, names, figures, gaps[action.id])
        found[action.id] = OnMap(told=told, figures=without_ids(figures), new=new[action.id])
    return found, gathered


def for_page(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    action: Action,
    names: Names,
    now: datetime,
    parts: Parts | None = None,
) -> tuple[OnPage, Gathered]:
    """The page of one action; and what it was worked out from."""
    since, changed = since_change(action)
    kind_of_form = kinds_of_forms(catalogue)
    if parts is None:
        seen = read_seen_by_hour(connection, scope, kind_of_form, [action.id], now)
        groups: Sequence[Group] = read_groups(connection, [action.id], scope)[action.id]
    else:
        said = read_said(parts, {action.id: since}, now)[action.id]
        seen, groups = said.seen(kind_of_form), said.groups
    gathered, gaps = _gathered(
        connection, scope, catalogue, action.service, [action], now, ON_PAGE, {action.id: seen}, parts
    )
    figures = figures_of(connection, scope, catalogue, action, gathered, names, ON_PAGE)
    measures = [measure for one in figures for measure in one.measures]
    form_names = {form.definition.form: form.definition.title for form in catalogue.forms()}
    lists = behind(connection, scope, names, form_names, [measure.window.count for measure in measures])
    page = OnPage(
        told=_told(action, seen, gathered, names, figures, gaps[action.id]),
        figures=without_ids(figures),
        behind={measure.chart.subject.id: found for measure, found in zip(measures, lists, strict=True)},
        weeks=by_week(seen, min(since, gathered.today), gathered.today, since if changed else None),
        standing=standing_of(groups, action.fields.evidence_kinds, kind_of_form, names),
    )
    return page, gathered


def _gathered(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    service: str,
    actions: Sequence[Action],
    now: datetime,
    wanted: Wanted,
    seen: Mapping[str, Sequence[Seen]],
    parts: Parts | None,
) -> tuple[Gathered, dict[str, Fraction | None]]:
    """What figures are worked out from, and by action by how much audits and people differ since its change."""
    audits = audit_forms(catalogue)
    comparing = {
        action.id: since_change(action)[0] for action in actions if may_compare(seen[action.id], audits)
    }
    gaps: dict[str, Fraction | None] = dict.fromkeys(seen)
    if parts is None:
        compared = read_compared(connection, scope, audits, comparing)
        gap_since = min((day for id, day in comparing.items() if compared[id]), default=None)
        gathered = gather(
            connection, scope, catalogue, service, actions, now, wanted, compared_since=gap_since
        )
        return gathered, gaps | {id: gap_of(gathered, day, compared[id]) for id, day in comparing.items()}
    points = KeptPoints(parts, catalogue, now)
    gathered = gather(connection, scope, catalogue, service, actions, now, wanted, points=points)
    return gathered, gaps | read_gaps(parts, catalogue, audits, comparing, gathered.settings, now)


def _told(
    action: Action,
    seen: Sequence[Seen],
    gathered: Gathered,
    names: Names,
    figures: Sequence[TargetFigures],
    gap: Fraction | None,
) -> Triangulated:
    counted = [one.figure for one in figures if one.figure]
    return triangulated(action, seen, gathered, names, counted, gap)
