"""How long do figures take after a record, and all over again?   python -m tests.bench.measures

On the projections of a million records, with what pages keep worked out: one record more, which moves the revision of
its service; each measure that is put together from parts, over the window of an action; then what the step beside the
pages works out for one action, its row of the map and its page. Then a ledger is rebuilt. Issue 8: 20 ms after one
record; a million rebuilt in 5 minutes.

`python -m tests.bench.measures --rebuild 1000000` pushes and rebuilds that many and does nothing else: the push takes
longer than the rebuild. With `--folder` the ledger is kept there, and rebuilt alone the next time.
"""

import argparse
import asyncio
import shutil
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from datetime import date
from pathlib import Path

from observation_forms import Catalogue, load_catalogue
from server import receiving
from server.evidence.times import day_in_london
from server.identity.scope import of_services
from server.loading import loading
from server.measures.parts import IN_PARTS
from server.measures.periods import window
from server.measures.reading import read_settings
from server.standing import kept, renewing
from server.standing.parts import Parts
from server.standing.points import KeptPoints
from sync import Database
from tests.bench.desk_pages import built_in, work_out
from tests.bench.frame import Bench, Figure, cores_used, run, say
from tests.bench.house import make_house
from tests.bench.push import TABLETS, seal_for, time_push
from tests.bench.records import BATCH
from tests.server.world import START

AFTER_ONE_MS = 20
# Of the actions that were made (`many_records.py`)
WINDOW_BEGINS = date(2026, 9, 1)
NAMED_BY_NONE = {"M08b"}
REBUILD_SECONDS_EACH = 300 / 1_000_000
EACH_HOME = 10_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rebuilt", type=int, default=20_000, help="entries of the ledger that is rebuilt")
    parser.add_argument("--rebuild", type=int, metavar="ENTRIES", help="only that, and of so many")
    parser.add_argument("--folder", type=Path, help="keep the databases there, and use those that are there")


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Both, or the rebuild alone."""
    with loading():
        catalogue = load_catalogue()
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as made:
        place = Path(asked.folder or made)
        place.mkdir(parents=True, exist_ok=True)
        if asked.rebuild:
            return rebuilt(place / "ledger.db", catalogue, asked.rebuild, 1), []
        folder = place / str(asked.records)
        folder.mkdir(exist_ok=True)
        built = built_in(folder, asked.records)
        work_out(folder, built)
        database = Path(made) / "million.db"
        shutil.copy(folder / "sightline.db", database)
        return [
            *after_one(database, catalogue, asked.rounds),
            *rebuilt(Path(made) / "ledger.db", catalogue, asked.rebuilt, min(asked.rounds, 3)),
        ], ["a page is shown as it was kept, with its age, until the step beside the pages has come to it"]


def after_one(path: Path, catalogue: Catalogue, rounds: int) -> list[Figure]:
    """What one record more moves at once, and what is worked out for one action of its service afterwards."""
    moved, rows, pages, whole = [], [], [], []
    measured: dict[str, list[float]] = {code: [] for code in sorted(IN_PARTS - NAMED_BY_NONE)}
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as sql:
        sql.row_factory = sqlite3.Row
        for number in range(rounds):
            began = time.perf_counter()
            add_record(sql, number)
            moved.append(1000 * (time.perf_counter() - began))
            for code, taken in measured.items():
                began = time.perf_counter()
                _count_in_parts(sql, catalogue, code)
                taken.append(1000 * (time.perf_counter() - began))
            began = time.perf_counter()
            found = renewing.renewed_rows(sql, catalogue, START)
            whole.append(1000 * (time.perf_counter() - began))
            rows.append(whole[-1] / max(1, len(found)))
            began = time.perf_counter()
            page = renewing.renewed_page(sql, catalogue, START)
            pages.append(1000 * (time.perf_counter() - began))
            kept.keep(sql, [*found, *page])
            say(
                f"measures: round {number + 1} of {rounds}: {rows[-1]:.0f} ms a row, {pages[-1]:.0f} ms a page"
            )
    return [
        Figure("a record moves the revision", moved, "ms", AFTER_ONE_MS),
        *(
            Figure(f"{code} over a window anew", taken, "ms", AFTER_ONE_MS)
            for code, taken in measured.items()
        ),
        Figure("a row of the map anew", rows, "ms", AFTER_ONE_MS),
        Figure("all rows of its service anew", whole, "ms"),
        Figure("a page of an action anew", pages, "ms", AFTER_ONE_MS),
    ]


def _count_in_parts(sql: sqlite3.Connection, catalogue: Catalogue, code: str) -> None:
    scope, today = of_services(["alder"]), day_in_london(START)
    points = KeptPoints(Parts(sql, scope, "alder", False, today), catalogue, START)
    asked = code, "", window(WINDOW_BEGINS, today)
    points.fill([asked], read_settings(sql, scope, catalogue))
    points.count(*asked)


def add_record(sql: sqlite3.Connection, number: int) -> None:
    """One like the newest of the first service, with its answers and what it bears on."""
    seq, record = sql.execute(
        "SELECT seq, record FROM record_version WHERE service = 'alder' ORDER BY seq DESC LIMIT 1"
    ).fetchone()
    (top,) = sql.execute("SELECT max(seq) FROM record_version").fetchone()
    new = {"seq": top + 1, "record": f"{record}-more-{number}"}
    sql.execute("BEGIN")
    for table, where, which in (
        ("record_version", "seq", seq),
        ("answer", "seq", seq),
        ("bearing", "record", record),
    ):
        columns = [row["name"] for row in sql.execute(f"PRAGMA table_info({table})")]
        picked = ", ".join(f":{name}" if name in new else name for name in columns)
        sql.execute(
            f"INSERT INTO {table} SELECT {picked} FROM {table} WHERE {where} = :which",
            {**new, "which": which},
        )
    sql.execute("COMMIT")


def rebuilt(path: Path, catalogue: Catalogue, entries: int, rounds: int) -> list[Figure]:
    """How long a ledger of so many entries takes to be derived again, and how much processor time."""
    if not path.exists():
        _fill(path, catalogue, entries)
    taken, used = [], []
    for _ in range(rounds):
        began, used_before = time.perf_counter(), cores_used()
        if (done := asyncio.run(_rebuild(path, catalogue))) != entries:
            raise RuntimeError(f"{done} entries were rebuilt, not {entries}")
        taken.append(time.perf_counter() - began)
        used.append(cores_used() - used_before)
        say(f"measures: rebuilt in {taken[-1]:.1f} s")
    limit = entries * REBUILD_SECONDS_EACH
    named = f"{entries:,} entries rebuilt"
    return [Figure(named, taken, "s", limit), Figure(f"{named}, processor time", used, "s")]


def _fill(path: Path, catalogue: Catalogue, entries: int) -> None:
    """A ledger of so many, a home for every ten thousand: a million bodies at once would fill the memory."""
    homes = -(-entries // EACH_HOME)
    tablets = make_house(path, homes, TABLETS)
    for home in range(homes):
        count = min(EACH_HOME, entries - home * EACH_HOME)
        # No two tablets may have one seed, or two records have one id
        time_push(path, catalogue, seal_for(tablets[:TABLETS], count, BATCH, 1 + home * TABLETS))
        del tablets[:TABLETS]
        say(f"measures: a ledger of {home * EACH_HOME + count:,} entries")


async def _rebuild(path: Path, catalogue: Catalogue) -> int:
    def progress(done: int) -> None:
        if done % EACH_HOME == 0:
            say(f"measures: {done:,} entries")

    database = await Database.open(path)
    try:
        return await receiving.rebuild(database, catalogue, progress)
    finally:
        await database.close()


BENCH = Bench("measures", "Measures: worked out after one record, and rebuilt", arguments, measure)

if __name__ == "__main__":
    sys.exit(run(BENCH))
