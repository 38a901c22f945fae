"""Monday to Friday less England's bank holidays (domain/3, counting rules), by the library `holidays`."""

from datetime import date, timedelta
from functools import cache


def is_working_day(day: date) -> bool:
    """Whether offices in England work on that day."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which itself never counts: from a Friday, the first is the next Monday
    unless that is a bank holiday. Raises `ValueError` for a count below 1.
    """
    if count < 1:
        raise ValueError(f"cannot go {count} working days on: 1 is the next working day")
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    # The calendars of the whole world come with it: a server that starts does not wait for them
    import holidays

    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
