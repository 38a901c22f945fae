"""Instants as identity keeps them: text in UTC to the second, so that text order is time order."""

from datetime import datetime, timedelta


def at(instant: datetime, **later: float) -> str:
    """The text of an instant, or of one `later` than it: `at(now, minutes=10)`."""
    return (instant + timedelta(**later)).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> datetime:
    """The instant that `at` wrote."""
    return datetime.fromisoformat(text)
