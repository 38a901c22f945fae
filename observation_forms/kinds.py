"""The fields that a question has because of its kind alone, and what of them cannot be right."""

from collections.abc import Callable
from typing import Any, get_args

from .definition import Kind, PulledList, Question
from .errors import Place, did_you_mean
from .options import items, own_options, specials, standard_options, yes_no_options
from .table import Table
from .words import Words

NEVER_ASKED: tuple[Kind, ...] = ("information", "duration", "worked_out")
DEFAULT_ROWS = 3

_DEFAULT_LENGTH = 1000
_MOST_ADDED = 20
_MOST_LISTED = 100
_MOST_QUICK = 4
_LARGEST_COUNT = 999


def fields_of_kind(table: Table, kind: Kind, words: Words) -> dict[str, Any]:
    """The fields of a question that its kind alone has."""
    reader = _READERS.get(kind)
    return reader(table, words) if reader else {}


def refuse_odd_fields(question: Question, place: Place) -> None:
    """FormError for limits that no answer could keep, and for an exclusive option that is none."""
    for low, high in _PAIRS:
        least, most = getattr(question, low), getattr(question, high)
        if least is not None and most is not None and least > most:
            raise place.error(
                f"'{low}' is more than '{high}'", "No answer could be right: change one of them"
            )
        if low != "minimum" and min(least or 1, 1 if most is None else most) < 1:
            raise place.error(f"'{low}' and '{high}' start at 1", "Leave the limit out, or write 1 or more")
    if (question.max_rows or 0) > _MOST_LISTED:
        raise place.error(f"'max_rows' is more than {_MOST_LISTED}", f"Write {_MOST_LISTED} or less")
    if len(question.quick) > _MOST_QUICK:
        raise place.error(f"'quick' has more than {_MOST_QUICK} times", "Keep the likeliest")
    if question.exclusive is not None and question.exclusive not in question.by_code:
        remedy = did_you_mean(
            question.exclusive, question.by_code, f"Options are {', '.join(question.by_code)}"
        )
        raise place.error(f"'exclusive' names no option: '{question.exclusive}'", remedy)


def refuse_what_may_be_empty(question: Question, place: Place) -> None:
    """FormError for a question that has to be answered out of a list that may hold nothing."""
    if question.rows_from is not None and question.none is None:
        remedy = 'Add none = "...", which is said when it is empty, or write required = false'
        raise place.error(f"the list '{question.rows_from}' may be empty", remedy)
    if question.kind == "pick" and not question.special:
        remedy = "Add special = [{ code = ..., label = ... }], or write required = false"
        raise place.error(f"the list '{question.list}' may be empty", remedy)


def _standard(table: Table, words: Words) -> dict[str, Any]:
    return {"options": standard_options(table, words), "star": table.flag("star", False)}


def _choice(table: Table, words: Words) -> dict[str, Any]:
    fields = {"options": own_options(table, words, "choice"), "star": table.flag("star", False)}
    return {**fields, "cards": table.flag("cards", False)}


def _choices(table: Table, words: Words) -> dict[str, Any]:
    fields = {"options": own_options(table, words, "choices"), "exclusive": table.text_or_none("exclusive")}
    return {**fields, **_limits(table, "min_chosen", "max_chosen")}


def _yes_no(table: Table, words: Words) -> dict[str, Any]:
    return {"options": yes_no_options(table, words)}


def _text(table: Table, _words: Words) -> dict[str, Any]:
    fields = {"max_length": _DEFAULT_LENGTH, "rows": DEFAULT_ROWS}
    return {**fields, **_limits(table, "min_length", "max_length", "rows")}


def _integer(table: Table, _words: Words) -> dict[str, Any]:
    return {"unit": table.wording_or_none("unit"), **_limits(table, "minimum", "maximum")}


def _instant(table: Table, _words: Words) -> dict[str, Any]:
    return {"quick": table.integers("quick")}


def _person(table: Table, _words: Words) -> dict[str, Any]:
    return {"special": specials(table), "random": table.flag("random", False)}


def _staff(table: Table, _words: Words) -> dict[str, Any]:
    return {"special": specials(table), **_limits(table, "min_chosen", "max_chosen")}


def _information(table: Table, _words: Words) -> dict[str, Any]:
    return {"body": table.wording("body")}


def _repeat(table: Table, _words: Words) -> dict[str, Any]:
    names = ("none", "row_title") if table.has("rows_from") else ("none", "row_title", "add")
    fields: dict[str, Any] = {name: table.wording_or_none(name) for name in names}
    if table.has("rows_from"):
        fields |= {"rows_from": table.one_of("rows_from", _LISTS), "max_rows": _MOST_LISTED}
    else:
        fields["max_rows"] = _MOST_ADDED
    return {**fields, **_limits(table, "min_rows", "max_rows")}


def _counts(table: Table, words: Words) -> dict[str, Any]:
    fields = {"items": items(table), "minimum": 0, "maximum": _LARGEST_COUNT}
    return {**fields, **_integer(table, words)}


def _pick(table: Table, _words: Words) -> dict[str, Any]:
    return {"list": table.one_of("list", _LISTS), "special": specials(table)}


def _duration(table: Table, _words: Words) -> dict[str, Any]:
    return {"from_": table.text("from"), "to": table.text("to")}


def _worked_out(table: Table, words: Words) -> dict[str, Any]:
    return {"options": own_options(table, words, "worked_out"), "star": table.flag("star", False)}


def _limits(table: Table, *names: str) -> dict[str, int]:
    found = {name: table.integer_or_none(name) for name in names}
    return {name: number for name, number in found.items() if number is not None}


_LISTS: tuple[str, ...] = get_args(PulledList)
_PAIRS = (
    ("minimum", "maximum"),
    ("min_length", "max_length"),
    ("min_chosen", "max_chosen"),
    ("min_rows", "max_rows"),
)

_READERS: dict[str, Callable[[Table, Words], dict[str, Any]]] = {
    "standard": _standard,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "text": _text,
    "integer": _integer,
    "instant": _instant,
    "person": _person,
    "staff": _staff,
    "information": _information,
    "repeat": _repeat,
    "counts": _counts,
    "pick": _pick,
    "duration": _duration,
    "worked_out": _worked_out,
}
