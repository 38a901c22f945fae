"""The coverage of a service in its usual days, kept."""

import sqlite3
from datetime import datetime

from observation_forms import Catalogue
from server.coverage.coverage import Coverage, read_coverage
from server.coverage.seen import SHIFTS, begins
from server.coverage.wanted import Wanted
from server.evidence.times import day_in_london, start_of_day
from server.identity.scope import Scope
from server.measures.periods import ONE_DAY
from server.standing.lasting import next_setting
from server.standing.of_service import Told, told
from server.standing.standing import place_of


def coverage_told(
    connection: sqlite3.Connection,
    scope: Scope,
    catalogue: Catalogue,
    wanted: Wanted,
    now: datetime,
    *,
    anew: bool = False,
) -> Told[Coverage]:
    """What is wanted: as it was kept where that is all that is usual, else worked out now."""
    if wanted != Wanted(wanted.service):
        return Told(
            read_coverage(
                connection,
                scope,
                catalogue,
                wanted.service,
                now,
                shown=wanted.shown,
                unit=wanted.unit,
                form=wanted.form,
            )
        )
    return told(
        connection,
        place_of(connection, scope, wanted.service),
        "coverage",
        Coverage,
        "",
        lambda: (
            read_coverage(connection, scope, catalogue, wanted.service, now),
            _holds_until(connection, wanted.service, now),
        ),
        now,
        anew=anew,
    )


def _holds_until(connection: sqlite3.Connection, service: str, now: datetime) -> datetime:
    """The next day, the next shift that begins, or the next setting that was set for later."""
    today = day_in_london(now)
    shifts = [begins(today, shift) for shift in SHIFTS]
    return min(
        start_of_day(today + ONE_DAY),
        next_setting(connection, service, now),
        *(begin for begin in shifts if begin > now),
    )
