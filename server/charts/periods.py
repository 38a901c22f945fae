"""What a period is called: in a sentence, and under an axis, where there is room for two short words."""

from datetime import date, timedelta

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def period_words(start: str, end: str) -> str:
    """ "March 2026", "week of 2 Mar 2026", "2 Mar 2026", "2 Mar 2026 to 15 Mar 2026": both days are included."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    if _is_month(first, last):
        return f"{_MONTHS[first.month - 1]} {first.year}"
    if first == last:
        return _day(first)
    if _is_week(first, last):
        return f"week of {_day(first)}"
    return f"{_day(first)} to {_day(last)}"


def tick_words(start: str, end: str) -> str:
    """ "Mar" for a month, else the day it begins: "2 Mar"."""
    first, last = date.fromisoformat(start), date.fromisoformat(end)
    month = _MONTHS[first.month - 1][:3]
    return month if _is_month(first, last) else f"{first.day} {month}"


def day_words(day: str) -> str:
    """ "2 Mar 2026" """
    return _day(date.fromisoformat(day))


def _is_month(first: date, last: date) -> bool:
    after = last + timedelta(days=1)
    return first.day == after.day == 1 and (after.year - first.year) * 12 + after.month - first.month == 1


def _is_week(first: date, last: date) -> bool:
    return first.weekday() == 0 and last - first == timedelta(days=6)


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1][:3]} {day.year}"
