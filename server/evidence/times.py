"""Instants and days in the words of the manager's pages: Europe/London, whatever the clocks did that night."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

# The days a person may type; far enough from the ends of the calendar that a day more or less is a day too
FIRST_YEAR, LAST_YEAR = 1900, 2200

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_YEAR_MONTH_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def read_instant(text: str) -> datetime:
    """The UTC instant that `text` ("2026-03-29T00:30:00Z", with or without milliseconds) names."""
    return datetime.fromisoformat(text).astimezone(UTC)


def write_instant(instant: datetime) -> str:
    """`instant` as lists and filters compare it: UTC to the second, "2026-03-29T00:30:00Z"."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def in_london(text: str) -> datetime:
    """The instant `text` on the clock on the wall in London; in UTC where London's clock is off the calendar.

    A tablet may say that something happened at "0001-01-01T00:00:00Z".
    """
    return _on_the_wall(read_instant(text))


def day_in_london(instant: datetime) -> date:
    """The date on the calendar in London at `instant`; in UTC where London's is off it."""
    return _on_the_wall(instant).date()


def _on_the_wall(instant: datetime) -> datetime:
    try:
        return instant.astimezone(LONDON)
    except OverflowError:
        return instant


def start_of_day(day: date) -> datetime:
    """The UTC instant at which `day` begins in London."""
    return datetime(day.year, day.month, day.day, tzinfo=LONDON).astimezone(UTC)


def clock_words(text: str) -> str:
    """ "14:05", and, in the hour that happens twice when the clocks go back, "01:30 GMT" or "01:30 BST"."""
    shown = in_london(text)
    twice = shown.replace(fold=0).utcoffset() != shown.replace(fold=1).utcoffset()
    return f"{shown:%H:%M} {shown.tzname()}" if twice else f"{shown:%H:%M}"


def day_words(day: date) -> str:
    """ "Sun 29 Mar 2026" """
    return f"{day:%a} {day.day} {day:%b %Y}"


def day_of(text: str) -> str:
    """The day of an instant in London, or a day such as "2026-03-29", in words."""
    return day_words(date.fromisoformat(text) if _YEAR_MONTH_DAY.fullmatch(text) else in_london(text).date())


def moment_words(text: str) -> str:
    """ "Sun 29 Mar 2026, 14:05" """
    return f"{day_words(in_london(text).date())}, {clock_words(text)}"


def gap_words(seconds: int) -> str:
    """A length of time in its two largest units: "2 h 10 min", "3 days 4 h", "under a minute"."""
    if seconds < _MINUTE:
        return "under a minute"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE} min"
    if seconds < _DAY:
        return _two(seconds // _HOUR, "h", seconds % _HOUR // _MINUTE, "min")
    days = seconds // _DAY
    return _two(days, "day" if days == 1 else "days", seconds % _DAY // _HOUR, "h")


def difference_words(earlier: str, later: str, what: str) -> str:
    """How far apart two instants are: "recorded 2 h 10 min after", "received at once", "recorded 5 min before"."""
    seconds = int((read_instant(later) - read_instant(earlier)).total_seconds())
    if abs(seconds) < _MINUTE:
        return f"{what} at once"
    return f"{what} {gap_words(abs(seconds))} {'after' if seconds > 0 else 'before'}"


def days_words(count: int) -> str:
    """ "1 day", "12 days" """
    return f"{count} day" if count == 1 else f"{count} days"


def read_day(text: str) -> date | None:
    """The day that `text` ("2026-03-29") names, or None when it names none from 1900 to 2200."""
    try:
        day = date.fromisoformat(text) if _YEAR_MONTH_DAY.fullmatch(text) else None
    except ValueError:
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    return f"{large} {large_unit} {small} {small_unit}" if small else f"{large} {large_unit}"
