"""From what was typed or tapped to the one way each answer is written.

Twin of answers.mjs. Nothing here leans on what either language means by white space, digit, length or date:
the sets and the calendar are spelled out, because `strip` and `trim`, `\\d` and `len` all differ between
the two.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from .codes import NONE, is_row
from .definition import Answers, Definition, Question, Value
from .rules import SAFE

BLANKS = (
    "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u200b\u2028\u2029\u202f\u205f\u2060\u3000\ufeff"
)
"""Unicode's white space, with the zero-width space, the word joiner and the byte order mark."""

_LONGEST_ID = 100
_HOURS = frozenset(f"{number:02}" for number in range(24))
_SIXTIES = frozenset(f"{number:02}" for number in range(60))
_MOST_ROWS = 100


def normalise(definition: Definition, raw: Mapping[str, Any]) -> tuple[Answers, dict[str, str]]:
    """Raw inputs (key to text, or to a list of texts for choices, staff and repeats) read into values.

    Returns the answers that could be read, and for those that could not the built-in code that says why.
    Blank input is no answer and in neither. Questions that the form does not have, and those it works out
    itself, are left out. Limits are not looked at: an answer that is too long is still an answer. Reading
    what was read before changes nothing.
    """
    answers: Answers = {}
    invalid: dict[str, str] = {}
    for key in raw:
        question = definition.question_at(key)
        if question is not None and not is_worked_out(question):
            value, fault = read(question, raw[key])
            if fault:
                invalid[key] = fault
            elif value is not None:
                answers[key] = value
    return answers, invalid


def is_worked_out(question: Question) -> bool:
    """Whether a question is never asked: its value follows from other answers, and a given one is not trusted."""
    return question.works_out


def read(question: Question, raw: Any) -> tuple[Value | None, str]:
    """One raw input read by its kind: the value, or None when blank; and the code of what is wrong, or ""."""
    if raw == "" or raw == []:
        return None, ""
    return _READERS[question.kind](question, raw)


def fault_of(question: Question, value: Any) -> str:
    """The code of what is wrong with a value in a record, "" when it is written as it should be.

    A value is right when writing it as raw input and reading that gives the same value again.
    """
    again, fault = read(question, str(value) if type(value) is int else value)
    if fault:
        return fault
    return "" if again is not None and again == value else "wrong_type"


def instant_or_none(text: str) -> str | None:
    """The text itself when it is a real instant in UTC, written 2026-06-01T07:05:00Z; otherwise None."""
    is_instant = (
        len(text) == 20
        and text[10] == "T"
        and text[13] == ":"
        and text[16] == ":"
        and text[19] == "Z"
        and text[11:13] in _HOURS
        and text[14:16] in _SIXTIES
        and text[17:19] in _SIXTIES
        and _is_date(text[:10])
    )
    return text if is_instant else None


def _read_option(question: Question, raw: Any) -> tuple[Value | None, str]:
    if not isinstance(raw, str):
        return None, "wrong_type"
    return (raw, "") if raw in question.by_code else (None, "unknown_option")


def _read_choices(question: Question, raw: Any) -> tuple[Value | None, str]:
    if not _is_texts(raw):
        return None, "wrong_type"
    if any(code not in question.by_code for code in raw):
        return None, "unknown_option"
    return [option.code for option in question.options if option.code in raw], ""


def _read_text(_question: Question, raw: Any) -> tuple[Value | None, str]:
    if not isinstance(raw, str):
        return None, "wrong_type"
    text = raw.replace("\r\n", "\n").replace("\r", "\n").strip(BLANKS)
    # Printable text, the common case, holds nothing unreadable; asking so is ten times faster.
    if not text.isprintable() and any(_is_unreadable(character) for character in text):
        return None, "unreadable_text"
    return text or None, ""


def _read_integer(_question: Question, raw: Any) -> tuple[Value | None, str]:
    if not isinstance(raw, str):
        return None, "wrong_type"
    text = raw.strip(BLANKS)
    if not text:
        return None, ""
    negative = text[0] == "-"
    figures = text[1:] if text[0] in "+-" else text
    if not _is_figures(figures):
        return None, "not_a_number"
    figures = figures.lstrip("0") or "0"
    if len(figures) > 16 or int(figures) > SAFE:
        return None, "not_a_number"
    return (-int(figures) if negative else int(figures)), ""


def _read_instant(_question: Question, raw: Any) -> tuple[Value | None, str]:
    if not isinstance(raw, str):
        return None, "wrong_type"
    text = raw.strip(BLANKS)
    return (text or None, "") if not text or instant_or_none(text) else (None, "not_a_time")


def _read_date(_question: Question, raw: Any) -> tuple[Value | None, str]:
    if not isinstance(raw, str):
        return None, "wrong_type"
    text = raw.strip(BLANKS)
    return (text or None, "") if not text or _is_date(text) else (None, "not_a_date")


def _read_person(_question: Question, raw: Any) -> tuple[Value | None, str]:
    return (raw, "") if _is_id(raw) else (None, "wrong_type")


def _read_staff(_question: Question, raw: Any) -> tuple[Value | None, str]:
    if not _is_texts(raw) or not all(_is_id(each) for each in raw):
        return None, "wrong_type"
    return list(dict.fromkeys(raw)), ""


def _read_repeat(question: Question, raw: Any) -> tuple[Value | None, str]:
    if not _is_texts(raw):
        return None, "wrong_type"
    if len(raw) > _MOST_ROWS:
        return None, "too_many_rows"
    is_none = raw == [NONE] and question.none is not None
    return (list(dict.fromkeys(raw)), "") if is_none or all(map(is_row, raw)) else (None, "wrong_type")


def _read_nothing(_question: Question, _raw: Any) -> tuple[Value | None, str]:
    return None, "wrong_type"


def _is_texts(raw: Any) -> bool:
    return isinstance(raw, list) and all(isinstance(each, str) for each in raw)


def _is_id(raw: Any) -> bool:
    is_visible_ascii = isinstance(raw, str) and raw.isascii() and raw.isprintable() and " " not in raw
    return is_visible_ascii and 0 < len(raw) <= _LONGEST_ID


def _is_unreadable(character: str) -> bool:
    is_control = character < " " and character not in "\t\n"
    return is_control or character == "\x7f" or "\ud800" <= character <= "\udfff"


def _is_figures(text: str) -> bool:
    return text.isascii() and text.isdigit()


# A day's records bear the same date
@lru_cache(maxsize=1024)
def _is_date(text: str) -> bool:
    if len(text) != 10 or text[4] != "-" or text[7] != "-":
        return False
    year, month, day = text[:4], text[5:7], text[8:]
    if not (_is_figures(year) and _is_figures(month) and _is_figures(day)):
        return False
    return int(year) >= 1900 and 1 <= int(month) <= 12 and 1 <= int(day) <= _days_in(int(year), int(month))


def _days_in(year: int, month: int) -> int:
    if month == 2:
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if is_leap else 28
    return 30 if month in (4, 6, 9, 11) else 31


_READERS: dict[str, Callable[[Question, Any], tuple[Value | None, str]]] = {
    "standard": _read_option,
    "choice": _read_option,
    "yes_no": _read_option,
    "choices": _read_choices,
    "text": _read_text,
    "integer": _read_integer,
    "instant": _read_instant,
    "date": _read_date,
    "person": _read_person,
    "staff": _read_staff,
    "information": _read_nothing,
    "repeat": _read_repeat,
    "counts": _read_nothing,
    "pick": _read_person,
    "signer": _read_person,
    "duration": _read_nothing,
    "worked_out": _read_nothing,
}
