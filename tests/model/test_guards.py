"""The model sees it when a guard is gone: three of them here, all by `python -m tests.model.guards`."""

import os
import time
from pathlib import Path

import pytest

from tests.model import guards
from tests.model.guards import ROOT, Edit, Guard, Red, edited, first_red, read_guards, try_guard
from tests.model.soak import GREEN

GUARDS = read_guards()
QUICK = [guard for guard in GUARDS if guard.quick]


@pytest.mark.parametrize("guard", QUICK, ids=lambda guard: guard.name)
def test_without_this_guard_something_goes_red(guard: Guard) -> None:
    assert try_guard(guard, histories=40), guard.name


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard.name)
def test_the_list_of_guards_fits_the_code(guard: Guard) -> None:
    texts: dict[str, str] = {}
    for edit in guard.edits:
        text = texts.get(edit.file) or (ROOT / edit.file).read_text()
        texts[edit.file] = edited(text, edit)


def test_a_guard_that_is_not_there_cannot_be_taken_away() -> None:
    with pytest.raises(ValueError, match="0 times"):
        edited("a b c", Edit("x", "d", "e"))
    with pytest.raises(ValueError, match="2 times"):
        edited("a b a", Edit("x", "a", "e"))


def test_three_guards_are_tried_in_every_run_of_the_tests() -> None:
    assert len(QUICK) == 3


def test_a_run_that_hangs_is_ended_with_all_it_began_and_counts_as_stuck(tmp_path: Path) -> None:
    tree = _tree_whose_runs(
        tmp_path,
        f"for _ in range(3): print({GREEN!r}, flush=True)",
        "child = subprocess.Popen(['sleep', '600'])",
        f"pathlib.Path({str(tmp_path / 'child')!r}).write_text(str(child.pid))",
        "time.sleep(600)",
    )
    red = first_red(tree, ("python", "node"), range(40, 50), patience=5)
    assert red == Red(4, 41, "stuck: a run did not end within 5 seconds")
    assert _ends(int((tmp_path / "child").read_text()))


def test_a_run_that_cannot_be_told_of_is_said_and_not_taken_for_green(tmp_path: Path) -> None:
    tree = _tree_whose_runs(tmp_path, "raise SystemExit('no such tablet')")
    with pytest.raises(RuntimeError, match="no such tablet"):
        first_red(tree, ("node",), range(10))


def test_what_is_red_with_the_guard_too_shows_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def red_at(tree: Path, kinds: tuple[str, ...], seeds: range) -> Red:
        broken = {"with": {3, 5}, "without": {3, 5, 9}}[tree.name]
        first = next((seed for seed in seeds if seed in broken), None)
        return Red(len(seeds), seeds[-1], "") if first is None else Red(first - seeds.start + 1, first, "red")

    monkeypatch.setattr(guards, "first_red", red_at)
    monkeypatch.setattr(guards, "copy_tree", lambda to: None)
    guard = Guard("nothing is taken away", ("node",), ())
    assert try_guard(guard, histories=20) == "after 10 runs, red"
    assert try_guard(guard, histories=9) == ""


def _tree_whose_runs(folder: Path, *do: str) -> Path:
    """A tree whose `tests.model.soak` does this."""
    package = folder / "tests" / "model"
    package.mkdir(parents=True)
    for each in (package, package.parent):
        (each / "__init__.py").touch()
    (package / "soak.py").write_text("\n".join(("import pathlib, subprocess, time", *do)))
    return folder


def _ends(process: int) -> bool:
    """Whether it is gone within ten seconds; what is left of it may still have to be swept up."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        if Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False
