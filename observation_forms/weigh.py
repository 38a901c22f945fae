"""What a record says about an action: supports, contradicts or inconclusive (DESIGN 1, bearing).

Twin of weigh.mjs. Only the shown, scored questions that carry one of the action's themes are weighed; when
none of them was answered with a score, all scored questions are, so that a general observation can still
speak against an action.
"""

from collections.abc import Collection, Mapping
from typing import Any

from .definition import Definition
from .rules import Facts
from .score import scores
from .sight import Context, see

_BEARINGS = ("supports", "inconclusive", "contradicts")


def weigh(
    definition: Definition, answers: Mapping[str, Any], context: Context, action_themes: Collection[str]
) -> str:
    """Any not met contradicts; all met, and at least one, supports; anything else is inconclusive."""
    return bearing_of(definition, see(definition, answers, context).facts, action_themes)


def bearing_of(definition: Definition, facts: Facts, action_themes: Collection[str]) -> str:
    """The same of answers already seen, for whoever weighs one record on several actions."""
    given = scores(definition, facts)
    on_theme = [score for question, score in given if not question.theme_set.isdisjoint(action_themes)]
    found = on_theme or [score for _, score in given]
    if "not_met" in found:
        return "contradicts"
    return "supports" if found and "partly" not in found else "inconclusive"


def bearing_allowed(computed: str, chosen: str) -> bool:
    """Whether an author may give `chosen` where `computed` was reached: the same or lower, never higher."""
    known = computed in _BEARINGS and chosen in _BEARINGS
    return known and _BEARINGS.index(chosen) >= _BEARINGS.index(computed)
