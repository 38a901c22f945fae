"""`python -m tests.fire.kill_server --kills 200`: the real server is killed while tablets push, and while it starts.

Tablets seal and send without a pause. The process of `sightline serve` gets SIGKILL at a random moment and is started
again, over and over. At the end every receipt it ever gave must be in the ledger with its number, leaf and digest,
everything sealed must be there once, the chains without a gap, and `sightline verify` must find nothing. Prints a
table and the seed; ends with 1 if anything is wrong.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import click

from tests.fire.checking import Found, check
from tests.fire.fleet import Member, close, empty_outboxes, enrol_all, make_fleet
from tests.fire.nursery import QuickServer
from tests.model.tablet import Killed
from tests.model.tally import count
from tests.server.world import World

MODE = 10  # of CAPTURE.md 3: what was kept, and its answer lost, is sent again
_MOST_WAITING = 250
_AT_ONCE = 20  # records between two passes, at most
_UNDER_LOAD = 0.8  # seconds of load before a kill, at most
_STARTING = 0.3  # of the kills, those of a server that is not up yet


@dataclass
class Kills:
    """What was done to the server, and what it came to."""

    under_load: int = 0
    starting: int = 0
    found: Found = field(default_factory=Found)
    duplicates: int = 0
    cut: int = 0
    requests: int = 0
    seconds: float = 0.0

    @property
    def all(self) -> int:
        """So often it was killed."""
        return self.under_load + self.starting


async def kill_under_load(
    folder: Path, kills: int, tablets: int, seed: int, progress: Callable[[], None] = lambda: None
) -> Kills:
    """Do it in `folder`; what came of it."""
    done, began = Kills(), time.monotonic()
    server = QuickServer(World(folder).settings.database)
    await asyncio.to_thread(server.start)
    fleet = make_fleet(server, tablets, seed)
    try:
        await enrol_all(fleet)
        async with asyncio.TaskGroup() as tasks:
            pushing = [
                tasks.create_task(_go_on_pushing(member, Random(seed + number)))
                for number, member in enumerate(fleet)
            ]
            await _kill_again_and_again(server, kills, Random(seed), done, progress)
            for task in pushing:
                task.cancel()
        waiting = await empty_outboxes(fleet, passes=50)
        done.found = await check(server, fleet)
        if waiting:
            done.found.faults.append(f"{waiting} records never left their tablets")
    finally:
        server.close()
        await close(fleet)
    done.duplicates = sum(member.duplicates for member in fleet)
    done.cut, done.requests = sum(m.cut for m in fleet), sum(m.requests for m in fleet)
    done.seconds = time.monotonic() - began
    count(MODE, done.found.receipts, done.found.lost)
    return done


async def _kill_again_and_again(
    server: QuickServer, kills: int, chance: Random, done: Kills, progress: Callable[[], None]
) -> None:
    """It runs when this begins, and when it ends."""
    took = 1.0
    while done.all < kills:
        if server.process is not None:
            await asyncio.sleep(chance.uniform(0, _UNDER_LOAD))
            server.kill()
            done.under_load += 1
            progress()
        elif chance.random() < _STARTING:
            await asyncio.to_thread(server.start_and_kill, chance.uniform(0.2, 1.0) * took)
            done.starting += 1
            progress()
        else:
            began = time.monotonic()
            await asyncio.to_thread(server.start)
            took = time.monotonic() - began
    if server.process is None:
        await asyncio.to_thread(server.start)


async def _go_on_pushing(member: Member, chance: Random) -> None:
    with suppress(Killed):
        while True:
            if len(await member.tablet.waiting()) < _MOST_WAITING:
                for _ in range(chance.randint(1, _AT_ONCE)):
                    await member.tablet.seal()
            cut = member.cut
            await member.tablet.sync()
            # A server that is away is asked again soon: these tablets are in a hurry
            await asyncio.sleep(chance.uniform(0.02, 0.2) if member.cut > cut else 0)


def main() -> int:
    """Run and print; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--tablets", type=int, default=6)
    parser.add_argument("--seed", type=int, default=20261121)
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="sightline-fire-") as folder,
        click.progressbar(length=chosen.kills, label="kills", file=sys.stderr) as bar,
    ):
        done = asyncio.run(
            kill_under_load(Path(folder), chosen.kills, chosen.tablets, chosen.seed, lambda: bar.update(1))
        )
    print_table(done, chosen.tablets)
    return 1 if done.found.faults else 0


def print_table(done: Kills, tablets: int) -> None:
    """What a reader of the command sees."""
    found = done.found
    for words, number in (
        ("kills of the server, all with SIGKILL", done.all),
        ("  while tablets pushed", done.under_load),
        ("  while it started", done.starting),
        ("tablets", tablets),
        ("requests", done.requests),
        ("  cut off or not answered", done.cut),
        ("records sealed", found.sealed),
        ("records with a receipt", found.receipts),
        ("  committed, and killed before the receipt came (duplicate)", done.duplicates),
        ("entries in the ledger", found.entries),
        ("records with a receipt that are lost or changed", found.lost),
        ("seconds", round(done.seconds)),
    ):
        print(f"{words:<62} {number:>8,}")
    print(found.verdict)
    for fault in found.faults[:20]:
        print(f"FAULT: {fault}")
    print("Something is wrong." if found.faults else "Nothing is wrong.")


if __name__ == "__main__":
    sys.exit(main())
