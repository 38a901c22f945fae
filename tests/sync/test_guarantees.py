"""Each guarantee of the README says what it does not promise, and names tests that are there and attack it."""

import re
from pathlib import Path

import pytest

from tests.model.losses import exists

README = (Path(__file__).parents[2] / "sync" / "README.md").read_text("utf-8")
SECTION = README.partition("## Guarantees")[2].partition("\n## ")[0]
GUARANTEES = {part[:2]: part for part in re.split(r"^\*\*(?=G\d\.)", SECTION, flags=re.MULTILINE)[1:]}


def test_there_are_seven() -> None:
    assert list(GUARANTEES) == ["G1", "G2", "G3", "G4", "G5", "G6", "G7"]


@pytest.mark.parametrize("guarantee", GUARANTEES)
def test_a_guarantee_says_what_it_does_not_promise_and_which_tests_attack_it(guarantee: str) -> None:
    text = GUARANTEES[guarantee]
    assert "*Not promised:*" in text
    tests = re.findall(r"`(tests/[^`]+)`", text.partition("*Attacked by:*")[2])
    assert len(tests) >= 3
    assert [test for test in tests if not exists(test)] == []
