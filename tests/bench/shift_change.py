"""All tablets of a group come back at once.   python -m tests.bench.shift_change

300 homes with four tablets each were without Wi-Fi for a shift. Each comes back at a moment of its own within a minute,
over a connection of its own, hands in its 20 records and pulls what is new, from one served process. Issue 8: every
receipt inside 90 s, none refused, 99 of 100 requests under 3 s. Runs once: the minute is part of it.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random

import httpx

from tests.bench.frame import Bench, Figure, part, run, say
from tests.bench.house import HouseTablet, make_house
from tests.bench.over_http import Sent, client, push
from tests.bench.records import Delivery
from tests.bench.served import served

HOMES, TABLETS, RECORDS, WITHIN = 300, 4, 20, 60.0
ALL_SECONDS, P99_SECONDS = 90.0, 3.0
OVER = ALL_SECONDS / WITHIN


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--homes", type=int, default=HOMES)
    parser.add_argument("--tablets", type=int, default=TABLETS, help="in each home")
    parser.add_argument("--records", type=int, default=RECORDS, help="that each holds")
    parser.add_argument("--within", type=float, default=WITHIN, help="seconds in which all come back")
    parser.add_argument("--seed", type=int, default=1)


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """One shift change."""
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        path = Path(folder) / "sightline.db"
        tablets = make_house(path, asked.homes, asked.tablets)
        say(f"shift change: {len(tablets)} tablets are enrolled; sealing {asked.records} records on each")
        work = [
            (one, one.seal(asked.records, asked.records, asked.seed + at)) for at, one in enumerate(tablets)
        ]
        with served(path) as server:
            before = server.processor
            sent, pulls = asyncio.run(_come_back(server.origin, work, asked.within, Random(asked.seed)))
            used, peak = server.processor - before, server.peak
    figures = [
        Figure("from the first to the last receipt", [sent.took], "s", OVER * asked.within),
        Figure("records without a receipt", [len(tablets) * asked.records - sent.records], "", 0),
        Figure("refused, held or with a finding", [len(sent.wrong)], "", 0),
        Figure("a push, p50", [1000 * part(sent.seconds, 50)], "ms"),
        Figure("a push, p99", [1000 * part(sent.seconds, 99)], "ms", 1000 * P99_SECONDS),
        Figure("a pull, p99", [1000 * part(pulls, 99)], "ms", 1000 * P99_SECONDS),
        Figure("processor time of the server", [used], "s"),
        Figure("memory of the server, at most", [peak], "MB", 400),
    ]
    return figures, [f"{len(tablets)} tablets, {sent.records} receipts", *sent.wrong[:5]]


async def _come_back(
    origin: str, work: Sequence[tuple[HouseTablet, list[Delivery]]], within: float, chance: Random
) -> tuple[Sent, list[float]]:
    sent, pulls = Sent(), []
    async with client(origin, keep=False) as web:
        began = time.perf_counter()

        async def one(tablet: HouseTablet, deliveries: list[Delivery], wait: float) -> None:
            await asyncio.sleep(wait)
            await push(web, tablet.headers, deliveries, sent)
            sent.took = time.perf_counter() - began
            pulls.append(await _pull(web, tablet))

        async def tell() -> None:
            while True:
                await asyncio.sleep(10)
                say(f"shift change: {sent.records} receipts after {time.perf_counter() - began:.0f} s")

        telling = asyncio.create_task(tell())
        async with asyncio.TaskGroup() as tasks:
            for tablet, deliveries in work:
                tasks.create_task(one(tablet, deliveries, chance.uniform(0, within)))
        telling.cancel()
    return sent, pulls


async def _pull(web: httpx.AsyncClient, tablet: HouseTablet) -> float:
    began, cursor, more = time.perf_counter(), "", True
    while more:
        answer = await web.get("/sync/changes", params={"cursor": cursor}, headers=tablet.headers)
        answer.raise_for_status()
        said = answer.json()
        cursor, more = said["cursor"], bool(said["more"])
    return time.perf_counter() - began


BENCH = Bench(
    "shift_change",
    "Shift change: every tablet of a group comes back within a minute",
    arguments,
    measure,
    once=True,
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
