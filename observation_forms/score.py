"""The result of a form, on whole numbers only (domain/4 Scoring).

Twin of score.mjs. met scores 100 hundredths, partly 50, not met nothing; what was not seen is left out. The
thresholds are the form's; they are compared as products, so that no percentage is ever rounded.
"""

from typing import TypeAlias, cast

import msgspec

from .definition import Definition, Question, Value
from .rules import Facts

POINTS = {"met": 100, "partly": 50, "not_met": 0}
_RESULTS = ("met", "partly", "not_met")


# The class of each answer that is scored, with its question
Scored: TypeAlias = list[tuple[Question, str]]


class Score(msgspec.Struct, frozen=True):
    """Hundredths reached, and how many answers were scored (each worth 100 at best)."""

    points: int
    scored: int


def score_of(given: Scored) -> Score:
    """The score of what was given (`scores`)."""
    points = [POINTS[score] for _, score in given]
    return Score(sum(points), len(points))


def result_of(definition: Definition, given: Scored, score: Score) -> str:
    """met, partly, not_met; or not_scored when the form has no thresholds or nothing was scored."""
    if definition.result is None or score.scored == 0:
        return "not_scored"
    fell = [question for question, each in given if each == "not_met"]
    if any(question.star for question in fell):
        return "not_met"
    if score.points < definition.result.not_met_below * score.scored:
        return "not_met"
    return "partly" if fell or score.points < definition.result.met_from * score.scored else "met"


def scores(definition: Definition, facts: Facts) -> Scored:
    """The classes met, partly and not_met of the answers that count, each with its question."""
    scored = definition.scored_by_id
    found = []
    for key, value in facts.answers.items():
        question = scored.get(key if "." not in key else key.rpartition(".")[2])
        # A cell may be called as a question is, but holds a number
        if question is not None and (score := question.scores.get(cast(str, value))):
            found.append((question, score))
    return found


def concerns_of(definition: Definition, facts: Facts) -> list[str]:
    """The keys whose answer raises an immediate concern (domain/4 `!`), in the order of the form."""
    concerning = definition.concerning_by_id
    found = []
    for key, value in facts.answers.items():
        question = concerning.get(key if "." not in key else key.rpartition(".")[2])
        if question is not None and _raises_concern(question, value):
            found.append(key)
    return found


def result_allowed(computed: str, chosen: str) -> bool:
    """Whether an author may give `chosen` where `computed` was reached: the same or lower, never higher."""
    if computed in _RESULTS and chosen in _RESULTS:
        return _RESULTS.index(chosen) >= _RESULTS.index(computed)
    return computed == chosen == "not_scored"


def _raises_concern(question: Question, value: Value) -> bool:
    if isinstance(value, list):
        return not question.concerns.isdisjoint(value)
    return value in question.concerns
