"""Weeks, months and windows of London days, and the instants between which they lie.

A week is an ISO week, from Monday. The day on which the clocks change has 23 or 25 hours, so a period is never a number
of hours: it runs from one midnight in London to another.
"""

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Literal

import msgspec

from server.evidence.times import day_in_london, start_of_day

ONE_DAY, ONE_SECOND = timedelta(days=1), timedelta(seconds=1)


class Period(msgspec.Struct, frozen=True, dict=True):
    """`start` to `end`, both included."""

    start: date
    end: date
    kind: Literal["week", "month", "days"] = "days"

    @property
    def label(self) -> str:
        """ "2026-W12", "2026-03" or "2026-03-02 to 2026-04-26" """
        if self.kind == "week":
            year, week, _ = self.start.isocalendar()
            return f"{year}-W{week:02}"
        return f"{self.start:%Y-%m}" if self.kind == "month" else f"{self.start} to {self.end}"

    @cached_property
    def opens_at(self) -> datetime:
        """The first instant of it, in UTC."""
        return start_of_day(self.start)

    @cached_property
    def closes_at(self) -> datetime:
        """The first instant after it, in UTC."""
        return start_of_day(self.end + ONE_DAY)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days + 1

    def holds(self, instant: datetime) -> bool:
        """Whether it happened in this period."""
        return self.opens_at <= instant < self.closes_at

    def holds_day(self, day: date) -> bool:
        """Whether the day is one of this period's."""
        return self.start <= day <= self.end

    def is_over(self, as_of: datetime) -> bool:
        """Whether it had ended by then."""
        return as_of >= self.closes_at


def window(start: date, end: date) -> Period:
    """Both days and all between them. Raises `ValueError` when the end is before the start."""
    if end < start:
        raise ValueError(f"a window cannot end on {end}, before it begins on {start}")
    return Period(start, end)


def week_of(day: date) -> Period:
    """The ISO week that holds the day."""
    monday = monday_of(day)
    return Period(monday, monday + timedelta(days=6), "week")


def monday_of(day: date) -> date:
    """The first day of its ISO week."""
    return day - timedelta(days=day.weekday())


def month_of(day: date) -> Period:
    """The calendar month that holds the day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=32)).replace(day=1) - ONE_DAY, "month")


def weeks(first: date, last: date) -> list[Period]:
    """Every week of which some day is from `first` to `last`, in order."""
    return _each(week_of(first), last)


def months(first: date, last: date) -> list[Period]:
    """Every month of which some day is from `first` to `last`, in order."""
    return _each(month_of(first), last)


def whole_months(period: Period) -> tuple[list[Period], list[Period]]:
    """The months that lie in the period whole, and those of which only a part does."""
    touched = months(period.start, period.end)
    whole = [month for month in touched if period.start <= month.start and month.end <= period.end]
    return whole, [month for month in touched if month not in whole]


def before(period: Period) -> Period:
    """The week or month directly before it; before a window, as many days as it has."""
    if period.kind == "days":
        return window(period.start - timedelta(days=period.days), period.start - ONE_DAY)
    return _of_kind(period.start - ONE_DAY, period.kind)


def after(period: Period) -> Period:
    """The week or month directly after it; after a window, as many days as it has."""
    if period.kind == "days":
        return window(period.end + ONE_DAY, period.end + timedelta(days=period.days))
    return _of_kind(period.end + ONE_DAY, period.kind)


def london_day(instant: datetime) -> date:
    """The day on the calendar in London, whatever UTC says: 23:30 UTC in summer is the next day."""
    return day_in_london(instant)


def _of_kind(day: date, kind: str) -> Period:
    return week_of(day) if kind == "week" else month_of(day)


def _each(period: Period, last: date) -> list[Period]:
    found = []
    while period.start <= last:
        found.append(period)
        period = after(period)
    return found
