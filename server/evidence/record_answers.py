"""The answers of a record as they were asked: the questions of its own form version, with the words of that version.

Questions that were not shown are left out; one that was shown and not answered says so. The facts written about a
"partly" or "no" stand with the answer they explain. An answer no shown question asked for is never hidden: it comes
last, under its own heading. Rows of a repeat and the cells of a grid stand together under a title of their own.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet

import msgspec

from observation_forms import Context, Definition, Question, Value, judge
from observation_forms.answers import is_worked_out
from server.evidence.people import Names
from server.form_words import answer_words, in_words


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


class AnsweredGroup(msgspec.Struct, frozen=True):
    """Answers that stand together: those of one row ("Person 2: M.T., Room 12"), a grid of counts as a table, or,
    without a title, what was asked one by one.
    """

    answers: list[Answered]
    title: str = ""
    table: bool = False


class AnsweredSection(msgspec.Struct, frozen=True):
    """A section of the form with its answers."""

    id: str
    title: str
    groups: list[AnsweredGroup]


def answers_as_asked(
    definition: Definition, answers: Mapping[str, Value], context: Context, names: Names
) -> list[AnsweredSection]:
    """Every shown section, in the order of the form and the words of the service."""
    definition = in_words(definition, names.words)
    judgement = judge(definition, answers, context)
    reader = _Reader(definition, answers, set(judgement.visible), judgement.concerns, names.known)
    sections = _sections(definition, reader)
    sections.append(_strangers(definition, answers, set(judgement.visible), reader.known))
    return [section for section in sections if section.groups]


def answers_as_kept(
    definition: Definition,
    answers: Mapping[str, Value],
    hidden: Collection[str],
    concerns: Collection[str],
    names: Names,
) -> list[AnsweredSection]:
    """The same of what was answered, without judging the record again: from what is kept beside it.

    `definition` is in the words of the service already; `hidden` are the answers that no shown question asked for,
    `concerns` those that raised one.
    """
    reader = _Reader(definition, answers, answers.keys() - set(hidden), concerns, names.known)
    return [section for section in _sections(definition, reader) if section.groups]


def _sections(definition: Definition, reader: "_Reader") -> list[AnsweredSection]:
    return [
        AnsweredSection(
            section.id,
            section.title,
            _together(group for question in section.questions for group in reader.groups(question)),
        )
        for section in definition.sections
    ]


def _together(groups: Iterable[AnsweredGroup]) -> list[AnsweredGroup]:
    """Without empty groups; those without a title that follow each other made one."""
    found: list[AnsweredGroup] = []
    for group in groups:
        if found and not group.title and not found[-1].title:
            found[-1].answers.extend(group.answers)
        elif group.answers:
            found.append(group)
    return found


class _Reader:
    """One record's answers, to be read question by question."""

    def __init__(
        self,
        definition: Definition,
        answers: Mapping[str, Value],
        shown: AbstractSet[str],
        concerns: Collection[str],
        known: Mapping[str, str],
    ) -> None:
        self.known = known
        self._answers = answers
        self._shown = shown
        self._concerns = concerns
        self._facts = {each.facts_for: each.id for each in definition.questions() if each.facts_for}

    def groups(self, question: Question) -> list[AnsweredGroup]:
        """What is to be read of one question of a section."""
        if question.kind == "counts":
            cells = [self._answered(cell, cell.id) for cell in question.cells if cell.id in self._shown]
            return [AnsweredGroup(cells, question.ask, table=True)]
        rows = self._rows(question)
        if not rows:
            return [AnsweredGroup(self._shown_answers([question], ""))]
        return [
            AnsweredGroup(
                self._shown_answers(question.questions, f"{question.id}.{row}."),
                self._title(question, row, number),
            )
            for number, row in enumerate(rows, start=1)
        ]

    def _rows(self, question: Question) -> list[str]:
        rows = self._answers.get(question.id)
        named = question.kind == "repeat" and question.id in self._shown and isinstance(rows, list)
        return [row for row in rows if row != "none"] if named and isinstance(rows, list) else []

    def _title(self, repeat: Question, row: str, number: int) -> str:
        title = f"{repeat.row_title or 'Entry'} {number}"
        first = next((each for each in repeat.questions if each.kind != "information"), None)
        value = self._answers.get(f"{repeat.id}.{row}.{first.id}") if first else None
        about = self.known.get(row, "")
        by_answer = not repeat.rows_from  # a row of a list is called what the list calls it, or nothing
        if by_answer and not about and first and value is not None and first.kind != "text":
            about = answer_words(first, value, self.known)
        return f"{title}: {about}" if about else title

    def _shown_answers(self, questions: Sequence[Question], before: str) -> list[Answered]:
        return [
            self._answered(question, before + question.id, before)
            for question in questions
            if before + question.id in self._shown
            and question.kind != "information"
            and not question.facts_for
            and (not is_worked_out(question) or before + question.id in self._answers)
        ]

    def _answered(self, question: Question, key: str, before: str = "") -> Answered:
        value = self._answers.get(key)
        about = self._answers.get(before + self._facts.get(question.id, ""), "")
        return Answered(
            question=key,
            number=question.number or "",
            ask=question.ask,
            star=question.star,
            chosen=_chosen(question, value, self.known),
            score=_score(question, value),
            concern=key in self._concerns,
            long=question.kind == "text",
            facts=about if isinstance(about, str) and question.id in self._facts else "",
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
        question = definition.question_at(id)
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
    title = "Answers to questions that were not shown (not counted)"
    return AnsweredSection("not-asked", title, [AnsweredGroup(lines)] if lines else [])
