"""`python -m tests.fire.restore`: an older backup is put back while tablets go on, and they bring back what it lacks.

A backup is taken, then for ten minutes (the server's clock is moved) tablets seal records and get receipts for them;
one of them goes away meanwhile, one is enrolled after the backup, and on one somebody signs in anew. The server is
killed and the backup restored; some tablets go on; it is restored again, twice without a start in between; the others
go on, and half an hour later the one that was away. At the end nothing that any tablet ever held a receipt for may be
missing. Prints a table and the seed; ends with 1 if anything is wrong.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random

from tests.fire.checking import Found, check, command
from tests.fire.fleet import Member, close, empty_outboxes, enrol_all, make_fleet
from tests.fire.nursery import QuickClockedServer
from tests.model.tally import count
from tests.server.world import PIN, World

MINUTES = 10
AWAY_FROM = 5
LATE_FROM = 3
TABLETS = 6


@dataclass
class Drill:
    """What was done, and what it came to."""

    lacking: list[int] = field(default_factory=list)
    """After each restore: how many records with a receipt the ledger did not have."""
    back: int = 0
    """Of what the last restore took away from tablets it knew, how much was back after their next sync."""
    expected: int = 0
    refused: int = 0
    """Records of the tablet enrolled after the backup that waited for a new code."""
    late: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    found: Found = field(default_factory=Found)


class House:
    """The server, its backup and its tablets: the last is enrolled after the backup, the one before goes away."""

    def __init__(self, folder: Path, seed: int, most: int) -> None:
        self.server = QuickClockedServer(World(folder).settings.database)
        self.backup = folder / "backup.db"
        self.fleet = make_fleet(self.server, TABLETS, seed, [self.server.now])
        *self.staying, self.away, self.late = self.fleet
        self._chance, self._most = Random(seed), most

    async def minute(self, members: Sequence[Member], *, online: bool = True) -> None:
        """Time passes, and on these tablets people record."""
        self.server.set_clock(self.server.now() + timedelta(minutes=1))
        for member in members:
            before: list[str] = []
            for _ in range(self._chance.randint(1, self._most)):
                corrected = self._chance.choice(before) if before and self._chance.random() < 0.2 else None
                before.append(await member.tablet.seal(correct=corrected))
        if online:
            await self.sync(members)

    async def sync(self, members: Sequence[Member]) -> None:
        """One pass of each, at once."""
        await asyncio.gather(*(member.tablet.sync() for member in members))

    async def put_back(self, times: int = 1) -> None:
        """The server dies, and the backup takes the place of its database."""
        self.server.kill()
        for _ in range(times):
            done = await command(self.server, "restore", str(self.backup))
            if done.returncode:
                raise RuntimeError(done.stderr)
        await asyncio.to_thread(self.server.start)

    def lacking(self, members: Sequence[Member]) -> set[str]:
        """What these tablets hold a receipt for, and the ledger does not have."""
        kept = {row["sha256"] for row in self.server.rows("SELECT sha256 FROM entry")}
        return {digest for member in members for digest in member.given} - kept


async def restore_under_fire(folder: Path, seed: int, most: int) -> Drill:
    """Do it in `folder`, with up to `most` records a tablet and minute; what came of it."""
    house, drill = House(folder, seed, most), Drill()
    await asyncio.to_thread(house.server.start)
    try:
        await enrol_all([*house.staying, house.away])
        await house.minute([*house.staying, house.away])
        await _ten_minutes_after_the_backup(house)
        await house.put_back()
        drill.lacking.append(len(house.lacking(house.fleet)))
        going_on, later = house.staying[:2], house.staying[2:]
        await house.minute(going_on)
        await house.put_back(times=2)
        gone = house.lacking(house.staying)
        drill.lacking.append(len(house.lacking(house.fleet)))
        await house.minute([*going_on, *later])
        drill.expected, drill.back = len(gone), len(gone - house.lacking(house.staying))
        await house.minute([house.away, house.late], online=False)
        house.server.set_clock(house.server.now() + timedelta(minutes=30))
        await house.sync([house.away])
        await _enrol_the_late_one_again(house, drill)
        waiting = await empty_outboxes(house.fleet, passes=10)
        drill.found = await check(house.server, house.fleet, restored=True)
        if waiting or drill.back < drill.expected:
            drill.found.faults.append(
                f"{waiting} still wait, {drill.back} of {drill.expected} came back at once"
            )
    finally:
        house.server.close()
        await close(house.fleet)
    for member in house.fleet:
        receipts = (await member.tablet.receipts()).values()
        drill.statuses.update(receipt["held_for"] or receipt["status"] for receipt in receipts)
    count(None, drill.found.receipts, drill.found.lost)
    return drill


async def _ten_minutes_after_the_backup(house: House) -> None:
    taken = await command(house.server, "backup", str(house.backup))
    if taken.returncode:
        raise RuntimeError(taken.stdout + taken.stderr)
    for minute in range(1, MINUTES + 1):
        if minute == LATE_FROM:
            await house.late.enrol("FIRE-LATE")
        if minute == AWAY_FROM:
            # Whose new key the backup does not know
            await house.staying[0].tablet.sign_in("amina", PIN)
        members = list(house.staying)
        members += [house.away] if minute < AWAY_FROM else []
        members += [house.late] if minute >= LATE_FROM else []
        await house.minute(members)


async def _enrol_the_late_one_again(house: House, drill: Drill) -> None:
    """The backup does not know this tablet: it is let in no more, keeps everything, and is enrolled anew."""
    await house.sync([house.late])
    drill.refused = len(await house.late.tablet.waiting())
    await house.late.enrol("FIRE-ANEW")
    await house.sync([house.late])
    receipts = (await house.late.tablet.receipts()).values()
    drill.late.update(f"{receipt['status']} {receipt['held_for']}".strip() for receipt in receipts)


def main() -> int:
    """Run and print; the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--most", type=int, default=12, help="records a tablet and minute, at most")
    parser.add_argument("--seed", type=int, default=20261121)
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="sightline-fire-") as folder:
        drill = asyncio.run(restore_under_fire(Path(folder), chosen.seed, chosen.most))
    print_table(drill)
    return 1 if drill.found.faults else 0


def print_table(drill: Drill) -> None:
    """What a reader of the command sees."""
    found = drill.found
    for words, number in (
        (f"minutes between backup and restore, {TABLETS} tablets", MINUTES),
        ("records sealed", found.sealed),
        ("records that some tablet held a receipt for", found.receipts),
        ("  not in the backup, at the first restore", drill.lacking[0]),
        ("  not in the ledger, after the second and third restore", drill.lacking[1]),
        ("  of tablets that went on, back after one sync", drill.back),
        ("of the tablet enrolled after the backup, waiting for a new code", drill.refused),
        ("entries in the ledger at the end", found.entries),
        ("records with a receipt that are lost or changed", found.lost),
    ):
        print(f"{words:<64} {number:>6,}")
    print(f"receipts at the end: {dict(drill.statuses)}; of the tablet enrolled anew: {dict(drill.late)}")
    print(found.verdict)
    for fault in found.faults[:20]:
        print(f"FAULT: {fault}")
    print("Something is wrong." if found.faults else "Nothing is wrong.")


if __name__ == "__main__":
    sys.exit(main())
