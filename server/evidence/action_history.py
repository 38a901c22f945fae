"""The edits of an action in words: who, when, and each field as it was and as it became."""

import msgspec

from server.evidence import words
from server.evidence.action_store import Edit
from server.evidence.actions import hundredths_words
from server.evidence.people import Names
from server.evidence.times import day_words, moment_words, read_day

LABELS = {
    "title": "Title",
    "themes": "Themes",
    "unit": "Unit",
    "source": "Source",
    "baseline": "Baseline",
    "baseline_numerator": "Baseline, how many",
    "baseline_denominator": "Baseline, out of",
    "baseline_period": "Baseline period",
    "expected": "Expected in daily care",
    "measures": "Measures",
    "measure": "How it is measured",
    "comparator": "Target is",
    "target_hundredths": "Target",
    "target_unit": "Target is given in",
    "window_start": "Window starts",
    "window_end": "Window ends",
    "risk": "Risk",
    "owner": "Owner",
    "review_route": "Review route",
    "deadline": "Deadline",
    "evidence_kinds": "Evidence that must be seen",
}

_CODES = {
    "source": words.SOURCES,
    "comparator": words.COMPARATORS,
    "target_unit": words.TARGET_UNITS,
    "risk": words.RISKS,
    "evidence_kinds": words.EVIDENCE_KINDS,
}


class FieldChange(msgspec.Struct, frozen=True):
    """One field before and after, in words."""

    label: str
    before: str
    after: str


class EditWords(msgspec.Struct, frozen=True):
    """One edit in words. Version 1, the making of the action, has no changes."""

    version: int
    when: str
    who: str
    changes: list[FieldChange]


def in_words(edits: list[Edit], names: Names) -> list[EditWords]:
    """The edits, in the order they came."""
    return [
        EditWords(
            version=edit.version,
            when=moment_words(edit.at),
            who=names.one_of_staff(edit.who),
            changes=[
                FieldChange(
                    LABELS[field], value_words(field, before, names), value_words(field, after, names)
                )
                for field, (before, after) in edit.changed.items()
            ],
        )
        for edit in edits
    ]


def value_words(field: str, value: object, names: Names) -> str:
    """A value of one field of an action, as people read it; "none" for nothing."""
    if value is None or value in ("", [], ()):
        return "whole service" if field == "unit" else "none"
    if isinstance(value, (list, tuple)):
        return ", ".join(value_words(field, one, names) for one in value)
    if field == "target_hundredths" and isinstance(value, int):
        return hundredths_words(value)
    text = str(value)
    if field == "themes":
        return words.named(words.themes(), text)
    if field in _CODES:
        return words.named(_CODES[field], text)
    if field in ("window_start", "window_end", "deadline"):
        day = read_day(text)
        return day_words(day) if day else text
    return {"owner": names.one_of_staff, "unit": names.unit}.get(field, str)(text)
