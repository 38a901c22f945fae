"""What a log shows: what its address says, checked. Pure."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

import msgspec

from server.coverage import wanted as coverage_wanted
from server.coverage.wanted import first_of
from server.dated_settings.setting import WEEKDAYS
from server.evidence.words import SHIFTS
from server.measures.periods import Period

SHOWS: Mapping[str, str] = {"entries": "What was written", "missing": "What is missing"}
PAGE, PAPER = 25, 500


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """One service; "" = any. `days` are London days, `weekday` is "1" for Monday; `shown` None: the days that the
    service usually looks back over. `page` counts from 1; with `paper` a page is as long as a print may be.
    """

    service: str
    days: Period
    shown: Period | None = None
    unit: str = ""
    shift: str = ""
    weekday: str = ""
    show: str = ""
    page: int = 1
    paper: bool = False

    @property
    def size(self) -> int:
        """How many entries stand on a page."""
        return PAPER if self.paper else PAGE

    @property
    def narrowed(self) -> bool:
        """Whether anything but the service was chosen."""
        return bool(self.shown or self.unit or self.shift or self.weekday or self.show)

    def pairs(self) -> list[tuple[str, str]]:
        """The filter as the address carries it, without the page."""
        days = (self.shown.start, self.shown.end) if self.shown else ("", "")
        named = [("service", self.service), ("unit", self.unit), ("shift", self.shift)]
        named += [("weekday", self.weekday), ("show", self.show)]
        named += [("since", str(days[0])), ("until", str(days[1]))]
        return [(name, value) for name, value in named if value]

    def address(self, path: str, *more: tuple[str, str]) -> str:
        """`path` with the filter, and `more` pairs, as its query."""
        return f"{path}?{urlencode([*self.pairs(), *more])}"


def read_wanted(
    asked: Mapping[str, Sequence[str]], service: str, units: Mapping[str, str], usual: Period
) -> tuple[Wanted, dict[str, str]]:
    """The filter of an address, and a sentence for each part of it that could not be used and was left out.

    `service` is the one that is shown, `units` its units by id; `usual` fills in for days that are not given.
    """
    place, faults = coverage_wanted.read_wanted(asked, service, units, {}, usual)

    def known(name: str, among: Mapping[str, str]) -> str:
        given = first_of(asked, name)
        if given and given not in among:
            faults[name] = f"“{given[:30]}” is not a {name} here. It was left out."
        return given if given in among else ""

    page = first_of(asked, "page")
    wanted = Wanted(
        service=service,
        days=place.shown or usual,
        shown=place.shown,
        unit=place.unit,
        shift=known("shift", SHIFTS),
        weekday=known("weekday", WEEKDAYS),
        show=known("show", SHOWS),
        page=int(page) if page.isascii() and page.isdecimal() and 0 < len(page) < 6 and int(page) else 1,
        paper=first_of(asked, "paper") == "yes",
    )
    return wanted, faults
