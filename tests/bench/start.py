"""How soon does the server answer, and how much memory does it hold?   python -m tests.bench.start

`sightline serve` on the projections of a million records (`many_records.py`): from the start of the process to its
first answer, and what it holds after a quiet while. Beside it stands a process that imports what the server does and
ends. Then the push: its memory at most. Issue 8: ready in 1.5 s; 150 MB idle, 400 MB in the push.

Once comes the first start of a version: Python compiles our modules, and the tablet's files are compressed. The rounds
are starts like every later one, also where the environment tells Python to keep nothing that it compiles.
"""

import argparse
import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from tests.bench.desk_pages import built_in
from tests.bench.frame import HOUSE, Bench, Figure, run, say
from tests.bench.house import make_house
from tests.bench.over_http import push_at_once
from tests.bench.push import TABLETS, seal_for
from tests.bench.records import BATCH
from tests.bench.served import Served, served

READY_SECONDS, IDLE_MB, PUSH_MB = 1.5, 150, 400
SETTLE_SECONDS = 5.0
_IMPORTS = "from server.loading import loading\nwith loading(): import server.cli"


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--pushed", type=int, default=10_000)
    parser.add_argument(
        "--settle", type=float, default=SETTLE_SECONDS, help="seconds before idle is looked at"
    )
    parser.add_argument("--folder", type=Path, help="keep the databases there, and use those that are there")


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Start it in rounds, then push once."""
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as made:
        folder = Path(asked.folder or made) / str(asked.records)
        folder.mkdir(parents=True, exist_ok=True)
        built_in(folder, asked.records)
        database = Path(made) / "million.db"
        shutil.copy(folder / "sightline.db", database)
        shutil.copy(folder / "sightline.db.keys", f"{database}.keys")
        ready, idle, bare = [], [], []
        with patch.dict(os.environ, PYTHONDONTWRITEBYTECODE="1"), served(database) as server:
            first = server.start_seconds
        say(f"start: the first of a version: {first:.2f} s")
        with keeping_compiled():
            for turn in range(asked.rounds):
                bare.append(_seconds_to_import())
                with served(database) as server:
                    ready.append(server.start_seconds)
                    idle.append(settled(server, asked.settle))
                say(f"start: round {turn + 1} of {asked.rounds}: {ready[-1]:.2f} s, {idle[-1]:.0f} MB")
        return [
            Figure("importing what it needs, alone", bare, "s"),
            Figure(
                f"ready with {asked.records:,} records",
                ready,
                "s",
                READY_SECONDS,
                "importing what it needs, alone",
            ),
            Figure("the first start of a version", [first], "s"),
            Figure("memory, idle", idle, "MB", IDLE_MB),
            Figure(
                f"memory at most, pushing {asked.pushed:,}",
                [pushing(Path(made), asked.pushed)],
                "MB",
                PUSH_MB,
            ),
        ], [f"idle: {asked.settle:g} s after the first answer"]


def settled(server: Served, seconds: float) -> float:
    """Megabytes that it holds after so many quiet seconds."""
    time.sleep(seconds)
    return server.resident


@contextmanager
def keeping_compiled() -> Iterator[None]:
    """Processes that begin meanwhile keep what they compile, and so find it: Python's way, if nobody forbids it."""
    with patch.dict(os.environ):
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        _seconds_to_import()
        yield


def _seconds_to_import() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", _IMPORTS], cwd=HOUSE, check=True)
    return time.perf_counter() - began


def pushing(folder: Path, records: int) -> float:
    """The most megabytes that a server holds while so many records come in."""
    path = folder / "push.db"
    work = seal_for(make_house(path, 1, TABLETS), records, BATCH, 1)
    with served(path) as server:
        sent = asyncio.run(push_at_once(server.origin, work))
        if sent.wrong:
            raise RuntimeError(f"not all was stored: {sent.wrong[0]}")
        return server.peak


BENCH = Bench("start", "Start and memory of sightline serve", arguments, measure)

if __name__ == "__main__":
    sys.exit(run(BENCH))
