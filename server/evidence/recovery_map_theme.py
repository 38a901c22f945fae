"""One theme: what everything says that was recorded about its open actions, kind by kind and week by week.

Each service is told by itself, as it was kept or worked out now (`standing/of_themes.py`), and added up here.
"""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from observation_forms import Catalogue
from server.evidence import words
from server.evidence.action_store import read_actions
from server.evidence.action_triangulation import gap_words, is_whole
from server.evidence.actions import Action
from server.evidence.people import Names, read_names
from server.evidence.times import day_in_london
from server.identity.scope import Scope
from server.measures.reading import read_settings
from server.standing.of_service import ServiceKept, Told, together
from server.standing.of_themes import QUARTER, OfTheme, Sides, by_theme, themes_told
from server.standing.standing import AsOf, place_of
from server.triangulation.adding_up import stands_together, weeks_together
from server.triangulation.agreement import agreement_words
from server.triangulation.over_time import Week, by_week
from server.triangulation.standing import Asked, Standing


class ThemeTold(msgspec.Struct, frozen=True):
    """The kinds side by side, in words, with the gap between audits and people ("" = they cannot be compared)."""

    stands: list[Standing]
    agreement: str
    gap: str


class ThemePage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows. A record about several of the actions counts once, as the worst that it says. `older`:
    some of it is older than the evidence; `keep`: what is to be kept.
    """

    code: str
    name: str
    since: date
    told: ThemeTold
    weeks: list[Week]
    actions: list[Action]
    names: Names
    whole: bool
    older: AsOf | None
    keep: list[ServiceKept]


def read_theme(
    connection: sqlite3.Connection,
    scope: Scope,
    code: str,
    catalogue: Catalogue,
    now: datetime,
    *,
    anew: bool = False,
) -> ThemePage | None:
    """The last thirteen weeks of one theme; None for a theme that nobody knows. `anew`: of now, however long that
    takes.
    """
    if code not in words.themes():
        return None
    names, today = read_names(connection, scope), day_in_london(now)
    every = read_actions(connection, scope)
    actions = [action for action in every if action.status != "closed" and code in action.fields.themes]
    since = today - QUARTER
    told = _read_told(connection, scope, code, catalogue, every, now, anew)
    parts = [one.of[code] for one in told if code in one.of]
    settings = read_settings(connection, scope, catalogue)
    needed = {kind for action in actions for kind in action.fields.evidence_kinds}
    current = [settings.number(service, "evidence_current_days", now) for service in scope.services]
    asked = Asked(
        needed=tuple(kind for kind in words.EVIDENCE_KINDS if kind in needed),
        since=since,
        today=today,
        current_days=min(current, default=31),
    )
    stands = stands_together([part.stands for part in parts], asked)
    return ThemePage(
        code=code,
        name=words.named(words.themes(), code),
        since=since,
        told=ThemeTold(
            stands, agreement_words(stands), gap_words(sum((part.sides for part in parts), Sides()).gap)
        ),
        weeks=weeks_together([by_week((), since, today), *(part.weeks for part in parts)]),
        actions=sorted(
            actions, key=lambda one: (list(words.RISKS).index(one.fields.risk), one.fields.deadline)
        ),
        names=names,
        whole=all(is_whole(scope, service) for service in scope.services),
        older=together(one.older for one in told),
        keep=[kept for one in told for kept in one.keep],
    )


def _read_told(
    connection: sqlite3.Connection,
    scope: Scope,
    code: str,
    catalogue: Catalogue,
    every: Sequence[Action],
    now: datetime,
    anew: bool,
) -> list[Told[dict[str, OfTheme]]]:
    """Of each service that has an open action of the theme; where nothing is kept, of that theme alone."""
    found = []
    for service in scope.services:
        themes = by_theme([action for action in every if action.service == service])
        if code in themes:
            place = place_of(connection, scope, service)
            wanted = themes if place.kept else {code: themes[code]}
            found.append(themes_told(connection, place, scope, catalogue, wanted, now, anew=anew))
    return found
