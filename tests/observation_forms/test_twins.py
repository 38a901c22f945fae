"""Python and JavaScript answer alike, over thousands of random forms, rules, inputs and records."""

import os
import random
from typing import Any

import pytest

from observation_forms import Definition, judge_draft, normalise

from . import generate
from .forms import f1, vectors_form
from .node import Call, by_javascript, by_python, context_of, is_same

FORMS = 120
CASES_PER_FORM = 50


@pytest.fixture
def rng() -> random.Random:
    seed = int(os.environ.get("SIGHTLINE_SEED", random.SystemRandom().randrange(2**32)))
    print(f"SIGHTLINE_SEED={seed}")
    return random.Random(seed)


def test_python_and_javascript_answer_alike(rng: random.Random) -> None:
    definitions = {f"random {index}": generate.form(rng) for index in range(FORMS)}
    definitions |= {"f1": f1().definition, "vectors": vectors_form()}
    cases = [(name, _case(rng, each)) for name, each in definitions.items() for _ in range(CASES_PER_FORM)]
    calls = [call for name, case in cases for call in _calls(rng, name, *case)]
    assert len(cases) >= 5000
    for call, theirs, ours in zip(
        calls, by_javascript(definitions, calls), by_python(definitions, calls), strict=True
    ):
        assert is_same(theirs, ours), (call, theirs, ours)


def _case(rng: random.Random, definition: Definition) -> tuple[Any, Any, Any]:
    raw, context = generate.raw(rng, definition), generate.context(rng)
    # A sealed draft also holds what was worked out; what was only read holds answers that are hidden.
    sealed = judge_draft(definition, raw, context_of(context)).answers
    answers = sealed if rng.random() < 0.5 else normalise(definition, raw)[0]
    return raw, generate.strange(rng, answers) if rng.random() < 0.8 else answers, context


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
