"""A made-up provider of any size: twenty services with twenty open actions each, and records of eight forms over a
year, each bearing on two actions.

One record of each form and a few actions are made through the app. The rest are copied from them straight into the
projections, in bulk, with the indexes made afterwards: a million records take a few minutes. The ledger stays small.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from server.identity import organisation
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action
from tests.server.evidence.many_actions import copy_action
from tests.server.world import World

SERVICES, ACTIONS = 20, 20
SPAN = timedelta(weeks=52)
FORMS = (
    "practice_observation", "lived_experience", "sample_deterioration", "sample_recording", "shift_review",
    "senior_oversight", "live_record_check", "sample_safeguarding",
)  # fmt: skip
MEASURES = ("M04", "M10", "M12", "M13", "M02", "M05", "M07/b", "M11")
KINDS = ["record", "observation", "feedback"]
# What is copied, and its row of the projections
_COPIED = ("record_version", "answer", "bearing")


class Built(msgspec.Struct, frozen=True):
    """What was made: an action of the first service by its measure, and how long it took in seconds."""

    actions: dict[str, str]
    records: int
    seconds: float


def build(folder: Path, records: int, say: Callable[[str], None] = lambda words: None) -> Built:
    """Make the database in `folder`; `say` is told how far it is."""
    began = time.perf_counter()
    with World(folder) as world:
        actions, patterns = _begin(world)
        now, path = world.clock(), world.settings.database
    with closing(sqlite3.connect(path, isolation_level=None)) as sql:
        sql.row_factory = sqlite3.Row
        for name, value in (("journal_mode", "OFF"), ("synchronous", "OFF"), ("cache_size", -400_000)):
            sql.execute(f"PRAGMA {name} = {value}")
        sql.execute("BEGIN")
        _fill(sql, list(actions.values()), patterns, records, now, say)
        sql.execute("COMMIT")
        sql.execute("ANALYZE")
        sql.execute("PRAGMA journal_mode = WAL")
    return Built(actions, records, time.perf_counter() - began)


def _begin(world: World) -> tuple[dict[str, str], list[str]]:
    """Actions of the first service through their form, by measure; and one record of each form."""
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
    return made, [shift.record(form, "2026-11-16T08:00:00Z") for form in FORMS]


def _fill(
    sql: sqlite3.Connection,
    made: list[str],
    patterns: list[str],
    records: int,
    now: datetime,
    say: Callable[[str], None],
) -> None:
    services = _services(sql)
    sql.execute("CREATE TEMP TABLE place (at INTEGER PRIMARY KEY, service)")
    sql.executemany("INSERT INTO place VALUES (?, ?)", enumerate(services))
    sql.execute("CREATE TEMP TABLE acting (place, at, id, PRIMARY KEY (place, at))")
    for place, service in enumerate(services):
        ids = _actions(sql, service, made, service == "alder")
        sql.executemany("INSERT INTO acting VALUES (?, ?, ?)", [(place, at, id) for at, id in enumerate(ids)])
    sql.execute("CREATE TEMP TABLE pattern (at INTEGER PRIMARY KEY, seq, record)")
    for at, record in enumerate(patterns):
        (seq,) = sql.execute("SELECT seq FROM record_version WHERE record = ?", (record,)).fetchone()
        sql.execute("INSERT INTO pattern VALUES (?, ?, ?)", (at, seq, record))
    say("actions and services are there")
    put_back = _without_indexes(sql)
    _made(sql, records, len(services), len(patterns), now)
    _copy_records(sql)
    say("records are there")
    sql.execute(
        """
        INSERT INTO answer SELECT made.seq, a.question, a.position, a.value
        FROM made JOIN pattern ON pattern.at = made.pattern CROSS JOIN answer a ON a.seq = pattern.seq ORDER BY made.seq
        """
    )
    say("answers are there")
    says = "CASE made.number % 4 WHEN 2 THEN 'contradicts' WHEN 3 THEN 'inconclusive' ELSE 'supports' END"
    sql.execute(
        f"""
        INSERT INTO bearing SELECT made.record, acting.id, made.seq, {says}, {says}, {says}, made.at
        FROM made CROSS JOIN (SELECT 0 AS more UNION ALL SELECT 7) CROSS JOIN acting
            ON acting.place = made.place AND acting.at = (made.number + more) % {ACTIONS}
        ORDER BY made.record, acting.id
        """
    )
    say("what bears on actions is there")
    for statement in put_back:
        sql.execute(statement)
    say("indexes are there")


def _made(sql: sqlite3.Connection, records: int, services: int, patterns: int, now: datetime) -> None:
    """The records to be, in the order in which they came: each service and each form in turn, evenly over the year."""
    (top,) = sql.execute("SELECT max(seq) FROM record_version").fetchone()
    begins = int((now - SPAN).timestamp())
    sql.execute(
        "CREATE TEMP TABLE made (seq INTEGER PRIMARY KEY, place INT, pattern INT, number INT, record, at)"
    )
    sql.execute(
        f"""
        WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :records),
        each AS (SELECT i, i % {services} AS place, i / {services} % {patterns} AS pattern,
                        i / {services * patterns} AS number FROM n)
        INSERT INTO made SELECT :top + 1 + i, place, pattern, number,
            printf('%s-%s-%06d', (SELECT record FROM pattern WHERE at = pattern),
                   (SELECT service FROM place WHERE at = place), number),
            strftime('%Y-%m-%dT%H:%M:%SZ', :begins + i * :span / :records, 'unixepoch')
        FROM each
        """,
        {"records": records, "top": top, "begins": begins, "span": int(SPAN.total_seconds())},
    )


def _copy_records(sql: sqlite3.Connection) -> None:
    new = {
        "seq": "made.seq",
        "record": "made.record",
        "service": "place.service",
        "unit": "place.service || '-' || (made.number % 2 + 1)",
        "happened_at": "made.at",
        "recorded_at": "made.at",
        "received_at": "made.at",
    }
    columns = [row["name"] for row in sql.execute("PRAGMA table_info(record_version)")]
    picked = ", ".join(new.get(name, f"v.{name}") for name in columns)
    sql.execute(
        f"""
        INSERT INTO record_version SELECT {picked} FROM made JOIN place ON place.at = made.place
        JOIN pattern ON pattern.at = made.pattern JOIN record_version v ON v.seq = pattern.seq ORDER BY made.seq
        """
    )


def _without_indexes(sql: sqlite3.Connection) -> list[str]:
    """Take away what each row would have to write besides; the statements that put it back."""
    rows = sql.execute(
        f"""
        SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql <> ''
            AND tbl_name IN ({", ".join(f"'{name}'" for name in _COPIED)})
        """
    ).fetchall()
    for row in rows:
        sql.execute(f"DROP {row['type']} {row['name']}")
    return [row["sql"] for row in rows]


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


def write_note(folder: Path, built: Built) -> None:
    """Keep beside the database what was made, for another look at it."""
    (folder / "built.json").write_bytes(msgspec.json.encode(built))


def read_note(folder: Path) -> Built | None:
    """What was made in `folder`, None when nothing was."""
    path = folder / "built.json"
    return msgspec.json.decode(path.read_bytes(), type=Built) if path.exists() else None
