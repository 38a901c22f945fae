"""What the tests of triangulation begin from."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from server.triangulation.sentence import Picture
from server.triangulation.standing import Asked, Seen, stand

TODAY = date(2026, 11, 16)
CHANGE = date(2026, 10, 5)


def seen(kind: str, bearing: str = "supports", days_ago: int = 3, records: int = 1, **more: Any) -> Seen:
    """Records of one kind that happened so many days ago, at noon, by day."""
    noon = datetime(2026, 11, 16, 12, tzinfo=UTC)
    chosen = {"shift": "day", "unit": "alder-1", **more}
    return Seen(kind=kind, bearing=bearing, latest=noon - timedelta(days=days_ago), records=records, **chosen)


def asked(*needed: str, **more: Any) -> Asked:
    """What an action asks, whose practice changed on 5 October."""
    return Asked(**{"needed": needed, "since": CHANGE, "today": TODAY, "nights": False, **more})


def picture(*groups: Seen, needed: tuple[str, ...] = ("observation",), **more: Any) -> Picture:
    """All that a sentence is built from; what `Asked` has goes there."""
    of_picture = {name: more.pop(name) for name in ("figures", "gap", "gap_points") if name in more}
    wanted = asked(*needed, **more)
    return Picture(stands=stand(groups, wanted), asked=wanted, **of_picture)
