"""What leaders decided, years later: decisions, refusals, minutes, settings and cases after records behind them were
destroyed, after a rebuild and after a restore (issue 7, "must show" 5).
"""

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from server.cli import main
from tests.server.cases.steps import act, open_case
from tests.server.closure.road import NOTE, WHY, Road
from tests.server.evidence.arranged import words_of
from tests.server.retention.years import Years, destroy
from tests.server.reviews.test_reviews import signed
from tests.server.world import World

Rows = list[tuple[Any, ...]]
KEPT = {
    "decisions": "SELECT * FROM closure_decision WHERE step <> 'refused' ORDER BY id",
    "refusals": "SELECT * FROM closure_decision WHERE step = 'refused' ORDER BY id",
    "minutes": "SELECT r.*, a.* FROM review_minutes r JOIN review_addition a ON a.review = r.id ORDER BY r.id",
    "settings": "SELECT * FROM dated_setting ORDER BY id",
    "cases": "SELECT d.*, a.version, a.what, a.who, a.at FROM desk_record d JOIN desk_act a ON a.desk = d.id "
    "ORDER BY a.desk, a.version",
    "what was said in cases": "SELECT * FROM desk_said ORDER BY 1, 2",
}
EVENTS = ("retention", "rebuild", "restore")


def read_kept(path: Path) -> dict[str, Rows]:
    with sqlite3.connect(path) as sql:
        return {name: sql.execute(question).fetchall() for name, question in KEPT.items()}


class House:
    """A closed action and a refused one, minutes, a setting and a case; then eight years, and the records are gone.

    `kept` is what stood before anything happened (under "") and after each event.
    """

    def __init__(self, world: World, folder: Path) -> None:
        self.closed, self.refused = Road(world), Road(world, name="Elm", title="Another action of this house")
        self.closed.walk()
        self.refused.walk_to_signature()
        assert self.refused.refuse().status_code == 303
        with world.signed_in("chidi") as chidi:
            minutes = signed(chidi)
            chidi.post(f"/reviews/{minutes}/additions", data={"words": "The agency sent two people."})
            form = {"service": "alder", "value": "4", "why": "Four are enough in a small house."}
            chidi.post("/settings/closure_sample_size", data=form)
            act(chidi, open_case(chidi), "fact")
        self.path = world.settings.database
        self.kept = {"": read_kept(self.path)}
        years = Years(world, None)  # type: ignore[arg-type]
        years.pass_by(8.1)
        asked = [*self.closed.audits, *self.refused.audits]
        self.answer = destroy(years.desk(), *asked, rule="other")
        self.gone = set(years.gone())
        self.page = words_of(world.signed_in("dana").get(f"/actions/{self.closed.action}/closure"))
        self.kept["retention"] = read_kept(self.path)
        self.verified = self._after(folder)

    def _after(self, folder: Path) -> dict[str, int]:
        copy, restored = folder / "copy.db", folder / "restored.db"
        shutil.copy(self.path, copy)
        codes = {
            "retention": run("verify", "--database", str(copy)),
            "rebuild": run("rebuild", "--database", str(copy)) or run("verify", "--database", str(copy)),
        }
        self.kept["rebuild"] = read_kept(copy)
        codes["restore"] = run("restore", str(copy), "--database", str(restored)) or run(
            "verify", "--database", str(restored)
        )
        self.kept["restore"] = read_kept(restored)
        return codes


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    with World(tmp_path_factory.mktemp("kept")) as world:
        return House(world, tmp_path_factory.mktemp("after"))


def run(*command: str) -> int:
    """The exit code of a command."""
    return CliRunner().invoke(main, list(command), catch_exceptions=False).exit_code


def test_the_records_behind_them_are_gone(house: House) -> None:
    assert house.gone == {*house.closed.audits, *house.refused.audits}


@pytest.mark.parametrize("what", KEPT)
def test_each_survives_retention_rebuild_and_restore(house: House, what: str) -> None:
    before = house.kept[""][what]
    assert before
    for event in EVENTS:
        assert house.kept[event][what] == before, event


@pytest.mark.parametrize("event", EVENTS)
def test_everything_kept_still_agrees_with_the_signed_log(house: House, event: str) -> None:
    assert house.verified[event] == 0


def test_the_page_shows_the_decision_as_it_was_and_says_what_was_destroyed(house: House) -> None:
    for words in (NOTE, WHY, "Ready to propose", "8 records after the change stood behind it"):
        assert words in house.page
    assert "What 6 of them said was destroyed since; the decision and its reasons stand" in house.page
    since = "the day it happened or, at the desk, was closed"
    rule = f"“Records about nobody in particular: kept for 8 years from {since}”"
    gone = f"destroyed on Fri 22 Dec 2034, 21:36 under {rule}"
    for words in (f"Audits, Tue 3 Nov 2026, version 1: {gone}", f"A record, {gone} version 1"):
        assert words in house.page
