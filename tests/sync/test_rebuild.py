"""Deriving everything again from the ledger gives the same tables, row for row."""

import random
import sqlite3

import pytest

from observation_forms import Catalogue
from sync import Body, Database, Inbox, RebuildError, rebuild
from sync.projections import PROJECTED
from tests.sync.bodies import FakeTablet, batch
from tests.sync.reading import count, derived, select

BEARING = {"action": "action-1", "themes": ["CP"], "bearing": "supports"}


@pytest.fixture
async def busy(inbox: Inbox, oak: FakeTablet) -> None:
    """Corrections out of order, conflicts, held bodies, lowered results, broken links, reused numbers."""
    first = oak.seal(bearings=[BEARING])
    second = oak.correct(first, reason="Wrong room", bearings=[{**BEARING, "action": "action-2"}])
    sent = [
        first,
        second,
        oak.seal(record="00000000-0000-7000-8000-000000000001"),
        oak.seal(record="00000000-0000-7000-8000-000000000001", author="staff-ben"),
        oak.seal(form_hash="0" * 64),
        oak.seal(author=""),
        oak.seal(lowered_to="not_met", lowered_reason="It felt wrong."),
        oak.seal(tablet_prev="b" * 64),
        oak.seal(tablet_seq=2),
        oak.seal(bearings=[{**BEARING, "action": "action-planning", "themes": ["SG"]}]),
        oak.seal(answers={"note": "Nearly nothing was answered."}),
        b"nonsense",
    ]
    random.Random(7).shuffle(sent)
    for some in (sent[:4], sent[4:7], sent[7:]):
        await inbox.receive(batch(some), oak.sender())


@pytest.mark.usefixtures("busy")
async def test_rebuilding_gives_identical_tables(database: Database, catalogue: Catalogue) -> None:
    before = await derived(database)
    assert all(
        before[table] for table in (*PROJECTED, "record_search", "tablet_trouble") if table != "concern"
    )
    told: list[int] = []
    assert await rebuild(database, catalogue, told.append) == 12
    assert told == [12]
    assert await derived(database) == before


@pytest.mark.usefixtures("busy")
async def test_the_memory_that_a_rebuild_may_take_is_given_back(
    database: Database, catalogue: Catalogue
) -> None:
    def cache(connection: sqlite3.Connection) -> int:
        return int(connection.execute("PRAGMA cache_size").fetchone()[0])

    held: list[int] = []
    usual = await database.write(cache)
    await rebuild(database, catalogue, on_empty=lambda connection: held.append(cache(connection)))
    assert held != [usual]
    assert await database.write(cache) == usual


@pytest.mark.usefixtures("busy")
async def test_rebuilding_mends_what_was_damaged(database: Database, catalogue: Catalogue) -> None:
    before = await derived(database)

    def damage(connection: object) -> None:
        for table in before:
            connection.execute(  # type: ignore[attr-defined]
                f"DELETE FROM {table}"
                if table != "record_search"
                else "INSERT INTO record_search (record_search) VALUES ('delete-all')"
            )

    await database.write(damage)
    assert await derived(database) != before
    await rebuild(database, catalogue)
    assert await derived(database) == before


@pytest.mark.usefixtures("busy")
async def test_rebuilding_without_the_form_changes_nothing(database: Database) -> None:
    before = await derived(database)
    with pytest.raises(RebuildError, match=r"practice_observation version \d"):
        await rebuild(database, Catalogue([]))
    assert await derived(database) == before


async def test_triggers_rest_while_rebuilding_and_stand_afterwards(
    inbox: Inbox, oak: FakeTablet, database: Database, catalogue: Catalogue
) -> None:
    def watch(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE seen (what TEXT)")
        for what, row in (("INSERT", "NEW"), ("DELETE", "OLD")):
            connection.execute(
                f"CREATE TRIGGER seen_{what} AFTER {what} ON record_version "
                f"BEGIN INSERT INTO seen VALUES ('{what} ' || {row}.seq); END"
            )

    await inbox.receive(batch([oak.seal(), oak.seal()]), oak.sender())
    await database.write(watch)
    triggers = await select(
        database, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name"
    )
    await rebuild(database, catalogue)
    with pytest.raises(RebuildError):
        await rebuild(database, Catalogue([]))
    assert (
        await select(database, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name")
        == triggers
    )
    assert await count(database, "seen") == 0
    await inbox.receive(batch([oak.seal()]), oak.sender())
    assert await select(database, "SELECT what FROM seen") == [{"what": "INSERT 3"}]


async def test_what_the_server_knew_of_an_action_is_remembered(
    database: Database, catalogue: Catalogue, oak: FakeTablet
) -> None:
    about = {"CP"}
    inbox = Inbox(
        database,
        catalogue,
        hold_reason=lambda connection, body, sender: "",
        themes_of=lambda connection, action: frozenset(about),
    )
    await inbox.receive(batch([oak.seal(bearings=[{**BEARING, "themes": ["SG"]}])]), oak.sender())
    about.clear()
    before = await derived(database)
    assert "themes_differ" in repr(before["finding"])
    await rebuild(database, catalogue)
    assert await derived(database) == before


async def test_a_record_kept_alone_counts_in_its_tablets_chain(
    database: Database, catalogue: Catalogue, inbox: Inbox, oak: FakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(form: object, body: Body) -> None:
        raise RuntimeError(body.record)

    first = oak.seal()
    with monkeypatch.context() as broken:
        broken.setattr("sync.record_row.facts_of", fails)
        answer = await inbox.receive(batch([first]), oak.sender())
    assert answer.receipts[0].held_for == "not_judged"
    before = await derived(database)
    assert len(before["tablet_run"]) == 1
    await rebuild(database, catalogue)
    assert await derived(database) == before
