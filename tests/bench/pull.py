"""How fast does a tablet pull?   python -m tests.bench.pull

A fresh tablet pulls 10,000 rows of reference data from a served process, page by page; then it asks again and again
while nothing is new, and once more as after the minute that an open, quiet tablet waits. Issue 8: under 0.5 s, and a
median under 3 ms without a write.
"""

import argparse
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import quote, urlsplit

from server.identity import organisation, tablets
from tests.bench.frame import Bench, Figure, part, run, say
from tests.bench.house import HouseTablet, arrange, make_house
from tests.bench.served import served

ALL_SECONDS, POLL_MS = 0.5, 3.0
ROWS, POLLS = 10_000, 300


class Puller:
    """A tablet on one connection that stays open; `host` where that is not where it connects to."""

    def __init__(self, origin: str, tablet: HouseTablet, host: str = "") -> None:
        self._connection = HTTPConnection(urlsplit(origin).netloc, timeout=60)
        self._headers = {**tablet.headers, **({"host": host} if host else {})}
        self.cursor = ""

    def page(self) -> tuple[int, bool]:
        """The next page: how many rows, and whether there are more."""
        address = f"/sync/changes?cursor={quote(self.cursor)}"
        self._connection.request("GET", address, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} {body[:200]!r}")
        said = json.loads(body)
        self.cursor = said["cursor"]
        return len(said["changes"]), bool(said["more"])

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--polls", type=int, default=POLLS)


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """A fresh tablet for each round, on one server."""
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as folder:
        path = Path(folder) / "sightline.db"
        made = make_house(path, 1, asked.rounds)
        say(f"pull: making {asked.rows} rows")
        arrange(path, lambda sql: _people(sql, made[0].place.units[0], asked.rows))
        with served(path) as server:
            return pulled(server.origin, path, made, asked.polls)


def pulled(origin: str, path: Path, each: list[HouseTablet], polls: int) -> tuple[list[Figure], list[str]]:
    """Each tablet pulls all there is, then polls."""
    whole, middles, late, writes, later, rows = [], [], [], [], [], 0
    for turn, tablet in enumerate(each, 1):
        puller = Puller(origin, tablet)
        try:
            began, more, rows = time.perf_counter(), True, 0
            while more:
                count, more = puller.page()
                rows += count
            whole.append(time.perf_counter() - began)
            taken, wrote = poll(puller, path, polls)
            a_minute_on(path, tablet)
            _, wrote_later = poll(puller, path, 1)
        finally:
            puller.close()
        middles.append(statistics.median(taken))
        late.append(part(taken, 99))
        writes.append(float(wrote))
        later.append(float(wrote_later))
        say(f"pull: round {turn} of {len(each)}: {whole[-1]:.2f} s, then {middles[-1]:.1f} ms")
    figures = [
        Figure(f"{rows:,} rows to a fresh tablet", whole, "s", ALL_SECONDS),
        Figure("nothing new, p50", middles, "ms", POLL_MS),
        Figure("nothing new, p99", late, "ms"),
        Figure("writes while nothing is new", writes, "", 0, total=True),
        Figure("writes of a look a minute later", later, "", 0, total=True),
    ]
    return figures, ["all that there is to be written is when the server heard of the tablet"]


def poll(puller: Puller, path: Path, times: int) -> tuple[list[float], bool]:
    """Milliseconds of each poll, and whether anything was written meanwhile."""
    taken = []
    with closing(sqlite3.connect(path)) as sql:
        (before,) = sql.execute("PRAGMA data_version").fetchone()
        for _ in range(times):
            began = time.perf_counter()
            puller.page()
            taken.append(1000 * (time.perf_counter() - began))
        (after,) = sql.execute("PRAGMA data_version").fetchone()
    return taken, before != after


def a_minute_on(path: Path, tablet: HouseTablet) -> None:
    """The server last heard of the tablet more than a minute ago."""
    then = datetime.now(UTC) - timedelta(seconds=61)
    arrange(path, lambda sql: tablets.hear(sql, tablet.fake.name, then))


def _people(sql: sqlite3.Connection, unit: str, count: int) -> None:
    for number in range(count):
        organisation.add_person(sql, f"person-{number:05}", unit, "AB", f"Room {number}")


BENCH = Bench(
    "pull", "Pull: reference data to a fresh tablet, and the poll of a quiet one", arguments, measure
)

if __name__ == "__main__":
    sys.exit(run(BENCH))
