"""Every command of `sightline` beside an action that waits for its signature, and beside one with all ten rules broken:
none closes it, and none takes a decision away.
"""

import re
import shlex
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from httpx import Response

from observation_forms.shelf import LIBRARY
from server.cli import main
from server.identity import organisation
from server.identity.permissions import Role
from tests.server.closure.road import Road
from tests.server.evidence.arranged import words_of
from tests.server.reach import add_member
from tests.server.review.reviewing import review
from tests.server.world import PASSWORD, World

LEAVERS = ("kit", "lou")
CONCERN = "medicine_error"
DANA, CHIDI = "dana@example.test", "chidi@example.test"
COMMANDS: Mapping[str, str] = {
    "backup": "{folder}/copies --database {database}",
    "doctor": "--quick --database {database}",
    "form check": "{library}/sample_audit/1.toml --library {library}",
    "form new": "night_bells --folder {folder} --library {library}",
    "form publish": "{folder}/night_bells/1.toml --library {library}",
    "form retire": "sample_audit --library {library}",
    "forms": "--library {library}",
    "init": "--provider A --service B --kind residential --unit C --name D --email e@example.test "
    "--password-stdin --database {database}",
    "pack make": "{folder}/pack.zip --service alder --since 2026-09-01 --until 2026-11-16 --why 'A test of this road' "
    f"--email {CHIDI} --password-stdin --database {{database}}",
    "pack verify": "{folder}/pack.zip",
    "proof": "{record} --out {folder}/proof.html --database {database}",
    "rebuild": "--database {database}",
    "recover": "{folder}/none.json --database {database}",
    "restore": "{backup} --database {database}",
    "retention destroy": f"--rule other --why 'Years have gone by.' --email {CHIDI} "
    "--password-stdin --database {database}",
    "retention list": "--database {database}",
    "staff add": "--name New --email new@example.test --role nominated_individual --database {database}",
    "staff factor-off": f"--email {DANA} --database {{database}}",
    "staff leave": "--email eli@example.test --database {database}",
    "staff password": f"--email {DANA} --password-stdin --database {{database}}",
    "subject-access": f"{{folder}}/papers.zip --kind person --id alder-1-a --email {CHIDI} --password-stdin "
    "--database {database}",
    "sweep": "--database {database}",
    "tablet code": "--name Ash --unit alder-1 --database {database}",
    "verify": "--database {database}",
}
# They end when they are told to: their doors are those that `test_every_pair.py` and `test_attacked.py` attack
SERVERS = {"serve", "demo"}
# There is a provider already; a form that was only begun is none; no tablet saved such a file
REFUSED = {"init", "form publish", "recover"}


def leaves(group: click.Group, *before: str) -> Iterator[str]:
    """Every command by its words."""
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from leaves(command, *before, name)
        else:
            yield " ".join((*before, name))


class House:
    """A database at rest with two actions under test: one lacks its signature alone, of the other all ten rules are
    broken, each as the floor or the desk would break it.
    """

    def __init__(self, world: World) -> None:
        self.unsigned = Road(world)
        with world.sql() as sql:
            for leaver in LEAVERS:
                add_member(sql, leaver, Role.FLOOR, "alder", "", world)
        self.broken = Road(
            world, ("day", "day"), "Elm", owner="kit", themes=["MD"], title="Another action of this house",
            evidence_kinds=["observation", "oversight"], comparator_1="at_most",
        )  # fmt: skip
        self.unsigned.walk_to_signature()
        for step in (partial(self.broken.propose, checker="lou"), self.broken.draw, self.broken.look):
            assert step().status_code == 303
        self._break_the_rest(world)
        assert "Ready to propose" in self.unsigned.page()
        assert named_in(self.broken.sign()) == set(range(1, 11))
        self.path = world.settings.database

    def _break_the_rest(self, world: World) -> None:
        road = self.broken
        for at in ("2026-09-20T10:00:00Z", "2026-11-15T10:00:00Z"):
            road.audit(at, example="no_impact_check")
        against = [road.bearing("contradicts")]
        road.shift.record("lived_experience", "2026-11-14T10:00:00Z", "a_son_says_worse", bearings=against)
        road.shift.record("immediate_concern", "2026-11-15T11:00:00Z", chosen={"what": CONCERN})
        answer = review(world.signed_in("dana"), road.drawn()[0], "set_aside", "It was of another house.")
        assert answer.status_code == 303
        with world.sql() as sql:
            for leaver in LEAVERS:
                organisation.end_employment(sql, leaver, world.clock())
            what = "Care plans are read aloud before each handover."
            sql.execute("UPDATE action SET changed_what = ? WHERE id = ?", (what, road.action))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    with World(tmp_path_factory.mktemp("commands")) as world:
        return House(world)


def standing(path: Path) -> list[tuple[object, ...]]:
    """The state of both actions and every decision on them."""
    with sqlite3.connect(path) as sql:
        return [
            *sql.execute("SELECT status, version FROM action ORDER BY number"),
            *sql.execute("SELECT * FROM closure_decision ORDER BY id"),
        ]


def test_every_command_was_looked_at() -> None:
    assert set(leaves(main)) == {*COMMANDS, *SERVERS}


def test_no_command_closes_an_action(house: House, tmp_path: Path) -> None:
    database, library, backup = tmp_path / "sightline.db", tmp_path / "library", tmp_path / "before.db"
    for copy in (database, backup):
        shutil.copy(house.path, copy)
    shutil.copytree(LIBRARY, library)
    shutil.copy(f"{house.path}.keys", f"{database}.keys")
    before = standing(database)
    assert [row[0] for row in before[:2]] == ["testing", "testing"]
    assert len(before) == 2 + 6
    places = {
        "database": database, "backup": backup, "library": library, "folder": tmp_path,
        "record": house.unsigned.observations[0],
    }  # fmt: skip
    codes = {}
    for command, rest in COMMANDS.items():
        codes[command] = run(f"{command} {rest.format(**places)}").exit_code
        assert standing(database) == before, command
    assert {command for command, code in codes.items() if code} == REFUSED


def test_a_backup_in_which_somebody_closed_it_by_hand_is_found_out(house: House, tmp_path: Path) -> None:
    forged, database = tmp_path / "forged.db", tmp_path / "sightline.db"
    shutil.copy(house.path, forged)
    with sqlite3.connect(forged) as sql:
        sql.execute("DROP TRIGGER action_closing_is_a_decision")
        sql.execute("UPDATE action SET status = 'closed' WHERE id = ?", (house.unsigned.action,))
    assert run(f"restore {forged} --database {database}").exit_code == 0
    said = run(f"verify --database {database}")
    assert said.exit_code == 1
    assert f"action {house.unsigned.action}: closed, and its history has no decision" in said.output


def run(line: str) -> Result:
    """The command as somebody would type it."""
    return CliRunner().invoke(main, shlex.split(line), input=f"{PASSWORD}\n")


def named_in(answer: Response) -> set[int]:
    """The rules that a refusal names."""
    return {int(number) for number in re.findall(r"Rule (\d+): ", words_of(answer))}
