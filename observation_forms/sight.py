"""What is shown, and which answers count. Everything else (check, score, weigh) looks through this.

Twin of sight.mjs. A rule may only look at what stands above it in the form (order.py refuses the rest), so
that one walk from top to bottom, and down each row of a repeat, settles what is shown and what is worked
out. A hidden answer is as if it had not been given.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

import msgspec

from .answers import fault_of, instant_or_none
from .definition import FALLS_SHORT, Answers, Definition, Option, Question, Step, Value
from .rules import Facts, rows_of


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

    `sections` says of each shown section from where to where in `visible` its keys stand.
    """

    shown: dict[str, Question]
    facts: Facts
    faults: dict[str, str]
    sections: list[tuple[str, int, int]]

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
        if section.shown is None or section.shown(facts):
            before = len(walk.shown)
            walk.see(section.steps)
            sections.append((section.id, before, len(walk.shown)))
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

    def see(self, steps: Iterable[Step]) -> None:
        given, invalid, facts, shown, _ = self
        row = facts.row
        for id, question, rule, options, moving in steps:
            if rule is None or rule(facts):
                key = row + id if row else id
                shown[key] = question
                value = given.get(key)
                # One of the options, the common case, cannot be wrong; seeing so is three times faster.
                if type(value) is str and value in options and key not in invalid:
                    facts.answers[key] = value
                    if value in moving:
                        self.move(moving[value])
                else:
                    _SEERS.get(question.kind, _Walk.see_given)(self, key, question)

    def see_given(self, key: str, question: Question) -> None:
        if key in self.invalid:
            self.faults[key] = self.invalid[key]
        elif key in self.answers:
            value = self.answers[key]
            fault = fault_of(question, value)
            if fault:
                self.faults[key] = fault
            else:
                self.take(key, question, value)

    def take(self, key: str, question: Question, value: Value) -> None:
        self.facts.answers[key] = value
        if question.moving:
            for code in value if isinstance(value, list) else (value,):
                if code in question.moving:
                    self.move(question.moving[code])

    def move(self, option: Option) -> None:
        self.facts.themes.update(option.themes)
        if option.score in FALLS_SHORT:
            self.facts.fell_short = True

    def see_rows(self, key: str, question: Question) -> None:
        self.see_given(key, question)
        for row in rows_of(key, self.facts):
            self.facts.row = f"{key}.{row}."
            self.see(question.steps)
        self.facts.row = ""

    def see_cells(self, key: str, question: Question) -> None:
        self.see_given(key, question)
        for cell in question.cells:
            self.shown[cell.id] = cell
            self.see_given(cell.id, cell)

    def work_out_minutes(self, key: str, question: Question) -> None:
        minutes = question.minutes(self.facts)
        if minutes is not None:
            self.take(key, question, minutes)

    def work_out_option(self, key: str, question: Question) -> None:
        for option in question.options:
            if option.holds is None or option.holds(self.facts):
                self.take(key, question, option.code)
                return


_SEERS: dict[str, Callable[[_Walk, str, Question], None]] = {
    "repeat": _Walk.see_rows,
    "counts": _Walk.see_cells,
    "duration": _Walk.work_out_minutes,
    "worked_out": _Walk.work_out_option,
}
