"""One theme: what everything says that was recorded about its open actions, kind by kind and week by week."""

import sqlite3
from datetime import date, datetime, timedelta

import msgspec

from observation_forms import Catalogue
from server.evidence import words
from server.evidence.action_store import read_actions
from server.evidence.action_triangulation import gap_words, is_whole, may_compare, read_compared
from server.evidence.actions import Action
from server.evidence.form_kinds import audit_forms, kinds_of_forms
from server.evidence.people import Names, read_names
from server.evidence.times import day_in_london
from server.identity.scope import Scope
from server.measures.periods import window
from server.measures.reading import read_facts, read_settings
from server.measures.series import count
from server.triangulation.agreement import agreement_words
from server.triangulation.over_time import Week, by_week
from server.triangulation.reading import read_seen_by_hour
from server.triangulation.standing import Asked, Standing, stand

# Thirteen weeks: a quarter, as boards look at it (domain/2, cadences)
QUARTER = timedelta(weeks=13)
_GAP = "M12-gap"


class ThemeTold(msgspec.Struct, frozen=True):
    """The kinds side by side, in words, with the gap between audits and people ("" = they cannot be compared)."""

    stands: list[Standing]
    agreement: str
    gap: str


class ThemePage(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the page shows. A record about several of the actions counts once, as the worst that it says."""

    code: str
    name: str
    since: date
    told: ThemeTold
    weeks: list[Week]
    actions: list[Action]
    names: Names
    whole: bool


def read_theme(
    connection: sqlite3.Connection, scope: Scope, code: str, catalogue: Catalogue, now: datetime
) -> ThemePage | None:
    """The last thirteen weeks of one theme; None for a theme that nobody knows."""
    if code not in words.themes():
        return None
    names, today = read_names(connection, scope), day_in_london(now)
    actions = [
        action
        for action in read_actions(connection, scope)
        if action.status != "closed" and code in action.fields.themes
    ]
    since = today - QUARTER
    seen = read_seen_by_hour(
        connection, scope, kinds_of_forms(catalogue), [one.id for one in actions], now, since
    )
    settings = read_settings(connection, scope, catalogue)
    needed = {kind for action in actions for kind in action.fields.evidence_kinds}
    current = [settings.number(service, "evidence_current_days", now) for service in scope.services]
    asked = Asked(
        needed=tuple(kind for kind in words.EVIDENCE_KINDS if kind in needed),
        since=since,
        today=today,
        current_days=min(current, default=31),
    )
    stands = stand(seen, asked)
    gap = ""
    audits = audit_forms(catalogue)
    if may_compare(seen, audits):
        compared = read_compared(connection, scope, audits, {one.id: since for one in actions})
        gap = _gap(connection, scope, catalogue, set().union(*compared.values()), since, now)
    return ThemePage(
        code=code,
        name=words.named(words.themes(), code),
        since=since,
        told=ThemeTold(stands, agreement_words(stands), gap),
        weeks=by_week(seen, since, today),
        actions=sorted(
            actions, key=lambda one: (list(words.RISKS).index(one.fields.risk), one.fields.deadline)
        ),
        names=names,
        whole=all(is_whole(scope, service) for service in scope.services),
    )


def _gap(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    records: set[str],
    since: date,
    now: datetime,
) -> str:
    period = window(since, day_in_london(now))
    read = read_facts(connection, scope, catalogue, ("experience", "audit_sheets"), [period], now)
    facts = msgspec.structs.replace(
        read,
        experience=tuple(one for one in read.experience if one.record in records),
        audit_sheets=tuple(one for one in read.audit_sheets if one.record in records),
    )
    return gap_words(count(_GAP, facts, period, read_settings(connection, scope, catalogue)).value)
