"""What a question may begin with: the answer given last time, or one the form suggests."""

from typing import Any

from msgspec.structs import replace

from .answers import read
from .definition import Question
from .table import Table

_MAY_BEGIN = ("choice", "choices", "yes_no", "text", "integer", "person", "staff", "pick")
_PICKED = ("person", "staff", "pick")


def with_defaults(table: Table, question: Question) -> Question:
    """The question with its `remember` and `default`.

    FormError at a question that is scored or raises concerns: nobody's judgement is to be filled in for them.
    """
    if question.kind not in _MAY_BEGIN or not (table.has("remember") or table.has("default")):
        return question
    if question.scored or question.concerns:
        problem = "an answer that is scored or raises a concern cannot be filled in beforehand"
        raise table.place.error(problem, "Take out 'remember' and 'default'")
    default = _default(table, question) if table.has("default") else None
    return replace(question, remember=table.flag("remember", False), default=default)


def _default(table: Table, question: Question) -> str | tuple[str, ...]:
    raw: Any = table.anything("default")
    written = str(raw) if type(raw) is int and question.kind == "integer" else raw
    value, fault = read(question, written)
    if fault or value is None or (question.kind in _PICKED and not _is_special(question, value)):
        raise table.place.error(
            f"'default' cannot be {raw!r}", f"Write what a {question.kind} can be answered"
        )
    return tuple(written) if isinstance(written, list) else str(written)


def _is_special(question: Question, value: Any) -> bool:
    codes = {special.code for special in question.special}
    return codes.issuperset(value if isinstance(value, list) else [value])
