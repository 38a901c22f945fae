"""Which events to show: what the address says, checked, and what it says back. Pure."""

from collections.abc import Mapping
from datetime import date
from urllib.parse import urlencode

import msgspec

from server.evidence.times import read_day
from server.identity.audit import EVENTS

LONGEST = 100


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """What to show; "" and None mean no limit. `since` and `until` are days in London, both included."""

    who: str = ""
    what: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None

    @property
    def empty(self) -> bool:
        """Whether it lets everything through."""
        return self == Wanted()

    def pairs(self) -> list[tuple[str, str]]:
        """The filter as the address carries it."""
        values = msgspec.structs.asdict(self).items()
        return [(name, str(value)) for name, value in values if value]

    def address(self, path: str = "/audit", *more: tuple[str, str]) -> str:
        """`path` with the filter, and `more` pairs, as its query."""
        query = urlencode([*self.pairs(), *more])
        return f"{path}?{query}" if query else path


def read_wanted(asked: Mapping[str, str]) -> tuple[Wanted, dict[str, str]]:
    """The filter of an address's query, and a sentence for each part of it that was left out."""
    faults: dict[str, str] = {}
    what = asked.get("what", "")
    if what and what not in EVENTS:
        faults["what"], what = "There is no such kind of event. It was left out.", ""
    return Wanted(
        who=_text(asked, "who"),
        what=what,
        about=_text(asked, "about"),
        since=_day(asked, "since", faults),
        until=_day(asked, "until", faults),
    ), faults


def _text(asked: Mapping[str, str], name: str) -> str:
    return asked.get(name, "").replace("\0", " ").strip()[:LONGEST]


def _day(asked: Mapping[str, str], name: str, faults: dict[str, str]) -> date | None:
    text = _text(asked, name)
    day = read_day(text)
    if text and day is None:
        faults[name] = "This is not a date: write one like 2026-11-21. It was left out."
    return day
