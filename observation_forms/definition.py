"""A form version, as the tablet, the server and the printed page all read it.

The structs are the compiled definition of observation_forms/README.md, field for field:
`msgspec.json.encode` of a `Definition` is what the tablet receives. They are made by `parse` alone, so
whoever holds one may trust it.
"""

from collections.abc import Iterator
from functools import cached_property
from typing import Any, Literal, TypeAlias

import msgspec

Value: TypeAlias = str | int | list[str]
Answers: TypeAlias = dict[str, Value]
Tree: TypeAlias = list[Any]

Kind = Literal[
    "standard",
    "choice",
    "choices",
    "yes_no",
    "text",
    "integer",
    "instant",
    "date",
    "person",
    "staff",
    "information",
]
ScoreClass = Literal["met", "partly", "not_met", "excluded"]
Severity = Literal["error", "warning"]


class Option(msgspec.Struct, frozen=True):
    """One answer a person can choose, what it scores, and whether it raises an immediate concern."""

    code: str
    label: str
    score: ScoreClass | None = None
    concern: bool = False
    themes: tuple[str, ...] = ()


class Special(msgspec.Struct, frozen=True):
    """An entry offered beside the people or staff of the service, such as "no one person"."""

    code: str
    label: str


class Question(msgspec.Struct, frozen=True, dict=True):
    """One question. Fields that its kind does not use are empty, False or null."""

    id: str
    number: str
    kind: Kind
    ask: str
    hint: str | None = None
    required: bool = False
    required_when: Tree | None = None
    show_when: Tree | None = None
    options: tuple[Option, ...] = ()
    star: bool = False
    themes: tuple[str, ...] = ()
    measures: tuple[str, ...] = ()
    unit: str | None = None
    minimum: int | None = None
    maximum: int | None = None
    min_length: int | None = None
    max_length: int | None = None
    min_chosen: int | None = None
    max_chosen: int | None = None
    exclusive: str | None = None
    facts_for: str | None = None
    body: str | None = None
    special: tuple[Special, ...] = ()
    rows: int | None = None
    messages: dict[str, str] = {}

    @cached_property
    def by_code(self) -> dict[str, Option]:
        """The options by their code."""
        return {option.code: option for option in self.options}

    @cached_property
    def scored(self) -> bool:
        """Whether any of its options counts in the score (domain/4: met, partly, not met)."""
        return any(option.score not in (None, "excluded") for option in self.options)

    @cached_property
    def falls_short(self) -> tuple[str, ...]:
        """The codes of the options that score partly or not met."""
        return tuple(option.code for option in self.options if option.score in ("partly", "not_met"))


class Section(msgspec.Struct, frozen=True):
    """A block of questions under one heading; while its rule is false, none of them is shown."""

    id: str
    title: str
    hint: str | None
    show_when: Tree | None
    questions: tuple[Question, ...]


class Check(msgspec.Struct, frozen=True):
    """A rule of the form's own that must hold, and what to say, at which question, when it does not."""

    code: str
    question: str
    must: Tree
    severity: Severity
    message: str


class Thresholds(msgspec.Struct, frozen=True):
    """Whole per cents: from where a form is met, and below where it is not met (domain/4 Scoring)."""

    met_from: int
    not_met_below: int


class Definition(msgspec.Struct, frozen=True, dict=True):
    """A whole form version. `hash` is the SHA-256, in hex, of its header file's bytes and then its own."""

    form: str
    code: str
    version: int
    hash: str
    title: str
    about: str
    minutes: str
    evidence_kind: str
    themes: tuple[str, ...]
    theme_names: dict[str, str]
    result: Thresholds | None
    sections: tuple[Section, ...]
    checks: tuple[Check, ...]
    messages: dict[str, str]

    def questions(self) -> Iterator[Question]:
        """Every question, in the order people meet them."""
        for section in self.sections:
            yield from section.questions

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """The questions by their id, in the same order."""
        return {question.id: question for question in self.questions()}

    @cached_property
    def scored(self) -> tuple[Question, ...]:
        """The questions that count in the score."""
        return tuple(question for question in self.questions() if question.scored)

    @cached_property
    def concerning(self) -> tuple[Question, ...]:
        """The questions of which an option raises an immediate concern."""
        return tuple(
            question for question in self.questions() if any(option.concern for option in question.options)
        )
