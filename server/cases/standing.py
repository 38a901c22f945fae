"""Where a case stands, worked out from its acts: facts, assumptions, controls, checks, what it still lacks."""

from collections.abc import Mapping

import msgspec

from server.cases.kinds import CANDOUR_STEPS, INCIDENT
from server.desk_records.store import Act, DeskRecord


class Fact(msgspec.Struct, frozen=True):
    """A confirmed fact: in whose words, and by which act it was confirmed when it was an assumption before."""

    act: Act
    settled: Act | None

    @property
    def words(self) -> str:
        """What is known."""
        return self.act.get("fact") or self.act.get("assumption")


def facts(case: DeskRecord) -> list[Fact]:
    """What is known for certain, in the order in which it came to be."""
    settled = _settled(case)
    found = [(act.version, Fact(act, None)) for act in case.every("fact")]
    for act in case.every("assumption"):
        by = settled.get(act.version)
        if by is not None and by.get("turned_out") == "fact":
            found.append((by.version, Fact(act, by)))
    return [fact for _, fact in sorted(found, key=lambda pair: pair[0])]


def assumptions(case: DeskRecord) -> list[Act]:
    """What is thought and not settled."""
    settled = _settled(case)
    return [act for act in case.every("assumption") if act.version not in settled]


def refuted(case: DeskRecord) -> list[Fact]:
    """What was thought and turned out not to be so, with the act that says so."""
    settled = _settled(case)
    pairs = [(act, settled.get(act.version)) for act in case.every("assumption")]
    return [Fact(act, by) for act, by in pairs if by is not None and by.get("turned_out") != "fact"]


def controls(case: DeskRecord) -> Mapping[str, str]:
    """The controls in force: the number of the act that put each in place, and its words."""
    ended = {act.get("control") for act in case.every("control_ended")}
    return {
        str(act.version): act.get("control") for act in case.every("control") if str(act.version) not in ended
    }


def checks(case: DeskRecord) -> Mapping[str, Act]:
    """The sustained checks that are planned and not made, by the number of the act."""
    made = {act.get("check") for act in case.every("check_done")}
    return {str(act.version): act for act in case.every("check_planned") if str(act.version) not in made}


def candour_left(case: DeskRecord) -> list[str]:
    """The steps of the duty of candour that are still to be taken, where it applies."""
    assessed = case.last("candour_assessed")
    if assessed is None or assessed.get("applies") != "yes":
        return []
    taken = {act.get("step") for act in case.every("candour_step")}
    return [words for step, words in CANDOUR_STEPS.items() if step not in taken]


def outcome(case: DeskRecord) -> Act | None:
    """The outcome review that stands: made after the last day that was set for it, and since it was opened again."""
    after = max((act.version for act in case.every("outcome_set", "reopened")), default=0)
    done = case.last("outcome")
    return done if done is not None and done.version > after else None


def lacks(case: DeskRecord) -> list[str]:
    """What stands against closing it; nothing when it may be closed."""
    missing = {
        "Sign a decision first.": case.last("decided") is None,
        "Review it first: an incident is closed only after its review.": case.kind == INCIDENT
        and case.last("reviewed") is None,
        "Decide first whether the duty of candour applies.": case.last("candour_assessed") is None,
        "Review the outcome first.": (reviewed := outcome(case)) is None,
        "The outcome is not put right yet: set another day to look at it.": reviewed is not None
        and reviewed.get("result") != "resolved",
        "End each immediate control first, with the reason.": bool(controls(case)),
        "Make each sustained check that is planned first.": bool(checks(case)),
        "Settle each assumption first.": bool(assumptions(case)),
        "Take each step of the duty of candour first.": bool(candour_left(case)),
    }
    return [words for words, lacking in missing.items() if lacking]


def refusal(case: DeskRecord, what: str, said: Mapping[str, str]) -> str:
    """Why an act cannot be done now; "" when it can."""
    if case.closed:
        return "" if what == "reopened" else "The case is closed. Open it again first."
    if what == "reopened":
        return "The case is open."
    if what == "closed":
        return " ".join(lacks(case))
    if what == "candour_step":
        assessed = case.last("candour_assessed")
        if assessed is None or assessed.get("applies") != "yes":
            return "Decide first that the duty of candour applies."
    if what == "outcome" and case.last("outcome_set") is None:
        return "Set the day of the outcome review first."
    if what == "outcome" and case.last("decided") is None:
        return "Sign a decision first: without it there is no outcome."
    return ""


def _settled(case: DeskRecord) -> dict[int, Act]:
    """By the number of an assumption the act that settled it."""
    return {int(act.get("assumption") or 0): act for act in case.every("assumption_settled")}
