"""The result of F1 at its thresholds (domain/4 Scoring), in both languages, and the bearings that follow."""

from typing import Any

import pytest

from .forms import f1
from .node import Call, by_javascript, by_python

THEMES = ["CO", "IL"]
SHOWN = [
    "asked_and_told",
    "not_rushed",
    "noticed_change",
    "record_matches",
    "updated_guidance",
    "preferences_followed",
    "changed_practice",
    "temporary_control",
    "knows_person",
    "knows_reporting",
]
"""Ten questions without a star that F1 shows for an action on complaints and incidents."""


def _ask(doors: list[str], answers: dict[str, str], *more: Any) -> list[Any]:
    context = {"recorded_at": "2026-06-01T10:00:00Z", "themes": THEMES}
    calls = [Call(door, "f1", (answers, context, *more)) for door in doors]
    definitions = {"f1": f1().definition}
    return by_python(definitions, calls) + by_javascript(definitions, calls)


def _answers(met: int, partly: int, not_met: int) -> dict[str, str]:
    classes = ["met"] * met + ["partly"] * partly + ["not_met"] * not_met
    return dict(zip(SHOWN, classes, strict=False))


@pytest.mark.parametrize(
    ("met", "partly", "not_met", "result"),
    [
        (0, 0, 0, "not_scored"),
        (10, 0, 0, "met"),
        (8, 2, 0, "met"),
        (7, 3, 0, "partly"),
        (9, 0, 1, "partly"),
        (6, 0, 4, "partly"),
        (2, 8, 0, "partly"),
        (1, 9, 0, "not_met"),
        (5, 1, 4, "not_met"),
        (0, 0, 10, "not_met"),
    ],
)
def test_the_result_turns_exactly_at_the_thresholds(met: int, partly: int, not_met: int, result: str) -> None:
    for found in _ask(["judge"], _answers(met, partly, not_met)):
        assert found["score"] == {"points": 100 * met + 50 * partly, "scored": met + partly + not_met}
        assert found["result"] == result


@pytest.mark.parametrize("star", [question.id for question in f1().definition.scored if question.star])
def test_one_starred_no_makes_the_form_not_met(star: str) -> None:
    answers = {**_answers(10, 0, 0), "routine": "medicines_round", star: "not_met"}
    assert [found["result"] for found in _ask(["judge"], answers)] == ["not_met"] * 2


@pytest.mark.parametrize(
    ("answers", "themes", "bearing"),
    [
        ({"not_rushed": "not_met", "asked_and_told": "met"}, ["CO"], "supports"),
        ({"not_rushed": "not_met", "asked_and_told": "met"}, ["CO", "ST"], "contradicts"),
        ({"not_rushed": "not_met", "asked_and_told": "not_seen"}, ["CO"], "contradicts"),
        ({"not_rushed": "met"}, ["CO"], "supports"),
        ({"asked_and_told": "partly", "not_rushed": "met"}, ["CO"], "inconclusive"),
        ({"asked_and_told": "partly", "follows_plan": "not_met"}, ["CP"], "contradicts"),
        ({"asked_and_told": "not_met", "person_agreed": "no"}, ["CO"], "inconclusive"),
        ({}, ["CO"], "inconclusive"),
    ],
)
def test_a_bearing_follows_the_questions_of_the_theme(
    answers: dict[str, str], themes: list[str], bearing: str
) -> None:
    assert _ask(["weigh"], answers, themes) == [bearing, bearing]
