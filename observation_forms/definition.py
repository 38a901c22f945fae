"""A form version, as the tablet, the server and the printed page all read it.

The structs are the compiled definition of observation_forms/README.md, field for field:
`msgspec.json.encode` of a `Definition` is what the tablet receives, without what is as its default says.
They are made by `parse` alone, so whoever holds one may trust it.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Literal, NamedTuple

import msgspec

from .clauses import Audience, Check, ConcernAbout, Sampling, Severity, Spawn, Thresholds
from .codes import is_row
from .rules import Rule, rule_of, rule_or_none
from .values import Answers, Tree, Value

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
    "repeat",
    "counts",
    "pick",
    "signer",
    "duration",
    "worked_out",
]
ScoreClass = Literal["met", "partly", "not_met", "excluded"]
FALLS_SHORT = ("partly", "not_met")
PulledList = Literal["action", "learning_message", "control", "complaint", "incident"]


class Option(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """One answer a person can choose, what it scores, and whether it raises an immediate concern.

    `when` is for a worked_out question alone; `timescale` names the minutes that choosing it gives.
    """

    code: str
    label: str
    score: ScoreClass | None = None
    concern: bool = False
    themes: tuple[str, ...] = ()
    when: Tree | None = None
    timescale: str | None = None

    @cached_property
    def holds(self) -> Rule | None:
        """`when` as a function; None = always."""
        return rule_or_none(self.when)


class Special(msgspec.Struct, frozen=True):
    """An entry offered beside the people or staff of the service, such as "no one person"."""

    code: str
    label: str


class Item(msgspec.Struct, frozen=True):
    """One cell of a counts grid."""

    code: str
    label: str


class Step(NamedTuple):
    """What a walk down a form asks of a question, at hand: a question of a form is passed ten thousand times an hour.

    `options` are by code, and only where a value is the code of one of them; `moving` are those that change what
    rules may look at beside answers.
    """

    id: str
    question: "Question"
    shown: Rule | None
    options: dict[str, Option]
    moving: dict[str, Option]


class Question(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
    """One question. Fields that its kind does not use are empty, False or null.

    `in_repeat` is the repeat it stands in: there is then one answer for each row (keys.py).
    """

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
    in_repeat: str | None = None
    questions: tuple["Question", ...] = ()
    min_rows: int | None = None
    max_rows: int | None = None
    none: str | None = None
    row_title: str | None = None
    add: str | None = None
    rows_from: PulledList | None = None
    items: tuple[Item, ...] = ()
    list: PulledList | None = None
    from_: str | None = msgspec.field(default=None, name="from")
    to: str | None = None
    remember: bool = False
    default: str | tuple[str, ...] | None = None
    random: bool = False
    cards: bool = False
    quick: tuple[int, ...] = ()

    @cached_property
    def shown(self) -> Rule | None:
        """`show_when` as a function; None = always."""
        return rule_or_none(self.show_when)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The questions of its rows, to be walked."""
        return steps_of(self.questions)

    @cached_property
    def needed(self) -> Rule | None:
        """`required_when` as a function."""
        return rule_or_none(self.required_when)

    @cached_property
    def minutes(self) -> Rule:
        """The minutes of a duration, from one of its instants to the other."""
        return rule_of(["minutes_between", ["answer", self.from_], ["answer", self.to]])

    @cached_property
    def by_code(self) -> dict[str, Option]:
        """The options by their code."""
        return {option.code: option for option in self.options}

    @cached_property
    def takes_one(self) -> bool:
        """Whether its value is the code of one option."""
        return self.kind in ("standard", "choice", "yes_no")

    @cached_property
    def theme_set(self) -> frozenset[str]:
        """The themes, to be compared with others."""
        return frozenset(self.themes)

    @cached_property
    def works_out(self) -> bool:
        """Whether it is never asked: its value follows from other answers."""
        return self.kind in ("duration", "worked_out")

    @cached_property
    def moving(self) -> dict[str, Option]:
        """The options that bring in themes or fall short, by their code."""
        return {
            option.code: option for option in self.options if option.themes or option.score in FALLS_SHORT
        }

    @cached_property
    def scores(self) -> dict[str, str]:
        """The class of each option that counts in the score, by its code."""
        return {
            option.code: option.score for option in self.options if option.score not in (None, "excluded")
        }

    @cached_property
    def concerns(self) -> frozenset[str]:
        """The codes of the options that raise an immediate concern."""
        return frozenset(option.code for option in self.options if option.concern)

    @cached_property
    def cells(self) -> tuple["Question", ...]:
        """The cells of a counts grid, each as a question of kind integer whose id is its key."""
        return tuple(
            Question(
                id=f"{self.id}.{item.code}",
                number=self.number,
                kind="integer",
                ask=item.label,
                required=self.required,
                required_when=self.required_when,
                themes=self.themes,
                measures=self.measures,
                unit=self.unit,
                minimum=self.minimum,
                maximum=self.maximum,
                messages=self.messages,
            )
            for item in self.items
        )

    @cached_property
    def scored(self) -> bool:
        """Whether any of its options counts in the score (domain/4: met, partly, not met)."""
        return bool(self.scores)

    @cached_property
    def falls_short(self) -> tuple[str, ...]:
        """The codes of the options that score partly or not met."""
        return tuple(option.code for option in self.options if option.score in FALLS_SHORT)


def steps_of(questions: Iterable[Question]) -> tuple[Step, ...]:
    """Questions that stand below one another, to be walked."""
    return tuple(
        Step(
            question.id,
            question,
            question.shown,
            question.by_code if question.takes_one else {},
            question.moving,
        )
        for question in questions
    )


class Section(msgspec.Struct, frozen=True, dict=True):
    """A block of questions under one heading; while its rule is false, none of them is shown."""

    id: str
    title: str
    hint: str | None
    show_when: Tree | None
    questions: tuple[Question, ...]

    @cached_property
    def shown(self) -> Rule | None:
        """`show_when` as a function; None = always."""
        return rule_or_none(self.show_when)

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Its questions, to be walked."""
        return steps_of(self.questions)


class Definition(msgspec.Struct, frozen=True, dict=True, omit_defaults=True):
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
    timescales: dict[str, int] = {}
    sampling: Sampling | None = None
    concern: ConcernAbout | None = None
    spawns: tuple[Spawn, ...] = ()

    def questions(self) -> Iterator[Question]:
        """Every question, in the order people meet them: a repeat, then the questions of its rows."""
        for section in self.sections:
            for question in section.questions:
                yield question
                yield from question.questions

    def question_at(self, key: str) -> Question | None:
        """The question a key names (keys.py), None when there is none; a cell of a grid as an integer."""
        question = self.by_id.get(key)
        if question is not None:
            return question if question.in_repeat is None else None
        repeat, _, rest = key.partition(".")
        row, _, id = rest.partition(".")
        question = self.by_id.get(id)
        if question is not None and question.in_repeat == repeat and is_row(row):
            return question
        return self.cells.get(key)

    @cached_property
    def by_id(self) -> dict[str, Question]:
        """The questions by their id, in the same order."""
        return {question.id: question for question in self.questions()}

    @cached_property
    def works_out(self) -> bool:
        """Whether anything is worked out from other answers."""
        return any(question.works_out for question in self.questions())

    def place_of(self, key: str) -> int:
        """How far down the form a key's question stands; all the keys of a repeat stand where it does."""
        return self._places[key.partition(".")[0]]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {question_id: index for index, question_id in enumerate(self.by_id)}

    @cached_property
    def cells(self) -> dict[str, Question]:
        """Each cell of each counts grid, by its key, as a question of kind integer."""
        return {cell.id: cell for question in self.questions() for cell in question.cells}

    @cached_property
    def scored(self) -> tuple[Question, ...]:
        """The questions that count in the score."""
        return tuple(question for question in self.questions() if question.scored)

    @cached_property
    def scored_by_id(self) -> dict[str, Question]:
        """The same by their id."""
        return {question.id: question for question in self.scored}

    @cached_property
    def concerning(self) -> tuple[Question, ...]:
        """The questions of which an option raises an immediate concern."""
        return tuple(question for question in self.questions() if question.concerns)

    @cached_property
    def concerning_by_id(self) -> dict[str, Question]:
        """The same by their id."""
        return {question.id: question for question in self.concerning}


__all__ = [
    "Answers",
    "Audience",
    "Check",
    "ConcernAbout",
    "Definition",
    "Item",
    "Kind",
    "Option",
    "PulledList",
    "Question",
    "Sampling",
    "ScoreClass",
    "Section",
    "Severity",
    "Spawn",
    "Special",
    "Thresholds",
    "Tree",
    "Value",
]
