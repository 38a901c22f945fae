"""What coverage counts, in a line each. Times are UTC ("2026-03-29T00:30:00Z"), days London's."""

from datetime import date
from typing import Any

from server.coverage.seen import Seen
from server.evidence.times import read_instant
from server.measures.periods import Period, window


def seen(at: str, id: str = "r", **more: Any) -> Seen:
    """A practice observation in Alder House 1."""
    usual = {"service": "alder", "unit": "alder-1", "form": "practice_observation"}
    return Seen(**{**usual, "id": id, "happened_at": read_instant(at), **more})


def days(first: str, last: str) -> Period:
    """A window from one day to another."""
    return window(date.fromisoformat(first), date.fromisoformat(last))
