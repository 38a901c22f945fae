"""One [[questions]] table read into a question, and the facts question that follows a scored one."""

from typing import NamedTuple, cast, get_args

from .codes import check_code
from .definition import Kind, Question
from .errors import Place
from .expressions import FUNCTIONS, NAMES
from .kinds import DEFAULT_ROWS, NEVER_ASKED, fields_of_kind, refuse_odd_fields, refuse_what_may_be_empty
from .presets import with_defaults
from .table import Table
from .words import Words

KINDS: tuple[str, ...] = get_args(Kind)
"""The kinds of question, as observation_forms/README.md describes them."""

FACTS = "_facts"


class Draft(NamedTuple):
    """A question whose rules are still text; `whens` are those of its options, `rows` the questions of its rows."""

    question: Question
    show_when: str | None
    required_when: str | None
    place: Place
    whens: tuple[str, ...] = ()
    rows: tuple["Draft", ...] = ()


def read_question(table: Table, words: Words, in_repeat: str | None = None) -> list[Draft]:
    """The question a table describes, then its facts question when an option scores partly or not met."""
    question_id = check_code(table.text("id"), "the question's id", table.place)
    place = table.place = table.place.at(f"question '{question_id}'")
    _refuse_reserved(question_id, place)
    kind = cast(Kind, table.one_of("kind", KINDS))
    if in_repeat is not None and kind in ("repeat", "counts"):
        raise place.error(f"a {kind} cannot stand in the rows of a repeat", f"Move it out of '{in_repeat}'")
    show_when = table.text_or_none("show_when")
    required_when = None if kind in NEVER_ASKED else table.text_or_none("required_when")
    question = Question(
        id=question_id,
        number=table.text_or_none("number") or "",
        kind=kind,
        ask=table.wording("ask"),
        hint=table.wording_or_none("hint"),
        required=_required(table, kind, required_when),
        themes=words.known_themes(table.texts("themes"), place),
        measures=table.texts("measures"),
        messages=table.pairs("messages"),
        in_repeat=in_repeat,
        **fields_of_kind(table, kind, words),
    )
    question = with_defaults(table, question)
    whens = tuple(each.text("when") for each in table.tables("options")) if kind == "worked_out" else ()
    rows = _rows(table, question, words) if kind == "repeat" else ()
    drafts = [Draft(question, show_when, required_when, place, whens, rows)]
    if question.falls_short and table.flag("facts", kind != "worked_out"):
        drafts.append(_facts_question(question, words, place))
    table.finish()
    refuse_odd_fields(question, place)
    if required_when is not None or question.required:
        refuse_what_may_be_empty(question, place)
    return drafts


def _refuse_reserved(question_id: str, place: Place) -> None:
    if question_id in FUNCTIONS or question_id in NAMES:
        raise place.error(f"'{question_id}' is a word of the rule language", "Choose another id")
    if question_id.endswith(FACTS):
        raise place.error(f"ids ending in {FACTS} are made by Sightline itself", "Choose another id")


def _required(table: Table, kind: Kind, required_when: str | None) -> bool:
    if kind in NEVER_ASKED:
        return False
    if required_when is not None and table.has("required"):
        raise table.place.error("'required' and 'required_when' are both written", "Keep one of them")
    return table.flag("required", True) if required_when is None else False


def _rows(table: Table, repeat: Question, words: Words) -> tuple[Draft, ...]:
    rows = [draft for each in table.tables("questions") for draft in read_question(each, words, repeat.id)]
    if not rows:
        remedy = "Add [[sections.questions.questions]] below the repeat"
        raise table.place.error("the repeat asks nothing in its rows", remedy)
    return tuple(rows)


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
        rows=DEFAULT_ROWS,
        facts_for=question.id,
        in_repeat=question.in_repeat,
    )
    required_when = f"{question.id} in [{failed}]" if failed else None
    return Draft(asked, f"{question.id} in [{short}]", required_when, place.at(f"question '{asked.id}'"))
