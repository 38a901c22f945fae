"""`python -m tests.bench.desk_pages`: how long the desk's pages take in a provider of 20 services and 400 open actions,
over 10,000, 100,000 and 1,000,000 records, beside the budget of DESIGN 11.

Times are from asking to having the whole page, through the app, for somebody who sees every service. What the step
beside the pages keeps is worked out first; `worked out anew` is what a page costs without it. Says how busy the machine
is, and looks at the plan of every query: one that reads through a whole table of records ends it with exit code 1.
"""

import argparse
import math
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import msgspec
from litestar.testing import TestClient

from observation_forms import load_catalogue
from server.app import create_app
from server.evidence.action_page import read_action_page
from server.evidence.recovery_map import read_map
from server.evidence.recovery_map_query import read_map_query
from server.evidence.times import day_in_london
from server.identity.scope import of_services
from server.settings import read_settings
from server.standing import kept, renewing
from sync.connections import open_reader
from tests.bench.many_records import Built, build, read_note, write_note
from tests.server.world import ORIGIN, START, Browser, sign_in

SIZES = (10_000, 100_000, 1_000_000)
BUDGET_MS, BUDGET_RATIO = 150, 1.5
# Of each page
PATIENCE_MS = 8_000
LARGE_TABLES = ("entry", "record_version", "answer", "bearing", "finding")


class Timed(msgspec.Struct, frozen=True):
    """The least, the middle and the 95th of a hundred of some times, in milliseconds."""

    least: float
    p50: float
    p95: float


def pages_of(built: Built) -> dict[str, str]:
    """The pages that are timed, name to address."""
    actions = {f"an action on {measure}": f"/actions/{id}" for measure, id in built.actions.items()}
    return {
        "the map, first page": "/map",
        "the map, last page": "/map?page=20",
        "the map, one service": "/map?service=alder",
        "the map, by theme": "/map?group=theme",
        **actions,
        "the register": "/actions",
        "evidence": "/evidence",
        "evidence, one form": "/evidence?form=sample_recording",
        "evidence on one action": f"/evidence?action={built.actions['M04']}",
        "evidence, words searched": "/evidence?text=bells",
        "coverage of one service": "/coverage?service=alder",
        "signals of one service": "/signals?service=alder",
        "a theme": "/map/themes/DE",
    }


def main() -> int:
    """Build, keep, measure, print. Exit code 1 when a query reads through a whole table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, nargs="*", default=SIZES)
    asked.add_argument("--times", type=int, default=21)
    asked.add_argument("--folder", type=Path, help="keep the databases there, and use those that are there")
    asked.add_argument("--only", default="", help="only pages whose name holds this")
    given = asked.parse_args()
    found: dict[int, dict[str, Timed]] = {}
    through: list[str] = []
    for size in given.records:
        with _folder(given.folder, size) as folder:
            built = built_in(folder, size)
            work_out(folder, built)
            through += scans(folder, built)
            found[size] = measured(folder, built, given.times, given.only)
    print(f"load of {os.cpu_count()} cores: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    print("\n".join(table(found)))
    for plan in through:
        print(f"reads through a whole table: {plan}")
    return int(bool(through))


def measured(folder: Path, built: Built, times: int, only: str = "") -> dict[str, Timed]:
    """How long each page takes, asked for so many times, and once before that does not count."""
    with desk(folder) as dana:
        found = {name: timed(dana, at, times) for name, at in pages_of(built).items() if only in name}
        anew = {
            "the map": "/map",
            **{f"{measure}": f"/actions/{id}" for measure, id in built.actions.items()},
        }
        for name, address in anew.items():
            if not only:
                found[f"{name}, worked out anew"] = _anew(folder, dana, address)
    return found


def timed(browser: Browser, address: str, times: int) -> Timed:
    """The times of one page; of a slow one fewer, two at least."""
    _once(browser, address)
    first = _once(browser, address)
    more = min(times - 1, max(1, int(PATIENCE_MS / first)))
    return _of([first, *(_once(browser, address) for _ in range(more))])


def table(found: dict[int, dict[str, Timed]]) -> list[str]:
    """Each page with its times at every size, in milliseconds, and beside the budget."""
    sizes = list(found)
    lines = [
        f"| page | {' | '.join(f'{size:,}: least, p50, p95' for size in sizes)} | to the smallest | budget |",
        f"|---|{'---|' * (len(sizes) + 2)}",
    ]
    for name in found[sizes[0]]:
        times = [found[size][name] for size in sizes]
        ratio = times[-1].p50 / times[0].p50
        within = times[-1].p95 < BUDGET_MS and (ratio <= BUDGET_RATIO or len(sizes) == 1)
        cells = " | ".join(f"{one.least:.0f}, {one.p50:.0f}, {one.p95:.0f}" for one in times)
        lines.append(f"| {name} | {cells} | {ratio:.1f} | {'yes' if within else 'no'} |")
    return lines


def scans(folder: Path, built: Built) -> list[str]:
    """The queries of the map and of an action's page that read through a whole table of records, worked out anew."""
    catalogue = load_catalogue()
    said: list[str] = []
    with closing(open_reader(folder / "sightline.db")) as sql:
        scope = of_services([row["id"] for row in sql.execute("SELECT id FROM service")])
        sql.set_trace_callback(said.append)
        read_map(sql, scope, read_map_query({}, day_in_london(START)), catalogue, START, anew=True)
        read_action_page(sql, built.actions["M10"], scope, catalogue, START, anew=True)
        sql.set_trace_callback(None)
        return sorted({one for query in set(said) for one in _scans_of(sql, query)})


def _scans_of(sql: sqlite3.Connection, query: str) -> Iterator[str]:
    if query.lstrip().upper().startswith(("SELECT", "WITH")):
        for row in sql.execute(f"EXPLAIN QUERY PLAN {query}"):
            words = str(row["detail"]).split()
            if words[0] == "SCAN" and words[1] in {*LARGE_TABLES, *(table[0] for table in LARGE_TABLES)}:
                yield f"{row['detail']}: {' '.join(query.split())[:200]}"


@contextmanager
def desk(folder: Path) -> Iterator[Browser]:
    """Dana at her desk, the app running on the database of `folder`."""
    path = str(folder / "sightline.db")
    settings = read_settings({"SIGHTLINE_DATABASE": path, "SIGHTLINE_ORIGIN": ORIGIN})
    with TestClient(create_app(settings, lambda: START), base_url=ORIGIN) as client:
        dana = Browser(client, ORIGIN)
        assert sign_in(dana, "dana").status_code == 303
        yield dana


def _anew(folder: Path, browser: Browser, address: str) -> Timed:
    """A page twice, nothing being kept."""
    taken = []
    for _ in range(2):
        with closing(sqlite3.connect(folder / "sightline.db", isolation_level=None, timeout=60)) as sql:
            kept.empty(sql)
        taken.append(_once(browser, address))
    return _of(taken)


def _once(browser: Browser, address: str) -> float:
    began = time.perf_counter()
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return 1000 * (time.perf_counter() - began)


def _of(taken: list[float]) -> Timed:
    ordered = sorted(taken)
    return Timed(ordered[0], statistics.median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1])


def work_out(folder: Path, built: Built) -> None:
    """What the step beside the pages keeps: every row of the map, and the pages that are timed."""
    catalogue, began, rows = load_catalogue(), time.perf_counter(), 0
    with closing(sqlite3.connect(folder / "sightline.db", isolation_level=None, timeout=60)) as sql:
        sql.row_factory = sqlite3.Row
        while found := renewing.renewed_rows(sql, catalogue, START):
            kept.keep(sql, found)
            rows += len(found)
        seconds = time.perf_counter() - began
        scope = of_services(["alder"])
        for id in built.actions.values():
            page = read_action_page(sql, id, scope, catalogue, START)
            kept.keep(sql, page.keep if page else [])
        (size,) = sql.execute("SELECT coalesce(sum(length(body)), 0) FROM action_kept").fetchone()
    print(
        f"{built.records:,}: {rows} rows of the map worked out in {seconds:.0f} s; {size:,} bytes kept",
        flush=True,
    )


def built_in(folder: Path, size: int) -> Built:
    """What there is in `folder`; made now when there is nothing."""
    known = read_note(folder)
    if known is None:
        known = build(folder, size, lambda words: print(f"{size:,}: {words}", flush=True))
        write_note(folder, known)
        print(f"{size:,}: built in {known.seconds:.0f} s", flush=True)
    return known


@contextmanager
def _folder(given: Path | None, size: int) -> Iterator[Path]:
    if given is None:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    else:
        (given / str(size)).mkdir(parents=True, exist_ok=True)
        yield given / str(size)


if __name__ == "__main__":
    sys.exit(main())
