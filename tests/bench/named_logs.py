"""`python -m tests.bench.named_logs`: how long each named log takes over 100,000 records of one service in a year, its
usual 28 days shown.

Times are from asking to having the whole page, through the app. It looks at the plan of every query of the logs too:
one that reads through a whole table of records ends it with exit code 1.
"""

import argparse
import math
import os
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
from tests.bench.desk_pages import _scans_of, desk, timed
from tests.server.world import START, Browser

FORMS = tuple(sorted({form for log in LOGS for form in log.forms}))


def main() -> int:
    """Build, measure, print."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument("--times", type=int, default=40)
    asked.add_argument("--folder", type=Path, help="keep the database there, and use the one that is there")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        if many_records.read_note(folder) is None:
            vars(many_records).update(SERVICES=1, FORMS=FORMS)
            built = many_records.build(folder, given.records)
            many_records.write_note(folder, built)
            print(f"{built.records:,} records built in {built.seconds:.0f} s", flush=True)
        through = scans(folder)
        print("| page | least | p50 | p95 | CPU, p95 |\n|---|---|---|---|---|")
        with desk(folder) as dana:
            for address in ("/logs?service=alder", *(f"/logs/{log.code}?service=alder" for log in LOGS)):
                one = timed(dana, address, given.times)
                worked = cpu(dana, address, given.times)
                print(
                    f"| {address} | {one.least:.0f} | {one.p50:.0f} | {one.p95:.0f} | {worked:.0f} |",
                    flush=True,
                )
    print(f"load of {os.cpu_count()} cores: {', '.join(f'{one:.1f}' for one in os.getloadavg())}")
    for plan in through:
        print(f"reads through a whole table: {plan}")
    return int(bool(through))


def cpu(browser: Browser, address: str, times: int) -> float:
    """The 95th of a hundred of the milliseconds of one core that a page takes, whatever else the machine does."""
    taken = []
    for _ in range(times):
        began = time.process_time()
        browser.get(address)
        taken.append(1000 * (time.process_time() - began))
    return sorted(taken)[math.ceil(0.95 * times) - 1]


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
        return sorted({one for query in set(said) for one in _scans_of(sql, query)})


if __name__ == "__main__":
    sys.exit(main())
