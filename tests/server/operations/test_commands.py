"""The commands themselves: what they print, and the exit code that a nightly job looks at."""

from pathlib import Path

import msgspec
from click.testing import CliRunner, Result

from server.cli import main
from tests.server.world import World


def run(world: World, *arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--database", str(world.settings.database)])


def test_backup_says_what_it_made_and_refuses_to_replace_it(world: World, tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    first = run(world, "backup", str(file))
    assert (first.exit_code, "checked against the signed log" in first.output) == (0, True), first.output
    again = run(world, "backup", str(file))
    assert again.exit_code == 2
    assert "--force" in again.output
    assert run(world, "backup", str(file), "--force").exit_code == 0
    assert run(world, "backup", str(tmp_path), "--keep", "3").exit_code == 0
    assert len(list(tmp_path.glob("sightline-*.db"))) == 1
    assert run(world, "backup", str(tmp_path / "none" / "b.db")).exit_code == 2


def test_a_backup_that_is_not_sound_ends_with_one(world: World, tmp_path: Path) -> None:
    with world.sql() as sql:
        sql.execute("DROP TRIGGER log_leaf_refuses_update")
        sql.execute("UPDATE log_leaf SET statement = '{}' WHERE position = 0")
    made = run(world, "backup", str(tmp_path / "backup.db"))
    assert made.exit_code == 1
    assert "backup-faulty.db" in made.output


def test_a_look_at_a_backup_runs_beside_the_server_and_a_restore_does_not(
    world: World, tmp_path: Path
) -> None:
    file = tmp_path / "backup.db"
    assert run(world, "backup", str(file)).exit_code == 0
    look = run(world, "restore", str(file), "--look")
    assert (look.exit_code, "Nothing was changed" in look.output) == (0, True)
    refused = run(world, "restore", str(file))
    assert (refused.exit_code, "stop it first" in refused.output) == (2, True)


def test_the_doctor_ends_with_one_when_something_is_bad(world: World) -> None:
    well = run(world, "doctor", "--json")
    said = msgspec.json.decode(well.stdout)
    assert (well.exit_code, said["ok"]) == (0, 1), well.output
    world.settings.keys.unlink()
    ill = run(world, "doctor", "--quick")
    assert ill.exit_code == 1
    assert "BAD    keys" in ill.output
    assert "-> Without it the server does not start." in ill.output
    assert "1 to be put right" in ill.output
