"""The ledger keeps what it was given: it cannot be changed, thinned, reordered or renumbered."""

import sqlite3

import pytest

from sync import Database, Inbox, read_entry
from sync.ledger import append, next_seq
from tests.sync.bodies import FakeTablet, batch
from tests.sync.reading import count, select


@pytest.fixture
async def kept(inbox: Inbox, oak: FakeTablet) -> None:
    await inbox.receive(batch([oak.seal(), oak.seal(), b"held"]), oak.sender())


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = x'00' WHERE seq = 1",
        "UPDATE entry SET received_at = ''",
        "DELETE FROM entry WHERE seq = 3",
        "DELETE FROM entry",
        "REPLACE INTO entry SELECT * FROM entry WHERE seq = 1",
        "INSERT OR REPLACE INTO entry SELECT 9, standing, record, version, service, tablet, tablet_seq, "
        "tablet_prev, x'00', sha256, leaf, signatures, sender_tablet, sender_service, held_for, findings, "
        "received_at FROM entry WHERE seq = 1",
    ],
)
async def test_an_entry_can_be_neither_changed_nor_removed(database: Database, statement: str) -> None:
    before = await select(database, "SELECT * FROM entry ORDER BY seq")
    with pytest.raises(sqlite3.IntegrityError, match="the ledger refuses to"):
        await database.write(lambda connection: connection.execute(statement))
    assert await select(database, "SELECT * FROM entry ORDER BY seq") == before


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry_themes SET themes = '[]'",
        "DELETE FROM entry_themes",
        "REPLACE INTO entry_themes SELECT seq, action, '[]' FROM entry_themes",
    ],
)
async def test_what_the_server_knew_can_be_neither_changed_nor_removed(
    inbox: Inbox, oak: FakeTablet, database: Database, statement: str
) -> None:
    bearing = {"action": "action-planning", "themes": ["CP"], "bearing": "supports"}
    await inbox.receive(batch([oak.seal(bearings=[bearing])]), oak.sender())
    before = await select(database, "SELECT * FROM entry_themes")
    assert before == [{"seq": 1, "action": "action-planning", "themes": '["CP"]'}]
    with pytest.raises(sqlite3.IntegrityError, match="the ledger refuses to"):
        await database.write(lambda connection: connection.execute(statement))
    assert await select(database, "SELECT * FROM entry_themes") == before


async def test_numbers_have_no_gaps_after_a_failure(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    await inbox.receive(batch([oak.seal()]), oak.sender())

    def fails(connection: sqlite3.Connection) -> None:
        entry = read_entry(connection, 1)
        assert entry is not None
        append(connection, [entry._replace(seq=next_seq(connection), sha256="0" * 64, version=2)])
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fails)
    answer = await inbox.receive(batch([oak.seal(), oak.seal()]), oak.sender())
    assert [receipt.seq for receipt in answer.receipts] == [2, 3]


async def test_an_entry_is_read_by_its_number(inbox: Inbox, oak: FakeTablet, database: Database) -> None:
    sealed = oak.seal()
    await inbox.receive(batch([sealed]), oak.sender())
    entry = await database.read(lambda connection: read_entry(connection, 1))
    assert entry is not None
    assert (entry.body, entry.sender_tablet, entry.standing) == (sealed, "oak", "stored")
    assert await database.read(lambda connection: read_entry(connection, 2)) is None


@pytest.mark.parametrize(
    "fails",
    [
        "BEFORE INSERT ON record_version WHEN NEW.author = 'staff-eli' "
        "BEGIN SELECT RAISE(ABORT, 'as a mistake in our own code would'); END",
        # The row is written by then, and so is what follows from it
        "AFTER INSERT ON record_version BEGIN INSERT INTO moved VALUES (NEW.author); "
        "INSERT INTO never SELECT NEW.author WHERE NEW.author = 'staff-eli'; END",
    ],
)
async def test_a_failure_in_deriving_holds_one_record_alone(
    inbox: Inbox, oak: FakeTablet, database: Database, fails: str
) -> None:
    def forbid(connection: sqlite3.Connection) -> None:
        connection.execute("CREATE TABLE moved (author TEXT)")
        connection.execute("CREATE TABLE never (author TEXT CHECK (author IS NULL))")
        connection.execute(f"CREATE TRIGGER forbid {fails}")

    await database.write(forbid)
    sealed = [oak.seal(), oak.seal(author="staff-eli"), oak.seal()]
    answer = await inbox.receive(batch(sealed), oak.sender())
    assert [(receipt.status, receipt.held_for) for receipt in answer.receipts] == [
        ("stored", ""),
        ("held", "not_judged"),
        ("stored", ""),
    ]
    assert [receipt.seq for receipt in answer.receipts] == [1, 2, 3]
    again = await inbox.receive(batch(sealed), oak.sender())
    assert [receipt.status for receipt in again.receipts] == ["duplicate", "held", "duplicate"]
    assert await count(database, "entry") == 3
    assert await count(database, "record_current") == 2
    assert await count(database, "moved") == (2 if "moved" in fails else 0)
    assert await select(database, "SELECT DISTINCT seq FROM answer ORDER BY seq") == [{"seq": 1}, {"seq": 3}]
