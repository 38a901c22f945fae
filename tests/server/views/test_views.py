"""Each view holds what was recorded of its subject, says what is missing, and shows nobody more than they may see."""

import csv
import io
from typing import Any

import pytest

from server.identity.permissions import Role
from tests.server.coverage.test_page import watched
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action, send_record, words_of
from tests.server.reach import add_member
from tests.server.review.reviewing import review
from tests.server.test_visitors import visit
from tests.server.world import Browser, World

DAY = "2026-11-15T10:00:00Z"
PERSON = "alder-1-a"
FILES = ("", "/view.csv", "/view.json")


def read(browser: Browser, of: str) -> dict[str, Any]:
    answer = browser.get(f"/views/{of}/view.json")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def records(browser: Browser, of: str) -> list[str]:
    return [one["record"] for one in read(browser, of)["records"]]


def test_a_person_has_what_was_recorded_about_them_newest_first(shift: Shift, chidi: Browser) -> None:
    first = shift.record("practice_observation", DAY, **watched(DAY, person=PERSON))
    second = shift.record(
        "practice_observation", "2026-11-15T12:00:00Z", **watched("2026-11-15T12:00:00Z", person=PERSON)
    )
    shift.record("practice_observation", DAY, **watched(DAY, person="alder-2-a"))
    assert records(chidi, f"people/{PERSON}") == [second, first]
    words = words_of(chidi.get(f"/views/people/{PERSON}"))
    assert "AB, 1" in words
    assert "No records, no audits, no feedback and no oversight and minutes in these days." in words
    assert "Review: 2 new." in words
    assert "Not heard" not in words


def test_a_person_whom_nobody_heard_is_said_to_be_so(shift: Shift, chidi: Browser) -> None:
    assert "Not heard in these days" in words_of(chidi.get(f"/views/people/{PERSON}"))


def test_looking_at_a_person_is_noted(world: World, chidi: Browser) -> None:
    for address in (f"/views/people/{PERSON}", f"/views/people/{PERSON}/view.csv"):
        assert chidi.get(address).status_code == 200
    with world.sql() as sql:
        found = [
            (row["what"], row["details"])
            for row in sql.execute("SELECT what, details FROM identity_audit WHERE about = ?", (PERSON,))
        ]
    assert found == [
        ("person_viewed", "in a view of what was recorded"),
        ("exported", f"people view.csv; 0 rows; person {PERSON}"),
    ]


def test_a_unit_leads_to_its_gaps_and_its_shifts(shift: Shift, chidi: Browser) -> None:
    made = shift.record("practice_observation", DAY, **watched(DAY))
    assert records(chidi, "units/alder-1") == [made]
    assert records(chidi, "units/alder-2") == []
    page = chidi.get("/views/units/alder-1")
    assert "Nothing was recorded on a night." in words_of(page)
    assert 'href="/coverage?service=alder&amp;unit=alder-1' in page.text
    assert 'href="/views/shifts/alder-1.2026-11-15.day"' in page.text


def test_what_was_set_aside_or_taken_back_counts_for_nothing_and_is_said(
    shift: Shift, chidi: Browser
) -> None:
    made = shift.record("practice_observation", DAY, **watched(DAY))
    review(chidi, made, "set_aside", "It was another day")
    found = read(chidi, "units/alder-1")
    assert found["counts"]["observation"] == 0
    assert [one["record"] for one in found["records"]] == [made]
    assert "1 more was withdrawn or set aside, and counts for nothing." in words_of(
        chidi.get("/views/units/alder-1")
    )


def test_how_soon_is_from_the_first_version(shift: Shift, chidi: Browser) -> None:
    shift.record("practice_observation", DAY, **watched(DAY), recorded_at="2026-11-15T10:10:00Z")
    shift.record("practice_observation", DAY, **watched(DAY), recorded_at="2026-11-15T11:00:00Z")
    assert read(chidi, "units/alder-1")["written"] == {
        "within_15_minutes": 1,
        "within_2_hours": 1,
        "later": 0,
        "left_out": 0,
    }


def test_a_theme_holds_what_its_form_asks_about_and_what_bears_on_its_actions(
    shift: Shift, oak: Browser, chidi: Browser
) -> None:
    oversight = shift.record("senior_oversight", DAY)
    handover = shift.record("handover_check", DAY)
    screen = shift.record("safeguarding_screen", DAY)
    assert oversight in records(chidi, "themes/DE")
    assert oversight not in records(chidi, "themes/SG")
    assert screen in records(chidi, "themes/SG")
    assert handover in records(chidi, "themes/DE")
    action = make_action(chidi, themes=["MD"])
    linked = send_record(oak, action)
    found = read(chidi, "themes/MD")
    assert linked in [one["record"] for one in found["records"]]
    assert [(one["id"], one["number"]) for one in found["actions"]] == [(action, 1)]
    assert "No open action has this theme." in read(chidi, "themes/OV")["missing"]


def test_a_theme_says_which_of_its_actions_nothing_speaks_to(chidi: Browser) -> None:
    make_action(chidi, themes=["MD"])
    assert (
        "Nothing recorded in these days says anything about action 1." in read(chidi, "themes/MD")["missing"]
    )


def test_a_theme_is_of_one_service_at_a_time(world: World, shift: Shift) -> None:
    made = shift.record("senior_oversight", DAY)
    dana = world.signed_in("dana")
    assert records(dana, "themes/DE") == [made]
    page = dana.get("/views/themes/DE").text
    assert 'href="/views/themes/DE?service=birch"' in page
    answer = dana.get("/views/themes/DE/view.json?service=birch")
    assert answer.json()["records"] == []
    assert "Birch Row. Records" in words_of(dana.get("/views/themes/DE?service=birch&since=2026-11-01"))
    assert world.signed_in("chidi").get("/views/themes/DE?service=birch").status_code == 404


def test_a_framework_item_has_its_actions_and_those_of_the_same_elsewhere(
    oak: Browser, chidi: Browser
) -> None:
    action = make_action(chidi, tags=["qs/2023/S3"])
    made = send_record(oak, action)
    for of in ("qs.2023.S3", "kloe.draft-9.K-S4"):
        found = read(chidi, f"framework/{of}")
        assert [one["record"] for one in found["records"]] == [made], of
        assert [one["under"] for one in found["records"]] == ["Action 1"], of
    assert "1 tagged with it, 0 with what stands for the same" in words_of(
        chidi.get("/views/framework/qs.2023.S3")
    )
    assert "0 tagged with it, 1 with what stands for the same" in words_of(
        chidi.get("/views/framework/kloe.draft-9.K-S4")
    )
    assert "No open action is tagged with it." in read(chidi, "framework/qs.2023.S1")["missing"]
    assert chidi.get("/views/framework/qs.2099.S3").status_code == 404


def test_a_file_holds_no_name_and_no_words(shift: Shift, oak: Browser, chidi: Browser) -> None:
    send_record(oak, make_action(chidi, tags=["qs/2023/S3"], title="About Mrs Penhaligon"))
    shift.record("practice_observation", DAY, **watched(DAY, person=PERSON))
    for of in (f"people/{PERSON}", "units/alder-1", "themes/SG", "framework/qs.2023.S3"):
        for file in FILES[1:]:
            text = chidi.get(f"/views/{of}{file}").content.decode("utf-8-sig")
            assert "Amina" not in text, of
            assert "AB, 1" not in text, of
            assert "Penhaligon" not in text, of
    assert read(chidi, f"people/{PERSON}")["of"].startswith("Person ")
    lines = list(
        csv.DictReader(io.StringIO(chidi.get("/views/units/alder-1/view.csv").text.lstrip("\ufeff")))
    )
    assert [line["under"] for line in lines] == ["Observations of practice"] * len(lines)


def test_the_days_of_the_address_are_those_of_the_view(shift: Shift, chidi: Browser) -> None:
    made = shift.record("practice_observation", DAY, **watched(DAY))
    for query, expected in (
        ("since=2026-11-15&until=2026-11-15", [made]),
        ("since=2026-11-16&until=2026-11-16", []),
        ("until=2026-11-14", []),
    ):
        answer = chidi.get(f"/views/units/alder-1/view.json?{query}").json()
        assert [one["record"] for one in answer["records"]] == expected, query
    assert "is not a date" in words_of(chidi.get("/views/units/alder-1?since=soon"))


@pytest.mark.parametrize(
    "of",
    [
        "people/birch-1-a",
        "people/nobody",
        "units/birch-1",
        "units/none",
        "shifts/birch-1.2026-11-15.day",
        "shifts/alder-1.soon.day",
        "themes/XX",
        "framework/none",
        "staff/amina",
        "timeline/none",
    ],
)
def test_what_is_not_there_or_not_theirs_is_not_there(of: str, chidi: Browser) -> None:
    for file in FILES:
        assert chidi.get(f"/views/{of}{file}").status_code == 404, file


def test_somebody_of_one_unit_sees_that_unit_alone(world: World, shift: Shift, chidi: Browser) -> None:
    here = shift.record("senior_oversight", DAY)
    there = Shift(world, "alder-2", "Elm").record("senior_oversight", DAY)
    with world.sql() as sql:
        add_member(sql, "uma", Role.SHIFT_MANAGER, "alder", "alder-2", world)
    uma = world.signed_in("uma")
    assert set(records(chidi, "themes/DE")) == {here, there}
    assert records(uma, "themes/DE") == [there]
    assert records(uma, "units/alder-2") == [there]
    for of in ("units/alder-1", f"people/{PERSON}", "shifts/alder-1.2026-11-15.day", f"timeline/{here}"):
        assert uma.get(f"/views/{of}").status_code == 404, of
    text = uma.get("/views").text
    assert "Alder House 2" in text
    assert "alder-1-a" not in text


@pytest.mark.parametrize("name", ["eli", "amina", "gus"])
def test_who_reads_no_evidence_sees_no_view(world: World, name: str) -> None:
    browser = world.signed_in(name)
    for address in ("/views", f"/views/people/{PERSON}", "/views/units/alder-1", "/views/themes/SG"):
        assert browser.get(address).status_code in (403, 404), address


def test_a_visitor_sees_pseudonyms_and_no_names(world: World, shift: Shift, chidi: Browser) -> None:
    shift.record("practice_observation", DAY, **watched(DAY, person=PERSON))
    answer = visit(world, chidi).get(f"/views/people/{PERSON}")
    assert answer.status_code == 200
    assert "AB, 1" not in answer.text
    assert "Amina" not in answer.text


def test_the_page_of_views_leads_to_what_was_chosen(chidi: Browser) -> None:
    assert chidi.get("/views").status_code == 200
    for query, there in (
        (f"kind=people&of={PERSON}", f"/views/people/{PERSON}"),
        ("kind=framework&of=qs.2023.S3", "/views/framework/qs.2023.S3"),
        ("kind=shifts&unit=alder-1&day=2026-11-15&shift=night", "/views/shifts/alder-1.2026-11-15.night"),
    ):
        answer = chidi.get(f"/views?{query}", follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, there)
    for query in ("kind=people&of=", "kind=shifts&unit=alder-1&day=soon&shift=night", "kind=nothing&of=x"):
        assert "Choose one first." in chidi.get(f"/views?{query}").text
    answer = chidi.get("/views?kind=people&of=//elsewhere.example", follow_redirects=False)
    assert answer.headers["location"] == "/views/people/%2F%2Felsewhere.example"


def test_the_record_leads_to_its_views(shift: Shift, chidi: Browser) -> None:
    made = shift.record(
        "practice_observation",
        "2026-11-15T02:00:00Z",
        **watched("2026-11-15T02:00:00Z", "night", person=PERSON),
    )
    text = chidi.get(f"/evidence/{made}").text
    for address in (
        f"timeline/{made}",
        f"people/{PERSON}",
        "units/alder-1",
        "shifts/alder-1.2026-11-14.night",
    ):
        assert f'href="/views/{address}"' in text, address
        assert chidi.get(f"/views/{address}").status_code == 200
