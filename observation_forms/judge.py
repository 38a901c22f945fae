"""The one door to what a form makes of its answers.

Twin of judge.mjs. `judge` is for a record (sealed, or about to be); `judge_draft` for what stands in a
draft, where hidden answers are no fault and input that cannot be read is still there as typed.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from .answers import normalise
from .check import Finding, check, strays
from .definition import Answers, Definition
from .score import Score, concerns_of, result_of, score_of, scores
from .sight import Context, Sight, see


class Judgement(msgspec.Struct, frozen=True):
    """Findings in the order of the form; ids shown; score and result; ids whose answer raises a concern."""

    findings: list[Finding]
    visible: list[str]
    score: Score
    result: str
    concerns: list[str]


class DraftJudgement(msgspec.Struct, frozen=True):
    """The answers a draft would seal now, and what the form makes of it."""

    answers: Answers
    judgement: Judgement


def judge(definition: Definition, answers: Mapping[str, Any], context: Context) -> Judgement:
    """What the form makes of a record's answers. Never raises, whatever the answers are."""
    return judge_seen(definition, answers, see(definition, answers, context))


def judge_seen(definition: Definition, answers: Mapping[str, Any], sight: Sight) -> Judgement:
    """The same of answers already seen, for whoever also weighs the record (`bearing_of`)."""
    return _judgement(definition, sight, check(definition, sight) + strays(definition, answers, sight))


def judge_draft(definition: Definition, raw: Mapping[str, Any], context: Context) -> DraftJudgement:
    """What the form makes of raw input. May be sealed when no finding is an error."""
    answers, invalid = normalise(definition, raw)
    sight = see(definition, answers, context, invalid)
    return DraftJudgement(sight.facts.answers, _judgement(definition, sight, check(definition, sight)))


def _judgement(definition: Definition, sight: Sight, findings: list[Finding]) -> Judgement:
    given = scores(definition, sight.facts)
    score = score_of(given)
    result = result_of(definition, given, score)
    return Judgement(findings, sight.visible, score, result, concerns_of(definition, sight.facts))
