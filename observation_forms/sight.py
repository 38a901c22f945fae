"""What is shown, and which answers count. Everything else (check, score, weigh) looks through this.

Twin of sight.mjs. A rule may only look at what stands above it in the form (parse.py refuses the rest), so
that one walk from top to bottom settles what is shown. A hidden answer is as if it had not been given.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from .answers import fault_of, instant_or_none
from .definition import Answers, Definition, Question, Section
from .rules import Facts, holds


class Context(msgspec.Struct, frozen=True):
    """When the record was sealed (an instant), and the themes of all the actions it is linked to."""

    recorded_at: str
    themes: frozenset[str] = frozenset()


class Sight(NamedTuple):
    """The ids of what is shown, in order; what rules may look at; the code of each faulty shown answer."""

    visible: list[str]
    facts: Facts
    faults: dict[str, str]


def see(
    definition: Definition,
    answers: Mapping[str, Any],
    context: Context,
    invalid: Mapping[str, str] | None = None,
) -> Sight:
    """Settles what is shown. `invalid`: what `normalise` could not read, question id to code."""
    facts = Facts({}, set(context.themes), instant_or_none(context.recorded_at))
    sight = Sight([], facts, {})
    for section in definition.sections:
        if holds(section.show_when, facts):
            _see_section(section, answers, invalid or {}, sight)
    return sight


def sealed_answers(definition: Definition, answers: Mapping[str, Any], context: Context) -> Answers:
    """The answers that go into a record: those of shown questions that are written as they should be."""
    return see(definition, answers, context).facts.answers


def _see_section(
    section: Section, answers: Mapping[str, Any], invalid: Mapping[str, str], sight: Sight
) -> None:
    for question in section.questions:
        if holds(question.show_when, sight.facts):
            sight.visible.append(question.id)
            if question.id in invalid:
                sight.faults[question.id] = invalid[question.id]
            elif question.id in answers:
                _see_answer(question, answers[question.id], sight)


def _see_answer(question: Question, value: Any, sight: Sight) -> None:
    fault = fault_of(question, value)
    if fault:
        sight.faults[question.id] = fault
        return
    sight.facts.answers[question.id] = value
    for code in value if isinstance(value, list) else [value]:
        option = question.by_code.get(code)
        if option is not None:
            sight.facts.themes.update(option.themes)
            sight.facts.fell_short |= option.score in ("partly", "not_met")
