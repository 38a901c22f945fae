"""How long do the desk's pages take in a large provider?   python -m tests.bench.desk_pages

20 services and 400 open actions over 10,000, 100,000 and 1,000,000 records, beside the budget of DESIGN 11: 95 of a
hundred in 150 ms at a million, and the middle at most 1.5 times that over 10,000. Times are from asking to having the
whole page, through the app, for somebody who sees every service. What the step beside the pages keeps is worked out
first; `worked out anew` is what a page costs without it. The plan of every query is looked at too: none may read
through a whole table of records.
"""

import argparse
import re
import sqlite3
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from multiprocessing import get_context
from pathlib import Path

from litestar.testing import TestClient

from observation_forms import load_catalogue
from server.app import create_app
from server.coverage.wanted import Wanted
from server.evidence.action_page import read_action_page
from server.evidence.action_register import RegisterQuery
from server.evidence.action_register_page import read_register_page
from server.evidence.evidence_filter import Filter
from server.evidence.evidence_list import read_page as read_evidence
from server.evidence.recovery_map import read_map
from server.evidence.recovery_map_query import read_map_query
from server.evidence.recovery_map_theme import read_theme
from server.evidence.times import day_in_london
from server.identity.scope import of_services
from server.loading import loading
from server.settings import read_settings
from server.signals.listing import read_list_kept
from server.standing import kept, renewing
from server.standing.of_coverage import coverage_told
from server.standing.of_service import empty_services, keep_services
from server.standing.renewing_services import renewed_service
from sync.connections import open_reader
from tests.bench.frame import Bench, Figure, part, run, say
from tests.bench.many_records import Built, build, read_note, write_note
from tests.server.world import ORIGIN, START, Browser, sign_in

SIZES = (10_000, 100_000, 1_000_000)
# Milliseconds of each page
Times = dict[str, list[float]]
BUDGET_MS, BUDGET_RATIO = 150, 1.5
# Processes that make ready what is timed, one for each core
HALVES = 2
# Of each page
PATIENCE_MS = 8_000
LARGE_TABLES = ("entry", "record_version", "answer", "bearing", "finding")
# "record_version v", "answer": a table, and what the query calls it
_CALLED = re.compile(rf"\b({'|'.join(LARGE_TABLES)})\b(?: +(?:AS +)?(\w+))?", re.IGNORECASE)


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


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--records", type=int, nargs="+", default=SIZES)
    parser.add_argument("--times", type=int, default=21, help="how often each page is asked for")
    parser.add_argument("--folder", type=Path, help="keep the databases there, and use those that are there")
    parser.add_argument("--only", default="", help="only pages whose name holds this")


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Build, keep, look at the plans; time."""
    through: list[str] = []
    with ExitStack() as folders:
        places: dict[int, tuple[Path, Built]] = {}
        for size in asked.records:
            folder = folders.enter_context(_folder(asked.folder, size))
            places[size] = folder, built_in(folder, size)
            work_out(*places[size])
            through += scans(*places[size])
        found = measured(places, asked.times, asked.only)
    whole = Figure("queries that read through a whole table", [len(through)], "", 0)
    return [*figures_of(found), whole], through


def measured(places: Mapping[int, tuple[Path, Built]], times: int, only: str = "") -> dict[int, Times]:
    """How long each page takes over each size, asked for so many times, and once before that does not count. A page is
    asked for over one size right after the other: a machine is not as fast now as it is a minute later.
    """
    found: dict[int, Times] = {size: {} for size in places}
    pages = {size: pages_of(built) for size, (_, built) in places.items()}
    with ExitStack() as desks:
        danas = {size: desks.enter_context(desk(folder)) for size, (folder, _) in places.items()}
        for name in (name for name in next(iter(pages.values())) if only in name):
            for size, dana in danas.items():
                found[size][name] = timed(dana, pages[size][name], times)
    for size, (folder, built) in places.items() if not only else ():
        with desk(folder) as dana:
            for name, address in _slow_when_anew(built).items():
                found[size][f"{name}, worked out anew"] = _anew(folder, dana, address)
    return found


def _slow_when_anew(built: Built) -> dict[str, str]:
    return {
        "the map": "/map",
        "the register": "/actions",
        "a theme": "/map/themes/DE",
        "signals of one service": "/signals?service=alder",
        "coverage of one service": "/coverage?service=alder",
        **{measure: f"/actions/{id}" for measure, id in built.actions.items()},
    }


def timed(browser: Browser, address: str, times: int) -> list[float]:
    """The milliseconds of one page, each time after the first; of a slow one fewer, of a very slow one the first."""
    alone = _once(browser, address)
    if alone > PATIENCE_MS:
        return [alone]
    first = _once(browser, address)
    more = min(times - 1, max(1, int(PATIENCE_MS / first)))
    return [first, *(_once(browser, address) for _ in range(more))]


def figures_of(found: Mapping[int, Times]) -> list[Figure]:
    """Each page at every size; the largest beside the smallest, and its 95th of a hundred beside the limit."""
    sizes = list(found)
    smallest, largest = sizes[0], sizes[-1]
    figures = []
    for name in found[smallest]:
        kept = "anew" not in name
        for size in sizes:
            beside = f"{name}: {smallest:,}" if size != smallest else ""
            most = BUDGET_RATIO if kept and beside and size == largest else None
            figures.append(Figure(f"{name}: {size:,}", found[size][name], "ms", None, beside, most))
        late = part(found[largest][name], 95)
        figures.append(Figure(f"{name}: {largest:,}, p95", [late], "ms", BUDGET_MS if kept else None))
    return figures


def scans(folder: Path, built: Built) -> list[str]:
    """The queries of the pages that read through a whole table of records, all of it worked out anew."""
    catalogue = load_catalogue()
    said: list[str] = []
    with closing(open_reader(folder / "sightline.db")) as sql:
        scope = of_services([row["id"] for row in sql.execute("SELECT id FROM service")])
        one = Filter(action=built.actions["M04"])
        sql.set_trace_callback(said.append)
        read_map(sql, scope, read_map_query({}, day_in_london(START)), catalogue, START, anew=True)
        read_action_page(sql, built.actions["M10"], scope, catalogue, START, anew=True)
        read_register_page(sql, scope, RegisterQuery(), START, anew=True)
        read_theme(sql, scope, "DE", catalogue, START, anew=True)
        read_list_kept(sql, scope, "alder", catalogue, START, anew=True)
        coverage_told(sql, scope, catalogue, Wanted("alder"), START, anew=True)
        for wanted in (Filter(), Filter(form="sample_recording"), one, Filter(text="bells")):
            read_evidence(sql, wanted, scope)
        sql.set_trace_callback(None)
        return sorted({one for query in set(said) for one in scans_of(sql, query)})


def scans_of(sql: sqlite3.Connection, query: str) -> Iterator[str]:
    """The steps of a query's plan that read through a whole table of records, by its name or by what it is called."""
    if query.lstrip().upper().startswith(("SELECT", "WITH")):
        called = {name for found in _CALLED.finditer(query) for name in found.groups() if name}
        for row in sql.execute(f"EXPLAIN QUERY PLAN {query}"):
            words = str(row["detail"]).split()
            if words[0] == "SCAN" and words[1] in called:
                yield f"{row['detail']}: {' '.join(query.split())[:200]}"


@contextmanager
def desk(folder: Path) -> Iterator[Browser]:
    """Dana at her desk, the app running on the database of `folder`."""
    path = str(folder / "sightline.db")
    settings = read_settings({"SIGHTLINE_DATABASE": path, "SIGHTLINE_ORIGIN": ORIGIN})
    # As `sightline serve` does
    with loading():
        app = create_app(settings, lambda: START)
    with TestClient(app, base_url=ORIGIN) as client:
        dana = Browser(client, ORIGIN)
        assert sign_in(dana, "dana").status_code == 303
        yield dana


def _anew(folder: Path, browser: Browser, address: str) -> list[float]:
    """A page twice, nothing being kept; a very slow one once."""
    taken: list[float] = []
    while len(taken) < 2 and sum(taken) < PATIENCE_MS:
        with closing(sqlite3.connect(folder / "sightline.db", isolation_level=None, timeout=60)) as sql:
            kept.empty(sql)
            empty_services(sql)
        taken.append(_once(browser, address))
    return taken


def _once(browser: Browser, address: str) -> float:
    began = time.perf_counter()
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return 1000 * (time.perf_counter() - began)


def work_out(folder: Path, built: Built) -> None:
    """What the step beside the pages keeps: rows of the map, what services come to, and the pages that are timed."""
    path, began = folder / "sightline.db", time.perf_counter()
    with ProcessPoolExecutor(HALVES, get_context("spawn")) as halves:
        rows = sum(halves.map(_work_out_half, [path] * HALVES, range(HALVES)))
    seconds = time.perf_counter() - began
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as sql:
        sql.row_factory = sqlite3.Row
        for id in built.actions.values():
            page = read_action_page(sql, id, of_services(["alder"]), load_catalogue(), START)
            kept.keep(sql, page.keep if page else [])
        (size,) = sql.execute("SELECT coalesce(sum(length(body)), 0) FROM action_kept").fetchone()
    say(
        f"{built.records:,}: {rows} rows of the map, and what services come to, worked out in {seconds:.0f} s; "
        f"{size:,} bytes kept"
    )


def _work_out_half(path: Path, half: int) -> int:
    """The rows and services of every other service; how many rows. As the step does, which then knows of no others."""
    catalogue, rows = load_catalogue(), 0
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as sql:
        sql.row_factory = sqlite3.Row
        sql.execute(
            f"CREATE TEMP TABLE service AS SELECT * FROM main.service WHERE rowid % {HALVES} = ?",
            (half,),
        )
        while found := renewing.renewed_rows(sql, catalogue, START):
            kept.keep(sql, found)
            rows += len(found)
        while of_service := renewed_service(sql, catalogue, START):
            keep_services(sql, of_service)
    return rows


def built_in(folder: Path, size: int) -> Built:
    """What there is in `folder`; made now when there is nothing."""
    known = read_note(folder)
    if known is None:
        known = build(folder, size, lambda words: say(f"{size:,}: {words}"))
        # The first start lays out what is due, which moves every service: from then on what is kept stays good
        with desk(folder):
            pass
        write_note(folder, known)
        say(f"{size:,}: built in {known.seconds:.0f} s")
    return known


@contextmanager
def _folder(given: Path | None, size: int) -> Iterator[Path]:
    if given is None:
        with tempfile.TemporaryDirectory() as folder:
            yield Path(folder)
    else:
        (given / str(size)).mkdir(parents=True, exist_ok=True)
        yield given / str(size)


BENCH = Bench("desk_pages", "The desk's pages in a large provider", arguments, measure)

if __name__ == "__main__":
    sys.exit(run(BENCH))
