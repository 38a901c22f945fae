"""Reading the form of an action: what was typed becomes checked fields, or a sentence for each field to put right.

Pure: it is handed what was typed and what may be chosen, and touches nothing. What was typed is never lost: the
page shows `Typed` again as it came.
"""

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date

import msgspec

from server.evidence import words
from server.evidence.actions import HUNDRED_PER_CENT, ActionFields, hundredths_words
from server.evidence.times import read_day

Typed = Mapping[str, tuple[str, ...]]
Read = Callable[[], object]

# domain/2 1.5 D1: shorter cannot name who, what and when
BASELINE_CHARACTERS = 30
EXPECTED_CHARACTERS = 20
LONGEST = 2_000
LARGEST = 1_000_000

LISTS = ("themes", "measures", "evidence_kinds")


class Choices(msgspec.Struct, frozen=True):
    """What may be picked in this service: ids of its units and of the staff who can own an action."""

    units: Collection[str]
    owners: Collection[str]


class Fault(Exception):
    """One field that cannot be used; `str()` says how to put it right."""


def read_fields(typed: Typed, choices: Choices) -> tuple[ActionFields | None, dict[str, str]]:
    """The fields, or None with a sentence for every field that needs another look, in the order of the page."""
    reader = _Reader(typed)
    values = {name: reader.try_to_read(name, read) for name, read in _readers(reader, choices).items()}
    reader.compare_days()
    if reader.faults:
        return None, reader.faults
    return msgspec.convert(values, ActionFields), {}


def typed_again(fields: ActionFields) -> dict[str, tuple[str, ...]]:
    """What a person would have typed to get these fields: the form of an action that is there already."""
    raw = msgspec.structs.asdict(fields)
    target = hundredths_words(raw.pop("target_hundredths"))
    lists = {name: tuple(raw.pop(name)) for name in LISTS}
    texts = {name: ("" if value is None else str(value),) for name, value in raw.items()}
    return {**texts, **lists, "target": (target,)}


def blank(id: str, today: date) -> dict[str, tuple[str, ...]]:
    """An empty form: a window that starts today, a target in per cent, the id the action will have."""
    names = [
        field.name for field in msgspec.structs.fields(ActionFields) if field.name != "target_hundredths"
    ]
    empty: dict[str, tuple[str, ...]] = {name: () if name in LISTS else ("",) for name in [*names, "target"]}
    return empty | {
        "id": (id,),
        "comparator": ("at_least",),
        "target_unit": ("percent",),
        "window_start": (today.isoformat(),),
    }


class _Reader:
    def __init__(self, typed: Typed) -> None:
        self.typed = typed
        self.faults: dict[str, str] = {}

    def try_to_read(self, name: str, read: Read) -> object:
        try:
            return read()
        except Fault as fault:
            field = "target" if name == "target_hundredths" else name
            self.faults[field] = str(fault)
            return None

    def text(self, name: str) -> str:
        """What was typed, with the spaces at both ends taken off and the line ends of every system made one."""
        typed = "".join(self.typed.get(name, ())[:1])
        return typed.replace("\r\n", "\n").strip()

    def needed(self, name: str, ask: str, least: int = 1, more: str = "") -> str:
        text = self.text(name)
        if len(text) < least:
            raise Fault(
                f"{more} You have written {len(text)} of {least} characters." if text and more else ask
            )
        return _not_too_long(text)

    def optional(self, name: str) -> str:
        return _not_too_long(self.text(name))

    def one_of(self, name: str, known: Collection[str], ask: str) -> str:
        code = self.text(name)
        if code not in known:
            raise Fault(ask)
        return code

    def some_of(self, name: str, known: Mapping[str, str]) -> tuple[str, ...]:
        """The known codes that were ticked, sorted, as `ActionFields` keeps them."""
        return tuple(sorted({code for code in self.typed.get(name, ()) if code in known}))

    def themes(self) -> tuple[str, ...]:
        themes = self.some_of("themes", words.themes())
        if not themes:
            raise Fault("Tick at least one theme, so that tablets can offer the right questions.")
        return themes

    def kinds(self) -> tuple[str, ...]:
        """domain/2 D1, domain/3 1.9 rule 4: a single source is rarely enough, and never for high risk."""
        kinds = self.some_of("evidence_kinds", words.EVIDENCE_KINDS)
        if not kinds:
            raise Fault("Tick at least one kind of evidence that must be seen.")
        if self.text("risk") == "high" and len(kinds) < 2:
            raise Fault("Tick at least two kinds of evidence: this action is high risk.")
        return kinds

    def measure(self) -> str:
        text = self.optional("measure")
        if not text and not self.some_of("measures", words.MEASURES):
            raise Fault("Say how you will measure it, or tick a measure from the list.")
        return text

    def count(self, name: str, other: str, least: int) -> int | None:
        text = self.text(name)
        if not text:
            if self.text(other):
                raise Fault("Fill in both numbers, such as 31 of 44, or leave both empty.")
            return None
        return _whole_number(text, least)

    def numerator(self) -> int | None:
        top = self.count("baseline_numerator", "baseline_denominator", 0)
        bottom = self.text("baseline_denominator")
        if top is not None and bottom.isdecimal() and 0 < int(bottom[:9]) < top:
            raise Fault("The first number is a part of the second, so it cannot be larger.")
        return top

    def period(self) -> str:
        period = self.optional("baseline_period")
        if not period and self.text("baseline_numerator"):
            raise Fault("Say which period the numbers are for, such as July to September 2026.")
        return period

    def target(self) -> int:
        text = self.text("target").removesuffix("%").strip()
        if not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,2})?", text, re.ASCII):
            raise Fault("Write the target as a number, such as 95 or 97.5.")
        whole, _, rest = text.partition(".")
        hundredths = int(whole) * 100 + int(rest.ljust(2, "0") or 0)
        if self.text("target_unit") == "percent" and hundredths > HUNDRED_PER_CENT:
            raise Fault("A target in per cent cannot be more than 100.")
        return hundredths

    def day(self, name: str, ask: str) -> str:
        text = self.text(name)
        day = read_day(text)
        if day is None:
            raise Fault(ask if not text else "Write a real date from 1900 to 2200, such as 2027-01-31.")
        return day.isoformat()

    def compare_days(self) -> None:
        names = ("window_start", "window_end", "deadline")
        start, end, deadline = (read_day(self.text(name)) for name in names)
        if start and end and end <= start:
            self.faults.setdefault("window_end", "The window must end after it starts.")
        if start and deadline and deadline < start:
            self.faults.setdefault("deadline", "The deadline cannot be before the window starts.")


def _readers(form: _Reader, choices: Choices) -> dict[str, Read]:
    return {
        "title": lambda: form.needed("title", "Write a short title for the action."),
        "themes": form.themes,
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
        "baseline_numerator": form.numerator,
        "baseline_denominator": lambda: form.count("baseline_denominator", "baseline_numerator", 1),
        "baseline_period": form.period,
        "expected": lambda: form.needed(
            "expected",
            "Write what people will see in daily care when this has worked.",
            EXPECTED_CHARACTERS,
            "Say more about what people will see in daily care.",
        ),
        "measures": lambda: form.some_of("measures", words.MEASURES),
        "measure": form.measure,
        "comparator": lambda: form.one_of(
            "comparator", words.COMPARATORS, "Choose how the target is compared."
        ),
        "target_hundredths": form.target,
        "target_unit": lambda: form.one_of("target_unit", words.TARGET_UNITS, "Choose per cent or a number."),
        "window_start": lambda: form.day("window_start", "Give the day the window starts."),
        "window_end": lambda: form.day("window_end", "Give the day the window ends."),
        "risk": lambda: form.one_of("risk", words.RISKS, "Choose how high the risk is."),
        "owner": lambda: form.one_of("owner", choices.owners, "Choose the one person who owns this action."),
        "review_route": lambda: form.needed("review_route", "Say which meeting reviews it."),
        "deadline": lambda: form.day("deadline", "Give the day the action must be done by."),
        "evidence_kinds": form.kinds,
    }


def _not_too_long(text: str) -> str:
    if len(text) > LONGEST:
        raise Fault(f"Make this shorter: it has {len(text)} characters, and {LONGEST} are kept.")
    return text


def _whole_number(text: str, least: int) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 7 and least <= int(text) <= LARGEST):
        raise Fault(f"Write a whole number from {least} to {LARGEST:,}.")
    return int(text)
