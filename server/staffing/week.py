"""A staffing week of one service: its shifts, what is missing, and staffing beside the care that was missed. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date

import msgspec

from server.complaints.received import Received
from server.measures.periods import Period
from server.staffing.shift import ROLES, Decided, Shift, ShiftReview, Typed

_ORDER = {"day": 0, "late": 1, "night": 2}


class Need(msgspec.Struct, frozen=True, kw_only=True):
    """A change in what people of a unit need ("" = of the whole service), as somebody typed it."""

    id: int
    unit: str
    day: date
    direction: str
    people: int
    why: str
    who: str
    at: str


class Beside(msgspec.Struct, frozen=True, kw_only=True):
    """What was recorded in the week beside shifts: samples of busy shifts (F7-HP) and of how many of them support fell
    short; talks about what it is like here (F6); complaints and feedback that came in (D4).
    """

    samples: int = 0
    fell_short: int = 0
    talks: int = 0
    received: Received = Received()


class StaffingWeek(msgspec.Struct, frozen=True, kw_only=True):
    """The week. `expected`: how many shifts of how many have begun, one for each time of a handover and unit."""

    period: Period
    shifts: tuple[Shift, ...]
    needs: tuple[Need, ...]
    beside: Beside
    expected: int

    @property
    def exceptions(self) -> tuple[Shift, ...]:
        """The shifts that had fewer than planned."""
        return tuple(shift for shift in self.shifts if shift.figures and shift.figures.enough is False)

    @property
    def waiting(self) -> tuple[Shift, ...]:
        """The exceptions that are not reviewed with their risk assessed: each ends the run of M02."""
        return tuple(shift for shift in self.exceptions if shift.state != "managed")

    @property
    def known(self) -> int:
        """Of how many shifts somebody said what was planned and worked, in one unit or more: as M02 counts."""
        said = [shift for shift in self.shifts if shift.figures and shift.figures.enough is not None]
        return len({(shift.day, shift.shift) for shift in said})

    def total(self, what: str) -> int:
        """The sum of `agency`, `sick` or `uncovered_hours` over the shifts."""
        return sum(getattr(shift.figures, what) or 0 for shift in self.shifts if shift.figures)

    def roles(self) -> dict[str, tuple[int, int]]:
        """Planned and worked, by role."""
        said = [shift.figures for shift in self.shifts if shift.figures]
        return {
            role: (
                sum(one.planned.get(role) or 0 for one in said),
                sum(one.worked.get(role) or 0 for one in said),
            )
            for role in ROLES
        }

    def reviews(self) -> list[ShiftReview]:
        """Every shift review of the week."""
        return [review for shift in self.shifts for review in shift.reviews]

    def missed(self) -> dict[str, int]:
        """How often support fell short, by kind, as the shift reviews have it."""
        counted: Counter[str] = Counter()
        for review in self.reviews():
            counted.update(review.missed)
        return {kind: count for kind, count in counted.items() if count}

    def said(self, what: str) -> dict[str, int]:
        """How many shift reviews gave each answer about `feeling`, `tiredness`, `rushed` or `pressure`."""
        counted = Counter(getattr(review, what) for review in self.reviews())
        return {code: counted[code] for code in sorted(counted) if code}


def shifts_of(
    reviews: Iterable[ShiftReview], typed: Iterable[Typed], decided: Iterable[Decided]
) -> tuple[Shift, ...]:
    """What is known of each shift, in the order of time and unit."""
    places: dict[tuple[date, int, str, str], tuple[list[ShiftReview], list[Typed], list[Decided]]] = {}

    def at(one: ShiftReview | Typed | Decided) -> tuple[list[ShiftReview], list[Typed], list[Decided]]:
        key = one.day, _ORDER.get(one.shift, 3), one.unit, one.shift
        return places.setdefault(key, ([], [], []))

    for review in sorted(reviews, key=lambda one: one.record):
        at(review)[0].append(review)
    for one in sorted(typed, key=lambda one: one.id):
        at(one)[1].append(one)
    for each in sorted(decided, key=lambda one: one.id):
        at(each)[2].append(each)
    return tuple(
        Shift(
            unit=unit,
            day=day,
            shift=shift,
            reviews=tuple(found[0]),
            typed=tuple(found[1]),
            decided=tuple(found[2]),
        )
        for (day, _, unit, shift), found in sorted(places.items(), key=lambda pair: pair[0])
    )
