"""A page of a log, its files, and what the index says of every log. Jobs for `Database.read`."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.coverage.reading import read_units
from server.evidence.people import Names
from server.evidence.times import write_instant
from server.identity.scope import Scope
from server.measures.in_force import InForce
from server.measures.periods import Period, london_day, week_of
from server.named_logs import gaps
from server.named_logs.family import read_owed
from server.named_logs.family_words import read_owed_lines
from server.named_logs.line import Line
from server.named_logs.named_log import NamedLog
from server.named_logs.outline import Place, chosen, newest_at, read_places
from server.named_logs.procedures import template_lines, timescale_lines
from server.named_logs.telling import read_lines
from server.named_logs.wanted import Wanted


class Reader(msgspec.Struct, frozen=True):
    """What every reading of a log needs: the database, as far as which scope, the forms, the settings, what is now."""

    connection: sqlite3.Connection
    scope: Scope
    catalogue: Catalogue
    settings: InForce
    now: datetime

    def outline(self, log: NamedLog, wanted: Wanted) -> list[Place]:
        """Every entry of the filter, what happened last first; () for a log that is not of records."""
        if log.how not in ("records", "family"):
            return []
        return chosen(self._all(log, wanted.service, wanted.days), wanted)

    def lines(self, log: NamedLog, wanted: Wanted, places: Sequence[Place], names: Names) -> list[Line]:
        """These entries in words, in their order; of a log that is not of records, all of them."""
        if log.how == "family":
            return read_owed_lines(self.connection, self.scope, self.catalogue, places, names, self.now)
        if log.how == "templates":
            return template_lines(self.connection, self.catalogue, wanted.service, names)
        if log.how == "timescales":
            return timescale_lines(
                self.connection, self.catalogue, wanted.service, names, write_instant(self.now)
            )
        return read_lines(self.connection, self.scope, self.catalogue, log, places, names)

    def missing_this_week(self, log: NamedLog, service: str) -> int | None:
        """How many entries are missing since Monday; None for a log in which nothing can be told to be."""
        if (not log.expected and log.how != "family") or not gaps.are_told(self.scope):
            return None
        return sum(place.lacks for place in self._all(log, service, week_of(london_day(self.now))))

    def newest(self, log: NamedLog, service: str) -> str:
        """When its last entry happened, "" when there is none."""
        return newest_at(self.connection, self.scope, log, service)

    def _all(self, log: NamedLog, service: str, days: Period) -> list[Place]:
        if log.how == "family":
            return read_owed(
                self.connection, self.scope, self.catalogue, log, service, days, self.settings, self.now
            )
        places = read_places(self.connection, self.scope, log, service, days)
        asked = gaps.Asked(
            connection=self.connection,
            scope=self.scope,
            settings=self.settings,
            service=service,
            units=list(read_units(self.connection, self.scope.within([service]))),
            days=days,
            now=self.now,
        )
        return places + gaps.missing(asked, log, places)
