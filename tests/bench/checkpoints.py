"""What does a checkpoint cost when the log is long?   python -m tests.bench.checkpoints --leaves 1000000

Makes a log of that many leaves, then times what each answer to a tablet carries: the root, its signature, and a
consistency proof from a checkpoint somewhere behind. The budget is a millisecond.
"""

import argparse
import random
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from server.server_keys import make_keys
from sync import migrate
from sync.checkpoint import offer
from sync.connections import open_writer
from sync.log import append_leaves, entry_leaf, log_size
from tests.bench.frame import Bench, Figure, run
from tests.sync.entries import make_entry

BUDGET_MS = 1
_AT_ONCE = 1_000
_TIMES = 300


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--leaves", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """One long log."""
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        taken = _measure(Path(folder) / "log.db", asked.leaves, random.Random(asked.seed))
    return [Figure(f"checkpoint and proof, {asked.leaves:,} leaves", taken, "ms", BUDGET_MS)], []


def _measure(path: Path, leaves: int, chance: random.Random) -> list[float]:
    migrate(path)
    keys, now, taken = make_keys(), datetime.now(UTC), []
    with closing(open_writer(path)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute("BEGIN")
        for first in range(log_size(connection), leaves - _TIMES, _AT_ONCE):
            append_leaves(
                connection,
                [entry_leaf(seq, make_entry(seq), {}) for seq in range(first, first + _AT_ONCE)],
            )
        for size in range(log_size(connection), log_size(connection) + _TIMES):
            append_leaves(connection, [entry_leaf(size, make_entry(size), {})])
            held = chance.randrange(1, size)
            started = time.perf_counter()
            offer(connection, keys, held, now)
            taken.append(1000 * (time.perf_counter() - started))
        connection.execute("ROLLBACK")
    return taken


BENCH = Bench(
    "checkpoints", "A checkpoint with its proof when the log is long", arguments, measure, once=True
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
