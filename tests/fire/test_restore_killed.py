"""A restore is killed between any two of its steps: nothing that was on the disk is gone, and again it works."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from observation_forms import load_catalogue
from server.commands import create_database
from sync import Database, DatabaseError, Inbox, migrate, restore
from tests.sync.bodies import FakeTablet, batch

ROOT = Path(__file__).parents[2]
_KILLED_AT_STEP = """
import os, signal, sys
from pathlib import Path
from sync import restore

left = int(sys.argv[3])

def counted(does):
    def step(*values, **more):
        global left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1
        return does(*values, **more)
    return step

os.rename, os.replace, os.unlink = counted(os.rename), counted(os.replace), counted(os.unlink)
restore(Path(sys.argv[1]), Path(sys.argv[2]))
"""


async def push(path: Path, tablet: FakeTablet, records: int) -> None:
    database = await Database.open(path)
    inbox = Inbox(database, load_catalogue(), hold_reason=lambda connection, body, sender: "")
    await inbox.receive(batch([tablet.seal() for _ in range(records)]), tablet.sender())
    await database.close()


async def crashed_with_a_log(path: Path, tablet: FakeTablet, records: int) -> None:
    """As after a power cut: the newest records are in the write-ahead log alone."""
    with closing(sqlite3.connect(path)) as reader:
        reader.execute("SELECT count(*) FROM entry").fetchone()
        await push(path, tablet, records)
        for end in ("", "-wal"):
            shutil.copy(f"{path}{end}", f"{path}{end}.crashed")
    for end in ("", "-wal"):
        os.replace(f"{path}{end}.crashed", f"{path}{end}")
    with suppress(FileNotFoundError):
        os.unlink(f"{path}-shm")


def entries(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])


@pytest.mark.parametrize("step", range(8))
async def test_killed_at_any_step_what_was_there_is_kept_whole_and_the_next_restore_works(
    tmp_path: Path, step: int
) -> None:
    path, backup = tmp_path / "live" / "sightline.db", tmp_path / "backup.db"
    path.parent.mkdir()
    oak = FakeTablet(load_catalogue(), "oak")
    migrate(path)
    await push(path, oak, 2)
    shutil.copy(path, backup)
    await crashed_with_a_log(path, oak, 3)
    command = [sys.executable, "-c", _KILLED_AT_STEP, str(backup), str(path), str(step)]
    killed = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, check=False)
    assert killed.returncode in (-9, 0)
    if not path.exists():
        with pytest.raises(DatabaseError) as refused:
            await Database.open(path)
        assert refused.value.code == "half_restored"
        with pytest.raises(DatabaseError):
            create_database(path)
    restore(backup, path)
    assert entries(path) == 2
    kept = [
        file for file in path.parent.glob("sightline.db-before-*") if not file.name.endswith(("-wal", "-shm"))
    ]
    assert max(entries(file) for file in kept) == 5


async def test_restored_twice_in_one_second_both_databases_that_were_there_are_kept(tmp_path: Path) -> None:
    path, backup = tmp_path / "live" / "sightline.db", tmp_path / "backup.db"
    path.parent.mkdir()
    oak = FakeTablet(load_catalogue(), "oak")
    migrate(path)
    await push(path, oak, 1)
    shutil.copy(path, backup)
    await push(path, oak, 1)
    first, second = restore(backup, path), restore(backup, path)
    assert first is not None
    assert second is not None
    assert (entries(first), entries(second), entries(path)) == (2, 1, 1)
