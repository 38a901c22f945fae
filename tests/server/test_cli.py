"""The command line: what it does, and how it fails: one sentence, exit code 2, no traceback."""

import os
import shutil
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest

from server.identity.permissions import Role
from tests.server.processes import FIRST, PASSWORD, make_database, sightline


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "sightline.db"
    make_database(path)
    return path


def fails_in_one_sentence(result: subprocess.CompletedProcess[str], words: str) -> None:
    assert result.returncode == 2, result
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1, result.stderr
    assert result.stderr.startswith("Error: ")


def units(database: Path) -> list[str]:
    with sqlite3.connect(database) as sql:
        return [row[0] for row in sql.execute("SELECT id FROM unit")]


def test_init_makes_a_database_only_its_owner_can_read(database: Path) -> None:
    assert database.stat().st_mode & 0o077 == 0
    with sqlite3.connect(database) as sql:
        assert sql.execute("SELECT name FROM staff").fetchall() == [("Chidi Okafor",)]
        roles = {row[0] for row in sql.execute("SELECT role FROM staff_role")}
    assert roles == {Role.REGISTERED_MANAGER, Role.ADMINISTRATOR}


def test_init_does_not_touch_a_database_in_use(database: Path) -> None:
    again = sightline("init", *FIRST, "--database", str(database), typed=PASSWORD + "\n")
    fails_in_one_sentence(again, "There is already a provider")


def test_a_password_that_is_too_short_makes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "sightline.db"
    fails_in_one_sentence(
        sightline("init", *FIRST, "--database", str(path), typed="short\n"), "12 to 200 characters"
    )
    assert not path.exists()


def test_staff_are_added_and_given_a_password(database: Path) -> None:
    place = ["--database", str(database)]
    added = sightline(
        "staff", "add", "--name", "Hana", "--email", "hana@example.test", "--role", "visitor",
        "--until", "2030-01-01", *place,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    changed = sightline(
        "staff", "password", "--email", "HANA@example.test", "--password-stdin", *place, typed=PASSWORD + "\n"
    )
    assert changed.returncode == 0, changed.stderr
    with sqlite3.connect(database) as sql:
        hashed = sql.execute(
            "SELECT hash FROM password JOIN staff ON id = staff WHERE name = 'Hana'"
        ).fetchone()[0]
        ends = sql.execute("SELECT ends FROM staff_role WHERE role = 'visitor'").fetchone()[0]
        noted = sql.execute(
            "SELECT who, details FROM identity_audit JOIN staff ON staff.id = about "
            "WHERE what = 'staff_added' AND name = 'Hana'"
        ).fetchall()
    assert noted == [("", "visitor")]
    assert hashed.startswith("$argon2id$")
    assert ends == "2030-01-01T23:59:59Z"


def test_somebody_above_everyone_at_the_desk_leaves_on_the_server(database: Path) -> None:
    gone = sightline("staff", "leave", "--email", "CHIDI@example.test", "--database", str(database))
    assert gone.returncode == 0, gone.stderr
    with sqlite3.connect(database) as sql:
        (left_at,) = sql.execute("SELECT left_at FROM staff WHERE email = 'chidi@example.test'").fetchone()
        (what,) = sql.execute("SELECT what FROM identity_audit ORDER BY id DESC LIMIT 1").fetchone()
    assert left_at
    assert what == "staff_left"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["staff", "leave", "--email", "nobody@example.test"], "Nobody has the email"),
        (
            ["staff", "add", "--name", "X", "--email", "chidi@example.test", "--role", "floor"],
            "already someone with",
        ),
        (
            ["staff", "add", "--name", "X", "--email", "x@y.z", "--role", "floor", "--service", "no"],
            "no service 'no'",
        ),
        (["staff", "password", "--email", "nobody@example.test", "--password-stdin"], "Nobody has the email"),
        (["tablet", "code", "--name", "Oak", "--unit", "nowhere"], "There is no unit 'nowhere'"),
    ],
)
def test_what_does_not_fit_is_said_in_one_sentence(database: Path, arguments: list[str], words: str) -> None:
    fails_in_one_sentence(sightline(*arguments, "--database", str(database), typed=PASSWORD + "\n"), words)


def test_a_tablets_code_is_printed(database: Path) -> None:
    made = sightline(
        "tablet", "code", "--name", "Oak", "--unit", units(database)[0], "--database", str(database)
    )
    assert made.returncode == 0, made.stderr
    assert "enrols Oak, once, within 10 minutes" in made.stdout
    again = sightline(
        "tablet", "code", "--name", "oak", "--unit", units(database)[0], "--database", str(database)
    )
    fails_in_one_sentence(again, "already a tablet called oak")


def test_rebuild_says_how_many_entries_it_read(database: Path) -> None:
    rebuilt = sightline("rebuild", "--database", str(database))
    assert (rebuilt.returncode, rebuilt.stdout) == (0, "Derived everything again from 0 entries.\n")


def test_restoring_a_backup_says_what_tablets_will_do(database: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.db"
    shutil.copy(database, backup)
    place = ["--database", str(database)]
    restored = sightline("restore", str(backup), *place)
    assert restored.returncode == 0, restored.stderr
    assert "read its lists from the start" in restored.stdout
    assert sightline("rebuild", *place).returncode == 0
    fails_in_one_sentence(sightline("restore", str(tmp_path / "none.db"), *place), "There is no database")


def test_forms_lists_every_version_with_its_hash() -> None:
    listed = sightline("forms").stdout
    assert "F1 version 1  Practice observation" in listed
    assert len(listed.split()[0]) == 64


def test_every_command_explains_itself() -> None:
    for command in ([], ["demo"], ["serve"], ["init"], ["restore"], ["staff", "add"], ["tablet", "code"]):
        helped = sightline(*command, "--help")
        assert helped.returncode == 0
        assert "Usage:" in helped.stdout


@pytest.mark.parametrize("command", ["serve", "rebuild"])
def test_a_missing_database_is_said(tmp_path: Path, command: str) -> None:
    missing = str(tmp_path / "none.db")
    fails_in_one_sentence(sightline(command, "--database", missing), "There is no database")


def test_a_locked_database_is_said(database: Path) -> None:
    with sqlite3.connect(database) as other:
        other.execute("PRAGMA locking_mode=EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        fails_in_one_sentence(sightline("rebuild", "--database", str(database)), "locked")


def test_a_file_that_is_no_database_is_said(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("these are notes, not a database" * 100)
    fails_in_one_sentence(sightline("serve", "--database", str(path)), "not a Sightline database")


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    path = tmp_path / "file" / "sightline.db"
    result = sightline("init", *FIRST, "--database", str(path), typed=PASSWORD + "\n")
    fails_in_one_sentence(result, "check the path")


def test_serving_an_older_database_brings_it_up_to_date_first(database: Path) -> None:
    with sqlite3.connect(database) as sql:
        sql.execute("DROP TABLE entry_themes")
        sql.execute("DELETE FROM _sqlite_migrations WHERE name = 'entry_themes'")
    fails_in_one_sentence(
        sightline("rebuild", "--database", str(database)), "waiting to be brought up to date"
    )
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        fails_in_one_sentence(
            sightline("serve", "--database", str(database), "--port", port), "already listens"
        )
    with sqlite3.connect(database) as sql:
        assert sql.execute("SELECT count(*) FROM entry_themes").fetchone() == (0,)


def test_a_port_in_use_is_said(database: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        fails_in_one_sentence(
            sightline("serve", "--database", str(database), "--port", port), "already listens"
        )


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        (
            "SIGHTLINE_PORT",
            "high",
            "SIGHTLINE_PORT is 'high', but it must be a whole number from 1 to 65535.",
        ),
        ("SIGHTLINE_ORIGIN", "http://sightline.example", "only work over https"),
        ("SIGHTLINE_TLS_KEY", "/no/such/key", "the path of a file that is there"),
    ],
)
def test_a_bad_setting_is_said(variable: str, value: str, words: str) -> None:
    fails_in_one_sentence(sightline("serve", **{variable: value}), words)


def test_a_malformed_form_is_said_with_its_file(tmp_path: Path) -> None:
    library = tmp_path / "library"
    shutil.copytree(Path(__file__).resolve().parents[2] / "observation_forms" / "library", library)
    form = library / "practice_observation" / "1.toml"
    form.write_text(form.read_text("utf-8").replace("[[", "[", 1), "utf-8")
    fails_in_one_sentence(sightline("forms", "--library", str(library)), "1.toml")


def test_a_full_disk_is_said(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = os.geteuid() == 0 and shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)], capture_output=True, check=False
    ).returncode == 0  # fmt: skip
    if not mounted:
        pytest.skip("needs the right to mount a small disk")
    try:
        result = sightline("init", *FIRST, "--database", str(disk / "sightline.db"), typed=PASSWORD + "\n")
        fails_in_one_sentence(result, "full")
    finally:
        subprocess.run(["umount", str(disk)], check=True)
