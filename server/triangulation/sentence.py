"""The plain sentence about an action: what its evidence shows, and what is still not there (domain/3 1.9). Pure.

"Not enough yet: no night-shift observation since the change; feedback says worse." Each clause has a rule of its own,
and they stand in the order of `CLAUSES`. It says what the evidence shows; whether an action may be closed, people say.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from server.triangulation.agreement import SUBJECTS, contradiction, joined
from server.triangulation.places import LIVE, in_one_place
from server.triangulation.standing import Asked, Standing, weighed

# "no audit and no feedback since the change"
_ONE = {
    "record": "record",
    "audit": "audit",
    "observation": "observation",
    "feedback": "feedback",
    "oversight": "oversight or minutes",
}


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """What a measure with a target comes to: `state`, the count in words and the target in words."""

    code: str
    state: Literal["met", "unmet", "few", "nothing", "apart"]
    count: str = ""
    target: str = ""
    minimum: int = 0


class Picture(msgspec.Struct, frozen=True, kw_only=True):
    """All that a sentence is built from. `gap`: audits less experience in points (M12-gap), None = undefined;
    more than `gap_points` apart, they do not tell the same story.
    """

    stands: Sequence[Standing]
    asked: Asked
    figures: Sequence[Figure] = ()
    gap: Fraction | None = None
    gap_points: int = 15

    @property
    def by_kind(self) -> list[Standing]:
        """The kinds that are held against each other."""
        return weighed(self.stands)

    @property
    def since(self) -> str:
        """ "since the change" """
        return "since the change" if self.asked.changed else "since the action began"


def no_day_of_change(picture: Picture) -> list[str]:
    """Nobody wrote down when practice changed, so nothing can be dated after it."""
    return [] if picture.asked.changed else ["nobody has written down the day practice changed"]


def kinds_missing(picture: Picture) -> list[str]:
    """A kind that the action asks for, of which there is none since the change."""
    absent = [f"no {_ONE.get(one.code, one.code)}" for one in picture.by_kind if one.missing]
    return [f"{joined(absent)} {picture.since}"] if absent else []


def not_at_night(picture: Picture) -> list[str]:
    """Practice was watched since the change, and never at night."""
    seen = _kind(picture, "observation")
    if not picture.asked.nights or seen is None or not seen.total or seen.at_night:
        return []
    return [f"no night-shift observation {picture.since}"]


def seen_in_one_place(picture: Picture) -> list[str]:
    """The action is about several units, and practice was seen in one of them on one shift alone: rule 5 of its closure
    test says the same.
    """
    live = [one for one in picture.by_kind if one.code in LIVE and one.supports]
    units = {unit for one in live for unit in one.units}
    shifts = {shift for one in live for shift in one.shifts}
    if not live or not in_one_place(picture.asked.units, units, shifts):
        return []
    return ["practice was seen in one unit on one shift alone"]


def kinds_inconclusive(picture: Picture) -> list[str]:
    """A kind that is there and says neither one thing nor the other."""
    return [_is(one.code, "inconclusive") for one in picture.by_kind if one.says == "inconclusive"]


def kinds_not_current(picture: Picture) -> list[str]:
    """A kind that the action asks for, and whose newest record is older than evidence may be."""
    return [
        f"the newest {_ONE.get(one.code, one.code)} is {one.age} days old"
        for one in picture.by_kind
        if one.needed and one.stale
    ]


def nothing_counted(picture: Picture) -> list[str]:
    """A target towards which nothing, or too little, could be counted, or which is given in another way."""
    empty = [one.code for one in picture.figures if one.state == "nothing"]
    apart = [one.code for one in picture.figures if one.state == "apart"]
    said = [f"nothing to count yet for {joined(empty)}"] if empty else []
    said += [f"{joined(apart)} cannot be held against its target"] if apart else []
    return said + [
        f"{one.code} rests on too little: {one.count}, and at least {one.minimum} are needed"
        for one in picture.figures
        if one.state == "few"
    ]


def kinds_against(picture: Picture) -> list[str]:
    """A kind of which most contradicts the action."""
    return [_worse(one.code) for one in picture.by_kind if one.says == "contradicts"]


def kinds_divided(picture: Picture) -> list[str]:
    """A kind of which as much supports the action as contradicts it."""
    return [_is(one.code, "divided") for one in picture.by_kind if one.says == "divided"]


def audits_and_people_apart(picture: Picture) -> list[str]:
    """Audits and what people say lie further apart than they may (M12-gap; S3E3)."""
    if picture.gap is None or abs(picture.gap) <= picture.gap_points:
        return []
    points = abs(picture.gap.numerator) // picture.gap.denominator
    better, worse = ("audits", "people") if picture.gap > 0 else ("people", "audits")
    return [f"{better} say better than {worse} do, by {points} points"]


def targets_not_met(picture: Picture) -> list[str]:
    """A target that the exact count does not meet."""
    return [
        f"{one.code} stands at {one.count}, and its target is {one.target[:1].lower()}{one.target[1:]}"
        for one in picture.figures
        if one.state == "unmet"
    ]


GAPS: tuple[Callable[[Picture], list[str]], ...] = (
    no_day_of_change,
    kinds_missing,
    not_at_night,
    seen_in_one_place,
    kinds_inconclusive,
    kinds_not_current,
    nothing_counted,
)
AGAINST: tuple[Callable[[Picture], list[str]], ...] = (
    kinds_against,
    kinds_divided,
    audits_and_people_apart,
    targets_not_met,
)
CLAUSES = (*GAPS, *AGAINST)


def sentence(picture: Picture) -> str:
    """The whole sentence."""
    if not any(one.total for one in picture.by_kind):
        also = "".join(f"; {words}" for words in targets_not_met(picture))
        return f"Nothing yet: no record speaks to it {picture.since}{also}."
    said = [words for clause in CLAUSES for words in clause(picture)]
    if not said:
        supporting = [SUBJECTS[one.code][0] for one in picture.by_kind if one.says == "supports"]
        verb = "supports" if supporting == ["feedback"] or supporting == ["oversight"] else "support"
        return f"It agrees so far: {joined(supporting)} {verb} it {picture.since}."
    return f"{lead(picture)}: {'; '.join(said)}."


def lead(picture: Picture) -> str:
    """How the sentence begins: a gap weighs first, for with it nothing is settled yet."""
    if any(clause(picture) for clause in GAPS):
        return "Not enough yet"
    if contradiction(picture.stands) or kinds_divided(picture) or audits_and_people_apart(picture):
        return "The evidence is mixed"
    return "The evidence speaks against it" if kinds_against(picture) else "Not there yet"


def _kind(picture: Picture, code: str) -> Standing | None:
    return next((one for one in picture.by_kind if one.code == code), None)


def _is(code: str, how: str) -> str:
    subject, many = SUBJECTS.get(code, (code, True))
    return f"{subject} {'are' if many else 'is'} {how}"


def _worse(code: str) -> str:
    if code == "feedback":
        return "feedback says worse"
    subject, many = SUBJECTS.get(code, (code, True))
    return f"{subject} {'contradict' if many else 'contradicts'} it"
