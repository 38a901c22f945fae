"""How long does each named log take?   python -m tests.bench.named_logs

Over 100,000 records of one service in a year, its usual 28 days shown. Times are from asking to having the whole page,
through the app. The plan of every query of the logs is looked at too: none may read through a whole table of records.
"""

import argparse
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from observation_forms import load_catalogue
from server.evidence.people import read_names
from server.identity.scope import of_services
from server.measures.periods import london_day, window
from server.measures.reading import read_settings
from server.named_logs.catalogue import LOGS
from server.named_logs.reading import Reader
from server.named_logs.wanted import Wanted
from sync.connections import open_reader
from tests.bench import many_records
from tests.bench.desk_pages import BUDGET_MS, desk, scans_of, timed
from tests.bench.frame import Bench, Figure, part, run, say
from tests.server.world import START, Browser

FORMS = tuple(sorted({form for log in LOGS for form in log.forms}))


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=40, help="how often each page is asked for")
    parser.add_argument("--folder", type=Path, help="keep the database there, and use the one that is there")


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Build, time; look at the plans."""
    with tempfile.TemporaryDirectory() as made:
        folder = asked.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        if many_records.read_note(folder) is None:
            vars(many_records).update(SERVICES=1, FORMS=FORMS)
            built = many_records.build(folder, asked.records)
            many_records.write_note(folder, built)
            say(f"{built.records:,} records built in {built.seconds:.0f} s")
        through = scans(folder)
        figures = []
        with desk(folder) as dana:
            for address in ("/logs?service=alder", *(f"/logs/{log.code}?service=alder" for log in LOGS)):
                taken = timed(dana, address, asked.times)
                figures += [
                    Figure(address, taken, "ms"),
                    Figure(f"{address}, p95", [part(taken, 95)], "ms"),
                    Figure(f"{address}, processor, p95", [cpu(dana, address, asked.times)], "ms", BUDGET_MS),
                ]
    whole = Figure("queries that read through a whole table", [len(through)], "", 0)
    return [*figures, whole], through


def cpu(browser: Browser, address: str, times: int) -> float:
    """The 95th of a hundred of the milliseconds of one core that a page takes, whatever else the machine does."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        browser.get(address)
        taken.append(1000 * (time.process_time() - began))
    return part(taken, 95)


def scans(folder: Path) -> list[str]:
    """The queries of the logs and of their index that read through a whole table of records."""
    catalogue, today = load_catalogue(), london_day(START)
    said: list[str] = []
    with closing(open_reader(folder / "sightline.db")) as sql:
        scope = of_services(["alder"])
        names = read_names(sql, scope)
        reader = Reader(sql, scope, catalogue, read_settings(sql, scope, catalogue), START)
        wanted = Wanted(service="alder", days=window(today.replace(day=1), today))
        sql.set_trace_callback(said.append)
        for log in LOGS:
            reader.lines(log, wanted, reader.outline(log, wanted)[:25], names)
            reader.newest(log, "alder")
            reader.missing_this_week(log, "alder")
        sql.set_trace_callback(None)
        return sorted({one for query in set(said) for one in scans_of(sql, query)})


BENCH = Bench("named_logs", "The named logs over one service's year", arguments, measure)

if __name__ == "__main__":
    sys.exit(run(BENCH))
