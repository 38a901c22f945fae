"""What is typed into the forms of desk records: each field by its kind, checked, in the words it is shown in."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import msgspec

from server.evidence.times import LONDON, day_in_london, day_of, moment_words, read_day, write_instant

LONGEST_LINE, LONGEST_WORDS = 200, 2_000
Said = dict[str, str]


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is typed. `kind`: "line", "words" (several lines), "pick", "day", "past_day", "coming_day", or
    "moment" (a day and a time on London's clock, not to come). A pick has its `options`, or `choices` names those that
    the page knows ("actions").
    """

    name: str
    label: str
    kind: str = "line"
    hint: str = ""
    required: bool = True
    shortest: int = 1
    options: Mapping[str, str] = {}
    choices: str = ""

    @property
    def input_kind(self) -> str:
        """The type of its input."""
        return {"line": "text", "moment": "datetime-local"}.get(self.kind, "date")


Choices = Mapping[str, Mapping[str, str]]


def read_fields(
    fields: tuple[Field, ...], typed: Mapping[str, str], choices: Choices, now: datetime, prefix: str = ""
) -> tuple[Said, dict[str, str]]:
    """What was typed, as it is kept ("" is left out), and what is to be put right by the name of the input."""
    said: Said = {}
    faults: dict[str, str] = {}
    for field in fields:
        text = typed.get(prefix + field.name, "")
        text = text.strip() if field.kind == "words" else " ".join(text.split())
        kept, fault = _read(field, text, choices, now)
        if fault:
            faults[prefix + field.name] = fault
        elif kept:
            said[field.name] = kept
    return said, faults


def options_of(field: Field, choices: Choices) -> Mapping[str, str]:
    """What a pick offers."""
    return field.options or choices.get(field.choices, {})


def value_words(field: Field, value: str, known: Choices) -> str:
    """A kept value as people read it. `known` are the choices of old, too: what was once chosen keeps its words."""
    if field.kind == "pick":
        return options_of(field, known).get(value, value)
    if field.kind == "moment":
        return moment_words(value)
    return day_of(value) if field.kind.endswith("day") else value


def local_moment(instant: datetime) -> str:
    """An instant as the input of a moment shows it."""
    return instant.astimezone(LONDON).strftime("%Y-%m-%dT%H:%M")


def _read(field: Field, text: str, choices: Choices, now: datetime) -> tuple[str, str]:
    if not text:
        missing = "Choose one of these." if field.kind == "pick" else _write_it(field)
        return "", missing if field.required else ""
    if field.kind == "pick":
        return (text, "") if text in options_of(field, choices) else ("", "Choose one of these.")
    if field.kind == "moment":
        return _read_moment(text, now)
    if field.kind.endswith("day"):
        return _read_day(field, text, day_in_london(now))
    longest = LONGEST_WORDS if field.kind == "words" else LONGEST_LINE
    if len(text) > longest or not text.replace("\n", "").replace("\r", "").replace("\t", "").isprintable():
        return "", f"Write up to {longest:,} letters."
    if len(text) < field.shortest:
        return "", f"Write {field.shortest} letters or more."
    return text, ""


def _write_it(field: Field) -> str:
    kinds = {
        "moment": "Give the day and the time.",
        "line": "Write something here.",
        "words": "Write something here.",
    }
    return kinds.get(field.kind, "Choose a day.")


def _read_moment(text: str, now: datetime) -> tuple[str, str]:
    try:
        naive = datetime.fromisoformat(text) if len(text) in (16, 19) and text[10] == "T" else None
    except ValueError:
        naive = None
    if naive is None or naive.tzinfo or read_day(text[:10]) is None:
        return "", "Give the day and the time."
    instant = naive.replace(tzinfo=LONDON).astimezone(UTC)
    if instant > now + timedelta(minutes=5):
        return "", "This is still to come. Give the time at which it happened."
    return write_instant(instant), ""


def _read_day(field: Field, text: str, today: date) -> tuple[str, str]:
    day = read_day(text)
    if day is None:
        return "", "Choose a day."
    if field.kind == "past_day" and day > today:
        return "", "This day is still to come."
    if field.kind == "coming_day" and day < today:
        return "", "This day has passed."
    return day.isoformat(), ""
