"""What the page of coverage shows: what its address says, checked. Pure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from urllib.parse import urlencode

import msgspec

from server.dated_settings.setting import LONGEST_COUNT
from server.evidence.times import FIRST_YEAR, read_day
from server.measures.periods import Period, window

LONGEST = timedelta(days=LONGEST_COUNT - 1)


class Wanted(msgspec.Struct, frozen=True):
    """One service; "" = any unit, the usual forms. `shown` None: the days that the service usually looks back over."""

    service: str
    unit: str = ""
    form: str = ""
    shown: Period | None = None

    def pairs(self) -> list[tuple[str, str]]:
        """The filter as the address carries it."""
        days = (self.shown.start, self.shown.end) if self.shown else ("", "")
        named = [("service", self.service), ("unit", self.unit), ("form", self.form)]
        named += [("since", str(days[0])), ("until", str(days[1]))]
        return [(name, value) for name, value in named if value]

    def address(self, path: str) -> str:
        """`path` with the filter as its query."""
        return f"{path}?{urlencode(self.pairs())}"


def read_wanted(
    asked: Mapping[str, Sequence[str]],
    service: str,
    units: Mapping[str, str],
    forms: Mapping[str, str],
    usual: Period,
) -> tuple[Wanted, dict[str, str]]:
    """The filter of an address, and a sentence for each part of it that could not be used and was left out.

    `service` is the one that is shown, `units` and `forms` what may be chosen, by id; `usual` fills in for a day that
    is not given.
    """
    faults: dict[str, str] = {}

    def known(name: str, among: Mapping[str, str]) -> str:
        given = first_of(asked, name)
        if given and given not in among:
            faults[name] = f"“{given[:30]}” is not a {name} here. It was left out."
        return given if given in among else ""

    wanted = Wanted(service, known("unit", units), known("form", forms), read_window(asked, usual, faults))
    return wanted, faults


def first_of(asked: Mapping[str, Sequence[str]], name: str) -> str:
    """The first value of that name in an address, "" for none."""
    return "".join(asked.get(name, ())[:1]).strip()


def read_window(asked: Mapping[str, Sequence[str]], usual: Period, faults: dict[str, str]) -> Period | None:
    """The days from `since` to `until` of an address, None for the usual ones; what is wrong goes into `faults`."""
    since, until = (_day(asked, name, faults) for name in ("since", "until"))
    if since is None and until is None:
        return None
    last = until or max(usual.end, since or usual.end)
    # The first days of 1900 have none before them that could be shown
    first = since or max(last - (usual.end - usual.start), date(FIRST_YEAR, 1, 1))
    if last < first:
        faults["until"] = "The last day is before the first one. The usual days are shown."
        return None
    if last - first > LONGEST:
        faults["since"] = f"At most {LONGEST_COUNT} days can be shown: these are the last of them."
        first = last - LONGEST
    return window(first, last)


def _day(asked: Mapping[str, Sequence[str]], name: str, faults: dict[str, str]) -> date | None:
    text = first_of(asked, name)
    day = read_day(text)
    if text and day is None:
        faults[name] = f"“{text[:30]}” is not a date: write one like 2026-11-21. It was left out."
    return day
