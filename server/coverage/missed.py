"""People who were not heard and routines that were not watched for so many days. Pure: no SQL, no clock."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import msgspec

from server.coverage.seen import Seen
from server.measures.periods import london_day

Key = TypeVar("Key", bound=Hashable)

# F6, F3, F1: what it is like here, a talk with the family, care that was watched
HEARS = ("lived_experience", "family_contact", "practice_observation")
WATCHES = "practice_observation"


class Missed(msgspec.Struct, frozen=True):
    """A person of a unit, or a routine (by its code). `last` is the London day of the last time; None: in no record
    that was looked at.
    """

    id: str
    unit: str
    last: date | None

    def days(self, today: date) -> int | None:
        """How long ago that was."""
        return (today - self.last).days if self.last else None


def not_heard(seen: Iterable[Seen], people: Mapping[str, str], today: date, days: int) -> list[Missed]:
    """The people (id to unit) whom nobody heard for `days` days or more, longest ago first."""
    last = _last((one.person, one) for one in seen if one.form in HEARS and one.person in people)
    return _longest_first((Missed(id, unit, last.get(id)) for id, unit in people.items()), today, days)


def not_watched(
    seen: Iterable[Seen], units: Sequence[str], routines: Sequence[str], today: date, days: int
) -> list[Missed]:
    """The routines that nobody watched in a unit for `days` days or more, longest ago first."""
    last = _last(((one.unit, one.routine), one) for one in seen if one.form == WATCHES)
    each = (Missed(routine, unit, last.get((unit, routine))) for unit in units for routine in routines)
    return _longest_first(each, today, days)


def _last(seen: Iterable[tuple[Key, Seen]]) -> dict[Key, date]:
    found: dict[Key, date] = {}
    for key, one in seen:
        if not one.stopped:
            day = london_day(one.happened_at)
            found[key] = max(day, found.get(key, day))
    return found


def _longest_first(among: Iterable[Missed], today: date, days: int) -> list[Missed]:
    gone = [one for one in among if one.last is None or (today - one.last).days >= days]
    return sorted(gone, key=lambda one: (one.last or date.min, one.unit, one.id))
