"""What does a record cost, and a quiet tablet?   python -m tests.bench.cost

Tablets speak to a served process through a wire that counts bytes (of HTTP; TLS and TCP add some 5 %): records of
about 2 kB alone and in batches of 20, and the look that an open, quiet tablet takes once a minute. Then the database's
bytes for each record, by table, and the server's processor time. From these comes the table of what one machine holds.
"""

import argparse
import asyncio
import sqlite3
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from tests.bench.counted_wire import CountedWire
from tests.bench.frame import Bench, Figure, run, say
from tests.bench.house import HouseTablet, make_house
from tests.bench.over_http import Sent, client, push
from tests.bench.pull import Puller
from tests.bench.records import Delivery
from tests.bench.served import served

POLLS_AN_HOUR = 60
"""`REGULAR` of pwa/js/sync.mjs: once a minute while the app is open."""
RECORDS_A_DAY, TABLETS_A_HOME, HOURS_OPEN = 100, 4, 24
"""What a home is taken for: a record for each of 40 people and as much again, and tablets that nobody ever closes."""
OWN = "a record's own bytes"
BUSY = 0.3
"""The part of one core that the quiet day may take: a shift change comes all at once."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--records", type=int, default=2_000)
    parser.add_argument("--polls", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Singly, in twenties, then quietly, each on tablets of their own."""
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        path = Path(folder) / "sightline.db"
        tablets = make_house(path, 1, 3)
        empty = size_of(path)
        with served(path) as server:
            found: dict[str, float] = {}
            for tablet, together in zip(tablets, (1, 20), strict=False):
                count = asked.records if together > 1 else max(1, asked.records // 10)
                say(f"cost: {count} records in batches of {together}")
                used = server.processor
                deliveries = tablet.seal(count, together, asked.seed)
                carried = asyncio.run(_carry(server.origin, tablet, deliveries))
                found["own"] = sum(len(body) for one in deliveries for body in one.bodies) / count
                found[f"wire {together}"] = carried / count
                found[f"processor {together}"] = (server.processor - used) / count
            say(f"cost: {asked.polls} looks of a quiet tablet")
            used = server.processor
            found["poll"] = asyncio.run(_look(server.origin, tablets[2], asked.polls)) / asked.polls
            found["processor poll"] = (server.processor - used) / asked.polls
        kept = asked.records + max(1, asked.records // 10)
        tables = by_table(path)
        found["database"] = (size_of(path) - empty) / kept
        return _figures(found), [*capacity(found), *_largest(tables, kept)]


def size_of(path: Path) -> int:
    """Bytes of the database, the write-ahead log brought home."""
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (pages,) = sql.execute("PRAGMA page_count").fetchone()
        (page,) = sql.execute("PRAGMA page_size").fetchone()
        return int(pages) * int(page)


def by_table(path: Path) -> dict[str, int]:
    """Bytes of each table, its indexes with it; nothing where this SQLite cannot say."""
    with closing(sqlite3.connect(path)) as sql:
        try:
            rows = sql.execute(
                """
                SELECT coalesce(m.tbl_name, d.name), sum(d.pgsize) FROM dbstat d
                LEFT JOIN sqlite_master m ON m.name = d.name GROUP BY 1 ORDER BY 2 DESC
                """
            )
            return dict(rows.fetchall())
        except sqlite3.OperationalError:
            return {}


def capacity(found: Mapping[str, float]) -> list[str]:
    """What one machine holds, as the rows of README's table."""
    processor = (
        RECORDS_A_DAY * found["processor 1"]
        + TABLETS_A_HOME * HOURS_OPEN * POLLS_AN_HOUR * found["processor poll"]
    )
    disk = 365 * RECORDS_A_DAY * found["database"]
    homes = int(BUSY * 24 * 3600 / processor)
    wire = RECORDS_A_DAY * found["wire 1"] + TABLETS_A_HOME * HOURS_OPEN * POLLS_AN_HOUR * found["poll"]
    return [
        f"a home: {RECORDS_A_DAY} records a day, {TABLETS_A_HOME} tablets open {HOURS_OPEN} hours: "
        f"{processor:.1f} s of a core, {wire / 1e6:.2f} MB on the wire a day, {disk / 1e6:.0f} MB of disk a year",
        f"homes on one machine at {BUSY:.0%} of one core: {homes:,}",
        *(f"{some} homes: {some * disk / 1e9:.1f} GB a year" for some in (10, 100, 300)),
    ]


def _figures(found: Mapping[str, float]) -> list[Figure]:
    hour = POLLS_AN_HOUR * found["poll"]
    return [
        Figure(OWN, [found["own"]], "bytes"),
        Figure("wire, a record sent alone", [found["wire 1"]], "bytes", beside=OWN),
        Figure("wire, a record sent with 19", [found["wire 20"]], "bytes", beside=OWN),
        Figure("wire, an idle tablet-hour", [hour], "bytes"),
        Figure("database, a record", [found["database"]], "bytes", beside=OWN),
        Figure("processor, a record sent alone", [1000 * found["processor 1"]], "ms"),
        Figure("processor, a record sent with 19", [1000 * found["processor 20"]], "ms"),
        Figure("processor, a look of a quiet tablet", [1000 * found["processor poll"]], "ms"),
    ]


def _largest(tables: Mapping[str, int], records: int) -> list[str]:
    first = list(tables.items())[:8]
    said = ", ".join(f"{name} {size / records:,.0f}" for name, size in first)
    return [f"bytes of each record by table, its indexes with it: {said}"] if first else []


async def _carry(origin: str, tablet: HouseTablet, deliveries: list[Delivery]) -> int:
    sent = Sent()
    async with CountedWire(origin) as wire, client(wire.origin) as web:
        # The server knows itself by its own address
        headers = {**tablet.headers, "host": urlsplit(origin).netloc, "origin": origin}
        await push(web, headers, deliveries, sent)
        if sent.wrong:
            raise RuntimeError(f"not all was stored: {sent.wrong[0]}")
        return wire.carried


async def _look(origin: str, tablet: HouseTablet, times: int) -> int:
    async with CountedWire(origin) as wire:
        puller = Puller(wire.origin, tablet, host=urlsplit(origin).netloc)
        await asyncio.to_thread(_catch_up, puller)
        before = wire.carried
        await asyncio.to_thread(_poll, puller, range(times))
        puller.close()
        return wire.carried - before


def _catch_up(puller: Puller) -> None:
    while puller.page()[1]:
        pass


def _poll(puller: Puller, times: Sequence[int]) -> None:
    for _ in times:
        puller.page()


BENCH = Bench(
    "cost", "Cost: bytes on the wire and on the disk, and what one machine holds", arguments, measure
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
