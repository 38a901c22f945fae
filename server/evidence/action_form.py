"""Reading the form of an action: what was typed becomes checked fields, or a sentence for each field to put right.

Pure: it is handed what was typed and what may be chosen, and touches nothing. What was typed is never lost: the
page shows `Typed` again as it came.
"""

from collections.abc import Collection, Mapping
from datetime import date

import msgspec

from server.evidence import words
from server.evidence.action_measures import offered
from server.evidence.action_reading import Fault, Read, Reader, Typed
from server.evidence.action_targets import read_targets, rows_of, typed_targets
from server.evidence.actions import ActionFields
from server.evidence.times import read_day
from server.framework import library

__all__ = ["Choices", "Fault", "Typed", "blank", "read_fields", "typed_again"]

# domain/2 1.5 D1: shorter cannot name who, what and when
BASELINE_CHARACTERS = 30
EXPECTED_CHARACTERS = 20
CHANGED_CHARACTERS = 10

LISTS = ("themes", "tags", "evidence_kinds")


class Choices(msgspec.Struct, frozen=True):
    """What may be picked in this service on this day: ids of its units and of the staff who can own an action, the tags
    of the frameworks, the measures.
    """

    units: Collection[str]
    owners: Collection[str]
    today: date
    tags: Collection[str] = msgspec.field(default_factory=lambda: library().tags)
    measures: Mapping[str, str] = msgspec.field(default_factory=offered)


def read_fields(typed: Typed, choices: Choices) -> tuple[ActionFields | None, dict[str, str]]:
    """The fields, or None with a sentence for every field that needs another look, in the order of the page."""
    form = Reader(typed)
    values: dict[str, object] = {}
    for name, read in _readers(form, choices).items():
        values[name] = form.try_to_read(name, read)
    if form.faults:
        return None, form.faults
    return msgspec.convert(values, ActionFields), {}


def typed_again(fields: ActionFields) -> dict[str, tuple[str, ...]]:
    """What a person would have typed to get these fields: the form of an action that is there already."""
    raw = msgspec.structs.asdict(fields)
    targets = typed_targets(raw.pop("targets"))
    lists = {name: tuple(raw.pop(name)) for name in LISTS}
    texts = {name: ("" if value is None else str(value),) for name, value in raw.items()}
    return {**texts, **lists, **targets}


def blank(id: str, today: date) -> dict[str, tuple[str, ...]]:
    """An empty form: a window that starts today, a target in per cent, the id the action will have."""
    names = [field.name for field in msgspec.structs.fields(ActionFields) if field.name != "targets"]
    empty: dict[str, tuple[str, ...]] = {name: () if name in LISTS else ("",) for name in names}
    return empty | {"id": (id,)} | blank_target(1, today)


def blank_target(row: int, today: date) -> dict[str, tuple[str, ...]]:
    """What an empty row for a measure begins with."""
    return {
        f"comparator_{row}": ("at_least",),
        f"target_unit_{row}": ("percent",),
        f"window_start_{row}": (today.isoformat(),),
    }


def _readers(form: Reader, choices: Choices) -> dict[str, Read]:
    """In the order of the page."""
    return {
        "title": lambda: form.needed("title", "Write a short title for the action."),
        "themes": lambda: _themes(form),
        "tags": lambda: form.some_of("tags", choices.tags),
        "unit": lambda: form.one_of(
            "unit", {"", *choices.units}, "Choose a unit of this service, or the whole service."
        ),
        "source": lambda: form.one_of("source", words.SOURCES, "Choose where this action comes from."),
        "baseline": lambda: form.needed(
            "baseline",
            "Write what is wrong now: who, what and when.",
            BASELINE_CHARACTERS,
            "Say more about what is wrong now: who, what and when.",
        ),
        "baseline_numerator": lambda: _numerator(form),
        "baseline_denominator": lambda: form.count("baseline_denominator", "baseline_numerator", 1),
        "baseline_period": lambda: _period(form),
        "expected": lambda: form.needed(
            "expected",
            "Write what people will see in daily care when this has worked.",
            EXPECTED_CHARACTERS,
            "Say more about what people will see in daily care.",
        ),
        "targets": lambda: read_targets(form, choices.measures),
        "risk": lambda: form.one_of("risk", words.RISKS, "Choose how high the risk is."),
        "owner": lambda: form.one_of("owner", choices.owners, "Choose the one person who owns this action."),
        "review_route": lambda: form.needed("review_route", "Say which meeting reviews it."),
        "deadline": lambda: _deadline(form),
        "evidence_kinds": lambda: _kinds(form),
        "changed_on": lambda: _changed_on(form, choices.today),
        "changed_what": lambda: _changed_what(form),
        "learning": lambda: form.optional("learning"),
    }


def _themes(form: Reader) -> tuple[str, ...]:
    themes = form.some_of("themes", words.themes())
    if not themes:
        raise Fault("Tick at least one theme, so that tablets can offer the right questions.")
    return themes


def _kinds(form: Reader) -> tuple[str, ...]:
    """domain/2 D1, domain/3 1.9 rule 4: a single source is rarely enough, and never for high risk."""
    kinds = form.some_of("evidence_kinds", words.EVIDENCE_KINDS)
    if not kinds:
        raise Fault("Tick at least one kind of evidence that must be seen.")
    if form.text("risk") == "high" and len(kinds) < 2:
        raise Fault("Tick at least two kinds of evidence: this action is high risk.")
    return kinds


def _numerator(form: Reader) -> int | None:
    top = form.count("baseline_numerator", "baseline_denominator", 0)
    bottom = form.text("baseline_denominator")
    if top is not None and bottom.isdecimal() and 0 < int(bottom[:9]) < top:
        raise Fault("The first number is a part of the second, so it cannot be larger.")
    return top


def _period(form: Reader) -> str:
    period = form.optional("baseline_period")
    if not period and form.text("baseline_numerator"):
        raise Fault("Say which period the numbers are for, such as July to September 2026.")
    return period


def _deadline(form: Reader) -> str:
    deadline = form.day("deadline", "Give the day the action must be done by.")
    rows = rows_of(form.typed)
    starts = [day for row in rows if (day := read_day(form.text(f"window_start_{row}")))]
    if starts and deadline < min(starts).isoformat():
        raise Fault("The deadline cannot be before the window starts.")
    return deadline


def _changed_on(form: Reader, today: date) -> str:
    """The day from which evidence speaks of the new practice: not before it has come."""
    if not form.text("changed_on"):
        if form.text("changed_what"):
            raise Fault("Give the day practice was changed, or leave what was changed empty until it is.")
        return ""
    day = form.day("changed_on", "")
    if day > today.isoformat():
        raise Fault("Practice cannot have changed on a day that has not come. Fill this in when it has.")
    return day


def _changed_what(form: Reader) -> str:
    if not form.text("changed_on"):
        return form.optional("changed_what")
    return form.needed(
        "changed_what",
        "Say what was changed in practice on that day.",
        CHANGED_CHARACTERS,
        "Say more about what was changed.",
    )
