"""Takes away each guard of guards.toml, one at a time in a copy of the tree, and runs histories until one goes red.

python -m tests.model.guards

A model that stays green without a guard would not have seen it missing; then the exit is 1.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("guards.toml")
COPIED = ("observation_forms", "sync", "server", "pwa", "tests")
_REACH = 300


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
    first: int = 0  # the seed to begin with


def read_guards(file: Path = LIST) -> list[Guard]:
    """The guards of the list."""
    said = tomllib.loads(file.read_text())["guard"]
    return [
        Guard(
            each["name"],
            tuple(each["kinds"]),
            tuple(Edit(**edit) for edit in each["edits"]),
            each.get("quick", False),
            each.get("first", 0),
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


def first_red(tree: Path, guard: Guard, histories: int) -> str:
    """What went wrong first in the copy, and after how many runs; "" when nothing did."""
    command = [
        sys.executable,
        "-m",
        "tests.model.soak",
        "--until-red",
        "--workers",
        "1",
        "--seed",
        str(guard.first),
    ]
    command += ["--histories", str(histories), "--kinds", *guard.kinds]
    environment = {**os.environ, "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1) or (done.returncode and not done.stdout.strip()):
        raise RuntimeError(done.stderr)
    return done.stdout.strip() if done.returncode else ""


def try_guard(guard: Guard, histories: int = _REACH) -> str:
    """As `first_red`, in a copy made for it."""
    with tempfile.TemporaryDirectory(prefix="sightline-guards-") as folder:
        tree = Path(folder)
        copy_tree(tree)
        take_away(guard, tree)
        return first_red(tree, guard, histories)


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
