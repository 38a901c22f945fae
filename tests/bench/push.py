"""How fast are sealed records taken in?   python -m tests.bench.push --records 10000 --signed

Pushes records through `Inbox.receive`, each checked by its own form, beside plain sqlite3 inserts of the
same bytes, in the same batches, at the same durability, on the same disk, in the same run. DESIGN.md 11:
10,000 records of about 2 kB in under 2 s, and within 12 times of the plain inserts.
"""

import argparse
import asyncio
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import median

from observation_forms import Catalogue, load_catalogue
from server.server_keys import make_keys
from sync import Database, Inbox, migrate
from tests.bench.over_http import time_http
from tests.bench.records import Delivery, make_deliveries
from tests.bench.signed import sign_deliveries, time_checks
from tests.sync.bodies import FakeTablet
from tests.sync.signing import Book

BUDGET_SECONDS_PER_RECORD = 2 / 10_000
BUDGET_RATIO = 12
PLAIN, INBOX = "plain sqlite3 inserts", "Inbox.receive"
SIGNED, CHECKS = "Inbox.receive, signed", "checks of signatures"


def main() -> None:
    """Measure, print a table, and exit with 1 when a budget is broken."""
    asked = _arguments()
    catalogue = load_catalogue()
    _say(f"making {asked.records} records, seed {asked.seed}")
    tablets = [FakeTablet(catalogue, f"tablet-{number}") for number in range(asked.connections)]
    deliveries = make_deliveries(catalogue, asked.records, tablets, asked.seed)
    size = sum(len(body) for delivery in deliveries for body in delivery.bodies) // asked.records
    ways: dict[str, Callable[[Path], float]] = {
        PLAIN: lambda path: _time_raw(path, deliveries),
        INBOX: lambda path: _time_inbox(path, catalogue, deliveries, asked.connections),
    }
    if asked.signed:
        sealed, book = sign_deliveries(deliveries)
        ways[SIGNED] = lambda path: _time_inbox(path, catalogue, sealed, asked.connections, book)
        ways[CHECKS] = lambda path: time_checks(sealed, book)
    if asked.http:
        ways["over HTTP"] = lambda path: time_http(
            path, catalogue, asked.records, asked.connections, asked.seed
        )
    times: dict[str, list[float]] = {way: [] for way in ways}
    for turn in range(asked.rounds):
        for way, measure in ways.items():
            times[way].append(_in_folder(asked.folder, measure))
            _say(f"round {turn + 1} of {asked.rounds}: {way} {times[way][-1]:.3f} s")
    sys.exit(_report(asked.records, size, {way: median(taken) for way, taken in times.items()}))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="How fast are sealed records taken in?")
    parser.add_argument("--records", type=int, default=10_000)
    parser.add_argument("--connections", type=int, default=4, help="tablets that send at once")
    parser.add_argument("--rounds", type=int, default=3, help="the middle one counts")
    parser.add_argument("--http", action="store_true", help="also through a running server")
    parser.add_argument("--signed", action="store_true", help="also with each record signed by its author")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--folder", type=Path, default=None, help="where to write; a temporary folder otherwise"
    )
    return parser.parse_args()


def _in_folder(parent: Path | None, measure: Callable[[Path], float]) -> float:
    folder = Path(tempfile.mkdtemp(prefix="sightline-bench-", dir=parent))
    try:
        return measure(folder / "bench.db")
    finally:
        shutil.rmtree(folder)


def _time_raw(path: Path, deliveries: list[Delivery]) -> float:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("CREATE TABLE entry (seq INTEGER PRIMARY KEY AUTOINCREMENT, body BLOB NOT NULL)")
        started = time.perf_counter()
        for delivery in deliveries:
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(
                "INSERT INTO entry (body) VALUES (?)", [(body,) for body in delivery.bodies]
            )
            connection.execute("COMMIT")
        return time.perf_counter() - started


def _time_inbox(
    path: Path, catalogue: Catalogue, deliveries: list[Delivery], connections: int, book: Book | None = None
) -> float:
    migrate(path)
    return asyncio.run(_push_all(path, catalogue, deliveries, connections, book))


async def _push_all(
    path: Path, catalogue: Catalogue, deliveries: list[Delivery], connections: int, book: Book | None
) -> float:
    database = await Database.open(path)
    inbox = Inbox(
        database, catalogue, hold_reason=lambda connection, body, sender: "", signer=make_keys(), book=book
    )
    try:
        started = time.perf_counter()
        async with asyncio.TaskGroup() as tablets:
            for first in range(connections):
                tablets.create_task(_push(inbox, deliveries[first::connections]))
        return time.perf_counter() - started
    finally:
        await database.close()


async def _push(inbox: Inbox, deliveries: list[Delivery]) -> None:
    verified = 0
    for delivery in deliveries:
        answer = await inbox.receive(delivery.raw, replace(delivery.sender, checkpoint=verified))
        verified = int(answer.checkpoint.text.split("\n")[1])
        wrong = [receipt for receipt in answer.receipts if receipt.status != "stored" or receipt.findings]
        if wrong:
            raise RuntimeError(f"a record was not stored without findings: {wrong[0]}")


def _report(records: int, size: int, times: dict[str, float]) -> int:
    raw, inbox = times[PLAIN], times[INBOX]
    budget = records * BUDGET_SECONDS_PER_RECORD
    print(f"{records} records of {size} bytes on average, batches of 100, synchronous=FULL")
    print(f"{'':24}{'seconds':>10}{'a second':>12}{'times plain':>14}")
    for way, taken in times.items():
        print(f"{way:24}{taken:>10.3f}{records / taken:>12,.0f}{taken / raw:>14.1f}")
    if SIGNED in times:
        inbox, alone = times[SIGNED], times[CHECKS]
        print(f"one check: {alone / records * 1e6:.0f} microseconds, {alone / inbox:.0%} of the signed push")
    print(f"Inbox.receive within {budget:.2f} s: {_verdict(inbox <= budget)}")
    print(f"within {BUDGET_RATIO} times the plain inserts: {_verdict(inbox / raw <= BUDGET_RATIO)}")
    return 0 if inbox <= budget and inbox / raw <= BUDGET_RATIO else 1


def _verdict(kept: bool) -> str:
    return "kept" if kept else "broken"


def _say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
