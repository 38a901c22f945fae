"""`python -m tests.model.losses`: the fifteen ways in which systems like ours lost people's work, each provoked here.

Reads failure_modes.toml, runs every test that it names (those of the tablet's modules in Node), and prints for each
failure how many tests provoked it, how many records or drafts they put at risk, and how many of them are gone. Ends
with 1 when a test failed or one was lost. `--mode 5` runs one failure alone; `--without-browsers` leaves out what needs
a browser, and says how many tests that were.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from playwright._impl._driver import compute_driver_executable

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
_BROWSERS = ("tests/browser/", "tests/engines/")


@dataclass(frozen=True)
class FailureMode:
    """One row of the file: `tests` are pytest's ids, or "file.test.mjs: name" for those of the tablet's modules."""

    number: int
    failure: str
    cure: str
    tests: tuple[str, ...]


@dataclass
class Tally:
    """What the tests of one failure came to."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    at_risk: int = 0
    lost: int = 0


def read_modes() -> list[FailureMode]:
    """The fifteen, in order."""
    rows = tomllib.loads((HERE / "failure_modes.toml").read_text("utf-8"))["mode"]
    return [FailureMode(row["number"], row["failure"], row["cure"], tuple(row["tests"])) for row in rows]


def is_node(test: str) -> bool:
    """Whether a test is one of the tablet's modules, run by Node."""
    return ".test.mjs: " in test


def exists(test: str) -> bool:
    """Whether the file is there and holds a test of that name."""
    if is_node(test):
        file, _, name = test.partition(": ")
        return f'test("{name}"' in (ROOT / file).read_text("utf-8")
    file, _, name = test.partition("::")
    text = (ROOT / file).read_text("utf-8")
    if "::" in name:
        kind, _, method = name.partition("::")
        return method == "runTest" and re.search(rf"^{kind}\b", text, re.MULTILINE) is not None
    return re.search(rf"^(async )?def {name}\(", text, re.MULTILINE) is not None


def main() -> int:
    """Run and print; the exit code."""
    chosen = _arguments()
    modes = [mode for mode in read_modes() if chosen.mode in (None, mode.number)]
    wanted = {test for mode in modes for test in mode.tests}
    left_out = {test for test in wanted if chosen.without_browsers and test.startswith(_BROWSERS)}
    outcomes, risks = run(sorted(wanted - left_out))
    tallies = {mode.number: tally(mode, outcomes, risks) for mode in modes}
    print_table(modes, tallies)
    if left_out:
        print(f"Left out, since they need a browser: {len(left_out)} tests.")
    bad = sum(each.failed + each.lost for each in tallies.values())
    return 1 if bad else 0


def run(tests: list[str]) -> tuple[dict[str, str], dict[str, Counter[str]]]:
    """What became of each test (passed, failed, skipped), and what each counted as at risk and lost."""
    outcomes: dict[str, str] = {}
    risks: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory(prefix="sightline-losses-") as folder:
        file = Path(folder) / "tally"
        environment = {**os.environ, "SIGHTLINE_TALLY": str(file)}
        in_python = [test for test in tests if not is_node(test)]
        if in_python:
            report = Path(folder) / "report.xml"
            command = [sys.executable, "-m", "pytest", "-q", f"--junitxml={report}", *in_python]
            subprocess.run(command, cwd=ROOT, env=environment, check=False)
            outcomes |= _from_report(report, in_python)
        for line in file.read_text("utf-8").splitlines() if file.exists() else []:
            counted = json.loads(line)
            by = risks.setdefault(_bare(counted["by"].rpartition(" ")[0]), Counter())
            by.update(at_risk=counted["tried"], lost=counted["lost"])
    by_file: dict[str, list[str]] = {}
    for test in filter(is_node, tests):
        by_file.setdefault(test.partition(": ")[0], []).append(test)
    for name, some in by_file.items():
        outcomes |= _in_node(name, some)
    return outcomes, risks


def tally(mode: FailureMode, outcomes: dict[str, str], risks: dict[str, Counter[str]]) -> Tally:
    """What the tests of this failure came to. A test that counts nothing itself put one record or draft at risk."""
    sums = Tally()
    for test in mode.tests:
        outcome = outcomes.get(test)
        if outcome is None:
            continue
        setattr(sums, outcome, getattr(sums, outcome) + 1)
        if outcome == "skipped":
            continue
        counted = risks.get(_bare(test), Counter(at_risk=1, lost=0))
        sums.at_risk += counted["at_risk"]
        sums.lost += counted["lost"]
    return sums


def print_table(modes: list[FailureMode], tallies: dict[int, Tally]) -> None:
    """One line for each failure, and the sum."""
    print(f"\n{'':>3} {'failure':<64} {'tests':>5} {'failed':>6} {'skipped':>7} {'at risk':>7} {'lost':>5}")
    for mode in modes:
        each = tallies[mode.number]
        tests = each.passed + each.failed + each.skipped
        print(
            f"{mode.number:>3} {mode.failure:<64} {tests:>5} {each.failed:>6} {each.skipped:>7} "
            f"{each.at_risk:>7} {each.lost:>5}"
        )
    at_risk = sum(each.at_risk for each in tallies.values())
    lost = sum(each.lost for each in tallies.values())
    print(f"{'':>3} {'all':<64} {'':>5} {'':>6} {'':>7} {at_risk:>7} {lost:>5}")


def _from_report(report: Path, tests: list[str]) -> dict[str, str]:
    # A test with parameters is one of the file's names: it passed if each of its cases did
    found: dict[str, str] = {}
    worst = {"skipped": 0, "passed": 1, "failed": 2}
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314 - pytest's own report
        test = f"{case.attrib['classname'].replace('.', '/')}.py::{case.attrib['name']}"
        known = test if test in tests else _bare(test)
        failed = case.find("failure") is not None or case.find("error") is not None
        outcome = "failed" if failed else "skipped" if case.find("skipped") is not None else "passed"
        before = found.get(known)
        found[known] = outcome if before is None or worst[outcome] > worst[before] else before
    return {test: found.get(test, "failed") for test in tests}


def _bare(test: str) -> str:
    return test.partition("[")[0]


def _in_node(file: str, tests: list[str]) -> dict[str, str]:
    node = compute_driver_executable()[0]
    ran = subprocess.run(
        [node, "--test", "--test-reporter=tap", str(ROOT / file)], capture_output=True, text=True, check=False
    )
    passed = set(re.findall(r"^ *ok \d+ - (.*)$", ran.stdout, re.MULTILINE))
    # TAP puts a backslash before what has a meaning in it
    passed |= {name.replace("\\#", "#").replace("\\\\", "\\") for name in passed}
    return {test: "passed" if test.partition(": ")[2] in passed else "failed" for test in tests}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--mode", type=int, choices=range(1, 16), help="one of the fifteen alone")
    parser.add_argument("--without-browsers", action="store_true", help="leave out what needs a browser")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
