"""Changes of settings and forms on one page: who, when, from when, why; the files say the same."""

import csv
import io

import pytest

from observation_forms import load_catalogue
from tests.server.staffing import read
from tests.server.test_dated_settings import set_value
from tests.server.world import Browser, World


def test_each_change_is_there_with_who_when_from_when_and_why(world: World, chidi: Browser) -> None:
    set_value(chidi, "screen_time", "11:00")
    set_value(chidi, "screen_time", "09:30", **{"from": "2026-12-01T08:00"})
    page = read(chidi, "/settings/history")
    assert "Daily safeguarding screen, by 09:30 To come Tue 1 Dec 2026, 08:00 Mon 16 Nov 2026, 09:00" in page
    assert page.index("09:30") < page.index("11:00")
    assert page.count("Chidi Okafor") >= 2


def test_the_forms_in_force_are_there_since_they_are_offered(world: World, chidi: Browser) -> None:
    said = chidi.get("/settings.json").json()
    forms = {(one["name"], one["value"]) for one in said["changes"] if one["kind"] == "form"}
    assert forms == {
        (form.definition.form, str(form.definition.version)) for form in load_catalogue().forms()
    }
    assert all(one["from_at"] and one["why"] for one in said["changes"])


def test_the_files_say_what_the_page_says(world: World, chidi: Browser) -> None:
    set_value(chidi, "screen_time", "11:00")
    rows = list(csv.DictReader(io.StringIO(chidi.get("/settings.csv").text.removeprefix("\ufeff"))))
    said = chidi.get("/settings.json").json()["changes"]
    assert [dict(row) for row in rows] == said
    assert next(row for row in rows if row["kind"] == "setting")["who"] == "chidi"


@pytest.mark.parametrize(
    ("name", "status"),
    [("ben", 200), ("dana", 200), ("fay", 404), ("amina", 404), ("eli", 404), ("hana", 404)],
)
def test_who_sees_them(world: World, name: str, status: int) -> None:
    with world.signed_in(name) as client:
        for address in ("/settings/history", "/settings.csv", "/settings.json"):
            assert client.get(f"{address}?service=alder").status_code == status
