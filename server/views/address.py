"""The addresses of views: `/views/<kind>/<of>`, which anybody may pass on. What somebody sees is decided when they
open one, never by the address. Pure.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from urllib.parse import quote, urlencode

import msgspec

from server.coverage.seen import SHIFTS, Seen
from server.evidence.evidence_rows import Row
from server.evidence.times import FIRST_YEAR, LAST_YEAR, read_day, read_instant
from server.evidence.words import SHIFTS as SHIFT_WORDS
from server.framework import library

PEOPLE, UNITS, THEMES, FRAMEWORK, SHIFT, TIMELINE = (
    "people",
    "units",
    "themes",
    "framework",
    "shifts",
    "timeline",
)
KINDS = (PEOPLE, UNITS, THEMES, FRAMEWORK, SHIFT, TIMELINE)


class Link(msgspec.Struct, frozen=True):
    """Where a link leads, and its words."""

    address: str
    words: str


class WorkedShift(msgspec.Struct, frozen=True):
    """One shift of one unit; `day` is the London day on which it began."""

    unit: str
    day: date
    shift: str

    @property
    def of(self) -> str:
        """ "alder-1.2026-11-15.night" """
        return f"{self.unit}.{self.day}.{self.shift}"

    @property
    def words(self) -> str:
        """ "Night" """
        return SHIFT_WORDS[self.shift]


def address(kind: str, of: str, file: str = "", pairs: Sequence[tuple[str, str]] = ()) -> str:
    """The address of a view, or of its `file`, with a query."""
    path = f"/views/{kind}/{quote(of, safe='')}{f'/{file}' if file else ''}"
    return f"{path}?{urlencode(pairs)}" if pairs else path


def read_shift(of: str) -> WorkedShift | None:
    """The shift that an address names, None when it names none."""
    unit, day, shift = (["", "", "", *of.rsplit(".", 2)])[-3:]
    read = read_day(day)
    return WorkedShift(unit, read, shift) if unit and read and shift in SHIFTS else None


def shift_of(row: Row) -> WorkedShift:
    """The shift to which a record belongs, as coverage has it."""
    day, shift = Seen(
        id=row.record,
        service=row.service,
        unit=row.unit,
        form=row.form,
        shift=row.shift,
        happened_at=read_instant(row.happened_at),
    ).worked
    return WorkedShift(row.unit, day, shift)


def write_tag(tag: str) -> str:
    """ "qs/2023/S3" as an address has it: "qs.2023.S3"."""
    return tag.replace("/", ".")


def read_tag(of: str) -> str:
    """The tag that an address names, "" for one that no edition has."""
    tag = of.replace(".", "/")
    return tag if library().item(tag) else ""


def views_of(row: Row) -> list[Link]:
    """The views that a record stands in, for its own page: what came of it, the person, the unit, the shift."""
    found = [Link(address(TIMELINE, row.record), "What came of it, in order of time")]
    if row.person in row.names.people:
        found.append(Link(address(PEOPLE, row.person), f"Everything about {row.person_name}"))
    if row.unit:
        found.append(Link(address(UNITS, row.unit), f"Everything of {row.unit_name}"))
    # A tablet may date a record in the year one, of which no calendar has the night before
    if row.unit and FIRST_YEAR <= read_instant(row.happened_at).year <= LAST_YEAR:
        worked = shift_of(row)
        found.append(Link(address(SHIFT, worked.of), f"This {worked.words.lower()} shift"))
    return found


def chosen(asked: Mapping[str, str]) -> str:
    """The address of the view that the page of views was asked for; "" when it was asked for none."""
    kind, of = asked.get("kind", ""), asked.get("of", "").strip()
    if kind == SHIFT and not of:
        of = ".".join(asked.get(name, "").strip() for name in ("unit", "day", "shift"))
        return address(kind, of) if read_shift(of) else ""
    return address(kind, of) if kind in KINDS and of else ""
