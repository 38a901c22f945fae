"""Shifts that had fewer staff than planned and that nobody has reviewed with the risk assessed."""

from datetime import timedelta
from urllib.parse import urlencode

from server.evidence.times import day_in_london, start_of_day, write_instant
from server.identity.permissions import Permission
from server.measures.periods import Period, before, week_of
from server.notices.notice import TODAY, Figure, Ground, Notice, WeekLine, counted
from server.staffing.reading import read_staffing_week
from server.staffing.week import StaffingWeek


def staffing_today(ground: Ground) -> list[Notice]:
    """A line for this week and one for the week before: M02 is ended by each that is left."""
    this_week = week_of(day_in_london(ground.now))
    found = []
    for week, name in ((this_week, "this week"), (before(this_week), "last week")):
        waiting = _read(ground, week).waiting
        if waiting:
            found.append(
                Notice(
                    code=f"staffing_{name.replace(' ', '_')}",
                    says=counted(
                        len(waiting),
                        f"short shift of {name} needs a review with the risk assessed",
                        f"short shifts of {name} need a review with the risk assessed",
                    ),
                    count=len(waiting),
                    urgency=TODAY,
                    address=_address(ground, week),
                    service=ground.service,
                    since=write_instant(
                        start_of_day(min(shift.day for shift in waiting) + timedelta(days=1))
                    ),
                )
            )
    return found


def staffing_of_week(ground: Ground, week: Period) -> list[WeekLine]:
    """Shifts that are recorded; short ones that are reviewed, that are not; all that were short."""
    staffing, address = _read(ground, week), _address(ground, week)
    short, waiting = len(staffing.exceptions), len(staffing.waiting)
    return [
        WeekLine(
            code="staffing",
            title="Shifts, and those short of staff",
            came=Figure(staffing.known, address),
            decided=Figure(short - waiting),
            still_open=Figure(waiting, address),
            slipped=Figure(short, address),
        )
    ]


def _read(ground: Ground, week: Period) -> StaffingWeek:
    scope = ground.scope(Permission.READ_STAFFING)
    return read_staffing_week(ground.connection, scope, ground.catalogue, ground.service, week, ground.now)


def _address(ground: Ground, week: Period) -> str:
    return f"/staffing?{urlencode({'service': ground.service, 'week': week.label})}"
