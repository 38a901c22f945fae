"""Python and JavaScript answer alike, over thousands of random forms, rules, inputs and records."""

import os
import random
from typing import Any

import msgspec
import pytest

from observation_forms import Definition, Example, judge_draft, load_catalogue, normalise

from . import generate
from .forms import rounds_form, vectors_form
from .node import Call, by_javascript, by_python, context_of, is_same

FORMS = 120
CASES_PER_FORM = 50
CASES_PER_PUBLISHED_FORM = 20


@pytest.fixture
def rng() -> random.Random:
    seed = int(os.environ.get("SIGHTLINE_SEED", random.SystemRandom().randrange(2**32)))
    print(f"SIGHTLINE_SEED={seed}")
    return random.Random(seed)


def test_python_and_javascript_answer_alike(rng: random.Random) -> None:
    definitions = {f"random {index}": generate.form(rng) for index in range(FORMS)}
    definitions |= {"vectors": vectors_form(), "rounds": rounds_form()}
    cases = [(name, _case(rng, each)) for name, each in definitions.items() for _ in range(CASES_PER_FORM)]
    assert len(cases) >= 5000
    _demand_the_same(
        definitions, [call for name, case in cases for call in _calls(rng, name, *case)], lean=True
    )


def test_both_judge_every_published_form_alike(rng: random.Random) -> None:
    forms = load_catalogue().forms()
    definitions = {form.hash: form.definition for form in forms}
    cases = [
        (form.hash, _case(rng, form.definition)) for form in forms for _ in range(CASES_PER_PUBLISHED_FORM)
    ]
    cases += [(form.hash, _case_of(example)) for form in forms for example in form.examples]
    _demand_the_same(definitions, [call for name, case in cases for call in _calls(rng, name, *case)])


def _demand_the_same(definitions: dict[str, Definition], calls: list[Call], lean: bool = False) -> None:
    answers = zip(calls, by_javascript(definitions, calls, lean), by_python(definitions, calls), strict=True)
    for call, theirs, ours in answers:
        assert is_same(theirs, ours), (call, theirs, ours)


def _case(rng: random.Random, definition: Definition) -> tuple[Any, Any, Any]:
    raw, context = generate.raw(rng, definition), generate.context(rng)
    # A sealed draft also holds what was worked out; what was only read holds answers that are hidden.
    sealed = judge_draft(definition, raw, context_of(context)).answers
    answers = sealed if rng.random() < 0.5 else normalise(definition, raw)[0]
    return raw, generate.strange(rng, answers) if rng.random() < 0.8 else answers, context


def _case_of(example: Example) -> tuple[Any, Any, Any]:
    raw = {key: str(value) if isinstance(value, int) else value for key, value in example.answers.items()}
    context = {**msgspec.to_builtins(example.context), "themes": list(example.themes)}
    return raw, example.answers, context


def _calls(rng: random.Random, name: str, raw: Any, answers: Any, context: Any) -> list[Call]:
    return [
        Call("normalise", name, (raw,)),
        Call("judge_draft", name, (raw, context)),
        Call("progress", name, (raw, context)),
        Call("judge", name, (answers, context)),
        Call("sealed_answers", name, (answers, context)),
        Call("weigh", name, (answers, context, rng.sample(generate.THEMES, rng.randrange(3)))),
        Call("spawned", name, (answers, context, "r1")),
        Call("worded", None, generate.words(rng)),
    ]
