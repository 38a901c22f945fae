"""Words that say too little to be tested (domain/1 1.1, domain/3 1.7 "vague actions"), and what to write instead.

A warning, never a refusal: only a person can tell whether "monitor" is idle here. What can be told for certain (too
short, no measure, no owner) is refused by `action_form`.
"""

import re
from collections.abc import Iterator, Mapping

import msgspec

from server.evidence.action_reading import Reader
from server.evidence.action_targets import MOST_TARGETS
from server.evidence.actions import ActionFields


class Remark(msgspec.Struct, frozen=True):
    """One thing to look at again: the field of the form, the word found ("" = something is missing), what to write."""

    field: str
    found: str
    advice: str


# What it begins with, to what to write instead. An inflected form is found too ("monitored", "reminding staff")
_VAGUE: Mapping[str, str] = {
    r"monitor\w*": "Say who looks at what, how often, and what they do when it is not right.",
    r"remind(?:er|ers|ed|ing|s)?": "Say what staff will do differently, and how somebody will see that they do.",
    r"ensur(?:e|es|ed|ing)|make sure|making sure": "Say who does what. “Ensure” names nobody and nothing.",
    r"improv(?:e|es|ed|ing|ement|ements)": "Say what people will see when it is better, in a form one can count.",
    r"re-?iterat\w*|reinforc\w*|emphasis\w*|re-?brief\w*": "Say what changes in practice, not what staff are told.",
    r"raise awareness|raising awareness|be aware": "Say what staff will do once they know.",
    r"review regularly|regularly|on an ongoing basis|ongoing": "Say how often, and until when.",
    r"as (?:needed|appropriate|required)|where (?:possible|appropriate|necessary)": "Say when, and who judges it.",
    r"as soon as possible|asap|in due course|going forward": "Give a day or a time.",
    r"robust|better quality|more consistent(?:ly)?": "Say what would be counted as right.",
    r"address(?:ed|ing)? (?:the |these |this )?(?:issues?|concerns?)": "Name the issue, and say what is done.",
}
_PATTERNS = [(re.compile(rf"\b(?:{vague})\b", re.IGNORECASE), advice) for vague, advice in _VAGUE.items()]

_WHO = re.compile(
    r"\b(?:staff|carers?|seniors?|nurses?|leaders?|managers?|deput(?:y|ies)|leads?|team|teams|agency|workers?|people|"
    r"persons?|residents?|tenants?|relatives?|famil(?:y|ies)|visitors?|we|nobody|someone|home|house|service|unit|floor|"
    r"shifts?|drivers?|cooks?|auditors?|audits?|meetings?)\b",
    re.IGNORECASE,
)
_MONTHS = (
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sept sep oct nov dec"
)
_WHEN = re.compile(
    rf"\b(?:\d{{4}}|{'|'.join(_MONTHS.split())}|spring|summer|autumn|winter|today|yesterday|"
    r"mondays?|tuesdays?|wednesdays?|thursdays?|fridays?|saturdays?|sundays?|weekends?|weekdays?|"
    r"since|during|between|(?:last|past|this|each|every|previous|first|second|third|fourth) "
    r"(?:\w+ )?(?:days?|weeks?|months?|quarters?|years?|shifts?)|(?:days?|weeks?|months?|quarters?|years?)|after)\b",
    re.IGNORECASE,
)


def remarks(fields: ActionFields) -> list[Remark]:
    """What is worth another look, in the order of the form; a word is named once for each field."""
    how = {f"how_{number}": target.how for number, target in enumerate(fields.targets, 1)}
    texts = {name: getattr(fields, name) for name in _TEXTS} | how
    return list(_remarks(texts, counted=fields.baseline_denominator is not None))


def remarks_on(form: Reader) -> list[Remark]:
    """The same of a form that cannot be saved yet: of what there is in it so far."""
    hows = [f"how_{row}" for row in range(1, MOST_TARGETS + 1)]
    texts = {name: form.text(name) for name in (*_TEXTS, *hows)}
    found = _remarks(texts, counted=bool(form.text("baseline_denominator")))
    return [one for one in found if one.found or texts["baseline"]]


def by_field(found: list[Remark]) -> dict[str, list[Remark]]:
    """The remarks under the fields they are about."""
    fields: dict[str, list[Remark]] = {}
    for remark in found:
        fields.setdefault(remark.field, []).append(remark)
    return fields


_TEXTS = ("title", "baseline", "expected", "changed_what")


def _remarks(texts: Mapping[str, str], *, counted: bool) -> Iterator[Remark]:
    baseline = texts["baseline"]
    yield from _vague("title", texts["title"])
    yield from _vague("baseline", baseline)
    if not _WHO.search(baseline):
        yield Remark(
            "baseline", "", "It does not seem to say who it is about: which staff, which people, where."
        )
    if not _WHEN.search(baseline):
        yield Remark("baseline", "", "It does not seem to say when: name the months, or since when.")
    if not counted and not re.search(r"\d", baseline):
        yield Remark(
            "baseline_numerator", "", "Nobody can show a change without a figure to start from. Count once."
        )
    yield from _vague("expected", texts["expected"])
    for field in texts:
        if field.startswith("how_"):
            yield from _vague(field, texts[field])
    yield from _vague("changed_what", texts["changed_what"])


def _vague(field: str, text: str) -> Iterator[Remark]:
    for pattern, advice in _PATTERNS:
        if found := pattern.search(text):
            yield Remark(field, found[0], advice)
