"""What is said about the open actions of each theme in a service, the last thirteen weeks of it, kept."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from fractions import Fraction

import msgspec

from observation_forms import Catalogue
from server.evidence.action_triangulation import compared_facts, read_compared
from server.evidence.actions import Action
from server.evidence.form_kinds import audit_forms, kinds_of_forms
from server.evidence.times import day_in_london, start_of_day
from server.identity.scope import Scope
from server.measures.lived_experience import audits_met, said_met
from server.measures.periods import ONE_DAY, window
from server.measures.reading import read_facts, read_settings
from server.standing.lasting import next_record
from server.standing.of_service import Told, actions_mark, told
from server.standing.standing import Place
from server.triangulation.over_time import Week, by_week
from server.triangulation.reading import read_seen_by_hour
from server.triangulation.standing import Asked, Standing, stand

# Thirteen weeks: a quarter, as boards look at it (domain/2, cadences)
QUARTER = timedelta(weeks=13)


class Sides(msgspec.Struct, frozen=True):
    """What audits found met of what they scored, and what people said was met of what they could say (M12-gap)."""

    met: int = 0
    scored: int = 0
    said_met: int = 0
    said: int = 0

    def __add__(self, other: "Sides") -> "Sides":
        return Sides(
            self.met + other.met,
            self.scored + other.scored,
            self.said_met + other.said_met,
            self.said + other.said,
        )

    @property
    def gap(self) -> Fraction | None:
        """How much better audits say it is, in points; None while one of the two says nothing."""
        if not self.scored or not self.said:
            return None
        return Fraction(100 * self.met, self.scored) - Fraction(100 * self.said_met, self.said)


class OfTheme(msgspec.Struct, frozen=True):
    """What is said in one service about the open actions of one theme."""

    stands: list[Standing]
    weeks: list[Week]
    sides: Sides


def themes_told(
    connection: sqlite3.Connection,
    place: Place,
    scope: Scope,
    catalogue: Catalogue,
    actions: Mapping[str, Sequence[str]],
    now: datetime,
    *,
    anew: bool = False,
) -> Told[dict[str, OfTheme]]:
    """By theme. `actions`: by theme the ids of the service's open actions; of all themes, where it is kept."""
    here = scope.within([place.service])
    return told(
        connection,
        place,
        "themes",
        dict[str, OfTheme],
        actions_mark(connection, place.service),
        lambda: (
            themes_of(connection, here, catalogue, actions, now),
            _holds_until(connection, actions, now),
        ),
        now,
        anew=anew,
    )


def by_theme(actions: Sequence[Action]) -> dict[str, list[str]]:
    """The ids of those that are not closed, by each of their themes."""
    found: dict[str, list[str]] = {}
    for action in actions:
        if action.status != "closed":
            for theme in action.fields.themes:
                found.setdefault(theme, []).append(action.id)
    return found


def themes_of(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    actions: Mapping[str, Sequence[str]],
    now: datetime,
) -> dict[str, OfTheme]:
    """The same worked out, of all services in `scope` together. A record about several of the actions counts once, as
    the worst that it says.
    """
    today = day_in_london(now)
    since, kinds, audits = today - QUARTER, kinds_of_forms(catalogue), audit_forms(catalogue)
    asked = Asked(needed=(), since=since, today=today)
    found: dict[str, OfTheme] = {}
    # An action may be of several themes
    every = {id: since for ids in actions.values() for id in ids}
    bearing = read_compared(connection, scope, audits, every)
    compared = {theme: set().union(*(bearing[id] for id in ids)) for theme, ids in actions.items()}
    for theme, ids in actions.items():
        seen = read_seen_by_hour(connection, scope, kinds, ids, now, since)
        found[theme] = OfTheme(stand(seen, asked), by_week(seen, since, today), Sides())
    if not any(compared.values()):
        return found
    period = window(since, today)
    facts = read_facts(connection, scope, catalogue, ("experience", "audit_sheets"), [period], now)
    settings = read_settings(connection, scope, catalogue)
    for theme, records in compared.items():
        of_theme = compared_facts(facts, records)
        audited, said = audits_met(of_theme, period), said_met(of_theme, period, settings)
        sides = Sides(audited.numerator, audited.denominator, said.numerator, said.denominator)
        found[theme] = msgspec.structs.replace(found[theme], sides=sides)
    return found


def _holds_until(
    connection: sqlite3.Connection, actions: Mapping[str, Sequence[str]], now: datetime
) -> datetime:
    ids = {id for of_theme in actions.values() for id in of_theme}
    midnight = start_of_day(day_in_london(now) + ONE_DAY)
    return min([midnight, *(next_record(connection, id, now) for id in ids)])
