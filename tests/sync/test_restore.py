"""A backup that takes the database's place: whole or not at all, and every tablet notices."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from observation_forms import Catalogue
from sync import Database, DatabaseError, Inbox, Refused, publish, pull, read_epoch, restore
from tests.sync.bodies import FakeTablet, batch
from tests.sync.reading import count


async def fill(path: Path, catalogue: Catalogue, oak: FakeTablet, records: int) -> str:
    """Some records and a changed row more; the tablet's cursor."""
    database = await Database.open(path)
    inbox = Inbox(database, catalogue, hold_reason=lambda connection, body, sender: "")
    await inbox.receive(batch([oak.seal() for _ in range(records)]), oak.sender())
    name = str(len(oak.sealed))
    await database.write(lambda sql: publish(sql, oak.service, "unit", "ground", {"name": name}))
    cursor = (await pull(database, oak.sender())).cursor
    await database.close()
    return cursor


async def test_a_restored_backup_holds_what_it_held_and_is_noticed(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    cursor = await fill(path, catalogue, oak, 2)
    backup = tmp_path / "backup.db"
    shutil.copy(path, backup)
    await fill(path, catalogue, oak, 3)
    before = restore(backup, path)
    assert before is not None
    with sqlite3.connect(before) as kept:
        assert kept.execute("SELECT count(*) FROM entry").fetchone() == (5,)
    database = await Database.open(path)
    try:
        assert await count(database, "entry") == 2
        with pytest.raises(Refused) as refused:
            await pull(database, oak.sender(), cursor)
        assert refused.value.code == "cursor_refused"
    finally:
        await database.close()
    assert is_private(path)
    assert not left_over(tmp_path)


async def test_a_backup_copied_by_hand_is_noticed_by_cursors_from_its_future(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    await fill(path, catalogue, oak, 1)
    shutil.copy(path, tmp_path / "backup.db")
    cursor = await fill(path, catalogue, oak, 1)
    shutil.copy(tmp_path / "backup.db", path)
    database = await Database.open(path)
    try:
        with pytest.raises(Refused) as refused:
            await pull(database, oak.sender(), cursor)
        assert refused.value.code == "cursor_refused"
    finally:
        await database.close()


async def test_a_backup_that_is_no_good_changes_nothing(path: Path, tmp_path: Path) -> None:
    epoch = await _epoch(path)
    notes = tmp_path / "notes.db"
    notes.write_text("these are notes, not a database" * 100)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as sql:
        sql.execute("CREATE TABLE note (text TEXT)")
    torn = tear(path, tmp_path / "torn.db")
    for backup, codes in (
        (tmp_path / "none.db", {"missing"}),
        (notes, {"not_a_database"}),
        (other, {"not_a_database"}),
        (torn, {"damaged"}),
    ):
        with pytest.raises(DatabaseError) as failed:
            restore(backup, path)
        assert failed.value.code in codes, backup
        assert str(backup) in str(failed.value)
    assert await _epoch(path) == epoch
    assert not left_over(tmp_path)


async def test_a_database_in_use_is_not_replaced(database: Database, path: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(path, backup)
    with pytest.raises(DatabaseError) as failed:
        restore(backup, path)
    assert failed.value.code == "in_use"
    assert await count(database, "entry") == 0


async def test_a_backup_can_be_restored_where_there_is_nothing(path: Path, tmp_path: Path) -> None:
    place = tmp_path / "elsewhere" / "sightline.db"
    assert restore(path, place) is None
    assert await _epoch(place) != await _epoch(path)


def is_private(path: Path) -> bool:
    return path.stat().st_mode & 0o077 == 0


def left_over(folder: Path) -> list[Path]:
    return list(folder.glob("*restoring*"))


def tear(path: Path, torn: Path) -> Path:
    torn.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return torn


async def _epoch(path: Path) -> str:
    database = await Database.open(path)
    try:
        return await database.read(read_epoch)
    finally:
        await database.close()
