"""`python -m tests.bench.month`: thirty tablets, a month, 20,000 records, bad Wi-Fi, on the real server.

Time is compressed: the server's clock and each tablet's are moved from one moment in which something happens to the
next. Requests and answers get lost, batteries fail in the middle of sending. Prints how long records took from being
saved to their receipt, in the month's time and, for those made with Wi-Fi, in real time; then compares the ledger with
every sealed byte and verifies it. Prints the seed; ends with 1 if anything is wrong.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import groupby
from pathlib import Path
from random import Random

import click

from tests.bench.month_plan import DAY, HOUR, Event, Plan, make_plan
from tests.browser.clocked import ClockedServer
from tests.fire.checking import Found, check
from tests.fire.fleet import Member, close, enrol_all, make_fleet
from tests.fire.nursery import QuickClockedServer
from tests.model.tablet import Answer, Killed, NetworkLost
from tests.model.tally import count
from tests.server.world import World

BEGINS = datetime(2026, 11, 17, tzinfo=UTC)
LOST = 0.01
"""Of the requests, and of the answers, while there is Wi-Fi."""


@dataclass
class Month:
    """What it came to, in seconds. `online`: of records made while there was Wi-Fi."""

    to_receipt: list[float] = field(default_factory=list)
    to_receipt_online: list[float] = field(default_factory=list)
    real_online: list[float] = field(default_factory=list)
    requests: int = 0
    cut: int = 0
    flat: int = 0
    pruned: int = 0
    duplicates: int = 0
    seconds: float = 0.0
    found: Found = field(default_factory=Found)


class Simulated:
    """One tablet living its month."""

    def __init__(self, number: int, plan: Plan, chance: Random) -> None:
        self.number, self.plan, self._chance = number, plan, chance
        self.at = 0.0
        self.flat = 0
        self._began = 0.0  # the pass under way, on this machine's clock
        self.saved: dict[str, tuple[float, float]] = {}
        """By digest: when, in the month and on this machine's clock."""
        self.member: Member

    def clock(self) -> datetime:
        """What the tablet shows."""
        return BEGINS + timedelta(seconds=self.at)

    async def take(self, member: Member) -> None:
        """From now on this is that tablet, and its network is ours."""
        self.member = member
        member.tablet.send = self._send
        await member.tablet.start()

    async def live(self, events: Iterable[Event], month: Month) -> None:
        """Go through some minutes of the month."""
        for event in events:
            self.at = max(self.at, event.at)
            for _ in range(event.records):
                digest = await self.member.tablet.seal()
                self.saved[digest] = (self.at, time.perf_counter())
            if event.what == "sync":
                month.pruned += await self.member.tablet.prune()
            if event.what == "flat":
                await self._go_flat()
            elif event.what == "sync" or event.records:
                await self._sync()
            await self._note_receipts(month)

    async def _sync(self) -> None:
        """A pass; when it fails for chance the next try is soon, when there is no Wi-Fi its return is an event."""
        for _ in range(20):
            self._began = time.perf_counter()
            await self.member.tablet.sync()
            if not self.plan.is_online(self.at) or not await self.member.tablet.waiting():
                return
            self.at += self._chance.uniform(1, 10)

    # The battery ends while it sends; what was only written relaxed may be gone
    async def _go_flat(self) -> None:
        self.flat += 1
        self._began = time.perf_counter()
        self.member.tablet.store.kill_after(self._chance.randint(0, 3))
        with suppress(Killed):
            await self.member.tablet.sync()
        await self.member.tablet.kill(power=True)
        await self.member.tablet.start()

    async def _send(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if not self.plan.is_online(self.at) or self._chance.random() < LOST:
            self.member.cut += 1
            raise NetworkLost
        answer = await self.member.send(method, path, headers, body)
        if self._chance.random() < LOST:
            self.member.cut += 1
            raise NetworkLost
        return answer

    async def _note_receipts(self, month: Month) -> None:
        now = time.perf_counter()
        for digest in self.saved.keys() & (await self.member.tablet.receipts()).keys():
            at, real = self.saved.pop(digest)
            took = self.at - at + now - self._began
            month.to_receipt.append(took)
            if self.plan.is_online(at):
                month.to_receipt_online.append(took)
                if self.at == at:
                    month.real_online.append(now - real)


async def live_a_month(
    folder: Path, tablets: int, days: int, records: int, seed: int, progress: Callable[[int], None]
) -> Month:
    """Do it in `folder`; what came of it."""
    month, began = Month(), time.monotonic()
    server = QuickClockedServer(World(folder).settings.database)
    server.set_clock(BEGINS)
    await asyncio.to_thread(server.start)
    shares = [records // tablets + (number < records % tablets) for number in range(tablets)]
    simulated = [
        Simulated(
            number, make_plan(number, share, days, Random(f"{seed} {number}")), Random(f"{number} {seed}")
        )
        for number, share in enumerate(shares)
    ]
    fleet = make_fleet(server, tablets, seed, [each.clock for each in simulated])
    try:
        await enrol_all(fleet)
        for each, member in zip(simulated, fleet, strict=True):
            await each.take(member)
        for minute, together in groupby(merge(*(each.plan.events for each in simulated)), _minute):
            events = list(together)
            _reach(server, minute + 1)
            await asyncio.gather(
                *(
                    simulated[number].live(list(own), month)
                    for number, own in groupby(sorted(events, key=_whose), _whose)
                )
            )
            progress(sum(event.records for event in events))
        await _come_home(simulated, server, days, month)
        month.found = await check(server, fleet)
    finally:
        server.close()
        await close(fleet)
    month.requests, month.cut = sum(m.requests for m in fleet), sum(m.cut for m in fleet)
    month.duplicates, month.flat = sum(m.duplicates for m in fleet), sum(each.flat for each in simulated)
    month.seconds = time.monotonic() - began
    count(None, month.found.sealed, month.found.lost)
    return month


async def _come_home(simulated: Sequence[Simulated], server: ClockedServer, days: int, month: Month) -> None:
    """The month is over: every tablet is where there is Wi-Fi."""
    after = max(each.plan.back_online((days + 1) * DAY) for each in simulated)
    _reach(server, int(after // 60) + 1)
    await asyncio.gather(*(each.live([Event(after, each.number, "sync")], month) for each in simulated))


def _reach(server: ClockedServer, minute: int) -> None:
    server.set_clock(max(server.now(), BEGINS + timedelta(minutes=minute)))


def _minute(event: Event) -> int:
    return int(event.at // 60)


def _whose(event: Event) -> int:
    return event.tablet


def main() -> int:
    """Run and print; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tablets", type=int, default=30)
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=20261121)
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    with (
        tempfile.TemporaryDirectory(prefix="sightline-month-") as folder,
        click.progressbar(length=chosen.records, label="records", file=sys.stderr) as bar,
    ):
        month = asyncio.run(
            live_a_month(Path(folder), chosen.tablets, chosen.days, chosen.records, chosen.seed, bar.update)
        )
    print(f"{chosen.tablets} tablets, {chosen.days} days")
    print_table(month)
    return 1 if month.found.faults else 0


def print_table(month: Month) -> None:
    """What a reader of the command sees."""
    found = month.found
    for words, number in (
        ("records sealed", found.sealed),
        ("records with a receipt", found.receipts),
        ("entries in the ledger, each sealed body once", found.entries),
        ("requests", month.requests),
        ("requests or answers lost", month.cut),
        ("  committed, the answer lost, sent again (duplicate)", month.duplicates),
        ("batteries that failed", month.flat),
        ("copies that left their tablet, proven and a fortnight old", month.pruned),
        ("lost or changed", found.lost),
        ("seconds that the run took", round(month.seconds)),
    ):
        print(f"{words:<58} {number:>8,}")
    print(f"{'from saved to receipt':<58} {'median':>10} {'99th':>10} {'longest':>10}")
    for words, times in (
        ("  in the month's time, all records", month.to_receipt),
        ("  in the month's time, made with Wi-Fi", month.to_receipt_online),
        ("  in real time, made with Wi-Fi, at the first try", month.real_online),
    ):
        ordered = sorted(times) or [0.0]
        figures = [ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1]]
        print(f"{words:<58} " + " ".join(f"{_words(each):>10}" for each in figures))
    print(found.verdict)
    for fault in found.faults[:20]:
        print(f"FAULT: {fault}")
    print("Something is wrong." if found.faults else "Nothing is wrong.")


def _words(seconds: float) -> str:
    if seconds < 10:
        return f"{seconds * 1000:,.0f} ms"
    if seconds < 600:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 6 * HOUR else f"{seconds / HOUR:,.1f} h"


if __name__ == "__main__":
    sys.exit(main())
