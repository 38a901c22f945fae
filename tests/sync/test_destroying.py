"""What a record says can be destroyed, once and only so; that it was there, and who let it go, stays for ever."""

import random
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from observation_forms import Catalogue
from sync import Database, Inbox, have, read_entry, rebuild
from sync.destroying import DestructionStopped, Order, destroy, entries_of, read_destroyed
from tests.sync.bodies import SERVICE, FakeTablet, batch
from tests.sync.reading import derived, select

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ORDER = Order("person", "Eight years after the person left.", "chidi")
# Words no other record, form or page has
SECRET = "quokkazimmer"
BEARING = {"action": "action-1", "themes": ["CP"], "bearing": "supports"}


async def let_go(database: Database, catalogue: Catalogue, record: str) -> None:
    def job(connection: sqlite3.Connection) -> None:
        destroy(connection, catalogue, entries_of(connection, record, SERVICE), ORDER, NOON)

    await database.write(job)


def record_of(sealed: bytes) -> str:
    return sealed.decode().partition('"record":"')[2].partition('"')[0]


@pytest.fixture
async def secret(inbox: Inbox, oak: FakeTablet) -> bytes:
    """A record with words of its own among others, corrected once and disputed once."""
    first = oak.seal(answers={"note": f"The {SECRET} was cold."}, bearings=[BEARING])
    disputing = oak.seal(record=record_of(first), author="staff-ben", answers={"note": f"A {SECRET}, hot."})
    sent = [oak.seal(), first, oak.correct(first, f"It was a {SECRET}", bearings=[BEARING]), disputing]
    sent += [oak.seal() for _ in range(3)]
    await inbox.receive(batch(sent), oak.sender())
    return first


async def test_the_words_go_and_the_digest_stays(
    database: Database, catalogue: Catalogue, oak: FakeTablet, secret: bytes
) -> None:
    kept = "seq, standing, record, version, tablet, tablet_seq, tablet_prev, sha256, leaf, received_at"
    before = await select(database, f"SELECT {kept} FROM entry ORDER BY seq")
    await let_go(database, catalogue, record_of(secret))
    assert await select(database, f"SELECT {kept} FROM entry ORDER BY seq") == before
    assert await select(database, "SELECT seq FROM entry WHERE body = x''") == [
        {"seq": 2},
        {"seq": 3},
        {"seq": 4},
    ]
    gone = await database.read(lambda sql: read_destroyed(sql, record_of(secret)))
    assert [(one.seq, one.version, one.who, one.rule) for one in gone] == [
        (3, 2, "chidi", "person"),
        (4, 1, "chidi", "person"),
        (2, 1, "chidi", "person"),
    ]
    assert await select(database, "SELECT 1 FROM record_version WHERE record = ?", record_of(secret)) == []
    assert await select(database, f"SELECT 1 FROM record_search WHERE record_search MATCH '{SECRET}'") == []


async def test_each_body_that_goes_is_a_leaf_of_the_log(
    database: Database, catalogue: Catalogue, secret: bytes
) -> None:
    await let_go(database, catalogue, record_of(secret))
    leaves = await select(
        database, "SELECT statement FROM log_leaf WHERE kind = 'destroyed' ORDER BY position"
    )
    digests = [row["sha256"] for row in await select(database, "SELECT sha256 FROM destroyed ORDER BY seq")]
    assert len(leaves) == 3
    assert all(any(digest in str(leaf["statement"]) for leaf in leaves) for digest in digests)


async def test_a_rebuild_ends_in_the_same_tables(
    database: Database, catalogue: Catalogue, secret: bytes
) -> None:
    await let_go(database, catalogue, record_of(secret))
    before = await derived(database)
    assert await rebuild(database, catalogue) == 7
    assert await derived(database) == before


async def test_in_any_order_a_rebuild_ends_in_the_same_tables(
    database: Database, catalogue: Catalogue, inbox: Inbox, oak: FakeTablet
) -> None:
    chance = random.Random(11)
    made = [oak.seal(answers={"note": f"Number {number}"}) for number in range(12)]
    made += [oak.correct(sealed, "A slip") for sealed in chance.sample(made, 5)]
    await inbox.receive(batch(chance.sample(made, len(made))), oak.sender())
    records = sorted({record_of(sealed) for sealed in made})
    chance.shuffle(records)
    for record in records[:8]:
        await let_go(database, catalogue, record)
        before = await derived(database)
        await rebuild(database, catalogue)
        assert await derived(database) == before


async def test_a_tablet_that_offers_it_again_gets_its_receipt_and_nothing_is_kept(
    database: Database, catalogue: Catalogue, inbox: Inbox, oak: FakeTablet, secret: bytes
) -> None:
    first = (await inbox.receive(batch([secret]), oak.sender())).receipts[0]
    await let_go(database, catalogue, record_of(secret))
    again = (await inbox.receive(batch([secret]), oak.sender())).receipts[0]
    assert (again.status, again.seq, again.sha256, again.leaf, again.received_at) == (
        first.status,
        first.seq,
        first.sha256,
        first.leaf,
        first.received_at,
    )
    asked = f'{{"records": [{{"record": "{record_of(secret)}", "version": 1, "sha256": "{first.sha256}"}}]}}'
    assert (await have(database, asked.encode())).missing == []
    entry = await database.read(lambda sql: read_entry(sql, first.seq))
    assert entry is not None
    assert entry.body == b""


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET body = x'' WHERE seq = 1",
        "UPDATE entry SET body = x'', signatures = '[]', findings = '[]' WHERE seq = 1",
        "UPDATE entry SET body = x'41' WHERE seq = 2",
        "UPDATE entry SET received_at = '' WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 2",
        "UPDATE destroyed SET who = 'nobody'",
        "DELETE FROM destroyed",
        "REPLACE INTO destroyed SELECT seq, record, version, service, sha256, rule, '', who, at, 0 FROM destroyed",
    ],
)
async def test_nothing_else_can_change_an_entry_or_what_was_destroyed(
    database: Database, catalogue: Catalogue, secret: bytes, statement: str
) -> None:
    await let_go(database, catalogue, record_of(secret))
    with pytest.raises(sqlite3.IntegrityError, match=r"refuses|never changed"):
        await database.write(lambda sql: sql.execute(statement) and None)


async def test_an_entry_is_destroyed_once(database: Database, catalogue: Catalogue, secret: bytes) -> None:
    entries = await database.read(lambda sql: entries_of(sql, record_of(secret), SERVICE))
    await let_go(database, catalogue, record_of(secret))
    with pytest.raises(DestructionStopped):
        await database.write(lambda sql: destroy(sql, catalogue, entries, ORDER, NOON))


async def test_what_stops_one_version_stops_them_all(
    database: Database, catalogue: Catalogue, secret: bytes
) -> None:
    before = await derived(database)
    await database.write(
        lambda sql: (
            sql.execute(
                """
            CREATE TRIGGER stop BEFORE INSERT ON destroyed WHEN NEW.version = 2
            BEGIN SELECT RAISE(ABORT, 'held'); END
            """
            )
            and None
        )
    )
    with pytest.raises(DestructionStopped):
        await let_go(database, catalogue, record_of(secret))
    assert await derived(database) == before
    assert await select(database, "SELECT 1 FROM destroyed") == []
    assert await select(database, "SELECT 1 FROM entry WHERE body = x''") == []


async def test_a_push_runs_no_statement_for_what_may_be_destroyed_one_day(
    database: Database, inbox: Inbox, oak: FakeTablet
) -> None:
    ran: list[str] = []
    await database.write(lambda sql: sql.set_trace_callback(ran.append))
    await inbox.receive(batch([oak.seal(), oak.seal()]), oak.sender())
    await database.write(lambda sql: sql.set_trace_callback(None))
    assert any("INSERT INTO entry" in statement for statement in ran)
    assert [statement for statement in ran if "destroyed" in statement] == []


async def test_no_byte_of_it_is_left_in_the_files(
    database: Database, catalogue: Catalogue, inbox: Inbox, oak: FakeTablet, path: Path, secret: bytes
) -> None:
    # Enough around it that pages split and words are merged, and one body of many pages
    long = oak.seal(answers={"note": f"{SECRET} " * 3_000})
    for _ in range(4):
        await inbox.receive(batch([oak.seal() for _ in range(25)]), oak.sender())
    await inbox.receive(batch([long]), oak.sender())
    # The pages that it lets go of hold the words too, and nothing overwrites them
    await rebuild(database, catalogue)
    assert SECRET in words_on_the_disk(path)
    for record in (record_of(secret), record_of(long)):
        await let_go(database, catalogue, record)
    await database.sweep()
    assert SECRET not in words_on_the_disk(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        connection.execute("INSERT INTO record_search (record_search, rank) VALUES ('integrity-check', 0)")


def words_on_the_disk(path: Path) -> str:
    return "".join(
        Path(f"{path}{end}").read_bytes().decode("latin-1")
        for end in ("", "-wal", "-shm")
        if Path(f"{path}{end}").exists()
    )
