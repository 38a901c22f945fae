"""The writer and the readers: what holds when jobs fail, callers vanish, disks fill, files are wrong."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import sqlite_utils
from sqlite_utils.migrations import Migrations

from sync import DATABASE_ERRORS, Database, DatabaseError, migrate, register
from sync import migrations as sync_migrations
from sync.connections import overwriting
from sync.writer import MAX_WAITING
from tests.sync.reading import count, select

Job = Callable[[sqlite3.Connection], int]


def put(number: int) -> Job:
    def job(connection: sqlite3.Connection) -> int:
        connection.execute("INSERT INTO note (number) VALUES (?)", (number,))
        return number

    return job


@pytest.fixture
async def notes(database: Database) -> Database:
    await database.write(lambda connection: connection.execute("CREATE TABLE note (number INTEGER UNIQUE)"))
    return database


async def test_what_is_written_can_be_read(notes: Database) -> None:
    assert await notes.write(put(7)) == 7
    assert await select(notes, "SELECT number FROM note") == [{"number": 7}]


async def test_jobs_are_done_in_the_order_they_were_given(notes: Database) -> None:
    await asyncio.gather(*(notes.write(put(number)) for number in range(600)))
    rows = await select(notes, "SELECT number FROM note ORDER BY rowid")
    assert [row["number"] for row in rows] == list(range(600))


async def test_a_page_that_is_let_go_of_is_written_only_where_it_is_to_be_overwritten(
    notes: Database, path: Path
) -> None:
    def let_go(connection: sqlite3.Connection, words: str) -> None:
        connection.execute("DELETE FROM page WHERE words LIKE ?", (f"{words}%",))

    def let_go_and_overwrite(connection: sqlite3.Connection, words: str) -> None:
        with overwriting(connection):
            let_go(connection, words)

    def keep(connection: sqlite3.Connection, words: str) -> None:
        connection.executemany("INSERT INTO page VALUES (?)", [(words * 1_000,) for _ in range(500)])

    await notes.write(lambda connection: connection.execute("CREATE TABLE page (words TEXT)"))
    written = []
    for words, job in (("quokka", let_go), ("numbat", let_go_and_overwrite), ("bilby", let_go)):
        await notes.write(partial(keep, words=words))
        await notes.sweep()
        await notes.write(partial(job, words=words))
        written.append(os.stat(f"{path}-wal").st_size)
    assert max(written[0], written[2]) < 500 * 1_000 < 500 * 5_000 < written[1]


async def test_a_failing_job_fails_alone(notes: Database) -> None:
    def breaks(connection: sqlite3.Connection) -> int:
        put(100)(connection)
        raise RuntimeError("half done")

    jobs: list[Job] = [put(1), breaks, put(1), put(2)]
    answers = await asyncio.gather(*(notes.write(job) for job in jobs), return_exceptions=True)
    assert [type(answer) for answer in answers] == [int, RuntimeError, sqlite3.IntegrityError, int]
    rows = await select(notes, "SELECT number FROM note ORDER BY number")
    assert [row["number"] for row in rows] == [1, 2]


async def test_nothing_is_answered_before_the_commit(notes: Database, path: Path) -> None:
    def outside(_connection: sqlite3.Connection) -> int:
        with sqlite3.connect(path) as other:
            return int(other.execute("SELECT count(*) FROM note").fetchone()[0])

    one, before = await asyncio.gather(notes.write(put(1)), notes.write(outside))
    assert (one, before) == (1, 0)
    assert await notes.write(outside) == 1


async def test_a_cancelled_caller_leaves_its_job_whole(notes: Database) -> None:
    started = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(connection: sqlite3.Connection) -> None:
        put(1)(connection)
        loop.call_soon_threadsafe(started.set)
        for number in range(2, 2000):
            put(number)(connection)

    caller = asyncio.create_task(notes.write(slow))
    await started.wait()
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await notes.write(put(5000))
    assert await count(notes, "note") == 2000


async def test_a_cancelled_caller_is_not_answered_by_a_failure(notes: Database) -> None:
    def breaks(_connection: sqlite3.Connection) -> int:
        raise RuntimeError("nobody waits for this")

    caller = asyncio.create_task(notes.write(breaks))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    assert await notes.write(put(1)) == 1


async def test_a_cancelled_reader_gives_its_connection_back(path: Path) -> None:
    database = await Database.open(path, readers=1)
    reads, may_end = threading.Event(), threading.Event()

    def slow(connection: sqlite3.Connection) -> None:
        reads.set()
        may_end.wait(120)
        connection.execute("SELECT max(seq) FROM entry").fetchone()

    reader = asyncio.create_task(database.read(slow))
    await asyncio.to_thread(reads.wait, 120)
    reader.cancel()
    may_end.set()
    with pytest.raises(asyncio.CancelledError):
        await reader
    assert await count(database, "entry") == 0
    await database.close()


async def test_too_many_waiting_jobs_are_turned_away(notes: Database) -> None:
    jobs = [notes.write(put(number)) for number in range(MAX_WAITING + 200)]
    answers = await asyncio.gather(*jobs, return_exceptions=True)
    refused = [answer for answer in answers if isinstance(answer, DatabaseError)]
    assert len(refused) == 200
    assert {error.code for error in refused} == {"busy"}
    assert await count(notes, "note") == MAX_WAITING


async def test_a_reader_cannot_write(notes: Database) -> None:
    with pytest.raises(DatabaseError) as refused:
        await notes.read(put(1))
    assert refused.value.code == "read_only"


async def test_a_reader_sees_one_picture_throughout(notes: Database) -> None:
    loop = asyncio.get_running_loop()

    def count_twice(connection: sqlite3.Connection) -> tuple[int, int]:
        before = connection.execute("SELECT count(*) FROM note").fetchone()[0]
        asyncio.run_coroutine_threadsafe(notes.write(put(1)), loop).result(120)
        return before, connection.execute("SELECT count(*) FROM note").fetchone()[0]

    assert await notes.read(count_twice) == (0, 0)
    assert await count(notes, "note") == 1


async def test_closing_finishes_what_is_waiting(path: Path) -> None:
    database = await Database.open(path)
    await database.write(lambda connection: connection.execute("CREATE TABLE note (number INTEGER)"))
    waiting = [asyncio.create_task(database.write(put(number))) for number in range(50)]
    await asyncio.sleep(0)
    await database.close()
    await database.close()
    assert await asyncio.gather(*waiting) == list(range(50))
    with pytest.raises(DatabaseError, match="has been closed"):
        await database.write(put(1))
    with pytest.raises(DatabaseError, match="has been closed"):
        await database.read(put(1))


async def test_a_full_disk_fails_the_jobs_and_not_the_writer(notes: Database) -> None:
    def limit(pages: int) -> Job:
        return lambda connection: int(connection.execute(f"PRAGMA max_page_count={pages}").fetchone()[0])

    def big(connection: sqlite3.Connection) -> int:
        put(1)(connection)
        connection.execute("CREATE TABLE big (body BLOB)")
        connection.executemany("INSERT INTO big VALUES (zeroblob(100000))", [()] * 50)
        return 1

    (pages,) = (await select(notes, "PRAGMA page_count"))[0].values()
    await notes.write(limit(pages + 3))
    with pytest.raises(DatabaseError) as full:
        await notes.write(big)
    assert full.value.code == "disk_full"
    assert await count(notes, "note") == 0
    await notes.write(limit(1_000_000))
    assert await notes.write(big) == 1
    assert await count(notes, "note") == 1


async def test_a_lost_transaction_fails_every_job_of_it(notes: Database) -> None:
    def ends_it_all(connection: sqlite3.Connection) -> int:
        connection.execute("ROLLBACK")
        raise RuntimeError("as SQLite itself does when the disk fails")

    jobs: list[Job] = [put(1), ends_it_all, put(2)]
    answers = await asyncio.gather(*(notes.write(job) for job in jobs), return_exceptions=True)
    assert all(isinstance(answer, sqlite3.OperationalError) for answer in answers)
    assert await count(notes, "note") == 0
    assert await notes.write(put(3)) == 3


def test_every_commit_waits_for_the_disk(path: Path) -> None:
    async def settings() -> list[int]:
        database = await Database.open(path)
        names = ("synchronous", "foreign_keys", "recursive_triggers", "trusted_schema")
        values = await database.write(
            lambda connection: [connection.execute(f"PRAGMA {name}").fetchone()[0] for name in names]
        )
        await database.close()
        return values

    full = 2
    assert asyncio.run(settings()) == [full, 1, 1, 0]


async def test_a_second_process_is_told_that_a_server_runs(database: Database, path: Path) -> None:
    command = "import sys; from pathlib import Path; from sync import migrate; migrate(Path(sys.argv[1]))"
    second = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-c", command, str(path)],
        capture_output=True,
        text=True,
        check=False,
    )
    last = second.stderr.strip().splitlines()[-1]
    assert "Another Sightline process is using the database" in last
    assert f"(process {os.getpid()})" in last
    assert "stop it first" in last


async def test_the_lock_goes_when_the_database_is_closed(path: Path) -> None:
    for _ in range(2):
        database = await Database.open(path)
        await database.close()
    migrate(path)


async def _code_of_opening(path: Path) -> str:
    with pytest.raises(DatabaseError) as refused:
        await Database.open(path)
    assert str(refused.value).endswith(".")
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    return refused.value.code


async def test_a_missing_file_is_said_plainly(tmp_path: Path) -> None:
    assert await _code_of_opening(tmp_path / "nowhere.db") == "missing"


async def test_another_kind_of_file_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "shopping.db").write_text("eggs, milk, and enough more to be longer than a header " * 20)
    assert await _code_of_opening(tmp_path / "shopping.db") == "not_a_database"
    with pytest.raises(DatabaseError, match="not a Sightline database"):
        migrate(tmp_path / "shopping.db")


async def test_a_folder_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "folder.db").mkdir()
    assert await _code_of_opening(tmp_path / "folder.db") == "cannot_open"
    with pytest.raises(DatabaseError, match="cannot be opened"):
        migrate(tmp_path / "folder.db")


async def test_a_database_without_tables_is_said_plainly(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "empty.db").close()
    (tmp_path / "empty.db").touch()
    assert await _code_of_opening(tmp_path / "empty.db") == "older_schema"


async def test_a_newer_database_is_said_plainly(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("INSERT INTO _sqlite_migrations VALUES (99, 'sync', 'from_the_future', '')")
    connection.close()
    assert await _code_of_opening(path) == "newer_schema"
    with pytest.raises(DatabaseError, match="newer Sightline"):
        migrate(path)


async def test_a_locked_database_is_said_plainly(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sync.connections.BUSY_TIMEOUT_MS", 50)
    database = await Database.open(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseError) as refused:
        await database.write(lambda connection: None)
    assert refused.value.code == "locked"
    other.execute("ROLLBACK")
    other.close()
    await database.write(lambda connection: None)
    await database.close()


async def test_a_damaged_file_is_said_plainly(path: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.db"
    shutil.copy(path, damaged)
    content = bytearray(damaged.read_bytes())
    content[8192:] = b"\x55" * (len(content) - 8192)
    damaged.write_bytes(bytes(content))
    assert await _code_of_opening(damaged) == "damaged"


def test_a_new_database_is_for_its_owner_alone(path: Path) -> None:
    assert path.stat().st_mode & 0o077 == 0


def test_migrating_again_changes_nothing(path: Path) -> None:
    before = _schema(path)
    migrate(path)
    assert _schema(path) == before


async def test_a_room_above_adds_its_own_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_migrations, "_registered", dict(sync_migrations._registered))
    above = Migrations("above")

    @above()
    def guests(database: sqlite_utils.Database) -> None:
        database.conn.execute("CREATE TABLE guest (name TEXT)")

    old = tmp_path / "old.db"
    migrate(old)
    register(above)
    assert await _code_of_opening(old) == "older_schema"
    migrate(old)
    database = await Database.open(old)
    assert await count(database, "guest") == 0
    await database.close()


def test_every_error_has_a_sentence_and_a_remedy(tmp_path: Path) -> None:
    for code in DATABASE_ERRORS:
        words = str(DatabaseError(code, tmp_path / "x.db", "detail"))
        assert words[0].isupper()
        assert words.count(": ") == 1
        assert words.endswith(".")


def _schema(path: Path) -> list[tuple[str, str]]:
    connection = sqlite3.connect(path)
    try:
        return connection.execute("SELECT name, sql FROM sqlite_schema ORDER BY name").fetchall()
    finally:
        connection.close()
