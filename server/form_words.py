"""Answers and times of a form in the words a person would say, as the tablet says them too."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from observation_forms import Definition
from observation_forms.definition import Question, Value
from observation_forms.wording import worded

_LONDON = ZoneInfo("Europe/London")
_HOUR = 60
_DAY = 24 * _HOUR
# The members of a definition that people read. Twin of TEXTS in pwa/js/words_of_service.mjs
_TEXTS = frozenset({"title", "about", "ask", "hint", "label", "body", "none", "add", "row_title", "why"})


def in_words(definition: Definition, words: Mapping[str, str]) -> Definition:
    """The same form, its texts in the words of one kind of service: "resident" or "tenant"."""
    return msgspec.convert(_worded(msgspec.to_builtins(definition), words), Definition)


def answer_words(question: Question, value: Value, names: Mapping[str, str]) -> str:
    """One answer in the words it was given in: labels for codes, London time, numbers with their unit."""
    match question.kind:
        case "integer":
            return f"{value} {question.unit}" if question.unit else str(value)
        case "duration" if isinstance(value, int):
            return duration_words(value)
        case "instant":
            return _london(str(value))
        case "date":
            return _day(str(value))
        case "text":
            return str(value)
        case _:
            labels = {option.code: option.label for option in question.options}
            labels |= {entry.code: entry.label for entry in question.special}
            if question.none:
                labels["none"] = question.none
            chosen: Sequence[str] = value if isinstance(value, list) else [str(value)]
            return ", ".join(labels.get(code) or names.get(code, code) for code in chosen)


def duration_words(minutes: int) -> str:
    """Whole minutes in words: "25 min", "1 h 25 min", "2 days 3 h". Twin of pwa/js/durations.mjs."""
    if minutes < 0:
        return f"minus {duration_words(-minutes)}"
    days, rest = divmod(minutes, _DAY) if minutes >= 2 * _DAY else (0, minutes)
    hours, left = divmod(rest, _HOUR)
    parts = [(days, "days"), (hours, "h"), (left, "min")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 min"


def quick_words(minutes: int) -> str:
    """The words of a button that sets a time so many minutes from now: "Now", "15 min ago", "In 1 h"."""
    if minutes == 0:
        return "Now"
    return f"In {duration_words(minutes)}" if minutes > 0 else f"{duration_words(-minutes)} ago"


def _worded(part: Any, words: Mapping[str, str]) -> Any:
    if isinstance(part, list | tuple):
        return [_worded(each, words) for each in part]
    if not isinstance(part, dict):
        return part
    return {
        key: worded(value, words) if isinstance(value, str) and key in _TEXTS else _worded(value, words)
        for key, value in part.items()
    }


def _london(instant: str) -> str:
    try:
        moment = datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).astimezone(_LONDON)
    except (ValueError, OverflowError):
        return instant
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def _day(date: str) -> str:
    try:
        day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return date
    return f"{day.day} {day:%B %Y}"
