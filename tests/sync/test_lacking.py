"""What a backup lacks of the database it takes the place of, said before anybody relies on either."""

import shutil
from pathlib import Path

from observation_forms import Catalogue
from sync import migrate, restore
from sync.lacking import TabletLacks, lacking
from tests.sync.bodies import FakeTablet
from tests.sync.test_restore import fill, tear


async def test_it_counts_for_each_tablet_what_the_backup_lacks(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    elm = FakeTablet(catalogue, "elm")
    await fill(path, catalogue, oak, 2)
    backup = tmp_path / "backup.db"
    shutil.copy(path, backup)
    await fill(path, catalogue, oak, 3)
    await fill(path, catalogue, elm, 1)
    found = lacking(backup, path)
    assert [(one.tablet, one.known, one.knew, one.lacks) for one in found.tablets] == [
        ("elm", 0, 1, 1),
        ("oak", 2, 5, 3),
    ]
    assert (found.lacks, found.readable, found.same_log, found.only_here) == (4, True, True, 0)
    assert all(one.oldest for one in found.tablets)


async def test_it_is_the_same_after_the_restore(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    backup = tmp_path / "backup.db"
    await fill(path, catalogue, oak, 1)
    shutil.copy(path, backup)
    await fill(path, catalogue, oak, 1)
    looked = lacking(backup, path)
    before = restore(backup, path)
    assert lacking(path, before) == looked


async def test_a_replaced_database_that_cannot_be_read_is_said_to_be_unknown(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    await fill(path, catalogue, oak, 2)
    torn = tear(path, tmp_path / "torn.db")
    notes = tmp_path / "notes.db"
    notes.write_text("these are notes, not a database" * 100)
    for other in (torn, notes, None):
        found = lacking(path, other)
        assert not found.readable
        assert found.tablets == [TabletLacks("oak", 2, 0, 0, "")]


async def test_a_backup_of_another_server_is_known_by_its_log(
    path: Path, tmp_path: Path, catalogue: Catalogue, oak: FakeTablet
) -> None:
    other = tmp_path / "other.db"
    migrate(other)
    await fill(path, catalogue, oak, 1)
    found = lacking(other, path)
    assert (found.same_log, found.lacks, found.only_here) == (False, 1, 0)
    assert lacking(path, other).only_here == 1
