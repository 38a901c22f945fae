"""The edits of an action in words: who, when, and each field as it was and as it became."""

import msgspec

from server.evidence import words
from server.evidence.action_states import STATES
from server.evidence.action_store import Edit
from server.evidence.actions import Target, hundredths_words, target_words, what_is_measured
from server.evidence.people import Names
from server.evidence.times import day_words, moment_words, read_day
from server.framework import library

# The measures and the one target with its window were fields of their own until actions had several targets
LABELS = {
    "status": "State",
    "title": "Title",
    "themes": "Themes",
    "tags": "Framework tags",
    "unit": "Unit",
    "source": "Source",
    "baseline": "Baseline",
    "baseline_numerator": "Baseline, how many",
    "baseline_denominator": "Baseline, out of",
    "baseline_period": "Baseline period",
    "expected": "Expected in daily care",
    "targets": "Measures and targets",
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
    "changed_on": "Practice changed on",
    "changed_what": "What was changed in practice",
    "learning": "What was learned",
}
_DAYS = ("window_start", "window_end", "deadline", "changed_on")

_CODES = {
    "status": STATES,
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
    """One edit in words. Version 1, the making of the action, has no changes; `reason` was given for a step."""

    version: int
    when: str
    who: str
    changes: list[FieldChange]
    reason: str


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
            reason=edit.reason,
        )
        for edit in edits
    ]


def value_words(field: str, value: object, names: Names) -> str:
    """A value of one field of an action, as people read it; "none" for nothing."""
    if value is None or value in ("", [], ()):
        return "whole service" if field == "unit" else "none"
    if field == "targets":
        return "; ".join(target_line(target) for target in msgspec.convert(value, list[Target]))
    if isinstance(value, (list, tuple)):
        return ", ".join(value_words(field, one, names) for one in value)
    if field == "target_hundredths" and isinstance(value, int):
        return hundredths_words(value)
    text = str(value)
    if field == "themes":
        return words.named(words.themes(), text)
    if field in _CODES:
        return words.named(_CODES[field], text)
    if field == "tags":
        return library().words(text)
    if field in _DAYS:
        day = read_day(text)
        return day_words(day) if day else text
    return {"owner": names.one_of_staff, "unit": names.unit}.get(field, str)(text)


def target_line(target: Target) -> str:
    """One measure with its target and its window, on one line."""
    how = f" ({target.how})" if target.measure and target.how else ""
    days = f"{_day(target.start)} to {_day(target.end)}"
    return f"{what_is_measured(target)}{how}: {target_words(target).lower()}, {days}"


def change_days(edits: list[Edit], now: str) -> list[tuple[str, str]]:
    """Every day that was given for the change of practice, from the whole history, newest edit first: the day, and when
    it was given. `now` is the one that stands, "" where there is none: then what was taken back is still among them.
    """
    moved = [edit for edit in edits if "changed_on" in edit.changed]
    began = moved[-1].changed["changed_on"][0] if moved else now
    given = [(edit.changed["changed_on"][1], edit.at) for edit in moved]
    return [(str(day), at) for day, at in (*given, (began, edits[-1].at)) if day]


def _day(text: str) -> str:
    day = read_day(text)
    return day_words(day) if day else text
