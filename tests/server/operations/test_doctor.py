"""The doctor: each thing that can be wrong is found, named, and has something to do; it never faints."""

import os
import shutil
import sqlite3
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from server.operations import check_copies, check_machine, check_packs, doctor, start_check
from server.operations.backing_up import make_backup
from server.operations.check_machine import filesystem_of
from server.operations.checks import Check, Ground, Verdict, run
from server.operations.copying import CopyNote
from server.operations.last_seen import Seen
from server.operations.side_files import beside, read_note, write_note
from server.operations.start_check import StartError, check_start
from server.serve import serve
from server.settings import SettingsError
from sync import restore
from tests.server.evidence.arranged import make_action, send_record
from tests.server.test_serve import make_certificate
from tests.server.world import START, World

NOW = START + timedelta(minutes=1)


def found(world: World, name: str, now: datetime = NOW, **changed: object) -> Check:
    settings = msgspec.structs.replace(world.settings, **changed)
    checks = [check for check in run(doctor.ALL, Ground(settings, now)) if check.name == name]
    return max(checks, key=lambda check: list(Verdict).index(check.verdict))


def test_a_server_that_is_well_has_nothing_bad(world: World, tmp_path: Path) -> None:
    make_backup(
        world.settings, tmp_path / "b.db", force=False, keep=0, progress=lambda *_: None, clock=world.clock
    )
    findings = doctor.examine(world.settings, NOW)
    assert findings.ok == 1, findings
    assert [check.name for check in findings.checks] == list(doctor.ALL)
    assert all(check.todo for check in findings.checks if check.verdict is not Verdict.GOOD)
    assert msgspec.json.decode(doctor.as_json(findings))["ok"] == 1
    assert len(doctor.as_lines(findings)) >= len(findings.checks)


def test_missing_libraries_of_the_pdf_are_said_with_what_to_install(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def look() -> Check:
        check_packs._missing.cache_clear()
        return run({"packs": check_packs.look_at_packs}, Ground(world.settings, NOW))[0]

    assert look().verdict is Verdict.GOOD
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load library libpango-1.0-0')")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
    check = look()
    assert check.verdict is Verdict.WATCH
    assert "apt-get install libpango-1.0-0" in check.todo
    check_packs._missing.cache_clear()


def test_it_changes_nothing(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        pass
    before = {file: file.read_bytes() for file in tmp_path.iterdir() if "-" not in file.suffix}
    doctor.examine(world.settings, NOW)
    assert {file: file.read_bytes() for file in tmp_path.iterdir() if "-" not in file.suffix} == before


def test_no_database_is_said_and_not_made(world: World, tmp_path: Path) -> None:
    settings = msgspec.structs.replace(world.settings, database=tmp_path / "none.db")
    findings = doctor.examine(settings, NOW)
    assert findings.ok == 0
    assert "There is no database" in findings.checks[0].words
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("damage", ["page", "torn", "notes", "empty"])
def test_a_damaged_database_is_bad_and_never_stops_the_doctor(
    world: World, tmp_path: Path, damage: str
) -> None:
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        send_record(oak, make_action(chidi))
    broken = tmp_path / "broken" / "sightline.db"
    broken.parent.mkdir()
    with closing(sqlite3.connect(world.settings.database)) as sql, closing(sqlite3.connect(broken)) as copy:
        sql.backup(copy)
        (page,) = copy.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry_by_digest'").fetchone()
        (size,) = copy.execute("PRAGMA page_size").fetchone()
    content = bytearray(broken.read_bytes())
    if damage == "page":
        content[(page - 1) * size + 8 : (page - 1) * size + 200] = b"\xff" * 192
    broken.write_bytes(
        {
            "page": bytes(content),
            "torn": bytes(content[: len(content) // 3]),
            "notes": b"notes" * 999,
            "empty": b"",
        }[damage]
    )
    findings = doctor.examine(msgspec.structs.replace(world.settings, database=broken), NOW)
    assert findings.ok == 0
    assert findings.checks[0].verdict is Verdict.BAD
    assert findings.checks[0].todo
    assert set(doctor.ALL) == {check.name for check in findings.checks}


def test_keys_that_are_missing_or_anothers_are_bad(world: World, tmp_path: Path) -> None:
    assert found(world, "keys").verdict is Verdict.GOOD
    os.chmod(world.settings.keys, 0o644)
    assert found(world, "keys").verdict is Verdict.WATCH
    kept = world.settings.keys.read_bytes()
    world.settings.keys.unlink()
    assert "is missing" in found(world, "keys").words
    with World(_folder(tmp_path)) as other:
        shutil.copy(other.settings.keys, world.settings.keys)
    assert "another server" in found(world, "keys").words
    world.settings.keys.write_bytes(kept[:20])
    assert "cannot be read" in found(world, "keys").words


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "other"
    folder.mkdir()
    return folder


def test_little_room_is_said_and_too_little_is_bad(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_machine, "LEAST_FREE", 2**62)
    assert found(world, "disk").verdict is Verdict.BAD
    monkeypatch.setattr(check_machine, "LEAST_FREE", 0)
    monkeypatch.setattr(check_machine, "size_of", lambda _path: 2**60)
    assert found(world, "disk").verdict is Verdict.WATCH


def test_a_clock_that_was_set_back_is_bad(world: World) -> None:
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        send_record(oak, make_action(chidi))
    assert found(world, "clock").verdict is Verdict.GOOD
    assert "set back" in found(world, "clock", START - timedelta(hours=1)).words
    assert found(world, "clock", datetime(1970, 1, 2, tzinfo=UTC)).verdict is Verdict.BAD


def test_a_certificate_is_looked_at_for_its_end_its_name_and_its_key(world: World, tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    here = {"tls_certificate": certificate, "tls_key": key, "origin": "https://127.0.0.1:8000"}
    now = datetime.now(UTC)
    assert found(world, "certificate").verdict is Verdict.GOOD
    ends_soon = found(world, "certificate", now, **here)
    assert (ends_soon.verdict, "in 1 days" in ends_soon.words) == (Verdict.WATCH, True)
    assert found(world, "certificate", now - timedelta(days=90), **here).verdict is Verdict.GOOD
    assert "It ended on" in found(world, "certificate", now + timedelta(days=3), **here).words
    elsewhere = here | {"origin": "https://sightline.example"}
    assert "not for sightline.example" in found(world, "certificate", now, **elsewhere).words
    other = _folder(tmp_path)
    _, wrong = make_certificate(other)
    assert found(world, "certificate", now, **here | {"tls_key": wrong}).verdict is Verdict.BAD
    certificate.write_text("no certificate")
    assert found(world, "certificate", now, **here).verdict is Verdict.BAD


def test_a_network_disk_is_bad_and_the_server_does_not_start_on_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert filesystem_of(Path("/proc")) == "proc"
    monkeypatch.setattr(check_machine, "filesystem_of", lambda _folder: "nfs4")
    assert found(world, "folder").loses
    with pytest.raises(StartError, match="network disk"):
        check_start(world.settings, NOW)


def test_others_who_may_read_the_database_are_said(world: World) -> None:
    os.chmod(world.settings.database, 0o644)
    folder = found(world, "folder")
    assert folder.verdict is Verdict.WATCH


def test_backups_are_asked_for_looked_for_and_dated(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(world, "backups").verdict is Verdict.WATCH
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        send_record(oak, make_action(chidi))
    assert found(world, "backups").verdict is Verdict.BAD
    assert found(world, "backups", copy_to="s3://somewhere/else").verdict is Verdict.WATCH
    file = tmp_path / "b.db"
    make_backup(world.settings, file, force=False, keep=0, progress=lambda *_: None, clock=world.clock)
    assert "on the disk of the database" in found(world, "backups").words
    assert found(world, "backups", NOW + timedelta(days=3)).verdict is Verdict.WATCH
    assert found(world, "backups", NOW + timedelta(days=8)).verdict is Verdict.BAD
    with file.open("ab") as more:
        more.write(b"x")
    assert "changed since" in found(world, "backups").words
    file.unlink()
    assert "not there now" in found(world, "backups").words


def test_what_litestream_last_said_is_read(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    to = "s3://somewhere/else"
    note = beside(world.settings.database, "copying")

    def say(synced: float, at: float = 0.0, fault: str = "") -> Check:
        now = datetime.now(UTC).timestamp()
        write_note(note, CopyNote(now - at, to, True, 0, now - synced if synced >= 0 else 0.0, fault))
        return found(world, "copy", copy_to=to)

    assert found(world, "copy").verdict is Verdict.GOOD
    assert found(world, "copy", copy_to=to).words.startswith("Nothing was copied")
    assert say(5).verdict is Verdict.GOOD
    assert say(900, fault="access denied").words.endswith("It says: access denied.")
    assert say(-1).verdict is Verdict.BAD
    assert say(900, at=900).verdict is Verdict.WATCH
    monkeypatch.setattr(check_copies, "find_program", lambda: None)
    assert "not installed" in say(5).words


def test_a_copy_asked_for_that_nothing_can_make_stops_the_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.operations.litestream.find_program", lambda: None)
    with pytest.raises(SettingsError, match="Litestream is not installed"):
        check_start(msgspec.structs.replace(world.settings, copy_to="/somewhere"), NOW)


def test_gaps_silent_tablets_and_held_records_are_said(world: World) -> None:
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        send_record(oak, make_action(chidi), tablet_seq=3)
        oak.post("/sync/records", json=[7])
        headers = {
            "sightline-app": "build",
            "sightline-waiting": "2",
            "sightline-oldest": "2026-11-16T08:00:00Z",
        }
        oak.get("/sync/changes", headers=headers)
    words = [check.words for check in run({"tablets": doctor.ALL["tablets"]}, Ground(world.settings, NOW))]
    assert words == ["Numbers that never came: Oak (2)."]
    later = run({"tablets": doctor.ALL["tablets"]}, Ground(world.settings, NOW + timedelta(days=2)))
    assert any("Oak (2, " in check.words and "silent" in check.words for check in later)
    with world.sql() as sql:
        (known,) = sql.execute("SELECT id FROM tablet").fetchone()
        sql.execute(
            "INSERT INTO store_loss (tablet, at, heard_at, expected, received) VALUES (?, '', '', 2, 0)",
            (known,),
        )
        sql.execute("INSERT INTO parked VALUES (?, 'r', 1, 4, '', 500, 3, '')", (known,))
    words = [check.words for check in run({"tablets": doctor.ALL["tablets"]}, Ground(world.settings, NOW))]
    assert words[:2] == [
        "They lost their store, and nobody has looked into it: Oak.",
        "They keep what the server would not take: Oak (1).",
    ]
    assert found(world, "held").words == "1 records are held: 1 unreadable."


def older_copy(world: World, folder: Path) -> Path:
    """The world's database as it was before its newest record, under a name of its own, beside a note of the newest."""
    folder.mkdir()
    path = folder / "sightline.db"
    with world.tablet() as oak, world.signed_in("chidi") as chidi:
        action = make_action(chidi)
        with closing(sqlite3.connect(world.settings.database)) as sql, closing(sqlite3.connect(path)) as copy:
            sql.backup(copy)
        send_record(oak, action)
    with world.sql() as sql:
        log, epoch = (
            sql.execute("SELECT value FROM server_state WHERE name = ?", (name,)).fetchone()[0]
            for name in ("log_id", "epoch")
        )
        (size,) = sql.execute("SELECT count(*) FROM log_leaf").fetchone()
    write_note(beside(path, "last-seen"), Seen(log, epoch, size, "2026-11-16T09:00:00Z"))
    shutil.copy(world.settings.keys, f"{path}.keys")
    return path


def test_an_old_copy_put_there_by_hand_is_not_served_until_it_has_a_new_epoch(
    world: World, tmp_path: Path
) -> None:
    path = older_copy(world, tmp_path / "swapped")
    settings = msgspec.structs.replace(world.settings, database=path)
    with pytest.raises(StartError, match=f"sightline restore {path}"):
        serve(settings, lambda: pytest.fail("it serves"))
    restore(path, path)
    assert not [check for check in check_start(settings, NOW) if check.loses]


def test_the_running_server_notes_how_long_its_log_is(tmp_path: Path) -> None:
    with World(tmp_path) as world, world.tablet() as oak, world.signed_in("chidi") as chidi:
        send_record(oak, make_action(chidi))
    seen = read_note(beside(world.settings.database, "last-seen"), Seen)
    with world.sql() as sql:
        (size,) = sql.execute("SELECT count(*) FROM log_leaf").fetchone()
    assert seen is not None
    assert seen.size == size
    assert not [check for check in check_start(world.settings, NOW) if check.loses]


def test_what_is_wrong_but_loses_nothing_does_not_stop_the_start(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_machine, "LEAST_FREE", 2**62)
    checks = start_check.check_start(world.settings, datetime(1970, 1, 2, tzinfo=UTC))
    assert {check.name for check in checks if check.verdict is Verdict.BAD} >= {"disk", "clock"}
