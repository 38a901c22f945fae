"""Which evidence a page shows: what the address says, checked, and what it says back.

Pure. A filter is the same for the list, its count, its downloads and its live badge, so they cannot differ.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import urlencode

import msgspec

from server.dated_settings.setting import WEEKDAYS
from server.evidence import words
from server.evidence.times import FIRST_YEAR, LAST_YEAR, read_day
from server.evidence.weekdays import LONGEST
from server.review.standing import STATES

LONGEST_SEARCH = 200


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What to show; "" and () mean no limit. `since` and `until` are days in London, both included.

    A `weekday` comes with both of them: it is London's, and with the night shift that on which the night began.
    """

    text: str = ""
    action: str = ""
    bearing: str = ""
    form: str = ""
    service: str = ""
    unit: str = ""
    person: str = ""
    author: str = ""
    shift: str = ""
    weekday: str = ""
    result: str = ""
    since: date | None = None
    until: date | None = None
    review: str = ""
    flags: tuple[str, ...] = ()

    @property
    def empty(self) -> bool:
        """Whether it lets everything through."""
        return self == Filter()

    def pairs(self) -> list[tuple[str, str]]:
        """The filter as the address carries it, in a steady order."""
        pairs: list[tuple[str, str]] = []
        for name, value in msgspec.structs.asdict(self).items():
            if name == "flags":
                pairs += [("flag", flag) for flag in value]
            elif value:
                pairs.append((name, value.isoformat() if isinstance(value, date) else value))
        return pairs

    def address(self, path: str, *more: tuple[str, str]) -> str:
        """`path` with the filter, and `more` pairs, as its query."""
        query = urlencode([*self.pairs(), *more])
        return f"{path}?{query}" if query else path

    def without(self, name: str, value: str) -> "Filter":
        """The filter with one of its limits taken off."""
        if name == "flag":
            return msgspec.structs.replace(self, flags=tuple(flag for flag in self.flags if flag != value))
        if name in ("since", "until"):
            return msgspec.structs.replace(self, **{name: None, "weekday": ""})
        return msgspec.structs.replace(self, **{name: ""})


_TEXTS = ("action", "form", "service", "unit", "person", "author")
_CODES: Mapping[str, Mapping[str, str]] = {
    "bearing": words.BEARINGS,
    "shift": words.SHIFTS,
    "weekday": WEEKDAYS,
    "result": words.RESULTS,
    "review": STATES,
}


def read_filter(asked: Mapping[str, Sequence[str]]) -> tuple[Filter, dict[str, str]]:
    """The filter of an address's query, and a sentence for each part of it that cannot be used and was left out."""
    faults: dict[str, str] = {}
    found = Filter(
        text=_first(asked, "text")[:LONGEST_SEARCH],
        since=_day(asked, "since", faults),
        until=_day(asked, "until", faults),
        flags=_flags(asked, faults),
        **{name: _first(asked, name)[:LONGEST_SEARCH] for name in _TEXTS},
        **{name: _code(asked, name, known, faults) for name, known in _CODES.items()},
    )
    if found.since and found.until and found.until < found.since:
        faults["until"] = "The last day is before the first one, so nothing can match."
    return _with_days(found, faults), faults


def _with_days(found: Filter, faults: dict[str, str]) -> Filter:
    """A weekday is looked for in a year at most: the day that was not given follows from the other."""
    if not found.weekday:
        return found
    if found.since is None and found.until is None:
        faults["weekday"] = "Choose a first or a last day too: a weekday is looked for in a year at most."
        return msgspec.structs.replace(found, weekday="")
    since = found.since or max((found.until or date.max) - LONGEST, date(FIRST_YEAR, 1, 1))
    until = found.until or min(since + LONGEST, date(LAST_YEAR, 12, 31))
    if until - since > LONGEST:
        faults["weekday"] = (
            "A weekday is looked for in a year at most: these are the last days of those chosen."
        )
        since = until - LONGEST
    return msgspec.structs.replace(found, since=since, until=until)


def _first(asked: Mapping[str, Sequence[str]], name: str) -> str:
    return "".join(asked.get(name, ())[:1]).replace("\0", " ").strip()


def _code(
    asked: Mapping[str, Sequence[str]], name: str, known: Mapping[str, str], faults: dict[str, str]
) -> str:
    """A code that is known. Any other is left out and said: looking for it would walk every record to find none."""
    code = _first(asked, name)
    if code and code not in known:
        faults[name] = f"“{code[:30]}” is not a {name} anything has. It was left out."
        return ""
    return code


def _flags(asked: Mapping[str, Sequence[str]], faults: dict[str, str]) -> tuple[str, ...]:
    given = asked.get("flag", ())
    unknown = [flag for flag in given if flag and flag not in words.FLAGS]
    if unknown:
        faults["flag"] = f"“{unknown[0][:30]}” is not a flag anything has. It was left out."
    return tuple(flag for flag in words.FLAGS if flag in given)


def _day(asked: Mapping[str, Sequence[str]], name: str, faults: dict[str, str]) -> date | None:
    text = _first(asked, name)
    day = read_day(text)
    if text and day is None:
        faults[name] = f"“{text[:30]}” is not a date: write one like 2026-11-21. It was left out."
    return day
