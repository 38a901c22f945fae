"""A form version as HTML: to fill in on a tablet, to read once it is sealed, to print on paper.

The same question macros serve all three, so what was asked always looks like what is shown.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from observation_forms import Definition
from observation_forms.definition import Question, Section, Value

_LONDON = ZoneInfo("Europe/London")
_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,
)


class AnswerRow(msgspec.Struct, frozen=True):
    """One question with its answer in words. `score` is "met", "partly", "not_met" or ""."""

    question: str
    number: str
    ask: str
    star: bool
    text: str
    score: str
    concern: bool


class AnswerSection(msgspec.Struct, frozen=True):
    """One section with the questions in it that were answered."""

    id: str
    title: str
    rows: list[AnswerRow]


def fragment(definition: Definition) -> bytes:
    """The form to fill in, as UTF-8 HTML without any user's data. Equal definitions give equal bytes."""
    return _PAGES.get_template("form/fragment.html").render(definition=definition).encode()


def answered_sections(
    definition: Definition, answers: Mapping[str, Value], names: Mapping[str, str]
) -> list[AnswerSection]:
    """The answers of a record beside what was asked, for the macro `answers` of form/answers.html.

    `names` says what a person's or staff member's id is shown as; an id it does not know is shown as it is.
    Answers to questions this form version does not have come last: nothing in a record stays out of sight.
    """
    sections = [_answered(section, answers, names) for section in definition.sections]
    strangers = [
        AnswerRow(question, "", question, False, _plain(value), "", False)
        for question, value in answers.items()
        if question not in definition.by_id
    ]
    sections.append(AnswerSection("unknown", "Answers this form version does not ask for", strangers))
    return [section for section in sections if section.rows]


def answer_words(question: Question, value: Value, names: Mapping[str, str]) -> str:
    """One answer in the words it was given in: labels for codes, London time, numbers with their unit."""
    match question.kind:
        case "integer":
            return f"{value} {question.unit}" if question.unit else str(value)
        case "instant":
            return _london(str(value))
        case "date":
            return _day(str(value))
        case "text":
            return str(value)
        case _:
            labels = {option.code: option.label for option in question.options}
            labels |= {entry.code: entry.label for entry in question.special}
            chosen: Sequence[str] = value if isinstance(value, list) else [str(value)]
            return ", ".join(labels.get(code) or names.get(code, code) for code in chosen)


def _answered(section: Section, answers: Mapping[str, Value], names: Mapping[str, str]) -> AnswerSection:
    rows = [
        _row(question, answers[question.id], names)
        for question in section.questions
        if question.id in answers
    ]
    return AnswerSection(section.id, section.title, rows)


def _row(question: Question, value: Value, names: Mapping[str, str]) -> AnswerRow:
    chosen = value if isinstance(value, list) else [value]
    picked = [option for option in question.options if option.code in chosen]
    scores = [option.score for option in picked if option.score not in (None, "excluded")]
    return AnswerRow(
        question=question.id,
        number=question.number,
        ask=question.ask,
        star=question.star,
        text=answer_words(question, value, names),
        score=scores[0] if scores and scores[0] else "",
        concern=any(option.concern for option in picked),
    )


def _plain(value: Value) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def _london(instant: str) -> str:
    try:
        moment = datetime.strptime(instant, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).astimezone(_LONDON)
    except (ValueError, OverflowError):
        return instant
    return f"{moment.day} {moment:%B %Y, %H:%M}"


def _day(date: str) -> str:
    try:
        day = datetime.strptime(date, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        return date
    return f"{day.day} {day:%B %Y}"
