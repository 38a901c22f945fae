"""Working out what actions come to, from their records: for the recovery map, and for an action's own page.

Jobs for `Database.read`. Nothing here knows of what is kept: it is what keeping must equal.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.evidence.action_evidence import Standing, read_standing
from server.evidence.action_facts import Gathered, Wanted, gather, since_change
from server.evidence.action_figures import TargetFigures, figures_of, without_ids
from server.evidence.action_triangulation import Triangulated, may_compare, read_compared, triangulated
from server.evidence.actions import Action
from server.evidence.counted_records import Behind, behind
from server.evidence.form_kinds import audit_forms, kinds_of_forms
from server.evidence.people import Names
from server.evidence.recovery_map_changes import read_new
from server.evidence.recovery_map_query import usual_since
from server.identity.scope import Scope
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
) -> tuple[dict[str, OnMap], Gathered]:
    """By the id of each of these actions, all of one service, its row; and what it was worked out from, read once."""
    from_days = {action.id: (since_change(action)[0],) for action in actions}
    seen = read_seen(connection, scope, kinds_of_forms(catalogue), from_days, now)
    audits = audit_forms(catalogue)
    comparing = {
        action.id: since_change(action)[0] for action in actions if may_compare(seen[action.id], audits)
    }
    compared = read_compared(connection, scope, audits, comparing)
    gap_since = min((day for id, day in comparing.items() if compared[id]), default=None)
    gathered = gather(connection, scope, catalogue, service, actions, now, ON_MAP, compared_since=gap_since)
    usual = usual_since(gathered.today)
    new = read_new(connection, scope, [action.id for action in actions], usual, now)
    found = {}
    for action in actions:
        figures = figures_of(connection, scope, catalogue, action, gathered, names, ON_MAP)
        told = _told(action, seen[action.id], gathered, names, figures, compared)
        found[action.id] = OnMap(told=told, figures=without_ids(figures), new=new[action.id])
    return found, gathered


def for_page(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    action: Action,
    names: Names,
    now: datetime,
) -> tuple[OnPage, Gathered]:
    """The page of one action; and what it was worked out from."""
    since, changed = since_change(action)
    kind_of_form, audits = kinds_of_forms(catalogue), audit_forms(catalogue)
    seen = read_seen_by_hour(connection, scope, kind_of_form, [action.id], now)
    comparing = {action.id: since} if may_compare(seen, audits) else {}
    compared = read_compared(connection, scope, audits, comparing)
    gathered = gather(
        connection,
        scope,
        catalogue,
        action.service,
        [action],
        now,
        ON_PAGE,
        compared_since=since if compared.get(action.id) else None,
    )
    figures = figures_of(connection, scope, catalogue, action, gathered, names, ON_PAGE)
    measures = [measure for one in figures for measure in one.measures]
    form_names = {form.definition.form: form.definition.title for form in catalogue.forms()}
    lists = behind(connection, scope, names, form_names, [measure.window.count for measure in measures])
    page = OnPage(
        told=_told(action, seen, gathered, names, figures, compared),
        figures=without_ids(figures),
        behind={measure.chart.subject.id: found for measure, found in zip(measures, lists, strict=True)},
        weeks=by_week(seen, min(since, gathered.today), gathered.today, since if changed else None),
        standing=read_standing(
            connection, action.id, action.fields.evidence_kinds, kind_of_form, names, scope
        ),
    )
    return page, gathered


def _told(
    action: Action,
    seen: Sequence[Seen],
    gathered: Gathered,
    names: Names,
    figures: Sequence[TargetFigures],
    compared: Mapping[str, set[str]],
) -> Triangulated:
    counted = [one.figure for one in figures if one.figure]
    return triangulated(action, seen, gathered, names, counted, compared.get(action.id, set()))
