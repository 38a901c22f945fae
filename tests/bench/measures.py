"""How long do figures take after a record, and all over again?   python -m tests.bench.measures

On the projections of a million records, with what pages keep worked out: one record more, which moves the revision of
its service; each measure that is put together from parts, over the window of an action; then what the step beside the
pages works out for one action, its row of the map and its page. Then a ledger is rebuilt. Issue 8: 20 ms after one
record; a million rebuilt in 5 minutes.
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
from server.measures.parts import IN_PARTS
from server.measures.periods import window
from server.measures.reading import read_settings
from server.standing import kept, renewing
from server.standing.parts import Parts
from server.standing.points import KeptPoints
from sync import Database
from tests.bench.desk_pages import built_in, work_out
from tests.bench.frame import Bench, Figure, run, say
from tests.bench.house import make_house
from tests.bench.push import TABLETS, seal_for, time_push
from tests.bench.records import BATCH
from tests.server.world import START

AFTER_ONE_MS = 20
# Of the actions that were made (`many_records.py`)
WINDOW_BEGINS = date(2026, 9, 1)
NAMED_BY_NONE = {"M08b"}
REBUILD_SECONDS_EACH = 300 / 1_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--rebuilt", type=int, default=10_000, help="entries of the ledger that is rebuilt")
    parser.add_argument("--folder", type=Path, help="keep the databases there, and use those that are there")


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Both."""
    catalogue = load_catalogue()
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as made:
        folder = Path(asked.folder or made) / str(asked.records)
        folder.mkdir(parents=True, exist_ok=True)
        built = built_in(folder, asked.records)
        work_out(folder, built)
        database = Path(made) / "million.db"
        shutil.copy(folder / "sightline.db", database)
        return [
            *after_one(database, catalogue, asked.rounds),
            *_rebuilt(Path(made) / "ledger.db", catalogue, asked),
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


def _rebuilt(path: Path, catalogue: Catalogue, asked: argparse.Namespace) -> list[Figure]:
    say(f"measures: a ledger of {asked.rebuilt} entries")
    time_push(path, catalogue, seal_for(make_house(path, 1, TABLETS), asked.rebuilt, BATCH, 1))
    taken = []
    for _ in range(min(asked.rounds, 3)):
        began = time.perf_counter()
        asyncio.run(_rebuild(path, catalogue))
        taken.append(time.perf_counter() - began)
        say(f"measures: rebuilt in {taken[-1]:.1f} s")
    limit = asked.rebuilt * REBUILD_SECONDS_EACH
    return [Figure(f"{asked.rebuilt:,} entries rebuilt", taken, "s", limit)]


async def _rebuild(path: Path, catalogue: Catalogue) -> None:
    database = await Database.open(path)
    try:
        await receiving.rebuild(database, catalogue, lambda done: say(f"measures: {done:,} entries"))
    finally:
        await database.close()


BENCH = Bench("measures", "Measures: worked out after one record, and rebuilt", arguments, measure)

if __name__ == "__main__":
    sys.exit(run(BENCH))
