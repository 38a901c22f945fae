"""A backup: one moment of the database, whole or not at all, and never in the place of something better."""

import errno
import multiprocessing
import os
import shutil
import signal
import sqlite3
import threading
from contextlib import closing, suppress
from pathlib import Path

import pytest

from observation_forms import Catalogue
from sync import Database, DatabaseError, Inbox, restore
from sync.backup import Backup, BackupError, back_up, copy_pages
from tests.model import tally
from tests.sync.bodies import FakeTablet, batch
from tests.sync.test_restore import fill, is_private, tear


def sound(_copy: Path) -> list[str]:
    return []


def entries_of(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as sql:
        return [seq for (seq,) in sql.execute("SELECT seq FROM entry ORDER BY seq")]


async def test_a_backup_holds_every_entry_and_is_one_private_file(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    await fill(path, catalogue, oak, 3)
    made = back_up(path, tmp_path / "backup.db", sound)
    assert (made.entries, made.faults, made.file) == (3, [], tmp_path / "backup.db")
    assert made.size == made.file.stat().st_size
    assert entries_of(made.file) == entries_of(path)
    assert is_private(made.file)
    assert [name for name in os.listdir(tmp_path) if "backup" in name] == ["backup.db"]


async def test_a_backup_beside_a_busy_writer_is_one_moment_of_it(
    database: Database, inbox: Inbox, path: Path, tmp_path: Path, oak: FakeTablet
) -> None:
    """Each push is two records in one transaction: a backup has both of a push, or neither."""
    made: list[Backup] = []
    done = threading.Event()

    def keep_backing_up() -> None:
        while not done.is_set() or len(made) < 3:
            made.append(back_up(path, tmp_path / f"backup-{len(made)}.db", sound))

    thread = threading.Thread(target=keep_backing_up)
    thread.start()
    try:
        for _ in range(40):
            await inbox.receive(batch([oak.seal(), oak.seal()]), oak.sender())
    finally:
        done.set()
        thread.join()
    assert len(entries_of(path)) == 80
    for one in made:
        kept = entries_of(one.file)
        assert len(kept) % 2 == 0
        assert kept == list(range(1, len(kept) + 1))
        assert one.faults == []
    tally.count(None, 80, 0)


async def test_what_still_lies_in_the_write_ahead_log_is_in_the_backup(
    database: Database, inbox: Inbox, path: Path, tmp_path: Path, oak: FakeTablet
) -> None:
    await inbox.receive(batch([oak.seal()]), oak.sender())
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    assert back_up(path, tmp_path / "backup.db", sound).entries == 1


async def test_an_older_backup_is_replaced_only_when_asked(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    file = tmp_path / "backup.db"
    back_up(path, file, sound)
    await fill(path, catalogue, oak, 1)
    with pytest.raises(BackupError, match="--force"):
        back_up(path, file, sound)
    assert entries_of(file) == []
    back_up(path, file, sound, force=True)
    assert entries_of(file) == [1]


@pytest.mark.parametrize("end", ["", "-wal", "-shm", "-lock", ".keys"])
def test_a_backup_never_takes_the_place_of_the_database_or_its_keys(path: Path, end: str) -> None:
    before = path.read_bytes()
    with pytest.raises(BackupError, match="belongs to the database"):
        back_up(path, path.with_name(path.name + end), sound, force=True)
    assert path.read_bytes() == before


def test_a_link_to_the_database_is_the_database(path: Path, tmp_path: Path) -> None:
    for name, make in (("hard.db", os.link), ("soft.db", os.symlink)):
        make(path, tmp_path / name)
        with pytest.raises(BackupError, match="belongs to the database"):
            back_up(path, tmp_path / name, sound, force=True)


def test_a_place_that_is_no_good_is_said_in_a_sentence(path: Path, tmp_path: Path) -> None:
    with pytest.raises(BackupError, match="There is no folder"):
        back_up(path, tmp_path / "none" / "backup.db", sound)
    with pytest.raises(BackupError, match="is a folder"):
        back_up(path, tmp_path, sound, force=True)
    with pytest.raises(DatabaseError, match="There is no database"):
        back_up(tmp_path / "none.db", tmp_path / "backup.db", sound)


def test_a_copy_found_wrong_is_kept_aside_and_replaces_nothing(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    back_up(path, file, sound)
    before = file.read_bytes()
    made = back_up(path, file, lambda copy: ["line 3 of the log: changed."], force=True)
    assert made.file == tmp_path / "backup-faulty.db"
    assert made.faults == ["line 3 of the log: changed."]
    assert made.file.is_file()
    assert file.read_bytes() == before


async def test_a_damaged_page_of_the_database_is_found_in_the_copy(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    await fill(path, catalogue, oak, 20)
    with closing(sqlite3.connect(path)) as sql:
        sql.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = sql.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry_by_digest'").fetchone()
        (size,) = sql.execute("PRAGMA page_size").fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size + 8)
        file.write(b"\xff" * 200)
    made = back_up(path, tmp_path / "backup.db", sound)
    assert made.faults
    assert made.file.name == "backup-faulty.db"


def test_half_a_database_gives_no_backup(path: Path, tmp_path: Path) -> None:
    torn = tear(path, tmp_path / "torn.db")
    # SQLite may refuse to begin, or copy what there is; then the copy is found wrong
    with suppress(DatabaseError):
        assert back_up(torn, tmp_path / "backup.db", sound).faults
    assert not (tmp_path / "backup.db").exists()
    assert not list(tmp_path.glob("*-making*"))


def test_a_full_disk_leaves_the_older_backup_and_no_half_one(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "backup.db"
    back_up(path, file, sound)
    before = file.read_bytes()

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("sync.backup.os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        back_up(path, file, sound, force=True)
    assert file.read_bytes() == before
    assert not list(tmp_path.glob("*-making*"))


def test_two_backups_to_one_place_do_not_mix(path: Path, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"

    def another(_copy: Path) -> list[str]:
        with pytest.raises(BackupError, match="Another backup"):
            back_up(path, file, sound)
        return []

    assert back_up(path, file, another).faults == []


def hang(path: Path, file: Path, there: Path) -> None:
    def wait(_copy: Path) -> list[str]:
        there.touch()
        signal.pause()
        return []

    back_up(path, file, wait)


def test_a_backup_killed_half_way_leaves_nothing_under_its_name_and_the_next_one_succeeds(
    path: Path, tmp_path: Path
) -> None:
    file, there = tmp_path / "backup.db", tmp_path / "there"
    process = multiprocessing.get_context("spawn").Process(target=hang, args=(path, file, there))
    process.start()
    while not there.exists():
        assert process.is_alive()
        process.join(0.02)
    process.kill()
    process.join()
    process.close()
    assert not file.exists()
    assert back_up(path, file, sound).faults == []
    assert not list(tmp_path.glob("*-making*"))


async def test_a_backup_restores_to_the_same_entries(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    await fill(path, catalogue, oak, 4)
    made = back_up(path, tmp_path / "backup.db", sound)
    restore(made.file, tmp_path / "elsewhere.db")
    assert entries_of(tmp_path / "elsewhere.db") == [1, 2, 3, 4]
    restore(made.file, path)
    assert entries_of(path) == [1, 2, 3, 4]
    tally.count(None, 4, 0)


def test_copying_says_how_far_it_is(path: Path, tmp_path: Path) -> None:
    said: list[tuple[int, int]] = []
    copy = tmp_path / "copy.db"
    copy.touch()
    copy_pages(path, copy, lambda doing, done, total: said.append((done, total)))
    assert said[-1][0] == said[-1][1] > 0
    shutil.rmtree(tmp_path, ignore_errors=True)
