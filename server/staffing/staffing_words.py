"""A staffing week in the words of its pages."""

from collections.abc import Mapping

from observation_forms import Catalogue
from server.staffing.shift import Figures

# What the pages show of F4, by the name of the question
_ASKED = {
    "missed": "missed_support",
    "feeling": "staff_feeling",
    "tiredness": "tiredness",
    "rushed": "records_rushed",
    "pressure": "pressure",
}
NOT_SAID = "not said"


def options(catalogue: Catalogue) -> dict[str, dict[str, str]]:
    """The words of the form's own options, by what the page calls them."""
    questions = catalogue.current("shift_review").definition.by_id
    found: dict[str, dict[str, str]] = {}
    for name, id in _ASKED.items():
        question = questions[id]
        found[name] = {one.code: one.label for one in question.options}
        found[name] |= {one.code: one.label for one in question.items}
    return found


def pair(figures: Figures | None, role: str) -> str:
    """ "3 of 4": worked of planned."""
    if figures is None:
        return NOT_SAID
    planned, worked = figures.planned.get(role), figures.worked.get(role)
    return NOT_SAID if planned is None or worked is None else f"{worked} of {planned}"


def number(value: int | None) -> str:
    """A number, or that it was not said."""
    return NOT_SAID if value is None else str(value)


def listed(words: Mapping[str, str], counted: Mapping[str, int]) -> str:
    """ "Meals and drinks 2, Call bells 1"; "none" when nothing was counted."""
    return ", ".join(f"{words.get(code, code)} {count}" for code, count in counted.items()) or "none"
