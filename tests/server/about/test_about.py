"""What the pages of /about name is there: tests, settings, files. And everyone who is signed in can read them."""

import re
from pathlib import Path

import pytest

from observation_forms import load_catalogue
from server.about.reading import read_hazards, read_libraries, read_pages, read_vendored
from server.dated_settings.known import known_settings
from tests.server.world import World

HOUSE = Path(__file__).resolve().parents[3]
# domain/5, "Hazard seeds"
SEEDS = (
    "never sent", "wrong person", "wrong member of staff", "out of date", "lost or counted twice", "clock",
    "Late records", "telephone call", "shown too often", "free text", "taken out", "server is down",
)  # fmt: skip


def every_test() -> set[str]:
    found: set[str] = set()
    for file in (HOUSE / "tests").rglob("test_*.py"):
        found |= set(re.findall(r"^(?:async )?def (test_\w+)", file.read_text("utf-8"), re.MULTILINE))
    return found


def test_each_control_of_the_hazard_log_names_a_test_that_is_there() -> None:
    named = {control.test for hazard in read_hazards() for control in hazard.controls}
    assert named - every_test() == set()
    assert all(hazard.controls for hazard in read_hazards())


def test_every_hazard_that_was_foreseen_is_in_the_log() -> None:
    titles = [hazard.title for hazard in read_hazards()]
    assert [seed for seed in SEEDS if not any(seed in title for title in titles)] == []


def test_each_setting_that_a_page_names_is_there_and_every_row_fits_its_table() -> None:
    known = known_settings(load_catalogue())
    for page in read_pages().values():
        for section in page.sections:
            assert set(section.settings) <= set(known), page.address
            assert all(len(row) == len(section.columns) for row in section.rows), page.address
            named = {name for row in section.rows for cell in row for name in re.findall(r"keep_\w+", cell)}
            assert named <= set(section.settings), page.address


def test_no_page_says_that_a_standard_was_met() -> None:
    text = " ".join(str(page) for page in read_pages().values()).lower()
    assert not re.search(r"complian(t|ce) with|complies with|conforms to|certified|approved by", text)
    assert "it is not a claim that either was met" in text


@pytest.mark.parametrize("name", ["amina", "ben", "chidi", "dana", "gus", "hana", "eli"])
def test_everyone_who_is_signed_in_can_read_them(world: World, name: str) -> None:
    desk = world.signed_in(name)
    listed = desk.get("/about").text
    for address in (*read_pages(), "hazards", "licences"):
        assert f"/about/{address}" in listed
        assert desk.get(f"/about/{address}").status_code == 200, address
    assert desk.get("/about/none-such").status_code == 404


def test_a_page_shows_the_periods_that_hold_in_the_service(world: World) -> None:
    chidi = world.signed_in("chidi")
    form = {"service": "alder", "value": "13", "why": "Our own schedule says thirteen."}
    chidi.post("/settings/keep_person_years", data=form)
    world.clock.move(minutes=1)
    assert "13 years" in chidi.get("/about/privacy-for-people-supported").text
    assert "13 years" not in world.signed_in("fay").get("/about/privacy-for-people-supported").text


def test_the_licences_name_what_travels_with_it() -> None:
    files = {path.name for path in (HOUSE / "pwa" / "vendor").glob("*.js")}
    assert {one.file for one in read_vendored()} == files
    assert all(version and licence for _, version, licence in read_libraries())
    assert "litestar" in {name for name, _, _ in read_libraries()}
