"""What was said for and against week by week, newest week last (domain/3 1.9). Pure."""

from collections.abc import Iterable
from datetime import date

import msgspec

from server.evidence.times import day_words
from server.measures.periods import weeks
from server.triangulation.standing import Seen

MOST_WEEKS = 26


class Week(msgspec.Struct, frozen=True, kw_only=True):
    """One ISO week in London, by its Monday. `changed`: practice changed in it."""

    monday: date
    supports: int = 0
    contradicts: int = 0
    inconclusive: int = 0
    changed: bool = False

    @property
    def total(self) -> int:
        """All records of the week."""
        return self.supports + self.contradicts + self.inconclusive

    @property
    def words(self) -> str:
        """ "Mon 2 Nov 2026" """
        return day_words(self.monday)


def by_week(seen: Iterable[Seen], first: date, last: date, changed_on: date | None = None) -> list[Week]:
    """Each week that has some day from `first` to `last`, at most the newest 26; one without a record is 0 0 0."""
    counted: dict[date, dict[str, int]] = {week.start: {} for week in weeks(first, last)[-MOST_WEEKS:]}
    for one in seen:
        week = counted.get(date.fromordinal(one.day.toordinal() - one.day.weekday()))
        if week is not None:
            week[one.bearing] = week.get(one.bearing, 0) + one.records
    change = changed_on and date.fromordinal(changed_on.toordinal() - changed_on.weekday())
    return [Week(monday=monday, **counts, changed=monday == change) for monday, counts in counted.items()]
