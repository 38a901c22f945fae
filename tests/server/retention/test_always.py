"""Whatever the order: nothing under a hold is ever destroyed, the log verifies, and a rebuild finds the same."""

import asyncio
import random
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from observation_forms import Catalogue, load_catalogue
from server import receiving
from server.retention import holds
from server.retention.destruction import Fate, destroy_all
from server.retention.keeping import Keeping, needs_sweeping
from sync import Database
from tests.server.retention.house import (
    DECISION,
    LATER,
    PEOPLE,
    STAFF,
    UNITS,
    check_log,
    everybody_leaves,
    furnish,
    send,
)
from tests.sync.bodies import FakeTablet
from tests.sync.reading import derived

CATALOGUE = load_catalogue()
HOLDS = [*(("person", one) for one in PEOPLE), *(("staff", one) for one in STAFF), ("service", "alder")]
STEPS = some.lists(
    some.one_of(
        some.tuples(some.just("destroy"), some.integers(0, 100)),
        some.tuples(some.just("place"), some.integers(0, len(HOLDS) - 1)),
        some.tuples(some.just("lift"), some.integers(0, 100)),
    ),
    min_size=4,
    max_size=14,
)


@given(seed=some.integers(0, 2**16), steps=STEPS)
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_in_any_order_no_held_record_goes_and_the_log_and_a_rebuild_agree(
    tmp_path_factory: object, seed: int, steps: list[tuple[str, int]]
) -> None:
    folder: Path = tmp_path_factory.mktemp("house")  # type: ignore[attr-defined]
    asyncio.run(_live(folder / "sightline.db", seed, steps))


async def _live(path: Path, seed: int, steps: list[tuple[str, int]]) -> None:
    database = await furnish(path)
    try:
        await send(database, CATALOGUE, *_sealed(random.Random(seed)))
        await everybody_leaves(database)
        await Keeping(database, lambda: LATER).work_out()
        subjects = await _column(database, "SELECT subject FROM retention_list ORDER BY subject")
        assert subjects
        for verb, number in steps:
            if verb == "place":
                kind, subject = HOLDS[number]
                await database.write(
                    lambda sql: holds.place(sql, kind, subject, "alder", "A claim.", "chidi", LATER) and None  # noqa: B023
                )
            elif verb == "lift":
                standing = await _column(
                    database, "SELECT id FROM legal_hold WHERE lifted_at = '' ORDER BY id"
                )
                if standing:
                    id = standing[number % len(standing)]
                    await database.write(
                        lambda sql: holds.lift(sql, id, ["alder"], "Settled.", "chidi", LATER)  # noqa: B023
                    )
            else:
                await _destroy(database, subjects[number % len(subjects)])
        await database.read(check_log)
        before, due = await derived(database), await _column(database, DUE)
        await receiving.rebuild(database, CATALOGUE)
        assert await derived(database) == before
        assert await _column(database, DUE) == due
    finally:
        await database.close()


DUE = "SELECT json_array(id, due_at, says, taken_back, settled_by, outcome) FROM due_item ORDER BY id"


async def _destroy(database: Database, subject: str) -> None:
    """Destroy one, and hold what became of it to what the holds say, read from the sealed words beforehand."""
    record = subject.partition("/")[2]
    bodies = await _column(database, "SELECT CAST(body AS TEXT) FROM entry WHERE record = ?", record)
    names = await _column(database, "SELECT subject FROM legal_hold WHERE lifted_at = ''")
    held = any(f'"{name}"' in body for name in names for body in bodies)
    gone = await _column(database, "SELECT record FROM destroyed WHERE record = ?", record)
    fates = await destroy_all(database, CATALOGUE, [subject], DECISION, lambda: LATER)
    expected = Fate.NOT_REACHED if gone else Fate.HELD if held else Fate.DESTROYED
    assert fates[expected] == 1, (subject, fates, names)


def _sealed(chance: random.Random) -> tuple[list[bytes], FakeTablet]:
    """Observations, incidents that cause what is due, handovers and reviews, corrected here and there."""
    tablet = FakeTablet(CATALOGUE, "oak", "alder")
    made = []
    for _ in range(14):
        answers = {
            "person_supported": chance.choice(PEOPLE),
            "staff_observed": [chance.choice(STAFF[:2])],
            "note": f"Number {chance.random()}",
        }
        form = chance.choice(
            [
                "practice_observation",
                "handover_check",
                "incident_record",
                "lived_experience",
                "senior_oversight",
            ]
        )
        more: dict[str, Any] = {"unit": chance.choice(UNITS), "author": chance.choice(STAFF), "form": form}
        if form == "practice_observation":
            more["answers"] = answers
        made.append(tablet.seal(**more))
    made += [
        tablet.correct(sealed, "A slip", unit="one", author="amina") for sealed in _observations(made)[:3]
    ]
    return chance.sample(made, len(made)), tablet


def _observations(made: list[bytes]) -> list[bytes]:
    return [sealed for sealed in made if b'"form":"practice_observation"' in sealed]


async def _column(database: Database, query: str, *values: str) -> list[str]:
    return await database.read(lambda sql: [str(row[0]) for row in sql.execute(query, values)])


async def test_in_the_small_hours_no_byte_of_what_was_destroyed_is_left(tmp_path: Path) -> None:
    path = tmp_path / "sightline.db"
    database = await furnish(path)
    tablet = FakeTablet(CATALOGUE, "oak", "alder")
    words = {"person_supported": "rose", "note": "quokkazimmer"}
    made = [tablet.seal(unit="one", author="amina", answers=words)]
    made += [tablet.seal(unit="one", author="amina") for _ in range(40)]
    await send(database, CATALOGUE, made, tablet)
    await everybody_leaves(database)
    night = LATER.replace(hour=3)
    await Keeping(database, lambda: night).work_out()
    subjects = await _column(database, "SELECT subject FROM retention_list")
    await destroy_all(database, CATALOGUE, subjects, DECISION, lambda: night)
    await Keeping(database, lambda: LATER).step()
    assert await database.read(needs_sweeping)
    await Keeping(database, lambda: night).step()
    assert not await database.read(needs_sweeping)
    files = [Path(f"{path}{end}") for end in ("", "-wal", "-shm")]
    assert not any(b"quokkazimmer" in file.read_bytes() for file in files if file.exists())
    await database.close()


def _kill_after(path: Path, destroyed: int) -> None:
    """Begin to destroy everything; it is killed as soon as that many are gone."""
    program = [sys.executable, "-m", "tests.server.retention.house", str(path), str(destroyed)]
    assert subprocess.run(program).returncode == -signal.SIGKILL


async def test_a_kill_in_the_middle_leaves_each_record_whole_or_gone_with_its_leaf(
    tmp_path: Path,
) -> None:
    catalogue: Catalogue = CATALOGUE
    path = tmp_path / "sightline.db"
    database = await furnish(path)
    tablet = FakeTablet(catalogue, "oak", "alder")
    made = [
        tablet.seal(
            unit="one", author="amina", answers={"person_supported": "rose", "note": f"Number {number}"}
        )
        for number in range(600)
    ]
    await send(database, catalogue, made, tablet)
    await everybody_leaves(database)
    await database.close()
    for count in (1, 150, 300):
        await asyncio.to_thread(_kill_after, path, count)
        database = await Database.open(path)
        await database.read(check_log)
        assert count <= len(await _column(database, "SELECT seq FROM destroyed")) < len(made)
        before = await derived(database)
        await receiving.rebuild(database, catalogue)
        assert await derived(database) == before
        await database.close()
