"""The example service: loaded in one go, the same each time, and as varied as twelve weeks of care."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from observation_forms import load_catalogue
from server import example
from server.example import Loaded
from server.identity import organisation
from sync import Database, migrate

NOW = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
SEED = 7
LONDON = ZoneInfo("Europe/London")


async def load(path: Path, now: datetime = NOW) -> Loaded:
    database = await Database.open(path)
    try:
        return await example.load(database, load_catalogue(), now, SEED)
    finally:
        await database.close()


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(path)
    try:
        yield connection
    finally:
        connection.close()


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Loaded]:
    """A database with the example, and what loading it said."""
    path = tmp_path_factory.mktemp("example") / "sightline.db"
    migrate(path)
    return path, asyncio.run(load(path))


@pytest.fixture
def sql(first: tuple[Path, Loaded]) -> Iterator[sqlite3.Connection]:
    with opened(first[0]) as connection:
        yield connection


def one(sql: sqlite3.Connection, query: str, *values: object) -> Any:
    return sql.execute(query, values).fetchone()[0]


def digests(path: Path) -> list[str]:
    with opened(path) as connection:
        return [row[0] for row in connection.execute("SELECT sha256 FROM entry ORDER BY seq")]


def test_it_loads_in_one_go_and_says_what_it_did(first: tuple[Path, Loaded], sql: sqlite3.Connection) -> None:
    _, loaded = first
    assert not loaded.already
    assert loaded.seed == SEED
    assert loaded.records == one(sql, "SELECT count(*) FROM record_version")
    assert loaded.held == one(sql, "SELECT count(*) FROM entry WHERE standing = 'held'")
    assert loaded.actions == one(sql, "SELECT count(*) FROM action")


def test_loading_it_again_at_another_time_adds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sightline.db"
    migrate(path)
    before = asyncio.run(load(path))
    with opened(path) as connection:
        dump = list(connection.iterdump())
    again = asyncio.run(load(path, NOW + timedelta(days=3)))
    assert (again.already, again.records, again.actions) == (True, before.records, before.actions)
    with opened(path) as connection:
        assert list(connection.iterdump()) == dump


def test_the_same_seed_and_moment_give_the_same_bytes(first: tuple[Path, Loaded], tmp_path: Path) -> None:
    path = tmp_path / "sightline.db"
    migrate(path)
    asyncio.run(load(path))
    assert digests(path) == digests(first[0])
    with opened(path) as here, opened(first[0]) as there:
        query = "SELECT body, sha256, leaf, received_at FROM entry ORDER BY seq"
        assert here.execute(query).fetchall() == there.execute(query).fetchall()


def test_another_seed_gives_other_bytes() -> None:
    catalogue = load_catalogue()
    bodies = [
        {item.sha256 for arrival in example.made_for(catalogue, NOW, seed) for item in arrival.items}
        for seed in (SEED, SEED + 1)
    ]
    assert not bodies[0] & bodies[1]


def test_every_tablet_was_last_heard_of_when_its_last_record_came(sql: sqlite3.Connection) -> None:
    heard = dict(sql.execute("SELECT id, heard_at FROM tablet").fetchall())
    came = sql.execute("SELECT sender_tablet, substr(max(received_at), 1, 19) || 'Z' FROM entry GROUP BY 1")
    assert came.fetchall() == sorted(heard.items())


def test_every_digest_is_that_of_its_body(sql: sqlite3.Connection) -> None:
    for body, digest in sql.execute("SELECT body, sha256 FROM entry"):
        assert sha256(body).hexdigest() == digest


def test_a_real_services_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sightline.db"
    migrate(path)
    with opened(path) as connection, connection:
        organisation.add_provider(connection, "real", "A real provider")
    with pytest.raises(example.ExampleError, match="holds a real service"):
        asyncio.run(load(path))


def test_there_are_two_services_of_two_units_and_forty_people(sql: sqlite3.Connection) -> None:
    assert one(sql, "SELECT count(*) FROM provider") == 1
    kinds = sql.execute("SELECT kind FROM service ORDER BY kind").fetchall()
    assert kinds == [("residential",), ("supported_living",)]
    units = sql.execute("SELECT count(*) FROM unit GROUP BY service").fetchall()
    assert units == [(2,), (2,)]
    assert one(sql, "SELECT count(*) FROM person") == 40
    assert one(sql, "SELECT count(DISTINCT unit) FROM person") == 4


def test_the_cast_have_their_roles_and_eli_has_none(sql: sqlite3.Connection) -> None:
    roles = dict(
        sql.execute(
            "SELECT staff.id, role FROM staff LEFT JOIN staff_role ON staff_role.staff = staff.id "
            f"WHERE staff.id IN ({', '.join('?' * len(example.CAST))})",
            example.CAST,
        )
    )
    assert roles == {
        "amina": "floor",
        "ben": "shift_manager",
        "chidi": "registered_manager",
        "dana": "nominated_individual",
        "eli": None,
    }


def test_there_are_at_least_eight_actions_in_both_services(sql: sqlite3.Connection) -> None:
    assert one(sql, "SELECT count(*) FROM action") >= 8
    assert one(sql, "SELECT count(DISTINCT service) FROM action") == 2


def test_observations_fill_all_twelve_weeks_in_every_unit(sql: sqlite3.Connection) -> None:
    moments = [
        datetime.fromisoformat(row[0]) for row in sql.execute("SELECT happened_at FROM record_version")
    ]
    weeks = {(NOW - moment).days // 7 for moment in moments}
    assert weeks >= set(range(12))
    assert max(moments) <= NOW
    assert one(sql, "SELECT count(DISTINCT unit) FROM record_version") == 4


def test_observations_spread_over_shifts_and_weekends(sql: sqlite3.Connection) -> None:
    rows = sql.execute("SELECT shift, happened_at FROM record_version WHERE current = 1").fetchall()
    for shift in ("day", "late", "night"):
        days = [datetime.fromisoformat(at).astimezone(LONDON).weekday() for each, at in rows if each == shift]
        assert {day >= 5 for day in days} == {True, False}, shift
    assert {shift for shift, _ in rows} == {"day", "late", "night"}


@pytest.mark.parametrize(
    "some",
    [
        "noted_late_seconds > 7200",
        "late_seconds > 86400",
        "corrected = 1",
        "lowered = 1 AND lowered_reason <> ''",
        "concerns_count > 0",
        "clock_doubtful = 1",
        "result = 'met'",
        "result = 'partly'",
        "result = 'not_met'",
        "EXISTS (SELECT 1 FROM bearing WHERE record = v.record AND bearing = 'contradicts')",
        "EXISTS (SELECT 1 FROM bearing WHERE record = v.record AND bearing = 'inconclusive')",
    ],
)
def test_some_but_not_all_records_are(sql: sqlite3.Connection, some: str) -> None:
    found = one(sql, f"SELECT count(*) FROM record_version v WHERE current = 1 AND {some}")
    assert 0 < found < one(sql, "SELECT count(*) FROM record_version WHERE current = 1")


def test_every_correction_gives_its_reason(sql: sqlite3.Connection) -> None:
    assert one(sql, "SELECT count(*) FROM record_version WHERE version > 1 AND reason = ''") == 0


def test_a_record_whose_author_had_left_is_held(sql: sqlite3.Connection) -> None:
    assert ("author_left",) in sql.execute("SELECT held_for FROM entry WHERE standing = 'held'").fetchall()


def test_most_are_signed_and_a_few_by_people_without_a_key_are_not(sql: sqlite3.Connection) -> None:
    found = dict(sql.execute("SELECT verdict, count(*) FROM record_signature GROUP BY verdict").fetchall())
    assert set(found) == {"good", "missing"}
    assert found["good"] > 10 * found["missing"] > 0


def test_nothing_in_it_breaks_a_rule_of_its_form(sql: sqlite3.Connection) -> None:
    assert sql.execute("SELECT * FROM finding WHERE severity = 'error'").fetchall() == []


def shares(sql: sqlite3.Connection, action: str) -> tuple[float, float]:
    """The share of the action's records that support it: in the first four weeks of its records, and in the last."""
    rows = [
        (datetime.fromisoformat(at), says == "supports")
        for at, says in sql.execute("SELECT happened_at, bearing FROM bearing WHERE action = ?", (action,))
    ]
    weeks = timedelta(weeks=4)
    begins = min(at for at, _ in rows)
    first = [good for at, good in rows if at < begins + weeks]
    last = [good for at, good in rows if at >= NOW - weeks]
    return sum(first) / len(first), sum(last) / len(last)


def test_some_action_improves_and_some_action_does_not(sql: sqlite3.Connection) -> None:
    actions = [row[0] for row in sql.execute("SELECT DISTINCT action FROM bearing")]
    found = {action: shares(sql, action) for action in actions}
    assert any(last > first for first, last in found.values()), found
    assert any(last <= first for first, last in found.values()), found


def test_some_action_has_evidence_for_and_against_it_in_its_last_four_weeks(sql: sqlite3.Connection) -> None:
    since = (NOW - timedelta(weeks=4)).strftime("%Y-%m-%dT%H:%M:%SZ")
    rows = sql.execute(
        "SELECT action, sum(bearing = 'supports'), sum(bearing = 'contradicts') FROM bearing "
        "WHERE happened_at >= ? GROUP BY action",
        (since,),
    ).fetchall()
    assert any(supports and contradicts for _, supports, contradicts in rows)
