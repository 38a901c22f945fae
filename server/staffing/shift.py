"""One shift of a unit: what was planned and worked, by the floor or the desk, and what was made of it. Pure."""

from collections.abc import Mapping
from datetime import date

import msgspec

ROLES: Mapping[str, str] = {"senior": "Nurses and seniors", "carer": "Care staff", "other": "Other staff"}
STATES: Mapping[str, str] = {
    "as_planned": "As planned",
    "managed": "Short: reviewed, risk assessed",
    "not_assessed": "Short: reviewed, risk not assessed",
    "changed": "Short: changed since it was reviewed",
    "waiting": "Short: to be reviewed",
    "not_said": "Not said",
}


class Figures(msgspec.Struct, frozen=True, kw_only=True):
    """How many were planned and worked, by role; agency staff, staff off sick, hours nobody covered. None: not said."""

    planned: Mapping[str, int | None]
    worked: Mapping[str, int | None]
    agency: int | None
    sick: int | None
    uncovered_hours: int | None

    @property
    def enough(self) -> bool | None:
        """Worked at least what was planned, role by role; None where a role is not said."""
        pairs = [(self.planned.get(role), self.worked.get(role)) for role in ROLES]
        if any(planned is None or worked is None for planned, worked in pairs):
            return None
        return all(
            planned <= worked for planned, worked in pairs if planned is not None and worked is not None
        )


class ShiftReview(msgspec.Struct, frozen=True, kw_only=True):
    """F4 as it stands, of one shift. `accepted`: somebody at the desk read or accepted it. `missed`: how often support
    fell short, by kind; `more_help`: how many people needed more than planned.
    """

    record: str
    version: int
    unit: str
    day: date
    shift: str
    figures: Figures
    accepted: bool
    risk_assessed: bool
    pressure: str
    missed: Mapping[str, int]
    more_help: int
    feeling: str
    tiredness: str
    rushed: str


class Typed(msgspec.Struct, frozen=True, kw_only=True):
    """Figures that somebody typed at the desk."""

    id: int
    unit: str
    day: date
    shift: str
    figures: Figures
    why: str
    who: str
    at: str


class Decided(msgspec.Struct, frozen=True, kw_only=True):
    """An exception that somebody reviewed: of what (`mark`), whether the risk was assessed, and what they wrote."""

    id: int
    unit: str
    day: date
    shift: str
    mark: str
    risk_assessed: bool
    why: str
    who: str
    at: str


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """A shift with all that is known of it; `typed` and `decided` are the whole history, the last one last."""

    unit: str
    day: date
    shift: str
    reviews: tuple[ShiftReview, ...] = ()
    typed: tuple[Typed, ...] = ()
    decided: tuple[Decided, ...] = ()

    @property
    def key(self) -> str:
        """What names it in a form: "2026-11-16/day/alder-1"."""
        return f"{self.day}/{self.shift}/{self.unit}"

    @property
    def is_typed(self) -> bool:
        """Whether its figures are those of the desk: the floor's stand before them, whenever they come."""
        return bool(self.typed) and not any(review.figures.enough is not None for review in self.reviews)

    @property
    def figures(self) -> Figures | None:
        """The figures that count: of several shift reviews the one that is short, else the first that says."""
        said = [review.figures for review in self.reviews if review.figures.enough is not None]
        short = next((figures for figures in said if figures.enough is False), None)
        return short or (said[0] if said else self.typed[-1].figures if self.typed else None)

    @property
    def mark(self) -> str:
        """What a review of it looks at: the versions of its shift reviews, or the figures that were typed."""
        if self.is_typed:
            return f"typed/{self.typed[-1].id}"
        return " ".join(sorted(f"{review.record}/{review.version}" for review in self.reviews))

    @property
    def decision(self) -> Decided | None:
        """The last review of what is there now."""
        return next((one for one in reversed(self.decided) if one.mark == self.mark), None)

    @property
    def state(self) -> str:
        """A code of `STATES`, as M02 reads it: a shift review that was read or accepted counts as reviewed too, and it
        says itself whether the risk was assessed, until somebody says so here.
        """
        enough = self.figures.enough if self.figures else None
        if enough is not False:
            return "as_planned" if enough else "not_said"
        short = [review for review in self.reviews if review.figures.enough is False]
        if self.decision is not None:
            return "managed" if self.decision.risk_assessed else "not_assessed"
        if short and all(review.accepted for review in short):
            return "managed" if all(review.risk_assessed for review in short) else "not_assessed"
        return "changed" if self.decided else "waiting"
