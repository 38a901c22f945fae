"""What is wrong with a set of answers: a finding for each fault, in the order of the form.

Twin of check.mjs. The form's own words are said: interpreters return codes, the definition holds the
messages.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import msgspec

from .codes import NONE
from .definition import Definition, Question, Severity, Value
from .rules import Facts, in_row, rows_of
from .sight import Sight


class Finding(msgspec.Struct, frozen=True):
    """One broken rule: its code, the key it is said at, how grave it is, and what to do about it."""

    code: str
    question: str
    severity: Severity
    message: str


def check(definition: Definition, sight: Sight) -> list[Finding]:
    """The faults of what is shown: unreadable and missing answers, limits; then the form's own checks."""
    findings = []
    answers = sight.facts.answers
    for key, question in sight.shown.items():
        # An answer of a kind without limits, as most are, is within them.
        if key not in answers or question.kind in _LIMITS:
            findings += [finding(definition, key, code) for code in _codes(key, question, sight)]
    for rule in definition.checks:
        for key, facts in _places(definition.by_id[rule.question], sight.facts):
            if not rule.kept(facts):
                findings.append(Finding(rule.code, key, rule.severity, rule.message))
    return findings


def strays(definition: Definition, answers: Mapping[str, Any], sight: Sight) -> list[Finding]:
    """What a record should not have held, or gives otherwise than it comes out: warnings, each of them.

    By question in the order of the form, and by key within a question; then what belongs to no question.
    """
    if not definition.works_out and answers.keys() <= sight.shown.keys():
        return []
    known: list[tuple[int, str, str]] = []
    unknown = []
    for key, value in answers.items():
        shown = sight.shown.get(key)
        if shown is None:
            question = definition.question_at(key)
            if question is None:
                unknown.append(key)
            else:
                known.append((definition.place_of(key), key, "hidden_answer"))
        elif shown.works_out and not _stands(value, sight.facts.answers.get(key)):
            known.append((definition.place_of(key), key, "worked_out_differs"))
    named = [(key, code) for _, key, code in sorted(known)]
    named += [(key, "unknown_question") for key in sorted(unknown)]
    return [finding(definition, key, code, "warning") for key, code in named]


def must_answer(key: str, question: Question, facts: Facts) -> bool:
    """Whether a shown question has to be answered; of a grid, it is its cells that have to be."""
    if question.required or question.needed is None:
        return question.required and question.kind != "counts"
    return question.kind != "counts" and bool(question.needed(_around(key, question, facts)))


def finding(definition: Definition, key: str, code: str, severity: Severity = "error") -> Finding:
    """A finding of a built-in code, in the words of the question, or else of the form."""
    question = definition.question_at(key)
    message = question.messages.get(code) if question else None
    return Finding(code, key, severity, message or definition.messages[code])


def _places(question: Question, facts: Facts) -> Iterator[tuple[str, Facts]]:
    """Where a check of a question is looked at: once it is answered, and in each row where it is."""
    if question.in_repeat is not None:
        for row in rows_of(question.in_repeat, facts):
            here = in_row(question.in_repeat, row, facts)
            if here.row + question.id in facts.answers:
                yield here.row + question.id, here
    elif question.kind == "counts":
        if all(cell.id in facts.answers for cell in question.cells):
            yield question.id, facts
    elif question.id in facts.answers:
        yield question.id, facts


def _around(key: str, question: Question, facts: Facts) -> Facts:
    if question.in_repeat is None:
        return facts
    return msgspec.structs.replace(facts, row=key.removesuffix(question.id))


def _codes(key: str, question: Question, sight: Sight) -> Iterable[str]:
    if key in sight.faults:
        return (sight.faults[key],)
    value = sight.facts.answers.get(key)
    if value is not None:
        limits = _LIMITS.get(question.kind)
        return limits(question, value, sight.facts) if limits else ()
    return ("required",) if must_answer(key, question, sight.facts) else ()


def _stands(given: Any, fresh: Value | None) -> bool:
    """Whether what was given is what was worked out. Python alone holds True and 1 for equal."""
    return fresh is not None and type(given) is type(fresh) and given == fresh


def _limits_of_number(question: Question, value: Any, _facts: Facts) -> Iterator[str]:
    yield from _outside(value, question.minimum, question.maximum, "too_small", "too_large")


def _limits_of_chosen(question: Question, value: Any, _facts: Facts) -> Iterator[str]:
    yield from _outside(len(value), question.min_chosen, question.max_chosen, "too_few", "too_many")
    if question.exclusive in value and len(value) > 1:
        yield "not_alone"


def _limits_of_text(question: Question, value: Any, _facts: Facts) -> Iterator[str]:
    yield from _outside(len(value), question.min_length, question.max_length, "too_short", "too_long")


def _limits_of_rows(question: Question, value: Any, _facts: Facts) -> Iterator[str]:
    if value != [NONE]:
        yield from _outside(len(value), question.min_rows, question.max_rows, "too_few_rows", "too_many_rows")


def _limits_of_signer(_question: Question, value: Any, facts: Facts) -> Iterator[str]:
    if value == facts.author:
        yield "same_person"


def _outside(size: int, least: int | None, most: int | None, below: str, above: str) -> Iterator[str]:
    if least is not None and size < least:
        yield below
    if most is not None and size > most:
        yield above


_LIMITS: dict[str, Callable[[Question, Any, Facts], Iterator[str]]] = {
    "integer": _limits_of_number,
    "choices": _limits_of_chosen,
    "staff": _limits_of_chosen,
    "text": _limits_of_text,
    "repeat": _limits_of_rows,
    "signer": _limits_of_signer,
}
