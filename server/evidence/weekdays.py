"""A weekday as London's clocks have it, for the list of evidence. Pure.

Decided: the hours of those days, in UTC, as a list: a London day begins on a full hour of UTC, and a look-up in a list
is asked of the index before a row is read. Of at most 366 days, so that the list is short and the walk an interval.
Decided: with the night shift, the nights that began on that weekday, as coverage counts them.
Rejected: the weekday as a column with an index of its own (every record would be written more slowly, for a filter that
is seldom used); the weekday of UTC (in summer, what happens on a Sunday after midnight would be Saturday's).
"""

from datetime import UTC, date, datetime, time, timedelta

from server.evidence.times import LONDON, start_of_day, write_instant

NIGHT = "night"
LONGEST = timedelta(days=365)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_NOON = time(12)


def span_of(first: date, last: date, shift: str) -> tuple[str, str]:
    """The instants at which the days from `first` to `last` begin and are over; of nights, those that begin on them."""
    return write_instant(_begins(first, shift)), write_instant(_begins(last + _DAY, shift))


def hours_of(weekday: str, first: date, last: date, shift: str) -> list[str]:
    """The hours ("2026-03-29T00", UTC) of each such weekday ("1" is Monday) in these days, or of its nights."""
    day = first + (int(weekday) - first.isoweekday()) % 7 * _DAY
    hours: list[str] = []
    while day <= last:
        hour, end = _begins(day, shift), _begins(day + _DAY, shift)
        while hour < end:
            hours.append(f"{hour:%Y-%m-%dT%H}")
            hour += _HOUR
        day += 7 * _DAY
    return hours


def _begins(day: date, shift: str) -> datetime:
    if shift != NIGHT:
        return start_of_day(day)
    return datetime.combine(day, _NOON, LONDON).astimezone(UTC)
