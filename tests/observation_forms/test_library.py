"""The published forms say and do what domain/4 asks, and their worked examples come out as written."""

from typing import Any

import pytest

from observation_forms import Context, Form, judge, judge_draft, load_catalogue, sealed_answers
from observation_forms.proof import faults_of

from .forms import f1
from .node import Call, by_javascript, by_python, is_same

FORMS = load_catalogue().forms()
EXAMPLES = [(form, example) for form in FORMS for example in form.examples]
STARS = {"1.10", "1.12", "1.14", "1.24"}
ALWAYS = ["setup", "core", "knowledge", "feedback_section"]


def _named(form: Form) -> str:
    return f"{form.definition.form}-{form.definition.version}"


@pytest.mark.parametrize("form", FORMS, ids=_named)
def test_the_examples_of_a_form_come_out_as_written_and_break_its_every_code(form: Form) -> None:
    assert faults_of(form) == []


def test_the_tablet_makes_the_same_of_every_example() -> None:
    definitions = {form.hash: form.definition for form in FORMS}
    calls = []
    for form, example in EXAMPLES:
        context = {
            "recorded_at": example.recorded_at,
            "themes": list(example.themes),
            "timescales": example.timescales,
            "author": example.author,
        }
        calls.append(Call("judge", form.hash, (example.answers, context)))
        calls.append(Call("spawned", form.hash, (example.answers, context, "record")))
        calls += [Call("weigh", form.hash, (example.answers, context, [theme])) for theme in example.bearings]
    assert is_same(by_javascript(definitions, calls), by_python(definitions, calls))


@pytest.mark.parametrize("form", FORMS, ids=_named)
def test_a_draft_of_an_example_without_faults_is_sealed_as_it_is_written(form: Form) -> None:
    for example in form.examples:
        if not example.broken:
            draft = judge_draft(form.definition, _raw(example.answers), example.context)
            assert draft.answers == sealed_answers(form.definition, example.answers, example.context)
            assert draft.judgement.findings == []


def test_f1_raises_every_concern_it_can_in_some_example() -> None:
    can = {question.id for question in f1().definition.concerning}
    assert {concern for example in f1().examples for concern in example.concerns} == can


def test_the_first_form_is_byte_for_byte_what_the_first_records_were_made_with() -> None:
    assert f1().hash == "38b715d532fa9e1c68deb2ea2ae513ec36565cdbfffdc1b33685bfc8a37f3647"


def test_f1_has_every_question_of_domain_4_once() -> None:
    numbers = [question.number for question in f1().definition.questions() if question.number]
    plain = [number for number in numbers if number[-1].isdigit()]
    blocks = [(1, 6), (10, 16), (20, 33), (40, 43), (50, 54)]
    assert plain == [f"1.{n:02}" for first, last in blocks for n in range(first, last + 1)]
    assert len(numbers) == len(set(numbers))


def test_f1_has_the_stars_and_measures_of_domain_4() -> None:
    questions = list(f1().definition.questions())
    assert {question.number for question in questions if question.star} == STARS
    measured = {question.number: question.measures for question in questions if question.measures}
    assert measured == {"1.20": ("M08b",), "1.22": ("M14b",), "1.23": ("M11",)}


@pytest.mark.parametrize(
    ("themes", "routine", "shown"),
    [
        ([], "meal_or_drink", []),
        (["CO"], "meal_or_drink", ["updated_plan"]),
        (["CP"], "meal_or_drink", ["updated_plan"]),
        (["IL"], "meal_or_drink", ["incident_learning"]),
        (["MD"], "meal_or_drink", ["medicines"]),
        ([], "medicines_round", ["medicines"]),
        (["DE"], "meal_or_drink", ["change_in_health"]),
        (["SG"], "meal_or_drink", ["safeguarding"]),
        (["CM"], "meal_or_drink", ["family"]),
        ([], "visitor", ["family"]),
        (["ST"], "meal_or_drink", ["staffing"]),
    ],
)
def test_f1_shows_the_block_of_the_theme_or_routine(
    themes: list[str], routine: str, shown: list[str]
) -> None:
    assert _sections_shown({"routine": routine}, themes) == sorted([*shown, *ALWAYS, "header", "close"])


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        ("after_complaint", "updated_plan"),
        ("after_incident", "incident_learning"),
        ("after_safeguarding", "safeguarding"),
    ],
)
def test_f1_shows_the_block_of_the_reason(reason: str, shown: str) -> None:
    assert shown in _sections_shown({"reason": reason}, [])


def test_f1_ends_when_the_person_says_no() -> None:
    assert _sections_shown({"person_agreed": "no"}, ["CO", "MD"]) == ["close", "header", "setup"]


def test_the_words_of_the_forms_are_plain() -> None:
    for form in load_catalogue().current_forms():
        for question in form.definition.questions():
            assert len(question.ask.split()) <= 20, question.ask
            assert question.ask[0].isupper(), question.ask


def _raw(answers: dict[str, Any]) -> dict[str, Any]:
    return {key: str(value) if isinstance(value, int) else value for key, value in answers.items()}


def _sections_shown(answers: dict[str, object], themes: list[str]) -> list[str]:
    found = judge(f1().definition, answers, Context("2026-06-01T10:00:00Z", frozenset(themes)))
    visible = set(found.visible)
    return sorted(
        section.id
        for section in f1().definition.sections
        if any(question.id in visible for question in section.questions)
    )
