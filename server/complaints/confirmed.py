"""What the floor and the samples say of complaints: care plans that were looked at (F7-CP), practice that was (F1)."""

import sqlite3
from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from observation_forms import Catalogue
from server.desk_records.store import DeskRecord
from server.evidence.times import read_day
from server.identity.scope import Scope
from server.measures.facts import PlanCheck, PracticeSeen
from server.measures.reading_practice import practice
from server.measures.reading_records import Source
from server.measures.reading_samples import plan_checks


class Confirmed(msgspec.Struct, frozen=True):
    """The samples and observations that name one complaint, the first first."""

    plans: tuple[PlanCheck, ...] = ()
    seen: tuple[PracticeSeen, ...] = ()

    @property
    def updated_on(self) -> date | None:
        """The first day on which a plan was changed, as the samples say."""
        return min(
            (check.updated_on for check in self.plans if check.updated == "yes" and check.updated_on),
            default=None,
        )

    @property
    def used(self) -> int:
        """In how many observations the updated guidance was used."""
        return sum(one.updated_guidance == "met" for one in self.seen)


def read_confirmed(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    complaints: Iterable[DeskRecord],
    scope: Scope,
    now: datetime,
    *,
    observed: bool = True,
) -> dict[str, Confirmed]:
    """By the id of each of these complaints, what in the scope is about it; without observations, which are many,
    unless they are asked for.
    """
    days = {one.id: read_day(one.now("received_on")) for one in complaints}
    since = min((day for day in days.values() if day), default=None)
    if since is None or not scope.parts:
        return {id: Confirmed() for id in days}
    source = Source(connection, scope, catalogue, since, now)
    plans, seen = plan_checks(source), practice(source) if observed else ()
    return {
        id: Confirmed(
            tuple(
                sorted(
                    (one for one in plans if one.complaint == id), key=lambda one: (one.happened_at, one.id)
                )
            ),
            tuple(
                sorted(
                    (one for one in seen if one.complaint == id), key=lambda one: (one.happened_at, one.id)
                )
            ),
        )
        for id in days
    }
