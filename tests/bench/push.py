"""How fast are sealed records taken in?   python -m tests.bench.push

Records of about 2 kB, each signed by its author, go through the app's own inbox: decoded strictly, judged by form,
signatures verified, chained, projected, logged, fsynced; every receipt says stored, without a finding. Beside it plain
sqlite3 inserts the same bytes in the same batches at the same durability, on the same disk, in the same run. DESIGN 11:
10,000 records in under 2 s, and within 12 times of the plain inserts.
"""

import argparse
import asyncio
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from observation_forms import Catalogue, load_catalogue
from server.loading import loading
from server.receiving import make_inbox
from server.server_keys import make_keys
from sync import Database, Inbox
from sync.signatures import is_signed
from tests.bench.frame import Bench, Figure, part, run, say
from tests.bench.house import HouseTablet, make_house
from tests.bench.over_http import push_at_once
from tests.bench.records import BATCH, Delivery
from tests.bench.served import served

SECONDS_EACH = 2 / 10_000
MOST = 12
TABLETS = 4
PLAIN, PUSH, CPU, CHECKS = "plain SQLite", "push", "push, processor time", "checks of signatures alone"
TOGETHER, AT_ONCE = (1, 10, 100), (1, 8, 64)
Work = list[tuple[HouseTablet, list[Delivery]]]


@dataclass(frozen=True)
class Taken:
    """One push: from first to last, processor time of this process meanwhile, and each batch (all seconds)."""

    wall: float
    processor: float
    each: list[float]


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--fewer", type=int, default=1_000, help="records for each size of batch")
    parser.add_argument("--at-once", type=int, nargs="+", default=AT_ONCE, help="tablets that send at once")
    parser.add_argument("--http", action="store_true", help="also through a served process")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=None, help="the disk; a temporary folder otherwise")


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """The whole push in rounds, beside plain SQLite; then each size of batch from few and many tablets."""
    folder = Path(tempfile.mkdtemp(prefix="sightline-bench-", dir=asked.folder))
    try:
        empty = folder / "empty.db"
        with loading():
            catalogue = load_catalogue()
        tablets = make_house(empty, 1, max(TABLETS, *asked.at_once), staff_each=8)
        say(f"push: sealing {asked.records} records")
        work = seal_for(tablets[:TABLETS], asked.records, BATCH, asked.seed)
        size = sum(len(body) for _, ones in work for one in ones for body in one.bodies) // asked.records
        figures = _whole(folder, empty, catalogue, work, asked)
        for together in TOGETHER:
            for at_once in asked.at_once:
                say(f"push: batches of {together} from {at_once} tablets")
                some = seal_for(fresh(tablets[:at_once]), asked.fewer, together, asked.seed)
                each = time_push(copied(empty, folder), catalogue, some).each
                named = f"batches of {together} from {at_once} tablets"
                figures += [
                    Figure(f"{named}, p50", [1000 * part(each, 50)], "ms"),
                    Figure(f"{named}, p99", [1000 * part(each, 99)], "ms"),
                ]
        if asked.http:
            figures += _over_http(folder, empty, work, asked.rounds)
        return figures, [f"{asked.records} records of {size} bytes, batches of {BATCH}, synchronous=FULL"]
    finally:
        shutil.rmtree(folder)


def seal_for(tablets: Sequence[HouseTablet], records: int, together: int, seed: int) -> Work:
    """So many records in all, spread over the tablets."""
    share = -(-records // len(tablets))
    counts = [max(0, min(share, records - share * at)) for at in range(len(tablets))]
    return [
        (tablet, tablet.seal(count, together, seed + at))
        for at, (tablet, count) in enumerate(zip(tablets, counts, strict=True))
    ]


def fresh(tablets: Sequence[HouseTablet]) -> list[HouseTablet]:
    """The same tablets as they were before they sealed anything."""
    return [replace(one, fake=replace(one.fake, sealed=[])) for one in tablets]


def copied(empty: Path, folder: Path) -> Path:
    """The house as it was, under a name of its own."""
    path = folder / f"{time.monotonic_ns()}.db"
    shutil.copy(empty, path)
    return path


def time_push(path: Path, catalogue: Catalogue, work: Work) -> Taken:
    """Through the app's inbox, on the database at `path`."""
    return asyncio.run(_push_all(path, catalogue, work))


def time_plain(path: Path, work: Work) -> float:
    """Seconds that sqlite3 takes for the same bytes in the same batches."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE entry (seq INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL)")
        started = time.perf_counter()
        for delivery in (delivery for _, deliveries in work for delivery in deliveries):
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO entry (body) VALUES (?)", [(body,) for body in delivery.bodies]
            )
            connection.execute("COMMIT")
        return time.perf_counter() - started


def time_checks(work: Work) -> float:
    """Seconds that verifying the signatures takes, one after another."""
    points = {key.id: key.point for tablet, _ in work for key in tablet.keys.values()}
    items = [item for _, ones in work for one in ones for item in msgspec.json.decode(one.raw)]
    asked = [
        (points[signature["key"]], item["body"].encode(), signature["signature"])
        for item in items
        for signature in item["signatures"]
    ]
    started = time.perf_counter()
    if not all(is_signed(*one) for one in asked):
        raise RuntimeError("a signature is wrong")
    return time.perf_counter() - started


def _whole(
    folder: Path, empty: Path, catalogue: Catalogue, work: Work, asked: argparse.Namespace
) -> list[Figure]:
    found: dict[str, list[float]] = {PLAIN: [], PUSH: [], CPU: [], CHECKS: []}
    for turn in range(asked.rounds):
        found[PLAIN].append(time_plain(folder / f"plain{turn}.db", work))
        taken = time_push(copied(empty, folder), catalogue, work)
        found[PUSH].append(taken.wall)
        found[CPU].append(taken.processor)
        found[CHECKS].append(time_checks(work))
        say(
            f"push: round {turn + 1} of {asked.rounds}: plain {found[PLAIN][-1]:.2f} s, push {taken.wall:.2f} s"
        )
    return [
        Figure(PLAIN, found[PLAIN], "s"),
        Figure(PUSH, found[PUSH], "s", asked.records * SECONDS_EACH, PLAIN, MOST),
        Figure(CPU, found[CPU], "s"),
        Figure(CHECKS, found[CHECKS], "s", beside=CPU),
    ]


async def _push_all(path: Path, catalogue: Catalogue, work: Work) -> Taken:
    database = await Database.open(path)
    inbox = make_inbox(database, catalogue, signer=make_keys())
    each: list[float] = []
    try:
        began, used = time.perf_counter(), time.process_time()
        async with asyncio.TaskGroup() as tasks:
            for _, deliveries in work:
                tasks.create_task(_push(inbox, deliveries, each))
        return Taken(time.perf_counter() - began, time.process_time() - used, each)
    finally:
        await database.close()


async def _push(inbox: Inbox, deliveries: list[Delivery], each: list[float]) -> None:
    verified = 0
    for delivery in deliveries:
        began = time.perf_counter()
        answer = await inbox.receive(delivery.raw, replace(delivery.sender, checkpoint=verified))
        each.append(time.perf_counter() - began)
        verified = int(answer.checkpoint.text.split("\n")[1])
        wrong = [receipt for receipt in answer.receipts if receipt.status != "stored" or receipt.findings]
        if wrong:
            raise RuntimeError(f"a record was not stored without findings: {wrong[0]}")


def _over_http(folder: Path, empty: Path, work: Work, rounds: int) -> list[Figure]:
    took, halves, late = [], [], []
    for turn in range(rounds):
        with served(copied(empty, folder)) as server:
            sent = asyncio.run(push_at_once(server.origin, work))
        if sent.wrong:
            raise RuntimeError(f"not all was stored: {sent.wrong[0]}")
        took.append(sent.took)
        halves.append(1000 * part(sent.seconds, 50))
        late.append(1000 * part(sent.seconds, 99))
        say(f"push: over HTTP, round {turn + 1} of {rounds}: {sent.took:.2f} s")
    return [
        Figure("over HTTP", took, "s", beside=PLAIN),
        Figure("over HTTP, a request, p50", halves, "ms"),
        Figure("over HTTP, a request, p99", late, "ms"),
    ]


BENCH = Bench("push", "Push: sealed, signed records through the app's own inbox", arguments, measure)

if __name__ == "__main__":
    sys.exit(run(BENCH))
