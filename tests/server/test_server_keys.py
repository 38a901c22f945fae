"""The key file belongs to its database: without it, or with another's, the server does not start."""

from pathlib import Path

import pytest

from tests.browser.running import free_port
from tests.server.processes import make_database, serving, sightline


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "sightline.db"
    make_database(path)
    with serving(path, free_port()):
        pass
    return path


def keys_of(database: Path) -> Path:
    return database.with_name(f"{database.name}.keys")


def test_the_first_start_makes_a_key_file_for_its_owner_alone_and_the_next_keeps_it(database: Path) -> None:
    keys = keys_of(database)
    before = keys.read_bytes()
    assert keys.stat().st_mode & 0o077 == 0
    with serving(database, free_port()):
        assert keys.read_bytes() == before


def refusal(database: Path) -> str:
    refused = sightline("serve", "--database", str(database), "--port", str(free_port()))
    assert (refused.returncode, refused.stdout) == (2, "")
    # The log has lines of its own there, in JSON
    (sentence,) = [line for line in refused.stderr.splitlines() if not line.startswith("{")]
    return sentence


def test_without_its_key_file_it_does_not_start_and_makes_no_new_one(database: Path) -> None:
    keys_of(database).rename(database.with_name("elsewhere"))
    assert f"The key file {keys_of(database)} is missing: put it back from the backup" in refusal(database)
    assert not keys_of(database).exists()


def test_with_the_key_file_of_another_server_it_does_not_start(database: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "sightline.db"
    other.parent.mkdir()
    make_database(other)
    with serving(other, free_port()):
        pass
    keys_of(database).write_bytes(keys_of(other).read_bytes())
    assert "belongs to another server than the database" in refusal(database)


def test_with_a_key_file_that_cannot_be_read_it_does_not_start(database: Path) -> None:
    keys_of(database).write_text("{}")
    assert "cannot be read: put it back from the backup" in refusal(database)
