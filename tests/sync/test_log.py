"""The log: a line for each entry, in the same transaction; checkpoints that fit; nothing that can be taken back."""

import json
import shutil
import sqlite3
from base64 import b64decode
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from observation_forms import Catalogue
from sync import (
    Checkpoint,
    Database,
    Inbox,
    PushAnswer,
    Refused,
    append_to_log,
    migrate,
    offer,
    prove_inclusion,
    pull,
    read_checkpoint,
    read_restored,
    restore,
)
from sync.checkpoint import offer_and_keep, write_checkpoint
from sync.connections import open_writer
from sync.log import Tree, append_leaves, entry_leaf, log_size, read_root
from sync.merkle import consistency, hash_leaf, proves_consistency, proves_inclusion
from sync.migrations import sync_migrations
from tests.sync.bodies import FakeTablet, batch
from tests.sync.entries import make_entry
from tests.sync.reading import count, select


class Key:
    """A server's key, for tests of a room that has none."""

    def __init__(self) -> None:
        self._key = Ed25519PrivateKey.generate()

    def sign(self, text: bytes) -> bytes:
        """`sync.Signer`."""
        return self._key.sign(text)

    def check(self, text: str, signature: str) -> None:
        """Raise unless this key signed it."""
        self._key.public_key().verify(b64decode(signature), text.encode())


class Witness:
    """A tablet that keeps the checkpoints it was given, and says what is wrong with the next."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self.held: Checkpoint | None = None

    @property
    def size(self) -> int:
        """What its header names."""
        return self.held.size if self.held else 0

    def look_at(self, answer: PushAnswer) -> str:
        """The fault of an answer, "" for none; then it is what this witness holds."""
        self._key.check(answer.checkpoint.text, answer.checkpoint.signature)
        said = read_checkpoint(answer.checkpoint.text)
        assert said is not None
        held, self.held = self.held, said
        if held is None:
            return ""
        if said.size < held.size:
            return "shorter"
        path = [bytes.fromhex(node) for node in answer.consistency]
        roots = bytes.fromhex(held.root), bytes.fromhex(said.root)
        return "" if proves_consistency(held.size, said.size, path, *roots) else "different"


@pytest.fixture
def key() -> Key:
    return Key()


@pytest.fixture
def signing(database: Database, catalogue: Catalogue, clock: Callable[[], datetime], key: Key) -> Inbox:
    return Inbox(database, catalogue, hold_reason=lambda sql, body, sender: "", clock=clock, signer=key)


async def lines(database: Database) -> list[dict[str, object]]:
    return await select(database, "SELECT * FROM log_leaf ORDER BY position")


async def test_every_entry_has_one_line_that_says_what_it_is(
    signing: Inbox, oak: FakeTablet, database: Database
) -> None:
    stored, other = oak.seal(), oak.seal()
    held = b"not a record"
    conflicting = stored.replace(b"knocked", b"knacked")
    answer = await signing.receive(batch([stored, held, conflicting, stored]), oak.sender())
    assert [receipt.position for receipt in answer.receipts] == [1, 2, 3, 1]
    await signing.receive(batch([other]), oak.sender())
    found = await lines(database)
    assert [line["kind"] for line in found] == ["start", "entry", "entry", "entry", "entry"]
    for receipt in answer.receipts:
        line = found[receipt.position]
        assert (line["leaf"], line["ref"]) == (receipt.leaf, receipt.seq)
        assert receipt.leaf == hash_leaf(str(line["statement"]).encode()).hex()
        said = json.loads(str(line["statement"]))
        assert (said["seq"], said["sha256"], said["received_at"]) == (
            receipt.seq,
            receipt.sha256,
            receipt.received_at,
        )
    said = [json.loads(str(line["statement"])) for line in found[1:4]]
    stands = [("stored", ""), ("held", "unreadable"), ("conflict", "")]
    assert [(one["standing"], one["held_for"]) for one in said] == stands
    assert {one["sender"] for one in said} == {"oak"}


async def test_a_statement_holds_nothing_that_anybody_wrote(
    signing: Inbox, oak: FakeTablet, database: Database
) -> None:
    await signing.receive(batch([oak.seal(author="staff-amina", unit="unit-ground")]), oak.sender())
    text = str((await lines(database))[1]["statement"])
    assert not [word for word in ("knocked", "amina", "unit-ground", "practice_observation") if word in text]


@pytest.mark.parametrize("table", ["log_leaf", "log_node"])
@pytest.mark.parametrize(
    "verb", ["UPDATE {} SET rowid = rowid", "DELETE FROM {}", "REPLACE INTO {} SELECT * FROM {}"]
)
async def test_a_line_can_be_neither_changed_nor_removed(database: Database, table: str, verb: str) -> None:
    await database.write(
        lambda sql: append_leaves(sql, [entry_leaf(at, make_entry(at), {}) for at in range(1, 40)])
    )
    before = await select(database, f"SELECT * FROM {table}")
    assert before
    statement = verb.format(table, table).replace(
        "rowid = rowid", "leaf = ''" if table == "log_leaf" else "node = ''"
    )
    with pytest.raises(sqlite3.IntegrityError, match="the log refuses to"):
        await database.write(lambda sql: sql.execute(statement))
    assert await select(database, f"SELECT * FROM {table}") == before


async def test_one_thing_has_one_line(database: Database) -> None:
    await database.write(lambda sql: append_to_log(sql, "audit", {"id": 7, "what": "signed_in"}))
    with pytest.raises(sqlite3.IntegrityError):
        await database.write(lambda sql: append_to_log(sql, "audit", {"id": 7, "what": "signed_out"}))
    assert await count(database, "log_leaf") == 2


async def test_an_entry_and_its_line_come_together_or_not_at_all(
    signing: Inbox, oak: FakeTablet, database: Database
) -> None:
    """Wherever the writer is stopped: by a full disk, by a mistake, by power."""
    await signing.receive(batch([oak.seal()]), oak.sender())
    for table in ("entry", "log_leaf", "tablet_run", "log_checkpoint"):
        await database.write(
            lambda sql, table=table: sql.execute(  # type: ignore[misc]
                f"CREATE TRIGGER stop BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'stopped'); END"
            )
        )
        with pytest.raises(sqlite3.IntegrityError, match="stopped"):
            await signing.receive(batch([oak.seal(), oak.seal()]), oak.sender())
        await database.write(lambda sql: sql.execute("DROP TRIGGER stop"))
        assert (await count(database, "entry"), await count(database, "log_leaf")) == (1, 2), table
    answer = await signing.receive(batch([oak.seal()]), oak.sender())
    assert [(receipt.seq, receipt.position) for receipt in answer.receipts] == [(2, 2)]


async def test_a_record_that_breaks_its_batch_is_held_with_a_line_of_its_own(
    signing: Inbox, oak: FakeTablet, database: Database
) -> None:
    await database.write(
        lambda sql: sql.execute(
            "CREATE TRIGGER forbid BEFORE INSERT ON record_version WHEN NEW.author = 'staff-eli' "
            "BEGIN SELECT RAISE(ABORT, 'as a mistake in our own code would'); END"
        )
    )
    answer = await signing.receive(
        batch([oak.seal(), oak.seal(author="staff-eli"), oak.seal()]), oak.sender()
    )
    assert [(receipt.held_for, receipt.position) for receipt in answer.receipts] == [
        ("", 1),
        ("not_judged", 2),
        ("", 3),
    ]
    assert [receipt.leaf for receipt in answer.receipts] == [
        line["leaf"] for line in (await lines(database))[1:]
    ]


@pytest.mark.parametrize(("taken_out", "signed"), [("= 35", False), ("> 20", True)])
async def test_a_log_that_lines_were_taken_out_of_refuses_no_record(
    signing: Inbox, oak: FakeTablet, database: Database, taken_out: str, signed: bool
) -> None:
    """Whoever takes lines out must not stop the floor with it, and the next tablet sees that they did."""
    await signing.receive(batch([oak.seal() for _ in range(40)]), oak.sender())
    await database.write(lambda sql: sql.execute("DROP TRIGGER log_leaf_refuses_delete"))
    await database.write(lambda sql: sql.execute(f"DELETE FROM log_leaf WHERE position {taken_out}"))
    for _ in range(3):
        answer = await signing.receive(batch([oak.seal() for _ in range(15)]), oak.sender(checkpoint=41))
        assert {receipt.status for receipt in answer.receipts} == {"stored"}
        assert bool(answer.checkpoint.signature) is signed
    assert await count(database, "entry") == 85


async def test_every_answer_continues_the_last(
    signing: Inbox, oak: FakeTablet, database: Database, key: Key
) -> None:
    witness = Witness(key)
    for size in (1, 3, 1, 40, 2):
        sent = batch([oak.seal() for _ in range(size)])
        answer = await signing.receive(sent, oak.sender(checkpoint=witness.size))
        assert witness.look_at(answer) == ""
        read = await pull(database, oak.sender(checkpoint=witness.size), signer=key)
        assert (read.checkpoint, read.consistency) == (answer.checkpoint, [])
    assert witness.size == 48
    nothing_new = await signing.receive(sent, oak.sender(checkpoint=witness.size))
    assert nothing_new.checkpoint == answer.checkpoint
    assert witness.look_at(nothing_new) == ""


async def test_an_answer_without_a_signer_has_no_signature(
    inbox: Inbox, oak: FakeTablet, database: Database
) -> None:
    answer = await inbox.receive(batch([oak.seal()]), oak.sender())
    assert answer.checkpoint.signature == ""
    assert await count(database, "log_checkpoint") == 0


@pytest.mark.parametrize("behind", ["UPDATE", "DELETE"])
async def test_the_next_tablet_notices_what_was_changed_behind_the_servers_back(
    signing: Inbox, oak: FakeTablet, database: Database, path: Path, key: Key, behind: str
) -> None:
    witness = Witness(key)
    await signing.receive(batch([oak.seal() for _ in range(20)]), oak.sender())
    witness.look_at(await signing.receive(batch([oak.seal()]), oak.sender()))
    with closing(sqlite3.connect(path)) as sql:
        for (name,) in sql.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            sql.execute(f"DROP TRIGGER {name}")
        if behind == "UPDATE":
            sql.execute("UPDATE log_leaf SET leaf = ? WHERE position = 21", ("0" * 64,))
        else:
            sql.execute("DELETE FROM log_leaf WHERE position > 11")
            sql.execute("DELETE FROM entry WHERE seq > 11")
        sql.commit()
    answer = await signing.receive(batch([oak.seal()]), oak.sender(checkpoint=witness.size))
    assert witness.look_at(answer) == {"UPDATE": "different", "DELETE": "shorter"}[behind]


async def test_yesterdays_file_copied_back_is_noticed_by_a_tablet_that_saw_more(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet, key: Key
) -> None:
    async def send(records: int, witness: Witness | None = None) -> PushAnswer:
        database = await Database.open(path)
        try:
            inbox = Inbox(database, catalogue, hold_reason=lambda sql, body, sender: "", signer=key)
            asked = witness.size if witness else 0
            return await inbox.receive(
                batch([oak.seal() for _ in range(records)]), oak.sender(checkpoint=asked)
            )
        finally:
            await database.close()

    async def at_once() -> str:
        return seeing.look_at(await send(1, seeing))

    seeing, late = Witness(key), Witness(key)
    yesterday = tmp_path / "yesterday.db"
    late.look_at(await send(5))
    shutil.copy(path, yesterday)
    seeing.look_at(await send(5))
    shutil.copy(yesterday, path)
    assert await at_once() == "shorter"
    # One that had seen no more than yesterday's cannot know; nor is anything missing that it has seen
    assert late.look_at(await send(1, late)) == ""


async def test_yesterdays_file_that_has_grown_again_is_noticed_all_the_same(
    signing: Inbox, oak: FakeTablet, database: Database, key: Key, path: Path
) -> None:
    witness = Witness(key)
    await signing.receive(batch([oak.seal() for _ in range(10)]), oak.sender())
    witness.look_at(await signing.receive(batch([oak.seal() for _ in range(10)]), oak.sender()))
    with closing(sqlite3.connect(path)) as sql:
        for (name,) in sql.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            sql.execute(f"DROP TRIGGER {name}")
        sql.execute("DELETE FROM log_leaf WHERE position > 10")
        sql.execute("DELETE FROM entry WHERE seq > 10")
        sql.execute("DELETE FROM log_checkpoint WHERE size > 11")
        sql.execute("UPDATE sqlite_sequence SET seq = 10 WHERE name = 'entry'")
        sql.commit()
    others = batch([oak.seal() for _ in range(15)])
    assert witness.look_at(await signing.receive(others, oak.sender(checkpoint=witness.size))) == "different"


async def test_a_restored_backup_is_a_line_of_the_log(path: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(path, backup)
    restore(backup, path)
    with closing(open_writer(path)) as sql:
        (restored,) = read_restored(sql)
        (epoch,) = sql.execute("SELECT value FROM server_state WHERE name = 'epoch'").fetchone()
    with closing(open_writer(backup)) as sql:
        (before,) = sql.execute("SELECT value FROM server_state WHERE name = 'epoch'").fetchone()
    assert (restored.position, restored.epoch, restored.before) == (1, epoch, before)


async def test_a_ledger_from_before_there_was_a_log_gets_a_line_for_each_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "old.db"
    entries = [
        entry._replace(leaf=sha256(b"\0" + entry.body).hexdigest(), standing="held", held_for="unreadable")
        for entry in map(make_entry, (1, 2, 3))
    ]
    # Other rooms' tables stand on those of today
    monkeypatch.setattr("sync.migrations._registered", {"sync": sync_migrations})
    known = [each.name for each in sync_migrations._migrations]
    with monkeypatch.context() as before:
        before.setattr(
            sync_migrations, "_migrations", sync_migrations._migrations[: known.index("destroyed")]
        )
        migrate(path)
        with closing(open_writer(path)) as sql:
            sql.executemany(f"INSERT INTO entry VALUES ({', '.join('?' * len(entries[0]))})", entries)
    migrate(path)
    with closing(open_writer(path)) as sql:
        found = sql.execute("SELECT kind, ref, statement FROM log_leaf ORDER BY position").fetchall()
        kept = sql.execute("SELECT leaf FROM entry ORDER BY seq").fetchall()
    assert [(line["kind"], line["ref"]) for line in found[1:]] == [("entry", 1), ("entry", 2), ("entry", 3)]
    assert json.loads(found[0]["statement"])["entries"] == 3
    assert [json.loads(line["statement"])["sha256"] for line in found[1:]] == [
        entry.sha256 for entry in entries
    ]
    assert [leaf for (leaf,) in kept] == [entry.leaf for entry in entries]


async def test_what_is_proven_is_in_the_log(signing: Inbox, oak: FakeTablet, database: Database) -> None:
    answer = await signing.receive(batch([oak.seal() for _ in range(40)]), oak.sender())
    said = read_checkpoint(answer.checkpoint.text)
    assert said is not None
    asked = [receipt.position for receipt in answer.receipts]
    proven = await database.read(lambda sql: prove_inclusion(sql, asked, said.size))
    for receipt, proof in zip(answer.receipts, proven.proofs, strict=True):
        path = [bytes.fromhex(node) for node in proof.inclusion]
        root = bytes.fromhex(said.root)
        assert proves_inclusion(bytes.fromhex(receipt.leaf), receipt.position, said.size, path, root)


@pytest.mark.parametrize(
    ("positions", "size", "code"),
    [
        ([0], 0, "not_found"),
        ([1], 1, "not_found"),
        ([0], 9, "not_found"),
        ([-1], 1, "not_found"),
        ([], -1, "not_found"),
        ([0] * 101, 1, "too_many_asked"),
    ],
)
async def test_what_the_log_does_not_reach_is_not_proven(
    database: Database, positions: list[int], size: int, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        await database.read(lambda sql: prove_inclusion(sql, positions, size))
    assert refused.value.code == code


@settings(deadline=None, max_examples=40)
@given(parts=st.lists(st.integers(1, 70), min_size=1, max_size=8), data=st.data())
def test_kept_subtrees_give_the_same_roots_and_proofs_as_all_leaves(
    parts: list[int], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("tree") / "log.db"
    migrate(path)
    with closing(open_writer(path)) as sql:
        sql.execute("PRAGMA synchronous=OFF")
        for part in parts:
            first = log_size(sql)
            append_leaves(sql, [entry_leaf(at, make_entry(at), {}) for at in range(first, first + part)])
        leaves = [
            bytes.fromhex(leaf) for (leaf,) in sql.execute("SELECT leaf FROM log_leaf ORDER BY position")
        ]
        size = data.draw(st.integers(1, len(leaves)))
        old = data.draw(st.integers(1, size))
        tree = Tree(sql, size)
        root, old_root = read_root(sql, size), read_root(sql, old)
        assert root == _plain_root(leaves[:size])
        assert proves_consistency(old, size, consistency(old, size, tree.subtree), old_root, root)


def _plain_root(leaves: list[bytes]) -> bytes:
    while len(leaves) > 1:
        pairs = [
            sha256(b"\1" + left + right).digest()
            for left, right in zip(leaves[::2], leaves[1::2], strict=False)
        ]
        leaves = pairs + leaves[2 * len(pairs) :]
    return leaves[0]


def test_of_long_past_days_the_last_checkpoint_alone_is_kept(path: Path, key: Key) -> None:
    day = datetime(2026, 11, 1, 8, tzinfo=UTC)
    with closing(open_writer(path)) as sql:
        for number in range(60):
            moment = day + timedelta(hours=6 * number)
            append_to_log(sql, "audit", {"id": number})
            offer_and_keep(sql, key, 0, moment)
        kept = [at for (at,) in sql.execute("SELECT at FROM log_checkpoint ORDER BY size")]
    by_day = {day: [at for at in kept if at[:10] == day] for day in sorted({at[:10] for at in kept})}
    assert [len(found) for found in by_day.values()] == [1] * 8 + [4] * 7 + [1]
    assert by_day["2026-11-02"] == ["2026-11-02T20:00:00Z"]


def test_a_checkpoint_reads_as_it_is_written_and_nothing_else_is_one() -> None:
    checkpoint = Checkpoint("a" * 32, 12, "b" * 64, "epoch", "2026-11-21T12:00:00Z")
    text = write_checkpoint(checkpoint)
    assert read_checkpoint(text) == checkpoint
    assert text.count("\n") == 5
    for spoiled in (
        "",
        text[:-1],
        text + "\n",
        text.replace("12", "012", 1),
        text.replace("\n12\n", "\n-12\n"),
        text[1:],
    ):
        assert read_checkpoint(spoiled) is None, spoiled


def test_an_offer_is_made_from_a_log_of_any_size(path: Path, key: Key) -> None:
    with closing(open_writer(path)) as sql:
        for size in range(1, 70):
            made = offer(sql, key, size // 2, datetime(2026, 11, 21, tzinfo=UTC))
            key.check(made.checkpoint.text, made.checkpoint.signature)
            append_leaves(sql, [entry_leaf(size, make_entry(size), {})])
