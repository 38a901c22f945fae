"""`sightline backup` and what a restore says, on a provider with tablets, people and a running app."""

import shutil
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from server.operations import backing_up, restoring
from server.operations.backing_up import Made, last_backup, make_backup
from server.operations_cli import look_at_backup, restore_backup
from server.server_keys import open_keys
from sync import DatabaseError
from tests.server.evidence.arranged import make_action, send_record
from tests.server.world import START, World, take_out


def backed_up(world: World, place: Path, keep: int = 0, at: datetime = START) -> Made:
    return make_backup(
        world.settings, place, force=False, keep=keep, progress=lambda *_: None, clock=lambda: at
    )


def test_a_backup_beside_the_running_app_is_checked_against_its_log(world: World, tmp_path: Path) -> None:
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        send_record(oak, make_action(chidi))
        made = backed_up(world, tmp_path / "backup.db")
    assert made.well, made.lines
    assert "1 entries" in made.lines[0]
    assert "checked against the signed log" in made.lines[0]
    assert made.lines[1].startswith("Its newest signed checkpoint: ")
    assert "The key file is not in it" in made.lines[2]
    assert world.settings.keys.read_bytes() not in (tmp_path / "backup.db").read_bytes()
    note = last_backup(world.settings.database)
    assert note is not None
    assert (note.entries, note.file) == (1, str(tmp_path / "backup.db"))


def test_a_change_behind_the_servers_back_is_found_while_backing_up(world: World, tmp_path: Path) -> None:
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        send_record(oak, make_action(chidi))
    with world.sql() as sql:
        sql.execute("DROP TRIGGER entry_refuses_update")
        sql.execute("UPDATE entry SET received_at = '2020-01-01T00:00:00.000Z'")
    made = backed_up(world, tmp_path / "backup.db")
    assert not made.well
    assert any("is kept as" in line and "backup-faulty.db" in line for line in made.lines)
    assert not (tmp_path / "backup.db").exists()
    assert last_backup(world.settings.database) is None


def test_a_key_file_that_is_gone_does_not_stand_in_the_way(world: World, tmp_path: Path) -> None:
    world.settings.keys.unlink()
    made = backed_up(world, tmp_path / "backup.db")
    assert made.well
    assert any("is missing" in line for line in made.lines)


def test_a_folder_keeps_the_newest_and_nothing_else_is_touched(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    (folder / "sightline-notes.db").write_text("somebody's own")
    for day in range(4):
        assert backed_up(world, folder, 2, START + timedelta(days=day)).well
    # A clock that was set back: what was just made stays all the same
    assert backed_up(world, folder, 2, START - timedelta(days=400)).well
    assert sorted(each.name for each in folder.iterdir()) == [
        "sightline-20251012T090000Z.db",
        "sightline-20261119T090000Z.db",
        "sightline-notes.db",
    ]


def test_two_backups_in_one_second_get_two_names(world: World, tmp_path: Path) -> None:
    for _ in range(2):
        assert backed_up(world, tmp_path, 5).well
    assert len(list(tmp_path.glob("sightline-2*.db"))) == 2


def test_a_faulty_copy_removes_no_older_backup(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    assert backed_up(world, folder, 1).well
    monkeypatch.setattr(backing_up._Checking, "__call__", lambda self, copy: ["line 2: changed."])
    assert not backed_up(world, folder, 1, START + timedelta(days=1)).well
    assert (folder / "sightline-20261116T090000Z.db").exists()


def test_without_room_to_check_the_copy_is_kept_and_nothing_is_removed(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    assert backed_up(world, folder, 1).well

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backing_up, "verify", no_room)
    made = backed_up(world, folder, 1, START + timedelta(days=1))
    assert not made.well
    assert any("as much room again" in line for line in made.lines)
    assert len(list(folder.iterdir())) == 2


def test_a_database_that_waits_for_an_upgrade_is_backed_up_all_the_same(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    assert backed_up(world, folder, 1).well
    with world.sql() as sql:
        sql.execute("DELETE FROM _sqlite_migrations WHERE id = (SELECT max(id) FROM _sqlite_migrations)")
    made = backed_up(world, folder, 1, START + timedelta(days=1))
    assert made.well, made.lines
    assert any("waiting to be brought up to date" in line for line in made.lines)
    assert len(list(folder.iterdir())) == 2


def test_whatever_stops_the_check_the_copy_is_kept(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stops(*_: object) -> None:
        raise KeyError("somebody's words")

    monkeypatch.setattr(backing_up, "verify", stops)
    made = backed_up(world, tmp_path / "backup.db")
    assert not made.well
    assert "builtins.KeyError" in made.lines[0]
    assert "somebody" not in " ".join(made.lines)
    assert (tmp_path / "backup-faulty.db").is_file()


def copied(world: World, tmp_path: Path) -> Path:
    backup = tmp_path / "backup.db"
    assert backed_up(world, backup).well
    return backup


def test_a_look_says_what_each_tablet_would_be_asked_for_and_changes_nothing(
    world: World, tmp_path: Path
) -> None:
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        action = make_action(chidi)
        send_record(oak, action)
        backup = copied(world, tmp_path)
        send_record(oak, action, tablet_seq=2)
        send_record(oak, action, tablet_seq=3)
        before = backup.read_bytes()
        lines = look_at_backup(world.settings, backup)
        assert backup.read_bytes() == before
        assert chidi.get("/evidence").status_code == 200
    text = "\n".join(lines)
    assert "The backup lacks 2 records" in text
    assert "Tablet Oak: 2 records. Known here up to number 1, by the replaced database up to 3" in text
    assert "belongs to it" in text
    assert "Nothing was changed" in text


def test_what_people_decided_since_the_backup_is_named(world: World, tmp_path: Path) -> None:
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        backup = copied(world, tmp_path)
        known = oak.get("/tablet/identity").json()["tablet"]["id"]
        assert take_out(chidi, known, "lost").status_code == 303
        world.tablet(name="Elm")
        with world.sql() as sql:
            sql.execute("UPDATE staff SET left_at = ? WHERE id = 'amina'", (START.isoformat(),))
    with closing(sqlite3.connect(world.settings.database)):
        text = "\n".join(restoring.restored_words(backup, world.settings.database, START))
    assert "trusted here again: Oak (lost)" in text
    assert "does not know them: Elm (0 records)" in text
    assert "Enrol each again with a new code from /tablets: all of it then comes in by itself" in text
    assert "may sign in here again: Amina Yusuf" in text


def test_what_no_tablet_may_hold_any_more_is_said(world: World, tmp_path: Path) -> None:
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        action = make_action(chidi)
        backup = copied(world, tmp_path)
        send_record(oak, action)
        later = START + timedelta(days=20)
        text = "\n".join(restoring.restored_words(backup, world.settings.database, later))
    assert "1 record of these came more than 14 days ago" in text


def test_a_restore_tells_and_keeps_the_database_that_was_there(world: World, tmp_path: Path) -> None:
    folder = tmp_path / "restored"
    folder.mkdir()
    backup, there = copied(world, tmp_path), folder / "sightline.db"
    shutil.copy(backup, there)
    shutil.copy(world.settings.keys, folder / "sightline.db.keys")
    settings = msgspec.structs.replace(world.settings, database=there)
    text = "\n".join(restore_backup(settings, backup))
    assert "Every record that the replaced database had is in the backup." in text
    assert "belongs to it" in text
    assert list(folder.glob("sightline.db-before-*"))
    settings.keys.unlink()
    assert "the server does not start" in " ".join(restoring.keys_words(backup, settings.keys))
    open_keys(settings.keys, may_make=True)
    assert "belongs to another server" in " ".join(restoring.keys_words(backup, settings.keys))


def test_what_is_no_backup_is_said_before_anything_is_done(world: World, tmp_path: Path) -> None:
    notes = tmp_path / "notes.db"
    notes.write_text("not a database" * 300)
    for backup, code in ((tmp_path / "none.db", "missing"), (notes, "not_a_database")):
        with pytest.raises(DatabaseError) as failed:
            look_at_backup(world.settings, backup)
        assert failed.value.code == code
