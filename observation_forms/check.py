"""What is wrong with a set of answers: a finding for each fault, in the order of the form.

Twin of check.mjs. The form's own words are said: interpreters return codes, the definition holds the
messages.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from .definition import Definition, Question, Severity, Value
from .rules import Facts, holds
from .sight import Sight


class Finding(msgspec.Struct, frozen=True):
    """One broken rule: its code, the question it is said at, how grave it is, and what to do about it."""

    code: str
    question: str
    severity: Severity
    message: str


def check(definition: Definition, sight: Sight) -> list[Finding]:
    """The faults of what is shown: unreadable and missing answers, limits; then the form's own checks."""
    findings = [
        finding(definition, question_id, code)
        for question_id in sight.visible
        for code in _codes(definition.by_id[question_id], sight)
    ]
    for rule in definition.checks:
        if rule.question in sight.facts.answers and not holds(rule.must, sight.facts):
            findings.append(Finding(rule.code, rule.question, rule.severity, rule.message))
    return findings


def strays(definition: Definition, answers: Mapping[str, Any], sight: Sight) -> list[Finding]:
    """What a record should not have held: answers to hidden questions, then to questions the form lacks."""
    hidden = [
        finding(definition, question.id, "hidden_answer", "warning")
        for question in definition.questions()
        if question.id in answers and question.id not in sight.visible
    ]
    unknown = sorted(question_id for question_id in answers if question_id not in definition.by_id)
    return hidden + [
        finding(definition, question_id, "unknown_question", "warning") for question_id in unknown
    ]


def must_answer(question: Question, facts: Facts) -> bool:
    """Whether a shown question has to be answered."""
    return question.required or (question.required_when is not None and holds(question.required_when, facts))


def finding(definition: Definition, question_id: str, code: str, severity: Severity = "error") -> Finding:
    """A finding of a built-in code, in the words of the question, or else of the form."""
    question = definition.by_id.get(question_id)
    message = question.messages.get(code) if question else None
    return Finding(code, question_id, severity, message or definition.messages[code])


def _codes(question: Question, sight: Sight) -> Iterator[str]:
    if question.id in sight.faults:
        yield sight.faults[question.id]
    elif question.id in sight.facts.answers:
        yield from _broken_limits(question, sight.facts.answers[question.id])
    elif must_answer(question, sight.facts):
        yield "required"


def _broken_limits(question: Question, value: Value) -> Iterator[str]:
    if isinstance(value, int):
        yield from _outside(value, question.minimum, question.maximum, "too_small", "too_large")
    elif isinstance(value, list):
        yield from _outside(len(value), question.min_chosen, question.max_chosen, "too_few", "too_many")
        if question.exclusive in value and len(value) > 1:
            yield "not_alone"
    elif question.kind == "text":
        yield from _outside(len(value), question.min_length, question.max_length, "too_short", "too_long")


def _outside(size: int, least: int | None, most: int | None, below: str, above: str) -> Iterator[str]:
    if least is not None and size < least:
        yield below
    if most is not None and size > most:
        yield above
