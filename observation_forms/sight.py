"""What is shown, and which answers count. Everything else (check, score, weigh) looks through this.

Twin of sight.mjs. A rule may only look at what stands above it in the form (order.py refuses the rest), so
that one walk from top to bottom, and down each row of a repeat, settles what is shown and what is worked
out. A hidden answer is as if it had not been given.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from .answers import fault_of, instant_or_none
from .definition import Answers, Definition, Question, Value
from .rules import Facts, evaluate, holds, rows_of


class Context(msgspec.Struct, frozen=True):
    """When the record was sealed (an instant), by whom, and the themes of all the actions it is linked to.

    `timescales` are minutes by name, in place of the form's own; `author` is "" when it is not known.
    """

    recorded_at: str
    themes: frozenset[str] = frozenset()
    timescales: dict[str, int] = {}
    author: str = ""


class Sight(NamedTuple):
    """What is shown, by key, in order; what rules may look at; the code of each faulty shown answer.

    `sections` says which keys each shown section holds.
    """

    shown: dict[str, Question]
    facts: Facts
    faults: dict[str, str]
    sections: list[tuple[str, list[str]]]

    @property
    def visible(self) -> list[str]:
        """The keys of what is shown."""
        return list(self.shown)


def see(
    definition: Definition,
    answers: Mapping[str, Any],
    context: Context,
    invalid: Mapping[str, str] | None = None,
) -> Sight:
    """Settles what is shown. `invalid`: what `normalise` could not read, key to code."""
    timescales = {**definition.timescales, **context.timescales} if definition.timescales else {}
    recorded_at = instant_or_none(context.recorded_at)
    facts = Facts({}, set(context.themes), recorded_at, timescales=timescales, author=context.author)
    walk = _Walk(answers, invalid or {}, facts, {}, {})
    sections = []
    for section in definition.sections:
        if holds(section.show_when, facts):
            before = len(walk.shown)
            walk.see(section.questions)
            sections.append((section.id, list(walk.shown)[before:]))
    return Sight(walk.shown, facts, walk.faults, sections)


def sealed_answers(definition: Definition, answers: Mapping[str, Any], context: Context) -> Answers:
    """The answers that go into a record: those of shown questions that are written as they should be."""
    return see(definition, answers, context).facts.answers


class _Walk(NamedTuple):
    """One walk down a form: what was given, and what has been seen so far."""

    answers: Mapping[str, Any]
    invalid: Mapping[str, str]
    facts: Facts
    shown: dict[str, Question]
    faults: dict[str, str]

    def see(self, questions: Iterable[Question]) -> None:
        facts, row = self.facts, self.facts.row
        for question in questions:
            if question.show_when is None or holds(question.show_when, facts):
                key = row + question.id if row else question.id
                self.shown[key] = question
                see = _SEERS.get(question.kind, _Walk.see_given)
                see(self, key, question)

    def see_given(self, key: str, question: Question) -> None:
        if key in self.invalid:
            self.faults[key] = self.invalid[key]
        elif key in self.answers:
            value = self.answers[key]
            # One of the options, the common case, cannot be wrong; seeing so is three times faster.
            is_option = question.takes_one and type(value) is str and value in question.by_code
            fault = "" if is_option else fault_of(question, value)
            if fault:
                self.faults[key] = fault
            else:
                self.take(key, question, value)

    def take(self, key: str, question: Question, value: Value) -> None:
        facts = self.facts
        facts.answers[key] = value
        if question.options:
            for code in value if isinstance(value, list) else (value,):
                option = question.by_code[code]  # type: ignore[index]
                if option.themes:
                    facts.themes.update(option.themes)
                if option.score in ("partly", "not_met"):
                    facts.fell_short = True

    def see_rows(self, key: str, question: Question) -> None:
        self.see_given(key, question)
        for row in rows_of(key, self.facts):
            self.facts.row = f"{key}.{row}."
            self.see(question.questions)
        self.facts.row = ""

    def see_cells(self, key: str, question: Question) -> None:
        self.see_given(key, question)
        for cell in question.cells:
            self.shown[cell.id] = cell
            self.see_given(cell.id, cell)

    def work_out_minutes(self, key: str, question: Question) -> None:
        ends = ["answer", question.from_], ["answer", question.to]
        minutes = evaluate(["minutes_between", *ends], self.facts)
        if minutes is not None:
            self.take(key, question, minutes)

    def work_out_option(self, key: str, question: Question) -> None:
        for option in question.options:
            if holds(option.when, self.facts):
                self.take(key, question, option.code)
                return


_SEERS: dict[str, Callable[[_Walk, str, Question], None]] = {
    "repeat": _Walk.see_rows,
    "counts": _Walk.see_cells,
    "duration": _Walk.work_out_minutes,
    "worked_out": _Walk.work_out_option,
}
