"""Takes away each guard of guards.toml, one at a time in a copy of the tree, and runs histories until one goes red.

python -m tests.model.guards

A model that stays green without a guard would not have seen it missing; then the exit is 1. What is red with the guard
in its place as well shows nothing of the guard, and the search goes on.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import tomllib
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from tests.model.server import clear_away
from tests.model.soak import GREEN

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("guards.toml")
COPIED = ("observation_forms", "sync", "server", "pwa", "tests")
_REACH = 300
PATIENCE = 120
"""Seconds that one history may take, on a machine however busy; without a guard it may hang for ever."""


class Edit(NamedTuple):
    """What stands in a file of the tree, and what takes its place."""

    file: str
    before: str
    after: str


class Guard(NamedTuple):
    """One guard, how to take it away, and which kinds of tablet can show that it is gone."""

    name: str
    kinds: tuple[str, ...]
    edits: tuple[Edit, ...]
    quick: bool = False


def read_guards(file: Path = LIST) -> list[Guard]:
    """The guards of the list."""
    said = tomllib.loads(file.read_text())["guard"]
    return [
        Guard(
            each["name"],
            tuple(each["kinds"]),
            tuple(Edit(**edit) for edit in each["edits"]),
            each.get("quick", False),
        )
        for each in said
    ]


def edited(text: str, edit: Edit) -> str:
    """The text without the guard. Raises `ValueError` unless what is to go stands there exactly once."""
    if text.count(edit.before) != 1:
        raise ValueError(f"{edit.file} has {text.count(edit.before)} times: {edit.before}")
    return text.replace(edit.before, edit.after)


def copy_tree(to: Path) -> None:
    """The rooms and the tests. Files are linked, and replaced when they are edited: the originals stay as they are."""
    for name in COPIED:
        shutil.copytree(
            ROOT / name, to / name, copy_function=_linked, ignore=shutil.ignore_patterns("__pycache__")
        )


def take_away(guard: Guard, tree: Path) -> None:
    """Edit the copy. Raises `ValueError` when the list no longer fits the code."""
    for edit in guard.edits:
        file = tree / edit.file
        text = edited(file.read_text(), edit)
        file.unlink()
        file.write_text(text)


class Red(NamedTuple):
    """What the last of so many runs broke; `words` is "" when none broke anything."""

    runs: int
    seed: int
    words: str


def first_red(tree: Path, kinds: Sequence[str], seeds: range, patience: float = PATIENCE) -> Red:
    """What went wrong first in the copy. A run that does not end within `patience` seconds is stuck."""
    runs, words = asyncio.run(_first_red(tree, kinds, seeds, patience))
    seed = seeds[min(max(0, runs - 1) // len(kinds), len(seeds) - 1)]
    return Red(runs, seed, words)


async def _first_red(tree: Path, kinds: Sequence[str], seeds: range, patience: float) -> tuple[int, str]:
    command = [sys.executable, "-m", "tests.model.soak", "--until-red", "--seed", str(seeds.start)]
    command += ["--histories", str(len(seeds)), "--kinds", *kinds]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    with tempfile.TemporaryFile() as complaints:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=tree, env=environment, stdout=PIPE, stderr=complaints, start_new_session=True
        )
        try:
            return await _read(process, patience)
        except EOFError:
            complaints.seek(0)
            raise RuntimeError(complaints.read().decode()) from None
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # Node too
            await process.wait()
            clear_away(process.pid)


async def _read(process: Process, patience: float) -> tuple[int, str]:
    """How many runs were begun, and what the last one broke, if it did. Raises `EOFError` when nobody can tell."""
    assert process.stdout is not None
    runs = 0
    while True:
        try:
            line = (await asyncio.wait_for(process.stdout.readline(), patience)).decode().strip()
        except TimeoutError:
            return runs + 1, f"stuck: a run did not end within {patience:g} seconds"
        if line.startswith("seed "):
            return runs + 1, line
        if line == GREEN:
            runs += 1
        elif await process.wait():
            raise EOFError
        else:
            return runs, ""


def try_guard(guard: Guard, histories: int = _REACH) -> str:
    """What shows that this guard is gone, and after how many runs; "" when nothing does.

    Two copies of the tree are made for it, one with the guard and one without.
    """
    with tempfile.TemporaryDirectory(prefix="sightline-guards-") as folder:
        whole, tree = Path(folder, "with"), Path(folder, "without")
        for copy in (whole, tree):
            copy.mkdir()
            copy_tree(copy)
        take_away(guard, tree)
        runs, seeds = 0, range(histories)
        while seeds:
            red = first_red(tree, guard.kinds, seeds)
            runs += red.runs
            if not red.words:
                return ""
            if not first_red(whole, guard.kinds, range(red.seed, red.seed + 1)).words:
                return f"after {runs} runs, {red.words}"
            seeds = range(red.seed + 1, histories)
    return ""


def main(given: Sequence[str] | None = None) -> int:
    """The command. 1 when a guard can be taken away and nothing is seen."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--histories", type=int, default=_REACH, help="how many to try for each guard")
    options.add_argument("--only", default="", help="guards whose name has this in it")
    chosen = options.parse_args(given)
    guards = [guard for guard in read_guards() if chosen.only in guard.name]
    unseen = 0
    for number, guard in enumerate(guards, 1):
        print(f"{number} of {len(guards)}: without {guard.name!r}", flush=True)
        red = try_guard(guard, chosen.histories)
        unseen += not red
        print(f"    {red or 'NOTHING GOES RED'}", flush=True)
    print(f"{len(guards)} guards taken away, {len(guards) - unseen} seen, {unseen} not seen")
    return int(bool(unseen))


def _linked(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


if __name__ == "__main__":
    sys.exit(main())
