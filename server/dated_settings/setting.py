"""What a setting is: its name, its usual value, how it is read and said. All of them are [design] (domain/3, 1.11)."""

import re
from collections.abc import Callable, Mapping
from itertools import pairwise

import msgspec

CLOSEST = 120
LONGEST_MINUTES = 366 * 24 * 60
LONGEST_COUNT = 366
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", re.ASCII)

WEEKDAYS: Mapping[str, str] = {
    "1": "Monday",
    "2": "Tuesday",
    "3": "Wednesday",
    "4": "Thursday",
    "5": "Friday",
    "6": "Saturday",
    "7": "Sunday",
}
LOCKS: Mapping[str, str] = {
    "60": "1 minute",
    "120": "2 minutes",
    "180": "3 minutes",
    "300": "5 minutes",
}
DRILLS: Mapping[str, str] = {"14": "2 weeks", "31": "31 days", "62": "62 days", "92": "92 days"}
YES_NO: Mapping[str, str] = {"no": "No", "yes": "Yes"}
LIMITS_OF: Mapping[str, str] = {
    "0": "All its points",
    "12": "The first 12 points",
    "20": "The first 20 points",
    "24": "The first 24 points",
}
MONTH_DAYS: Mapping[str, str] = {str(day): str(day) for day in range(1, 29)}


class Setting(msgspec.Struct, frozen=True):
    """One value a service may choose. `read` gives the value as it is kept, or raises `ValueError` with what to
    type instead; `options` are offered as a menu, or `several` at once with a box for each. `hint`: what hangs on it.
    """

    name: str
    label: str
    default: str
    group: str
    hint: str
    read: Callable[[str], str]
    options: Mapping[str, str] = {}
    several: bool = False

    @property
    def is_timescale(self) -> bool:
        """Whether forms are judged by it, so that tablets must know it."""
        return self.group == TIMESCALES

    def words(self, value: str) -> str:
        """The value as a person would say it."""
        if self.is_timescale or self.group == PERIODS:
            return minutes_words(int(value))
        if self.group == KEEPING:
            return "1 year" if value == "1" else f"{value} years"
        if self.group in (MEASURES, SIGNALS):
            unit = _UNITS.get(self.name.rpartition("_")[2], "")
            return f"{value} {unit if value == '1' else unit + 's'}" if unit else self._plainly(value)
        return self._plainly(value)

    def _plainly(self, value: str) -> str:
        return ", ".join(self.options.get(one, one) for one in value.split())


RHYTHM, PERIODS, TIMESCALES = "When things are due", "How long after", "Timescales that forms are judged by"
MEETINGS = "Meetings, summaries and follow-up"
SIGNING = "Who signs"
TABLETS = "Tablets"
MEASURES = "What measures count by"
SIGNALS = "When early-warning signs show"
KEEPING = "How long records are kept"
# By the last word of a setting's name
_UNITS: Mapping[str, str] = {
    "days": "day", "hours": "hour", "minutes": "minute", "length": "letter", "points": "point",
}  # fmt: skip


def minutes_words(minutes: int) -> str:
    """ "30 minutes", "4 hours", "7 days", "1 day 2 hours" """
    parts = (minutes // 1440, "day"), (minutes % 1440 // 60, "hour"), (minutes % 60, "minute")
    return (
        " ".join(f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count) or "at once"
    )


def read_minutes(typed: str) -> str:
    """A number of minutes. Raises `ValueError`."""
    text = typed.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 8 and 0 < int(text) <= LONGEST_MINUTES):
        raise ValueError("Write a whole number of minutes, such as 60 for an hour or 1440 for a day.")
    return str(int(text))


def read_time(typed: str) -> str:
    """One time of day. Raises `ValueError`."""
    if not _TIME.fullmatch(typed.strip()):
        raise ValueError("Write one time, such as 10:00.")
    return typed.strip()


def read_times(typed: str) -> str:
    """One to six times of day, in order, each at least two hours from the next. Raises `ValueError`."""
    times = sorted(set(typed.replace(",", " ").split()))
    if not 1 <= len(times) <= 6 or not all(_TIME.fullmatch(time) for time in times):
        raise ValueError("Write up to six times, such as 07:30 14:30 21:00.")
    minutes = [int(time[:2]) * 60 + int(time[3:]) for time in times]
    # A handover may begin an hour early: closer together, nobody could say which of the two it was
    if any(after - before < CLOSEST for before, after in pairwise([*minutes, minutes[0] + 1440])):
        raise ValueError("Leave at least two hours between one time and the next.")
    return " ".join(times)


def read_years(typed: str) -> str:
    """A number of years. Raises `ValueError`."""
    text = typed.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= 100):
        raise ValueError("Write a whole number of years from 1 to 100, such as 8.")
    return str(int(text))


def read_count(typed: str) -> str:
    """A whole number that measures count by. Raises `ValueError`."""
    text = typed.strip()
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 1 <= int(text) <= LONGEST_COUNT):
        raise ValueError(f"Write a whole number from 1 to {LONGEST_COUNT}, such as 10.")
    return str(int(text))


def one_of(options: Mapping[str, str]) -> Callable[[str], str]:
    """One of these. What it gives raises `ValueError`."""

    def read(typed: str) -> str:
        if typed not in options:
            raise ValueError("Choose one of the list.")
        return typed

    return read


def some_of(
    options: Mapping[str, str], least: int = 1, always: str = "", why: str = ""
) -> Callable[[str], str]:
    """At least so many of these, in their order; `always` is among them, and `why` says why. Raises `ValueError`."""

    def read(typed: str) -> str:
        chosen = set(typed.split())
        if not chosen <= options.keys() or len(chosen) < least:
            raise ValueError(f"Tick at least {'one' if least == 1 else 'two'} of these.")
        if always and always not in chosen:
            raise ValueError(why)
        return " ".join(code for code in options if code in chosen)

    return read
