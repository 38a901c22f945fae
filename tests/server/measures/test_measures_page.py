"""Building a measure of one's own at the desk: from menus, tried on real records, named by an action and on charts."""

import re
from uuid import uuid4

import pytest

from observation_forms import load_catalogue
from server.measures.custom_menus import menus_of, read_measure, repeats_of, typed_again
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.world import Browser, World

ENTRIES = {
    "form": "live_record_check", "name": "Notes written soon", "unit": "percent", "repeat": "entries",
    "counted_1": "written_in_time|is|soon",
}  # fmt: skip


@pytest.fixture
def shift(world: World) -> Shift:
    """A tablet that records what the forms' worked examples say."""
    return Shift(world)


def build(browser: Browser, address: str = "/measures/new", **more: str) -> int:
    typed = ENTRIES | {"id": str(uuid4()), "service": "alder"} | more
    return browser.post(address, data=typed, follow_redirects=False).status_code


def measure_id(browser: Browser) -> str:
    found = re.search(r"/measures/([0-9a-f-]{36})/edit", browser.get("/measures").text)
    assert found is not None
    return found[1]


def test_every_line_of_every_menu_makes_a_measure_that_finds_itself_again() -> None:
    for form in load_catalogue().current_forms():
        for repeat in ("", *repeats_of(form.definition)):
            for menu in menus_of(form.definition, repeat):
                for pick in menu.lines:
                    typed = {"name": ("Some name",), "unit": ("percent",), "repeat": (repeat,)}
                    typed |= {"counted_1": (pick,), "counted_1_number": ("2",)}
                    measure, faults = read_measure(typed, form.definition)
                    assert measure is not None, (form.definition.form, pick, faults)
                    assert typed_again(measure)["counted_1"] == (pick,)


def test_a_measure_is_built_and_stands_in_the_list_in_words(chidi: Browser) -> None:
    assert build(chidi, counted_2="written_in_time|is|late", counted_joined="or") == 303
    page = words_of(chidi.get("/measures"))
    assert "Notes written soon" in page
    assert re.search(r"Written in time: [^.]+ or Written in time: ", page)
    assert "Version 1, Chidi Okafor" in page


def test_trying_it_shows_real_records_and_keeps_nothing(chidi: Browser, shift: Shift) -> None:
    shift.record("live_record_check", "2026-11-15T11:00:00Z", "three_records_all_soon")
    typed = ENTRIES | {"id": str(uuid4()), "service": "alder", "try": "1"}
    page = chidi.post("/measures/new", data=typed)
    assert page.status_code == 200
    assert "3 of 3 (100%)" in words_of(page)
    assert "Counts" in words_of(page)
    assert "None built yet" in words_of(chidi.get("/measures"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"name": "abc"}, "Give it a name"),
        ({"unit": "kilos"}, "Choose whether it is a share"),
        ({"repeat": "nothing"}, "Choose what is counted"),
        ({"counted_1": ""}, "Choose at least one answer"),
        ({"repeat": ""}, "Questions of rows"),
        ({"counted_1": "written_in_time|is|quiet"}, "Choose from the list"),
        ({"among_1": "__import__('os')|is|x"}, "Choose from the list"),
    ],
)
def test_what_cannot_be_counted_is_said_and_what_was_picked_is_kept(
    chidi: Browser, more: dict[str, str], words: str
) -> None:
    typed = ENTRIES | {"id": str(uuid4()), "service": "alder"} | more
    page = chidi.post("/measures/new", data=typed)
    assert page.status_code == 422
    assert words in words_of(page)
    assert "None built yet" in words_of(chidi.get("/measures"))


def test_a_number_beside_at_least_must_be_one(chidi: Browser) -> None:
    shifts = {"form": "shift_review", "repeat": "", "counted_1": "missed_support.meals|at_most|"}
    assert build(chidi, **shifts, counted_1_number="many") == 422
    assert build(chidi, **shifts, counted_1_number="0") == 303
    assert ": at most 0" in words_of(chidi.get("/measures"))


def test_a_new_version_takes_over_and_the_old_one_can_be_read(chidi: Browser) -> None:
    build(chidi)
    id = measure_id(chidi)
    shown = chidi.get(f"/measures/{id}/edit").text
    assert '<option value="written_in_time|is|soon" selected>' in shown
    assert build(chidi, f"/measures/{id}/edit", version="1", name="Notes written at once") == 303
    page = words_of(chidi.get("/measures"))
    assert "Version 2" in page
    assert "Version 1: Notes written soon" in page


def test_the_second_of_two_who_change_it_is_told(chidi: Browser) -> None:
    build(chidi)
    id = measure_id(chidi)
    assert build(chidi, f"/measures/{id}/edit", version="1", name="Notes written at once") == 303
    assert build(chidi, f"/measures/{id}/edit", version="1", name="Notes written today") == 422


def test_an_ended_one_is_offered_no_more_and_stays_in_the_list(chidi: Browser) -> None:
    build(chidi)
    id = measure_id(chidi)
    assert f'value="own/{id}"' in chidi.get("/actions/new").text
    ended = chidi.post(f"/measures/{id}/ending", data={"version": "1"}, follow_redirects=False)
    assert ended.status_code == 303
    assert "Ended" in words_of(chidi.get("/measures"))
    assert f'value="own/{id}"' not in chidi.get("/actions/new").text
    assert chidi.get(f"/measures/{id}/edit").status_code == 404
    assert chidi.post(f"/measures/{id}/ending", data={"version": "2"}).status_code == 404


def test_an_action_names_it_and_shows_what_it_comes_to_also_after_it_got_another_name(
    world: World, chidi: Browser, shift: Shift
) -> None:
    shift.record("live_record_check", "2026-11-15T11:00:00Z", "three_records_all_soon")
    build(chidi)
    id = measure_id(chidi)
    action = str(uuid4())
    made = chidi.post("/actions/new", data=_action(action, f"own/{id}"), follow_redirects=False)
    assert made.status_code == 303, words_of(made)
    assert "Notes written soon" in words_of(chidi.get(f"/actions/{action}"))
    assert "3 of 3 (100%)" in words_of(chidi.get(f"/actions/{action}"))
    build(chidi, f"/measures/{id}/edit", version="1", name="Notes written at once")
    assert "Notes written at once" in words_of(chidi.get(f"/actions/{action}"))
    chidi.post(f"/measures/{id}/ending", data={"version": "2"})
    assert "3 of 3 (100%)" in words_of(chidi.get(f"/actions/{action}"))
    assert f'value="own/{id}" selected' in chidi.get(f"/actions/{action}/edit").text


def test_a_measure_of_another_service_cannot_be_picked(world: World, chidi: Browser) -> None:
    with world.signed_in("fay") as fay:
        assert build(fay, service="birch") == 303
        id = measure_id(fay)
        assert f"own/{id}" not in chidi.get("/actions/new").text
        page = chidi.post("/actions/new", data=_action(str(uuid4()), f"own/{id}"))
        assert page.status_code == 422
        assert chidi.get(f"/measures/{id}/edit").status_code == 404
        assert chidi.get("/measures?service=birch").status_code == 404


def test_what_changed_can_be_noted_on_its_chart(chidi: Browser) -> None:
    build(chidi)
    id = measure_id(chidi)
    note = {
        "measure": id,
        "day": "2026-11-02",
        "kind": "change",
        "words": "Tablets on every landing",
        "id": str(uuid4()),
    }
    assert chidi.post("/chart-notes", data=note, follow_redirects=False).status_code == 303
    assert "Notes written soon" in words_of(chidi.get("/chart-notes")).partition("On the charts")[2]


def test_who_may_not_mark_charts_builds_nothing(world: World, ben: Browser) -> None:
    assert ben.get("/measures").status_code == 404
    assert build(ben) == 404


def _action(id: str, pick: str) -> dict[str, str]:
    return {
        "id": id, "service": "alder", "title": "Write notes soon", "themes": "RE", "unit": "", "source": "audit",
        "baseline": "In October care staff on Alder wrote notes at the end of the shift in 9 of 20 records.",
        "expected": "Notes are written within half an hour of the care.", "measure_1": pick, "how_1": "",
        "comparator_1": "at_least", "target_1": "90", "target_unit_1": "percent", "window_start_1": "2026-11-02",
        "window_end_1": "2027-01-31", "risk": "medium", "owner": "ben", "review_route": "Monthly meeting",
        "deadline": "2027-01-31", "evidence_kinds": "observation",
    }  # fmt: skip
