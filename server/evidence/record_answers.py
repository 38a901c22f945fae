"""The answers of a record as they were asked: the questions of its own form version, with the words of that version.

Questions that were not shown are left out; one that was shown and not answered says so. The facts written about a
"partly" or "no" stand with the answer they explain. An answer no shown question asked for is never hidden: it comes
last, under its own heading.
"""

from collections.abc import Mapping, Sequence

import msgspec

from observation_forms import Context, Definition, Question, Value, judge
from server.evidence.people import Names
from server.form_words import answer_words


class Answered(msgspec.Struct, frozen=True, kw_only=True):
    """One question and its answer in words. `chosen` has one entry for each thing picked; empty = not answered.

    `score` is met, partly, not_met or ""; `facts` is what the author saw; `long` marks a text to read, not to scan.
    """

    question: str
    number: str
    ask: str
    star: bool
    chosen: tuple[str, ...]
    score: str
    concern: bool
    long: bool
    facts: str


class AnsweredSection(msgspec.Struct, frozen=True):
    """A section of the form with its answers."""

    id: str
    title: str
    answers: list[Answered]


def answers_as_asked(
    definition: Definition, answers: Mapping[str, Value], context: Context, names: Names
) -> list[AnsweredSection]:
    """Every shown section, in the order of the form."""
    judgement = judge(definition, answers, context)
    shown = set(judgement.visible)
    known = {**names.staff, **names.people}
    facts = {q.facts_for: q.id for q in definition.questions() if q.facts_for and q.id in answers}
    sections = [
        AnsweredSection(
            section.id,
            section.title,
            [
                _answered(question, answers, facts, known, judgement.concerns)
                for question in section.questions
                if question.id in shown and question.kind != "information" and not question.facts_for
            ],
        )
        for section in definition.sections
    ]
    sections.append(_strangers(definition, answers, shown, known))
    return [section for section in sections if section.answers]


def _answered(
    question: Question,
    answers: Mapping[str, Value],
    facts: Mapping[str, str],
    known: Mapping[str, str],
    concerns: Sequence[str],
) -> Answered:
    value = answers.get(question.id)
    about = answers.get(facts.get(question.id, ""), "")
    return Answered(
        question=question.id,
        number=question.number or "",
        ask=question.ask,
        star=question.star,
        chosen=_chosen(question, value, known),
        score=_score(question, value),
        concern=question.id in concerns,
        long=question.kind == "text",
        facts=about if isinstance(about, str) else "",
    )


def _chosen(question: Question, value: Value | None, known: Mapping[str, str]) -> tuple[str, ...]:
    if value is None:
        return ()
    if isinstance(value, list):
        return tuple(answer_words(question, [one], known) for one in value)
    return (answer_words(question, value, known),)


def _score(question: Question, value: Value | None) -> str:
    option = question.by_code.get(value) if isinstance(value, str) else None
    return option.score if option and option.score not in (None, "excluded") else ""


def _strangers(
    definition: Definition, answers: Mapping[str, Value], shown: set[str], known: Mapping[str, str]
) -> AnsweredSection:
    """Answers in the record that no shown question asked for. They count for nothing, and are kept in sight."""
    lines = []
    for id, value in answers.items():
        question = definition.by_id.get(id)
        if id in shown:
            continue
        plain = tuple(value) if isinstance(value, list) else (str(value),)
        lines.append(
            Answered(
                question=id,
                number=question.number or "" if question else "",
                ask=question.ask if question else id,
                star=False,
                chosen=_chosen(question, value, known) if question else plain,
                score="",
                concern=False,
                long=True,
                facts="",
            )
        )
    return AnsweredSection("not-asked", "Answers to questions that were not shown (not counted)", lines)
