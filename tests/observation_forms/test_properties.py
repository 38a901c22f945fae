"""What holds for every form and every set of answers, tried by Hypothesis."""

import contextlib
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from observation_forms import (
    Context,
    Definition,
    FormError,
    bearing_allowed,
    judge,
    judge_draft,
    normalise,
    progress,
    result_allowed,
    sealed_answers,
    weigh,
)
from observation_forms.errors import Place
from observation_forms.expressions import Scope, compile_rule

from . import generate
from .forms import f1, rounds_form, vectors_form
from .node import context_of

FORMS = (
    f1().definition,
    vectors_form(),
    rounds_form(),
    *(generate.form(random.Random(seed)) for seed in range(12)),
)
RESULTS = ("met", "partly", "not_met", "not_scored")
BEARINGS = ("supports", "inconclusive", "contradicts")


@st.composite
def cases(draw: st.DrawFn) -> tuple[Definition, dict[str, Any], Context]:
    """A form, raw input for it, and a context. Drawn from one seed: draw by draw, Hypothesis takes a minute."""
    definition, rng = draw(st.sampled_from(FORMS)), random.Random(draw(st.integers(0, 2**32)))
    plain = generate.context(rng)
    return definition, generate.raw(rng, definition), context_of(plain)


@given(cases())
def test_reading_what_was_read_changes_nothing(case: tuple[Definition, dict[str, Any], Context]) -> None:
    definition, raw, _ = case
    answers, _ = normalise(definition, raw)
    again = {name: str(value) if isinstance(value, int) else value for name, value in answers.items()}
    assert normalise(definition, again) == (answers, {})


@given(cases())
def test_hidden_answers_never_matter(case: tuple[Definition, dict[str, Any], Context]) -> None:
    definition, raw, context = case
    answers, _ = normalise(definition, raw)
    sealed = sealed_answers(definition, answers, context)
    whole, shown = judge(definition, answers, context), judge(definition, sealed, context)
    assert [each for each in whole.findings if each.code != "hidden_answer"] == shown.findings
    assert (whole.visible, whole.score, whole.result) == (shown.visible, shown.score, shown.result)
    assert whole.concerns == shown.concerns
    assert sealed_answers(definition, sealed, context) == sealed
    assert weigh(definition, answers, context, ["CO"]) == weigh(definition, sealed, context, ["CO"])


@given(cases())
def test_a_score_stays_within_its_bounds(case: tuple[Definition, dict[str, Any], Context]) -> None:
    definition, raw, context = case
    found = judge(definition, normalise(definition, raw)[0], context)
    assert 0 <= found.score.points <= 100 * found.score.scored
    assert found.result in RESULTS
    assert (found.result == "not_scored") == (found.score.scored == 0)


@given(cases())
def test_a_draft_seals_what_the_server_finds_faultless(
    case: tuple[Definition, dict[str, Any], Context],
) -> None:
    definition, raw, context = case
    draft = judge_draft(definition, raw, context)
    if not any(each.severity == "error" for each in draft.judgement.findings):
        assert judge(definition, draft.answers, context) == draft.judgement


@given(cases())
def test_nothing_is_missing_from_a_draft_without_errors(
    case: tuple[Definition, dict[str, Any], Context],
) -> None:
    definition, raw, context = case
    missing = [name for section in progress(definition, raw, context) for name in section.missing]
    errors = {each.question for each in judge_draft(definition, raw, context).judgement.findings}
    assert set(missing) <= errors
    assert len(missing) == len(set(missing))


@given(cases(), st.integers())
def test_no_record_makes_judge_raise(case: tuple[Definition, dict[str, Any], Context], seed: int) -> None:
    definition, raw, context = case
    answers = generate.strange(random.Random(seed), raw)
    judge(definition, answers, context)
    weigh(definition, answers, context, ["CO"])


@given(st.sampled_from(RESULTS), st.sampled_from(RESULTS), st.sampled_from(RESULTS))
def test_lowering_a_result_never_raises_it(first: str, second: str, third: str) -> None:
    assert result_allowed(first, first)
    assert first == second or not (result_allowed(first, second) and result_allowed(second, first))
    if result_allowed(first, second) and result_allowed(second, third):
        assert result_allowed(first, third)


@given(st.sampled_from(BEARINGS), st.sampled_from(BEARINGS))
def test_lowering_a_bearing_never_raises_it(first: str, second: str) -> None:
    assert bearing_allowed(first, first)
    assert bearing_allowed(first, second) != bearing_allowed(second, first) or first == second


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.text("()[]<>=!+-*/.,' \"andornotinreason_kindly0123456789", max_size=60)))
def test_any_text_at_all_is_a_rule_or_a_form_error(text: str) -> None:
    definition = vectors_form()
    scope = Scope(definition.by_id, frozenset(definition.theme_names))
    with contextlib.suppress(FormError):
        assert isinstance(compile_rule(text, scope, Place("a.toml")), list)
