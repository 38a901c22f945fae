"""Thousands of random histories: python -m tests.model.soak --histories 2000 --workers 2

Each history runs with the tablet in Python and with the real modules in Node, from the same seed. `--seed N` runs that
one alone, and `--shorten` leaves out of it what it can do without. Exit 1 when anything was lost, doubled or stuck.
"""

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import aclosing
from multiprocessing import get_context

from tests.model.history import ZONES, drawn_history, told
from tests.model.running import Kind, Outcome, running
from tests.model.tally import count

KINDS: tuple[Kind, ...] = ("python", "node")
_AT_ONCE = 10
_TASKS_OF_A_WORKER = 20
_SHOWN = 600
GREEN = "green"
"""What `--until-red` says of a run in which nothing went wrong."""


async def run_seeds(seeds: Sequence[int], kinds: Sequence[Kind], steps: int) -> AsyncGenerator[Outcome, None]:
    """Each seed's history with each kind of tablet."""
    async with running(ZONES[seeds[0] // _AT_ONCE % len(ZONES)]) as runner:
        for seed in seeds:
            for kind in kinds:
                yield await runner.run(drawn_history(seed, steps), kind)


async def shorten(seed: int, kind: Kind, steps: int) -> list[str]:
    """The steps that are needed for what goes wrong with this seed, in words; nothing when all goes well."""
    async with running() as runner:
        history = drawn_history(seed, steps)
        outcome = await runner.run(history, kind)
        if not outcome.broken:
            return []
        short = await runner.shorten(history, kind, outcome.broken)
        return [*map(told, short.steps), (await runner.run(short, kind)).words]


def table(outcomes: Sequence[Outcome], seconds: float) -> str:
    """What the soak came to."""
    broken = Counter(outcome.broken for outcome in outcomes)
    faults = sum((outcome.tally for outcome in outcomes), Counter[str]())
    rows = {
        "histories": len({outcome.seed for outcome in outcomes}),
        "runs (each kind of tablet)": len(outcomes),
        "steps": sum(outcome.steps for outcome in outcomes),
        "records sealed": sum(outcome.sealed for outcome in outcomes),
        "receipts believed and checked": sum(outcome.receipts for outcome in outcomes),
        "gone with a wiped store, seen as missing": sum(outcome.gone for outcome in outcomes),
        "seconds": round(seconds),
        "LOST": broken["lost"],
        "DOUBLED": broken["doubled"],
        "STUCK": broken["stuck"],
        "otherwise wrong": broken["wrong"],
        "failed to run": broken["failed"],
    }
    lines = [f"{name:<42}{value:>10,}" for name, value in rows.items()]
    return "\n".join([*lines, "", "what happened, how often", *_faults(faults)])


def _faults(tally: Counter[str]) -> list[str]:
    kinds = Counter[str]()
    for name, times in tally.items():
        kinds["an answer by status" if name.startswith(("status", "answered_so")) else name] += times
    statuses = {name.split()[1] for name in tally if name.startswith(("status", "answered_so"))}
    lines = [f"  {name:<40}{times:>10,}" for name, times in sorted(kinds.items())]
    return [*lines, f"  {'different statuses':<40}{len(statuses):>10,}"]


def _batch(seeds: Sequence[int], kinds: Sequence[Kind], steps: int) -> list[Outcome]:
    async def all_of_them() -> list[Outcome]:
        async with aclosing(run_seeds(seeds, kinds, steps)) as outcomes:
            return [outcome async for outcome in outcomes]

    return asyncio.run(all_of_them())


def _soak(options: argparse.Namespace) -> list[Outcome]:
    seeds = range(options.seed, options.seed + options.histories)
    batches = [seeds[place : place + _AT_ONCE] for place in range(0, len(seeds), _AT_ONCE)]
    outcomes: list[Outcome] = []
    # Processes of their own, as each holds a server, which lives on threads; and new ones every so often, to give the
    # memory back. A pool that replaces its own can hang for ever: github.com/python/cpython/issues/115634
    for begun in range(0, len(batches), options.workers * _TASKS_OF_A_WORKER):
        some = batches[begun : begun + options.workers * _TASKS_OF_A_WORKER]
        with ProcessPoolExecutor(options.workers, get_context("spawn")) as pool:
            for done in as_completed(
                [pool.submit(_batch, batch, options.kinds, options.steps) for batch in some]
            ):
                outcomes += done.result()
                _tell([outcome for outcome in done.result() if outcome.broken])
                _show(len(outcomes), len(seeds) * len(options.kinds), outcomes)
    return outcomes


def _tell(wrong: Sequence[Outcome]) -> None:
    for outcome in wrong:
        print(f"seed {outcome.seed}, tablet in {outcome.kind}: {outcome.words[:_SHOWN]}", flush=True)
        print(
            f"  again: python -m tests.model.soak --seed {outcome.seed} --kinds {outcome.kind} --shorten",
            flush=True,
        )


def _show(done: int, total: int, outcomes: Sequence[Outcome]) -> None:
    broken = sum(bool(outcome.broken) for outcome in outcomes)
    bar = "#" * (30 * done // total)
    end = "\n" if done == total or not sys.stderr.isatty() else "\r"
    print(
        f"  [{bar:<30}] {done:,} of {total:,} runs, {broken} went wrong", end=end, file=sys.stderr, flush=True
    )


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--histories", type=int, default=2000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--steps", type=int, default=30)
    options.add_argument("--seed", type=int, help="begin here; alone, run this one history")
    options.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    options.add_argument(
        "--shorten", action="store_true", help="leave out of the history of --seed what it can do without"
    )
    options.add_argument(
        "--until-red", action="store_true", help="a line for each run, up to the first that goes wrong"
    )
    chosen = options.parse_args(given)
    if chosen.seed is not None and "--histories" not in (given or sys.argv):
        chosen.histories = 1
    chosen.seed = chosen.seed or 0
    return chosen


def until_red(options: argparse.Namespace) -> int:
    """Run one history after another until one goes wrong, in this process, with a line for each run. 1 when one did."""

    async def first() -> int:
        seeds = range(options.seed, options.seed + options.histories)
        async with aclosing(run_seeds(seeds, options.kinds, options.steps)) as outcomes:
            async for outcome in outcomes:
                if outcome.broken not in ("", "failed"):  # a run that itself failed shows nothing
                    print(f"seed {outcome.seed}:", *outcome.words[:_SHOWN].split())
                    return 1
                print(GREEN, flush=True)
        return 0

    return asyncio.run(first())


def main(given: Sequence[str] | None = None) -> int:
    """The command. 1 when a promise was broken."""
    options = _options(given)
    if options.until_red:
        return until_red(options)
    if options.shorten:
        found = [
            line for kind in options.kinds for line in asyncio.run(shorten(options.seed, kind, options.steps))
        ]
        print("\n".join(found) or "nothing goes wrong with this seed")
        return int(bool(found))
    began = time.monotonic()
    outcomes = _soak(options)
    wrong = [outcome for outcome in outcomes if outcome.broken]
    sealed = sum(outcome.sealed for outcome in outcomes)
    count(None, max(1, sealed), sum(outcome.broken == "lost" for outcome in outcomes))
    print(f"seeds {options.seed} to {options.seed + options.histories - 1}, {options.steps} steps each\n")
    print(table(outcomes, time.monotonic() - began))
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
