"""Whatever happens to a service, in whatever order: what is kept and shown is what would be worked out now."""

import asyncio
import random
import shutil
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count as numbers
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server import receiving
from server.action_themes import action_themes
from server.dated_settings.known import known_settings
from server.dated_settings.store import set_value, timescales_in_force
from server.due.following import Following
from server.evidence.action_store import all_of
from server.evidence.actions import Action
from server.evidence.people import read_names
from server.identity.instants import at
from server.identity.scope import of_services
from server.standing import kept, standing
from server.standing.kept import Kept
from server.standing.standing import read_page, read_rows
from server.standing.working_out import OnMap, OnPage, for_map, for_page
from sync import Database, Inbox
from tests.server.evidence.arranged import make_action
from tests.server.measures.ledgers import CATALOGUE, Planned, sent_in_life
from tests.server.measures.test_histories import histories
from tests.server.world import World
from tests.sync.bodies import FakeTablet, batch

FEW = settings(max_examples=8, print_blob=True)
BEGINS = datetime(2026, 6, 10, 11, 40, 12, tzinfo=UTC)
WHOLE = of_services(["alder"])
Shown = tuple[OnMap, OnPage]
MEASURES = ("M04", "M06/b", "M11", "M14/observed", "M10", "M02", "M12", "M07/b", "M13")


class Step(NamedTuple):
    """What happens next: so many records arrive, the newest is set aside, a setting is set, or time goes by."""

    what: str
    much: int


steps = st.lists(
    st.one_of(
        st.builds(Step, st.just("arrive"), st.integers(1, 6)),
        st.builds(Step, st.just("set aside"), st.integers(0, 5)),
        st.builds(Step, st.just("set"), st.integers(1, 60)),
        st.builds(Step, st.just("wait"), st.sampled_from((1, 7, 61, 719, 1441, 3011))),
    ),
    min_size=3,
    max_size=7,
)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A provider with an action on each of the measures, those that time alone may change among them; one of a unit."""
    path = tmp_path_factory.mktemp("actions") / "sightline.db"
    with World(path.parent) as world, world.signed_in("chidi") as chidi:
        same: dict[str, Any] = {
            "window_start_1": "2026-05-18",
            "window_end_1": "2026-08-30",
            "how_1": "",
            "changed_on": "2026-06-03",
            "changed_what": "Two of us go round.",
            "themes": ["SG", "DE"],
        }
        made = [make_action(chidi, measure_1=one, **same) for one in MEASURES]
        make_action(chidi, measure_1="M10", unit="alder-1", **same)
    return path, made[0]


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("ledgers")
    return (folder / f"{number}.db" for number in numbers())


@FEW
@given(planned=histories(), steps=steps, seed=st.integers(0, 2**32))
def test_what_is_kept_is_what_would_be_worked_out_now(
    furnished: tuple[Path, str], paths: Iterator[Path], planned: list[Planned], steps: list[Step], seed: int
) -> None:
    database, action = furnished
    path = next(paths)
    shutil.copy(database, path)
    sealed = sent_in_life(planned, action)
    random.Random(seed).shuffle(sealed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standing, "KEPT_FROM", 0)
        asyncio.run(live(Life, path, sealed, steps))


async def live(kind: type["Life"], path: Path, sealed: list[bytes], steps: list[Step]) -> None:
    database = await Database.open(path)
    life = kind(database)
    try:
        # So that something is kept of a service that has a record
        await life.arrive(sealed[:2])
        del sealed[:2]
        await life.look()
        for step in steps:
            if step.what == "arrive":
                await life.arrive(sealed[: step.much])
                del sealed[: step.much]
            elif step.what == "set aside":
                await life.set_aside(step.much)
            elif step.what == "set":
                await life.set_later(step.much)
            else:
                life.now += timedelta(minutes=step.much)
            await life.look()
        await receiving.rebuild(database, CATALOGUE)
        await life.look()
        await life.look()
        assert life.kept
    finally:
        await database.close()


class Life:
    """A service to which things happen; after each, what pages show of it is held to what is so."""

    def __init__(self, database: Database) -> None:
        self.now = BEGINS
        self.kept = 0
        self.database = database
        self._inbox = Inbox(
            database, CATALOGUE, lambda *_: "", lambda: self.now, action_themes, timescales_in_force,
            Following(CATALOGUE),
        )  # fmt: skip

    async def arrive(self, sealed: list[bytes]) -> None:
        if sealed:
            sender = FakeTablet(CATALOGUE, "oak", "alder").sender()
            await self._inbox.receive(batch(sealed), sender)

    async def set_aside(self, place: int) -> None:
        await self.database.write(lambda sql: _set_aside(sql, place))

    async def set_later(self, minutes: int) -> None:
        """So few are enough for a figure, from so many minutes on."""
        setting = known_settings(CATALOGUE)["measure_minimum"]
        from_at = at(self.now + timedelta(minutes=minutes))
        await self.database.write(
            lambda sql: set_value(
                sql, "alder", setting, str(minutes % 9 + 1), "chidi", "To try it", self.now, from_at
            )
        )

    async def look(self) -> None:
        """Every action's row and page, as pages show them and as they would be worked out now."""
        for action in await self.database.read(lambda sql: all_of(sql, ["alder"])):
            shown, keep = await self.database.read(partial(_shown, action=action, now=self.now))
            assert shown == await self.database.read(partial(_worked_out, action=action, now=self.now))
            self.kept += 2 - len(keep)
            await self.database.write(partial(kept.keep, found=keep))


def _shown(sql: sqlite3.Connection, action: Action, now: datetime) -> tuple[Shown, list[Kept]]:
    names = read_names(sql, WHOLE)
    rows = read_rows(sql, WHOLE, CATALOGUE, [action], names, now)
    page = read_page(sql, WHOLE, CATALOGUE, action, names, now)
    assert not rows.older
    assert page.older is None
    return (rows.of[action.id], page.of), [*rows.keep, *page.keep]


def _worked_out(sql: sqlite3.Connection, action: Action, now: datetime) -> Shown:
    names = read_names(sql, WHOLE)
    rows, _ = for_map(sql, WHOLE, CATALOGUE, "alder", [action], names, now)
    page, _ = for_page(sql, WHOLE, CATALOGUE, action, names, now)
    return rows[action.id], page


def _set_aside(sql: sqlite3.Connection, place: int) -> None:
    """One of the records that stand, by its place among them."""
    row = sql.execute(
        "SELECT record, version FROM record_version WHERE current = 1 ORDER BY record LIMIT 1 OFFSET ?",
        (place,),
    ).fetchone()
    if row is None:
        return
    act = sql.execute(
        "INSERT INTO review_act (record, version, state, reason, at, who) "
        "VALUES (?, ?, 'set_aside', 'No', '', 'chidi')",
        tuple(row),
    ).lastrowid
    sql.execute(
        "INSERT OR REPLACE INTO review_standing VALUES (?, 'alder', ?, 'set_aside', ?)", (*tuple(row), act)
    )
