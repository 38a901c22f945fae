"""The measures an action may name (domain/3 1.6): M01 to M15, each as a whole or in one of its variants.

What is picked is written "M14" or "M14/a"; "own/" and an id is a measure that the service built (`measures/custom`);
"own" alone is one in the action's own words, which a person counts.
"""

from collections.abc import Mapping

from server.evidence import words

OWN = "own"

# The rows of domain/3 1.6 that count something else under the same number
VARIANTS: Mapping[str, Mapping[str, str]] = {
    "M01": {
        "a": "months in which leaders reviewed safeguarding themes",
        "b": "repeated concerns linked to action and outcome",
    },
    "M02": {"strict": "no exceptions counted", "managed": "reviewed exceptions counted"},
    "M04": {"sampled": "the concerns that were sampled", "all": "all concerns recorded"},
    "M06": {"b": "family told in time, and not the first to ask"},
    "M07": {"b": "care missed on pressured shifts"},
    "M08": {"b": "learning seen in practice"},
    "M09": {"b": "challenge with an owner and a date"},
    "M10": {"met": "recording that was in order"},
    "M11": {"recurrences": "incidents of a kind that came again"},
    "M12": {
        "experience": "people’s experience alone",
        "gap": "audit results less people’s experience",
    },
    "M14": {
        "a": "incidents reviewed in time",
        "b": "learning at the next governance meeting",
        "observed": "learning seen in practice within seven days",
    },
}


def offered() -> dict[str, str]:
    """Everything that may be picked from the list, "M14/a" to its words, in the order of the list."""
    return {
        pick_of(code, variant): measure_words(code, variant)
        for code in words.MEASURES
        for variant in ("", *VARIANTS.get(code, {}))
    }


def pick_of(measure: str, variant: str) -> str:
    """ "M14/a", "M04"; "own" where no measure of the list is named, with the id of one that the service built."""
    return "/".join(part for part in (measure or OWN, variant) if part)


def split_pick(pick: str) -> tuple[str, str]:
    """Measure and variant of what was picked; "" and the id for one that the service built, both "" for "own"."""
    measure, _, variant = pick.partition("/")
    return ("" if measure == OWN else measure), variant


def measure_words(measure: str, variant: str) -> str:
    """ "M14 Incidents reviewed within five working days, learning checked: incidents reviewed in time" """
    known = words.MEASURES.get(measure, "")
    named = f"{measure} {known}".strip()
    if not variant:
        return named
    return f"{named}: {VARIANTS.get(measure, {}).get(variant, variant)}"
