"""`python -m tests.bench.recovery_map`: how long the recovery map and an action's page take in a made-up provider.

Twenty services with twenty open actions each, and records of eight forms over a year, each bearing on two actions. They
are copied from one real record of each form straight into the projections, for nothing else is looked at here. Prints
the middle and the slowest of the times from asking to having the page.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from server.evidence.times import write_instant
from server.identity import organisation
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action
from tests.server.evidence.many_actions import copy_action
from tests.server.world import Browser, World

SERVICES, ACTIONS = 20, 20
SPAN = timedelta(weeks=52)
FORMS = (
    "practice_observation", "lived_experience", "sample_deterioration", "sample_recording", "shift_review",
    "senior_oversight", "live_record_check", "sample_safeguarding",
)  # fmt: skip
MEASURES = ("M04", "M10", "M12", "M13", "M02", "M05", "M07/b", "M11")
KINDS = ["record", "observation", "feedback"]


def main() -> None:
    """Build it, measure it, print it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--records", type=int, default=100_000)
    asked.add_argument("--times", type=int, default=9)
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder, World(Path(folder)) as world:
        actions = _build(world, given.records)
        dana = world.signed_in("dana")
        pages = {
            "the map, first page": "/map",
            "the map, last page": "/map?page=20",
            "the map, one service": "/map?service=alder",
            "the map, by theme": "/map?group=theme",
            "a theme": "/map/themes/DE",
            **{f"an action on {measure}": f"/actions/{id}" for measure, id in actions.items()},
        }
        for name, address in pages.items():
            taken = _times(dana, address, given.times)
            print(f"{name}: {statistics.median(taken):.0f} ms, slowest {max(taken):.0f}")


def _times(browser: Browser, address: str, times: int) -> list[float]:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        assert browser.get(address).status_code == 200
        taken.append(1000 * (time.perf_counter() - began))
    return taken[1:]


def _build(world: World, records: int) -> dict[str, str]:
    """An action of the first service by its measure."""
    shift = Shift(world)
    with world.signed_in("chidi") as chidi:
        made = {
            measure: make_action(
                chidi,
                title=f"On {measure}",
                measure_1=measure,
                how_1="",
                window_start_1="2026-09-01",
                window_end_1="2026-12-30",
                themes=["SG", "DE", "CO"],
                changed_on="2026-09-14",
                changed_what="Two staff share the night rounds.",
                evidence_kinds=KINDS,
                risk="high" if at < 2 else "medium",
            )
            for at, measure in enumerate(MEASURES)
        }
    patterns = [shift.record(form, "2026-11-16T08:00:00Z") for form in FORMS]
    with world.sql() as sql:
        sql.execute("PRAGMA synchronous = OFF")
        sql.execute("BEGIN")
        services = _services(sql)
        of_service = {
            service: _actions(sql, service, list(made.values()), service == "alder") for service in services
        }
        each = records // len(services) // len(patterns)
        for service in services:
            for pattern in patterns:
                _copy(sql, pattern, service, each, of_service[service], world)
        sql.execute("COMMIT")
        sql.execute("ANALYZE")
    return made


def _services(sql: sqlite3.Connection) -> list[str]:
    more = [f"service-{number:02}" for number in range(SERVICES - 1)]
    for service in more:
        organisation.add_service(sql, service, "provider", service, "residential")
        for number in (1, 2):
            organisation.add_unit(sql, f"{service}-{number}", service, f"{service} {number}")
    return ["alder", *more]


def _actions(sql: sqlite3.Connection, service: str, like: list[str], first: bool) -> list[str]:
    """Twenty actions of a service, like those that were made through the form."""
    ids = list(like) if first else []
    for number in range(len(ids), ACTIONS):
        id = f"{service}-action-{number:02}"
        copy_action(sql, like[number % len(like)], id=id, number=number + 1, service=service)
        ids.append(id)
    return ids


def _copy(
    sql: sqlite3.Connection, pattern: str, service: str, count: int, actions: list[str], world: World
) -> None:
    """So many records like this one, evenly over the year before now."""
    top = sql.execute("SELECT max(seq) FROM record_version").fetchone()[0]
    seq = sql.execute("SELECT seq FROM record_version WHERE record = ?", (pattern,)).fetchone()[0]
    begins = world.clock() - SPAN
    numbers = [
        (top + 1 + number, f"{pattern}-{service}-{number}", number % 2 + 1,
         write_instant(begins + number * (SPAN / count)))
        for number in range(count)
    ]  # fmt: skip
    sql.execute("CREATE TEMP TABLE IF NOT EXISTS made (seq INTEGER PRIMARY KEY, record, unit, at)")
    sql.execute("DELETE FROM made")
    sql.executemany("INSERT INTO made VALUES (?, ?, ?, ?)", numbers)
    new = {
        "seq": "made.seq",
        "record": "made.record",
        "service": f"'{service}'",
        "unit": f"'{service}-' || made.unit",
        "happened_at": "made.at",
        "recorded_at": "made.at",
        "received_at": "made.at",
    }
    columns = [row["name"] for row in sql.execute("PRAGMA table_info(record_version)")]
    picked = ", ".join(new.get(name, f"v.{name}") for name in columns)
    sql.execute(
        f"INSERT INTO record_version SELECT {picked} FROM record_version v, made WHERE v.seq = ?",
        (seq,),
    )
    sql.execute(
        "INSERT INTO answer SELECT made.seq, a.question, a.position, a.value FROM made, answer a WHERE a.seq = ?",
        (seq,),
    )
    says = ("supports", "supports", "contradicts", "inconclusive")
    sql.executemany(
        "INSERT INTO bearing VALUES (?, ?, ?, ?, ?, ?, ?)",
        [
            (record, actions[(number + more) % len(actions)], number, say, say, say, at)
            for number, record, _, at in numbers
            for more, say in ((0, says[number % 4]), (7, says[number % 4]))
        ],
    )


if __name__ == "__main__":
    main()
