"""The page of coverage and its file: of one service, within what somebody may see, naming no staff."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from observation_forms import load_catalogue
from server.dated_settings.known import known_settings
from server.dated_settings.store import set_value
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import words_of
from tests.server.review.reviewing import review
from tests.server.world import Browser, World

CATALOGUE = load_catalogue()
TODAY_AT_8 = "2026-11-16T08:00:00Z"


def answers_of(form: str, **chosen: str) -> dict[str, Any]:
    """The answers of a worked example without faults, with these in place of its own."""
    example = next(one for one in CATALOGUE.current(form).examples if not one.broken)
    person = {"practice_observation": "person_supported"}.get(form, "person")
    named = {person if name == "person" else name: value for name, value in chosen.items()}
    return {**example.answers, **named}


def watched(
    at: str = TODAY_AT_8, shift: str = "day", form: str = "practice_observation", **more: str
) -> dict[str, Any]:
    return {"chosen": answers_of(form, shift=shift, happened_at=at, **more)}


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)


def rows_of(browser: Browser, query: str = "") -> list[dict[str, str]]:
    answer = browser.get(f"/coverage.csv{query}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def looked(browser: Browser, query: str = "") -> dict[tuple[str, str, str], str]:
    return {
        (row["unit"], row["shift"], row["weekday"]): row["number"]
        for row in rows_of(browser, query)
        if row["what"] == "looked or listened" and row["number"] != "0"
    }


def test_an_observation_stands_in_its_cell_and_the_rest_is_said_to_be_empty(
    shift: Shift, chidi: Browser
) -> None:
    shift.record("practice_observation", TODAY_AT_8, **watched())
    assert looked(chidi) == {("Alder House 1", "Day", "Monday"): "1"}
    words = words_of(chidi.get("/coverage"))
    assert "Alder House, Tue 20 Oct 2026 to Mon 16 Nov 2026" in words
    assert "Day: nobody on a Tuesday, Wednesday, Thursday, Friday, Saturday or Sunday" in words
    assert "Night: nobody at all" in words


def test_with_nothing_recorded_the_page_says_so(chidi: Browser) -> None:
    words = words_of(chidi.get("/coverage"))
    assert "2 of 2." in words
    assert "Never since Sat 15 Nov 2025" in words
    assert "none to count" in words
    assert looked(chidi) == {}


def test_a_handover_is_no_look_unless_its_form_is_chosen(shift: Shift, chidi: Browser) -> None:
    shift.record("handover_check", TODAY_AT_8, **watched(form="handover_check"))
    assert looked(chidi) == {}
    assert looked(chidi, "?form=handover_check") == {("Alder House 1", "Day", "Monday"): "1"}


def test_a_person_who_was_heard_is_not_listed(shift: Shift, chidi: Browser) -> None:
    shift.record("practice_observation", TODAY_AT_8, **watched(person="alder-1-a"))
    words = words_of(chidi.get("/coverage"))
    assert "1 of 2." in words
    gone = {row["unit"]: row["number"] for row in rows_of(chidi) if row["what"].startswith("people")}
    assert gone == {"Alder House 1": "0", "Alder House 2": "1"}
    assert "/views/people/alder-2-a" in chidi.get("/coverage").text


def test_the_last_time_counts_not_the_last_that_came(shift: Shift, world: World) -> None:
    for at in ("2026-11-12T08:00:00Z", "2026-10-02T08:00:00Z", "2026-10-01T08:00:00Z"):
        shift.record("practice_observation", at, **watched(at, person="alder-1-a", routine="medicines_round"))
    world.clock.move(days=27)
    with world.signed_in("chidi") as chidi:
        words = words_of(chidi.get("/coverage?unit=alder-1"))
    assert "AB, 1 Thu 12 Nov 2026, 31 days ago" in words
    assert "Giving medicines Alder House 1 Thu 12 Nov 2026, 31 days ago" in words


def test_a_routine_is_listed_for_the_unit_that_did_not_watch_it(shift: Shift, chidi: Browser) -> None:
    shift.record("practice_observation", TODAY_AT_8, **watched(routine="medicines_round"))
    missed = [row["unit"] for row in rows_of(chidi) if row["routine"] == "Giving medicines"]
    assert missed == ["Alder House 2"]


def test_what_a_manager_sets_aside_counts_for_nothing(shift: Shift, chidi: Browser) -> None:
    record = shift.record("practice_observation", TODAY_AT_8, **watched())
    assert review(chidi, record, "set_aside", "It is about another home.").status_code == 303
    assert looked(chidi) == {}


def test_one_that_was_stopped_is_no_look_but_was_written_down(shift: Shift, chidi: Browser) -> None:
    at = TODAY_AT_8
    stopped = next(
        one.id
        for one in CATALOGUE.current("practice_observation").examples
        if one.answers.get("person_agreed") == "no" and not one.broken
    )
    shift.record("practice_observation", at, stopped, chosen={"shift": "day"})
    assert looked(chidi) == {}
    written = [
        row for row in rows_of(chidi) if row["what"] == "written within 15 minutes" and row["shift"] == "Day"
    ]
    assert [(row["number"], row["of"], row["few"]) for row in written] == [("1", "1", "yes")]


def test_the_filters_choose_unit_and_days(world: World, shift: Shift, chidi: Browser) -> None:
    shift.record("practice_observation", TODAY_AT_8, **watched())
    Shift(world, "alder-2", "Elm").record(
        "practice_observation", "2026-11-10T08:00:00Z", **watched("2026-11-10T08:00:00Z")
    )
    one, two = ("Alder House 1", "Day", "Monday"), ("Alder House 2", "Day", "Tuesday")
    assert looked(chidi).keys() == {one, two}
    assert looked(chidi, "?unit=alder-2").keys() == {two}
    assert looked(chidi, "?since=2026-11-11").keys() == {one}
    assert looked(chidi, "?until=2026-11-11").keys() == {two}
    assert looked(chidi, "?since=2026-11-01&until=2026-11-09") == {}


def test_the_links_lead_to_the_evidence_behind_a_row(shift: Shift, chidi: Browser) -> None:
    record = shift.record("practice_observation", TODAY_AT_8, **watched())
    address = "/evidence?service=alder&unit=alder-1&shift=day&since=2026-10-20&until=2026-11-16"
    assert address.replace("&", "&amp;") in chidi.get("/coverage").text
    assert record in chidi.get(address).text


def test_a_service_sets_how_far_it_looks_back(world: World, shift: Shift) -> None:
    shift.record("practice_observation", TODAY_AT_8, **watched())
    with world.sql() as sql:
        setting = known_settings(CATALOGUE)["coverage_days"]
        set_value(sql, "alder", setting, "7", "chidi", "We watch every week", world.clock())
    world.clock.move(days=6)
    later = world.signed_in("chidi")
    assert len(looked(later)) == 1
    assert "Mon 16 Nov 2026 to Sun 22 Nov 2026" in words_of(later.get("/coverage"))
    world.clock.move(days=1)
    assert looked(world.signed_in("chidi")) == {}


def test_nothing_of_what_it_cannot_use_is_an_error(chidi: Browser) -> None:
    for query, says in (
        ("since=2026-02-30", "is not a date"),
        ("since=2020-01-01", "At most 366 days"),
        ("since=2026-11-10&until=2026-11-01", "The last day is before the first one"),
        ("unit=birch-1", "is not a unit here"),
        ("form=nothing", "is not a form here"),
        ("until=1900-01-01", "Coverage"),
        ("until=2200-12-31", "Coverage"),
        ("unit=%00", "is not a unit here"),
    ):
        answer = chidi.get(f"/coverage?{query}")
        assert answer.status_code == 200, query
        assert says in words_of(answer), query


def test_another_service_is_not_there(world: World, shift: Shift) -> None:
    shift.record("practice_observation", TODAY_AT_8, **watched())
    with world.signed_in("fay") as fay:
        assert fay.get("/coverage?service=alder").status_code == 404
        assert fay.get("/coverage.csv?service=alder").status_code == 404
        assert "Alder" not in fay.get("/coverage").text


@pytest.mark.parametrize(
    ("who", "status"), [("amina", 404), ("gus", 404), ("ben", 200), ("hana", 200), ("ivo", 200)]
)
def test_who_reads_evidence_sees_its_coverage(world: World, who: str, status: int) -> None:
    with world.signed_in(who) as browser:
        assert browser.get("/coverage").status_code == status


def test_no_member_of_staff_is_named_on_the_page_or_in_the_file(shift: Shift, world: World) -> None:
    shift.record("practice_observation", TODAY_AT_8, **watched())
    with world.signed_in("ivo") as ivo:
        shown = ivo.get("/coverage?service=alder").text.replace("Ivo Reid", "")
        file = ivo.get("/coverage.csv?service=alder").text
    for name in ("Amina", "Ben Carter", "Chidi"):
        assert name not in shown
        assert name not in file
    assert "AB, " not in file


def test_the_file_is_noted_before_it_is_given(world: World, chidi: Browser) -> None:
    count = len(rows_of(chidi, "?unit=alder-1&since=2026-11-01&until=2026-11-09"))
    with world.sql() as sql:
        (row,) = sql.execute("SELECT details, service FROM identity_audit WHERE what = 'exported'").fetchall()
    assert row["service"] == "alder"
    assert row["details"] == (
        f"coverage.csv; {count} rows; service alder; unit alder-1; since 2026-11-01; until 2026-11-09"
    )


def test_a_correction_written_a_week_later_does_not_make_the_record_late(world: World, shift: Shift) -> None:
    first = shift.seal("practice_observation", TODAY_AT_8, **watched())
    shift.send(first)
    world.clock.move(days=7)
    later = world.clock() - timedelta(hours=1)
    shift.send(
        shift.tablet.correct(
            first, "It was lunch", author="amina", unit="alder-1", recorded_at=f"{later:%Y-%m-%dT%H:%M:%SZ}"
        )
    )
    day = {
        row["what"]: row["number"]
        for row in rows_of(world.signed_in("chidi"))
        if row["shift"] == "Day" and row["what"][:3] == "wri"
    }
    assert day == {
        "written within 15 minutes": "1",
        "written after 15 minutes, within 2 hours": "0",
        "written later": "0",
    }
