"""The heat map: how often each unit was observed on each shift of each weekday. Pure: no SQL, no clock."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from server.coverage.seen import Seen, begins, days_of, within
from server.dated_settings.setting import WEEKDAYS
from server.measures.periods import Period

DAYS = tuple(WEEKDAYS.values())
# From so many on, the darkest of the four shades
_MANY, _SOME = 4, 2


class Cell(msgspec.Struct, frozen=True):
    """`count` records of `shifts` shifts of that weekday which have begun in the window."""

    weekday: str
    count: int
    shifts: int

    @property
    def empty(self) -> bool:
        """Whether it could have been observed, and was not."""
        return self.shifts > 0 and self.count == 0

    @property
    def shade(self) -> int:
        """0 (none) to 3 (four or more); the number stands beside it."""
        return (self.count > 0) + (self.count >= _SOME) + (self.count >= _MANY)


class HeatRow(msgspec.Struct, frozen=True):
    """One shift of one unit; the cells run from Monday to Sunday. `unit` "" = the record names none."""

    unit: str
    shift: str
    cells: tuple[Cell, ...]

    @property
    def total(self) -> int:
        """How many records."""
        return sum(cell.count for cell in self.cells)

    @property
    def empty(self) -> tuple[str, ...]:
        """The weekdays on which nobody looked."""
        return tuple(cell.weekday for cell in self.cells if cell.empty)

    @property
    def never(self) -> bool:
        """Whether nobody looked at all, though there was a shift to look at."""
        return self.total == 0 and bool(self.empty)


def heat_map(
    seen: Iterable[Seen], units: Sequence[str], shifts: Sequence[str], window: Period, as_of: datetime
) -> list[HeatRow]:
    """A row for each of these shifts of each unit, and for whatever else was observed; `units` in their order."""
    counts = Counter(
        (one.unit, shift, day.weekday())
        for one in within(seen, window)
        if not one.stopped
        for day, shift in [one.worked]
    )
    also = {unit for unit, _, _ in counts} - set(units)
    rows = []
    for unit in (*units, *sorted(also)):
        worked = [shift for shift in ("day", "late", "night") if shift in shifts and unit not in also]
        found = {shift for where, shift, _ in counts if where == unit}
        for shift in sorted({*worked, *found}, key=("day", "late", "night").index):
            begun = _begun(shift, window, as_of)
            cells = tuple(
                Cell(name, counts[unit, shift, number], begun[number]) for number, name in enumerate(DAYS)
            )
            rows.append(HeatRow(unit, shift, cells))
    return rows


def empty_words(row: HeatRow, shift_words: Mapping[str, str]) -> str:
    """ "Night: nobody on a Saturday or Sunday"; "" where every weekday was seen."""
    name = shift_words[row.shift]
    if not row.empty:
        return ""
    if row.never:
        return f"{name}: nobody at all"
    return f"{name}: nobody on a {either(row.empty)}"


def either(names: Sequence[str]) -> str:
    """ "Monday, Tuesday or Sunday" """
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


def _begun(shift: str, window: Period, as_of: datetime) -> Counter[int]:
    """How many of each weekday's shifts had begun by then, by the number of the weekday."""
    return Counter(day.weekday() for day in days_of(window) if begins(day, shift) <= as_of)
