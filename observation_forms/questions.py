"""One [[questions]] table read into a question, and the facts question that follows a scored one."""

from collections.abc import Callable
from typing import Any, NamedTuple, cast, get_args

from .codes import check_code
from .definition import Kind, Question
from .errors import Place, did_you_mean
from .expressions import FUNCTIONS, NAMES
from .options import own_options, specials, standard_options, yes_no_options
from .table import Table
from .words import Words

KINDS: tuple[str, ...] = get_args(Kind)
"""The kinds of question, as observation_forms/README.md describes them."""

FACTS = "_facts"

_DEFAULT_LENGTH = 1000
_DEFAULT_ROWS = 3


class Draft(NamedTuple):
    """A question whose rules are still text."""

    question: Question
    show_when: str | None
    required_when: str | None
    place: Place


def read_question(table: Table, words: Words) -> list[Draft]:
    """The question a table describes, then its facts question when an option scores partly or not met."""
    question_id = check_code(table.text("id"), "the question's id", table.place)
    place = table.place = table.place.at(f"question '{question_id}'")
    _refuse_reserved(question_id, place)
    kind = cast(Kind, table.one_of("kind", KINDS))
    show_when, required_when = table.text_or_none("show_when"), table.text_or_none("required_when")
    question = Question(
        id=question_id,
        number=table.text_or_none("number") or "",
        kind=kind,
        ask=table.text("ask"),
        hint=table.text_or_none("hint"),
        required=_required(table, kind, required_when),
        themes=words.known_themes(table.texts("themes"), place),
        measures=table.texts("measures"),
        messages=table.pairs("messages"),
        **_of_kind(table, kind, words),
    )
    drafts = [Draft(question, show_when, required_when, place)]
    if question.falls_short and table.flag("facts", True):
        drafts.append(_facts_question(question, words, place))
    table.finish()
    _refuse_odd_limits(question, place)
    return drafts


def _refuse_reserved(question_id: str, place: Place) -> None:
    if question_id in FUNCTIONS or question_id in NAMES:
        raise place.error(f"'{question_id}' is a word of the rule language", "Choose another id")
    if question_id.endswith(FACTS):
        raise place.error(f"ids ending in {FACTS} are made by Sightline itself", "Choose another id")


def _required(table: Table, kind: Kind, required_when: str | None) -> bool:
    if kind == "information":
        return False
    if required_when is not None and table.has("required"):
        raise table.place.error("'required' and 'required_when' are both written", "Keep one of them")
    return table.flag("required", True) if required_when is None else False


def _of_kind(table: Table, kind: Kind, words: Words) -> dict[str, Any]:
    """The fields of a question that its kind alone has."""
    reader = _KIND_FIELDS.get(kind)
    return reader(table, words) if reader else {}


def _standard(table: Table, words: Words) -> dict[str, Any]:
    return {"options": standard_options(table, words), "star": table.flag("star", False)}


def _choice(table: Table, words: Words) -> dict[str, Any]:
    return {"options": own_options(table, words, may_score=True), "star": table.flag("star", False)}


def _choices(table: Table, words: Words) -> dict[str, Any]:
    fields = {
        "options": own_options(table, words, may_score=False),
        "exclusive": table.text_or_none("exclusive"),
    }
    return {**fields, **_limits(table, "min_chosen", "max_chosen")}


def _yes_no(table: Table, words: Words) -> dict[str, Any]:
    return {"options": yes_no_options(table, words)}


def _text(table: Table, _words: Words) -> dict[str, Any]:
    fields = {"max_length": _DEFAULT_LENGTH, "rows": _DEFAULT_ROWS}
    return {**fields, **_limits(table, "min_length", "max_length", "rows")}


def _integer(table: Table, _words: Words) -> dict[str, Any]:
    return {"unit": table.text_or_none("unit"), **_limits(table, "minimum", "maximum")}


def _person(table: Table, words: Words) -> dict[str, Any]:
    return {"special": specials(table)}


def _staff(table: Table, _words: Words) -> dict[str, Any]:
    return {"special": specials(table), **_limits(table, "min_chosen", "max_chosen")}


def _information(table: Table, _words: Words) -> dict[str, Any]:
    return {"body": table.text("body")}


def _limits(table: Table, *names: str) -> dict[str, int]:
    found = {name: table.integer_or_none(name) for name in names}
    return {name: number for name, number in found.items() if number is not None}


def _refuse_odd_limits(question: Question, place: Place) -> None:
    pairs = (("minimum", "maximum"), ("min_length", "max_length"), ("min_chosen", "max_chosen"))
    for low, high in pairs:
        least, most = getattr(question, low), getattr(question, high)
        if least is not None and most is not None and least > most:
            raise place.error(
                f"'{low}' is more than '{high}'", "No answer could be right: change one of them"
            )
        if low != "minimum" and min(least or 1, 1 if most is None else most) < 1:
            raise place.error(f"'{low}' and '{high}' start at 1", "Leave the limit out, or write 1 or more")
    if question.exclusive is not None and question.exclusive not in question.by_code:
        remedy = did_you_mean(
            question.exclusive, question.by_code, f"Options are {', '.join(question.by_code)}"
        )
        raise place.error(f"'exclusive' names no option: '{question.exclusive}'", remedy)


def _facts_question(question: Question, words: Words, place: Place) -> Draft:
    short = ", ".join(question.falls_short)
    failed = ", ".join(option.code for option in question.options if option.score == "not_met")
    asked = Question(
        id=question.id + FACTS,
        number="",
        kind="text",
        ask=words.facts.ask,
        hint=words.facts.hint,
        min_length=words.facts.min_length,
        max_length=words.facts.max_length,
        rows=_DEFAULT_ROWS,
        facts_for=question.id,
    )
    required_when = f"{question.id} in [{failed}]" if failed else None
    return Draft(asked, f"{question.id} in [{short}]", required_when, place.at(f"question '{asked.id}'"))


_KIND_FIELDS: dict[str, Callable[[Table, Words], dict[str, Any]]] = {
    "standard": _standard,
    "choice": _choice,
    "choices": _choices,
    "yes_no": _yes_no,
    "text": _text,
    "integer": _integer,
    "person": _person,
    "staff": _staff,
    "information": _information,
}
