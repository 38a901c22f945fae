"""A smoke of each bench, as small as it goes: that it measures what it says, never how fast this machine is."""

import argparse
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import msgspec
import pytest

from tests.bench import (
    checkpoints,
    cost,
    frame,
    long_forms,
    measures,
    profile,
    pull,
    push,
    served,
    shift_change,
    start,
    tablet,
)
from tests.bench.__main__ import ALL, read_arguments
from tests.bench.frame import Bench, Figure, Found
from tests.bench.sampling import Sampler, heaviest
from tests.bench.tap_profile import profile_of
from tests.fire.nursery import QuickServer

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Servers that start by forking."""
    monkeypatch.setattr(served, "SERVER", QuickServer)


def figures(bench: Bench, *typed: str) -> dict[str, Figure]:
    """What a bench comes to."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=1)
    bench.arguments(parser)
    found, _ = bench.measure(parser.parse_args(typed))
    return {figure.name: figure for figure in found}


def counts(found: dict[str, Figure], names: Sequence[str]) -> list[float]:
    return [found[name].counts for name in names]


def test_every_bench_of_make_bench_is_one() -> None:
    for name in ALL:
        module = __import__(f"tests.bench.{name}", fromlist=["BENCH"])
        assert module.BENCH.name == name


def test_without_a_name_all_of_them_run_and_one_that_nobody_knows_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert read_arguments([])[0] == list(ALL)
    assert read_arguments(["pull", "--results", "there"]) == (["pull"], Path("there"))
    with pytest.raises(SystemExit):
        read_arguments(["pul"])
    assert "there is no bench called pul: choose of push, pull" in capsys.readouterr().err


def test_a_figure_is_held_to_its_limit_and_to_its_peer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = [
        Figure("plain", [1.0, 2.0, 9.0], "s"),
        Figure("fine", [3.0], "s", 3, "plain", 1.5),
        Figure("slow", [6.1], "s", 6, "plain", 3),
        Figure("never", [0.0, 0.0, 1.0], "", 0, total=True),
    ]
    bench = Bench("made", "Made up", lambda parser: None, lambda asked: (made, ["a note"]))
    assert frame.run(bench, ["--results", str(tmp_path)]) == 1
    found = msgspec.json.decode((tmp_path / "made.json").read_bytes(), type=Found)
    assert found.broken == [
        "slow: 6.1 s, at most 6",
        "never: 1 , at most 0",
        "slow: 3.05 times plain, at most 3",
    ]
    assert found.ratios == {"fine": 1.5, "slow": 3.05}
    assert found.machine["Python"]
    printed = capsys.readouterr().out
    assert "| fine | 3 s |  | 3 s | 1.00 | plain | 1.50 | 1.5 | yes |" in printed
    assert "| slow | 6.1 s |  | 6 s | 1.02 | plain | 3.05 | 3 | no |" in printed
    assert frame.held(found) == [
        "| made | fine | 3 s | 3 s | 1.00 | yes |",
        "| made | fine | 1.50 times | 1.5 times plain | 1.00 | yes |",
        "| made | slow | 6.1 s | 6 s | 1.02 | no |",
        "| made | slow | 3.05 times | 3 times plain | 1.02 | no |",
        "| made | never | 1 | 0 |  | no |",
    ]


def test_push_takes_every_record_in_whatever_its_batches_are(tmp_path: Path) -> None:
    found = figures(
        push.BENCH, "--records", "8", "--fewer", "4", "--at-once", "1", "2", "--folder", str(tmp_path)
    )
    assert found["push"].beside == "plain SQLite"
    assert found["push"].limit == pytest.approx(8 * 2 / 10_000)
    assert "batches of 10 from 2 tablets, p99" in found
    assert list(tmp_path.iterdir()) == []


def test_a_profile_tells_the_heaviest_lines_and_draws_every_stack(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert profile.main(["--results", str(tmp_path), "push", "--records", "200"]) == 0
    printed = capsys.readouterr().out
    assert "## profile: push of 200 records" in printed
    assert 1 <= printed.count(".py:") <= 20
    drawn = ElementTree.parse(tmp_path / "profile-push.svg").getroot()  # noqa: S314 - drawn by ourselves
    titles = [str(one.text) for one in drawn.iter(f"{SVG}title")]
    assert any(title.startswith("sync/inbox.py Inbox._take_in: ") for title in titles)
    assert {one.tag.removeprefix(SVG) for one in drawn.iter()} == {"svg", "title", "rect", "text", "g"}
    assert "sync/inbox.py:Inbox._take_in;" in (tmp_path / "profile-push.folded").read_text("utf-8")


def test_a_page_is_profiled_by_its_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    typed = ["--results", str(tmp_path), "page", "--records", "64", "--page", "words", "--times", "10"]
    assert profile.main(typed) == 0
    assert "## profile: evidence, words searched, 10 times over 64 records" in capsys.readouterr().out
    assert (tmp_path / "profile-page.svg").exists()


def test_a_look_weighs_work_and_not_waiting() -> None:
    over = threading.Event()
    waiting = threading.Thread(target=wait_for, args=[over])
    waiting.start()
    with Sampler() as sampler:
        until = time.thread_time() + 0.2
        while time.thread_time() < until:
            work_a_little()
    over.set()
    waiting.join()
    seconds = dict.fromkeys(("work_a_little", "wait_for"), 0.0)
    for stack, used in sampler.weights.items():
        for step in stack:
            if (name := step.name.partition(" ")[2]) in seconds:
                seconds[name] += used
    assert seconds["work_a_little"] > 20 * seconds["wait_for"]
    lines = heaviest(sampler.weights, 3)
    assert any(line.place.startswith("tests/browser/test_benches.py:") for line in lines)


def work_a_little() -> None:
    sum(number * number for number in range(2_000))


def wait_for(over: threading.Event) -> None:
    over.wait()


def test_a_profile_counts_only_what_lies_between_a_tap_and_its_paint() -> None:
    here = {"pid": 1, "tid": 2}
    frame_of = {"functionName": "judge", "url": "https://example/js/judge.mjs"}
    nodes = [
        {"id": 1, "callFrame": {"functionName": "(root)"}},
        {"id": 2, "parent": 1, "callFrame": frame_of},
    ]
    sampled = {"cpuProfile": {"nodes": nodes, "samples": [2, 2, 1]}, "timeDeltas": [1000, 4000, 5000]}
    profile = profile_of(
        [
            {**here, "name": "answer", "ph": "b", "ts": 1000},
            {**here, "name": "answer", "ph": "e", "ts": 11_000},
            {**here, "name": "RunTask", "ph": "X", "ts": 0, "dur": 8000, "tdur": 4000},
            {**here, "name": "FunctionCall", "ph": "X", "ts": 2000, "dur": 3000, "tdur": 2000},
            {**here, "name": "Layout", "ph": "X", "ts": 3000, "dur": 1000, "tdur": 1000},
            {**here, "name": "Paint", "ph": "X", "ts": 12_000, "dur": 1000, "tdur": 1000},
            {"pid": 1, "tid": 3, "name": "Paint", "ph": "X", "ts": 2000, "dur": 1000, "tdur": 1000},
            {**here, "name": "Profile", "ph": "P", "ts": 0, "id": "7", "args": {"data": {"startTime": 0}}},
            {
                "pid": 1,
                "tid": 9,
                "name": "ProfileChunk",
                "ph": "P",
                "ts": 1,
                "id": "7",
                "args": {"data": sampled},
            },
        ]
    )
    assert profile.taps == [{"script": 1.0, "style": 0.0, "layout": 1.0, "paint": 0.0, "other": 1.5}]
    assert profile.functions == {"judge of judge.mjs": 4.0}
    assert profile_of([]).said == "nothing was traced"


def test_a_ledger_of_two_homes_is_pushed_and_rebuilt_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "EACH_HOME", 12)
    found = figures(measures.BENCH, "--rebuild", "20")
    assert found["20 entries rebuilt"].limit == pytest.approx(20 * 300 / 1_000_000)
    assert len(found["20 entries rebuilt, processor time"].values) == 1


def test_a_log_is_proven_with_every_checkpoint() -> None:
    assert figures(checkpoints.BENCH, "--leaves", "600")["checkpoint and proof, 600 leaves"].values


@pytest.mark.usefixtures("quick")
def test_the_benches_of_a_served_process_count_what_came_of_it(tmp_path: Path) -> None:
    pulled = figures(pull.BENCH, "--rows", "600", "--polls", "3")
    assert counts(pulled, ["writes while nothing is new"]) == [0]
    assert pulled["writes of a look a minute later"].limit == 0
    assert any(name.startswith("6") and name.endswith("rows to a fresh tablet") for name in pulled)
    changed = figures(
        shift_change.BENCH, "--homes", "2", "--tablets", "2", "--records", "2", "--within", "0.1"
    )
    assert counts(changed, ["records without a receipt", "refused, held or with a finding"]) == [0, 0]
    costs = figures(cost.BENCH, "--records", "20", "--polls", "2")
    sent_alone, sent_with, kept = counts(
        costs, ["wire, a record sent alone", "wire, a record sent with 19", "database, a record"]
    )
    assert sent_alone > sent_with > 2_000 < kept
    assert start.pushing(tmp_path, 4) > 20


@pytest.mark.usefixtures("quick")
@pytest.mark.browser
def test_the_benches_of_a_tablet_see_a_real_one() -> None:
    found = figures(tablet.BENCH, "--kept", "3", "--slower", "1", "--shift", "1")
    assert found["first visit"].counts > 100_000
    assert found["seal to durable"].counts > 0
    forms = figures(long_forms.BENCH, "--questions", "24", "--slower", "1", "--row", "2", "--times", "2")
    assert forms["24 questions: ours, form"].beside == "24 questions: alpine, first tap"
    assert forms["24 questions: ours, reveal"].counts > 0
