"""Who listens is told of each record as it comes to stand, in the same transaction, and again by a rebuild."""

import sqlite3
from collections.abc import Callable
from datetime import datetime

import pytest

from observation_forms import Catalogue
from sync import Database, Inbox, Stored, rebuild
from sync.judging import judge_body
from sync.sealed import read_body
from tests.sync.bodies import FakeTablet, batch
from tests.sync.reading import count, select


class Listener:
    """Writes down what it is told; fails when it is told to."""

    def __init__(self) -> None:
        self.told: list[tuple[int, int, int]] = []
        self.fails = False

    def __call__(self, connection: sqlite3.Connection, stored: Stored) -> None:
        (written,) = connection.execute(
            "SELECT count(*) FROM record_version WHERE seq = ?", (stored.seq,)
        ).fetchone()
        self.told.append((stored.seq, stored.body.version, written))
        connection.execute("INSERT INTO heard VALUES (?)", (stored.seq,))
        if self.fails:
            raise RuntimeError(stored.body.record)


@pytest.fixture
async def listener(database: Database) -> Listener:
    await database.write(lambda connection: connection.execute("CREATE TABLE heard (seq INTEGER)"))
    return Listener()


@pytest.fixture
def listened(
    database: Database, catalogue: Catalogue, listener: Listener, clock: Callable[[], datetime]
) -> Inbox:
    return Inbox(database, catalogue, lambda *_: "", clock, on_stored=listener)


async def test_each_new_version_that_stands_is_told_once(
    listened: Inbox, listener: Listener, oak: FakeTablet
) -> None:
    first = oak.seal()
    second = oak.correct(first, reason="Wrong room")
    third = oak.correct(second, reason="Wrong time")
    await listened.receive(batch([first, third]), oak.sender())
    await listened.receive(batch([second, first, oak.seal(author="")]), oak.sender())
    assert listener.told == [(1, 1, 1), (2, 3, 1)]


async def test_a_rebuild_tells_the_same_in_the_same_order(
    database: Database, catalogue: Catalogue, listened: Inbox, listener: Listener, oak: FakeTablet
) -> None:
    first = oak.seal()
    for sealed in (oak.seal(), first, oak.correct(first, reason="Wrong"), oak.seal()):
        await listened.receive(batch([sealed]), oak.sender())
    live = listener.told.copy()
    listener.told.clear()
    emptied: list[bool] = []
    await rebuild(
        database, catalogue, on_stored=listener, on_empty=lambda connection: emptied.append(not listener.told)
    )
    assert (listener.told, emptied) == (live, [True])


async def test_a_listener_that_fails_costs_no_record(
    database: Database, listened: Inbox, listener: Listener, oak: FakeTablet
) -> None:
    listener.fails = True
    answer = await listened.receive(batch([oak.seal(), oak.seal()]), oak.sender())
    assert [receipt.status for receipt in answer.receipts] == ["stored", "stored"]
    assert (await count(database, "heard"), await count(database, "record_current")) == (0, 2)


async def test_settings_are_those_of_the_earlier_of_the_two_times(
    database: Database, catalogue: Catalogue, oak: FakeTablet, clock: Callable[[], datetime]
) -> None:
    asked: list[tuple[str, str]] = []

    def settings_of(connection: sqlite3.Connection, service: str, at: str) -> dict[str, int]:
        asked.append((service, at))
        return {"escalation_urgent": 30}

    inbox = Inbox(database, catalogue, lambda *_: "", clock, settings_of=settings_of)
    sent = [oak.seal(), oak.seal(recorded_at="2027-01-01T00:00:00Z")]
    await inbox.receive(batch(sent), oak.sender())
    assert asked == [(oak.service, "2026-11-20T10:05:00Z"), (oak.service, "2026-11-21T12:00:00Z")]
    asked.clear()
    await rebuild(database, catalogue, settings_of=settings_of)
    assert {at for _, at in asked} == {"2026-11-20T10:05:00Z", "2026-11-21T12:00:00Z"}


async def test_a_concern_about_a_manager_is_for_few(catalogue: Catalogue, oak: FakeTablet) -> None:
    """The form is not asked for: it is the rule alone that is looked at."""
    body = read_body(oak.seal(answers={"about_manager": "yes"}))
    assert not judge_body(catalogue, body).restricted


async def test_a_listeners_rows_are_undone_with_the_batch(
    database: Database, listened: Inbox, oak: FakeTablet, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise sqlite3.OperationalError("no room")

    with monkeypatch.context() as broken:
        broken.setattr("sync.inbox.note_contact", fails)
        with pytest.raises(sqlite3.OperationalError):
            await listened.receive(batch([oak.seal()]), oak.sender())
    assert await select(database, "SELECT 1 FROM heard") == []
