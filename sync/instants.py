"""Instants as Sightline writes them: UTC, ISO 8601, "Z". On the wire to the second; the server's own to the
millisecond.
"""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def now() -> datetime:
    """The server's time, in UTC."""
    return datetime.now(UTC)


def parse(text: str) -> datetime:
    """The instant that `text` names. Raises `ValueError` when there is no such instant ("2026-02-30T...")."""
    return datetime.fromisoformat(text)


def to_milliseconds(instant: datetime) -> str:
    """ "2026-03-29T01:30:00.250Z" """
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def epoch_milliseconds(instant: datetime) -> int:
    """Milliseconds since 1970, as the tablet's own clock counts."""
    return round(instant.timestamp() * 1000)
