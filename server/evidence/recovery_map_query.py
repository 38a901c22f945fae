"""What a recovery map shows: what its address asks for, checked. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

import msgspec

from server.evidence.action_register import RegisterQuery
from server.evidence.times import read_day

GROUPS: Mapping[str, str] = {
    "risk": "Risk",
    "theme": "Theme",
    "service": "Service",
    "unit": "Unit",
    "owner": "Owner",
    "review": "Review route",
    "tag": "Framework",
}
# Where no review was signed yet, and nobody picks a day
USUAL_DAYS = 28
_LIMITS = ("service", "theme", "risk", "owner", "unit", "tag")


class MapQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which actions, in which groups, from which page on; `since` is the day of the last review."""

    limits: RegisterQuery
    since: date
    usual_since: date
    group: str = "risk"
    page: int = 1
    fault: str = ""

    @property
    def limited(self) -> bool:
        """Whether anything is asked for but the usual."""
        return bool(self.address(""))

    def address(self, path: str, **other: str) -> str:
        """`path` with this query from its first page on, some of it changed; "" takes a limit off."""
        asked = {name: getattr(self.limits, name) for name in _LIMITS}
        asked["group"] = "" if self.group == "risk" else self.group
        asked["since"] = "" if self.since == self.usual_since else self.since.isoformat()
        query = urlencode({name: value for name, value in (asked | other).items() if value})
        return f"{path}?{query}" if query else path


def usual_since(today: date) -> date:
    """The day from which changes are shown where no review was signed, unless another is asked for."""
    return today - timedelta(days=USUAL_DAYS)


def read_map_query(
    asked: Mapping[str, Sequence[str]], today: date, reviewed_on: date | None = None
) -> MapQuery:
    """What an address asks for; `reviewed_on` is the day of the last signed review. A grouping nobody knows, or a day
    that cannot be used, is as if it were not asked.
    """
    first = {name: "".join(values[:1]).strip()[:200] for name, values in asked.items()}
    usual, text = reviewed_on or usual_since(today), first.get("since", "")
    since = read_day(text)
    usable = since is not None and since <= today
    number = first.get("page", "")
    return MapQuery(
        limits=msgspec.convert({name: first.get(name, "") for name in _LIMITS}, RegisterQuery),
        since=since if since is not None and usable else usual,
        usual_since=usual,
        group=first["group"] if first.get("group") in GROUPS else "risk",
        page=max(int(number), 1) if number.isascii() and number.isdecimal() and len(number) < 6 else 1,
        fault="" if usable or not text else "Give a real day that has come. The usual one is shown.",
    )
