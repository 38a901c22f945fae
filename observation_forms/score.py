"""The result of a form, on whole numbers only (domain/4 Scoring).

Twin of score.mjs. met scores 100 hundredths, partly 50, not met nothing; what was not seen is left out. The
thresholds are the form's; they are compared as products, so that no percentage is ever rounded.
"""

from collections.abc import Iterable
from typing import cast

import msgspec

from .definition import Definition, Question, Value
from .rules import Facts, rows_of

POINTS = {"met": 100, "partly": 50, "not_met": 0}
_RESULTS = ("met", "partly", "not_met")


class Score(msgspec.Struct, frozen=True):
    """Hundredths reached, and how many answers were scored (each worth 100 at best)."""

    points: int
    scored: int


def score_of(definition: Definition, facts: Facts) -> Score:
    """The score of the answers that count."""
    points = [POINTS[score] for score in scores(definition.scored, facts)]
    return Score(sum(points), len(points))


def result_of(definition: Definition, facts: Facts, score: Score) -> str:
    """met, partly, not_met; or not_scored when the form has no thresholds or nothing was scored."""
    if definition.result is None or score.scored == 0:
        return "not_scored"
    stars = (question for question in definition.scored if question.star)
    if "not_met" in scores(stars, facts) or score.points < definition.result.not_met_below * score.scored:
        return "not_met"
    fell = "not_met" in scores(definition.scored, facts)
    return "partly" if fell or score.points < definition.result.met_from * score.scored else "met"


def scores(questions: Iterable[Question], facts: Facts) -> list[str]:
    """The classes met, partly and not_met of the answers to these questions, all of them scored ones."""
    found: list[str] = []
    for question in questions:
        for key in _keys_of(question, facts):
            if key in facts.answers:
                score = question.by_code[cast(str, facts.answers[key])].score
                if score and score != "excluded":
                    found.append(score)
    return found


def concerns_of(definition: Definition, facts: Facts) -> list[str]:
    """The keys whose answer raises an immediate concern (domain/4 `!`), in the order of the form."""
    found = [
        key
        for question in definition.concerning
        for key in _keys_of(question, facts)
        if _raises_concern(question, facts.answers.get(key))
    ]
    return found if len(found) < 2 else [key for key in facts.answers if key in found]


def result_allowed(computed: str, chosen: str) -> bool:
    """Whether an author may give `chosen` where `computed` was reached: the same or lower, never higher."""
    if computed in _RESULTS and chosen in _RESULTS:
        return _RESULTS.index(chosen) >= _RESULTS.index(computed)
    return computed == chosen == "not_scored"


def _keys_of(question: Question, facts: Facts) -> Iterable[str]:
    if question.in_repeat is None:
        return (question.id,)
    return [f"{question.in_repeat}.{row}.{question.id}" for row in rows_of(question.in_repeat, facts)]


def _raises_concern(question: Question, value: Value | None) -> bool:
    if isinstance(value, list):
        return not question.concerns.isdisjoint(value)
    return value in question.concerns
