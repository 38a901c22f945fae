"""How far a draft has come, for "3 questions left" and the lists that jump to them. Twin of progress.mjs."""

from collections.abc import Mapping
from typing import Any

import msgspec

from .answers import normalise
from .check import must_answer
from .definition import Definition, Question
from .sight import Context, Sight, see


class SectionProgress(msgspec.Struct, frozen=True):
    """One section: how many questions must be answered, how many of these are, and which to put right.

    `missing` lists the unanswered that must be answered, and any whose input cannot be read.
    """

    section: str
    required: int
    answered: int
    missing: list[str]


def progress(definition: Definition, raw: Mapping[str, Any], context: Context) -> list[SectionProgress]:
    """Each section of which something is shown, in order."""
    answers, invalid = normalise(definition, raw)
    sight = see(definition, answers, context, invalid)
    shown = set(sight.visible)
    found = []
    for section in definition.sections:
        questions = [question for question in section.questions if question.id in shown]
        if questions:
            found.append(_of_section(section.id, questions, sight))
    return found


def _of_section(section_id: str, questions: list[Question], sight: Sight) -> SectionProgress:
    required = [question.id for question in questions if must_answer(question, sight.facts)]
    answered = [question_id for question_id in required if question_id in sight.facts.answers]
    missing = [
        question.id
        for question in questions
        if question.id in sight.faults or (question.id in required and question.id not in sight.facts.answers)
    ]
    return SectionProgress(section_id, len(required), len(answered), missing)
