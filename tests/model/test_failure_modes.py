"""The table of the fifteen failures names tests that are there, and counts what they say."""

import json
from pathlib import Path

import pytest

from tests.model import tally
from tests.model.losses import FailureMode, exists, read_modes, run
from tests.model.losses import tally as tally_of

MODES = read_modes()


def test_there_are_fifteen_each_with_a_cure_and_tests() -> None:
    assert [mode.number for mode in MODES] == list(range(1, 16))
    assert all(mode.cure and len(mode.failure) <= 80 and len(mode.tests) >= 2 for mode in MODES)


@pytest.mark.parametrize("mode", MODES, ids=lambda mode: str(mode.number))
def test_each_test_that_is_named_exists(mode: FailureMode) -> None:
    assert [test for test in mode.tests if not exists(test)] == []


def test_what_a_test_counts_reaches_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGHTLINE_TALLY", str(tmp_path / "tally"))
    tally.count(5, tried=30, lost=2)
    line = json.loads((tmp_path / "tally").read_text("utf-8"))
    assert (line["mode"], line["tried"], line["lost"]) == (5, 30, 2)
    assert "test_what_a_test_counts_reaches_the_table" in line["by"]
    with pytest.raises(ValueError, match="no counts"):
        tally.count(5, tried=0, lost=0)


def test_a_test_that_fails_or_is_not_there_is_not_passed() -> None:
    good = "tests/pwa/outbox.test.mjs: a sealed record waits until it has a receipt"
    gone = "tests/pwa/outbox.test.mjs: nobody ever wrote this"
    outcomes, risks = run([good, gone])
    assert outcomes == {good: "passed", gone: "failed"}
    sums = tally_of(FailureMode(3, "", "", (good, gone)), outcomes, risks)
    assert (sums.passed, sums.failed, sums.at_risk, sums.lost) == (1, 1, 2, 0)
