"""Whoever asks gets everything about themselves, and nothing that says who anybody else is."""

import io
import json
import zipfile
from typing import Any

import pytest

from server import subject_cli
from tests.server.evidence.floor import Floor, make_action
from tests.server.review.reviewing import review
from tests.server.world import PASSWORD, Browser, World

NOTE = "Ben's tea was cold, said Amina. Mr Carter and AB laughed."


@pytest.fixture
def told(world: World, floor: Floor) -> dict[str, str]:
    """Records about one person, about another, and about a member of staff; what was made of them."""
    make_action(world.signed_in("chidi"), owner="ben", title="Ben Carter looks after drinks")
    about = floor.record(chosen={"person_supported": "alder-1-a", "staff_observed": ["ben"], "note": NOTE})
    other = floor.record(
        chosen={"person_supported": "alder-2-a", "staff_observed": ["ivo"], "note": "Quiet."}
    )
    review(world.signed_in("chidi"), about, "accepted", "Ben was there.")
    form = {"stance": "disagreed", "words": "The tea was warm when I brought it."}
    assert (
        world.signed_in("ben")
        .post(f"/me/observations/{about}/view", data=form, follow_redirects=False)
        .status_code
        == 303
    )
    return {"about": about, "other": other}


def take(desk: Browser, subject: str, password: str = PASSWORD) -> tuple[dict[str, Any], str, str]:
    """The JSON, the page, and what to check, of the file that comes back."""
    answer = desk.post("/subject-access", data={"subject": subject, "password": password})
    assert answer.status_code == 200, answer.text[:300]
    return unpacked(answer.content)


def unpacked(content: bytes) -> tuple[dict[str, Any], str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        said: dict[str, Any] = json.loads(file.read("about-you.json"))
        return said, file.read("about-you.html").decode(), file.read("CHECK-BEFORE-GIVING-OUT.txt").decode()


def test_a_person_gets_every_record_about_them_and_nobody_elses_name(
    world: World, told: dict[str, str]
) -> None:
    said, page, check = take(world.signed_in("chidi"), "person/alder-1-a")
    assert [one["id"] for one in said["records"]] == [told["about"]]
    assert said["records"][0]["your_part"] == "It is about you"
    for text in (page, json.dumps(said, ensure_ascii=False)):
        for name in ("Amina", "Yusuf", "Ben", "Carter", "Chidi"):
            assert name not in text, name
        assert "[a member of staff] tea was cold" in text
        assert "AB" in text
    assert "Free text in: F1 Practice observation" in check
    assert "Words taken for names and replaced: Amina, Ben, Ben's, Carter." in check


def test_a_member_of_staff_gets_what_they_recorded_said_own_and_did(
    world: World, told: dict[str, str]
) -> None:
    said, page, _ = take(world.signed_in("chidi"), "staff/ben")
    assert said["about"]["Email"] == "ben@example.test"
    assert [one["id"] for one in said["records"]] == [told["about"]]
    assert said["records"][0]["your_part"] == "You were observed"
    assert [one["your_part"] for one in said["actions"]] == ["You own it"]
    assert [one["words"] for one in said["views"]] == ["The tea was warm when I brought it."]
    assert any(one["what"] == "Signed in at the desk" for one in said["audit"])
    assert "Ben" in page
    assert "Amina" not in page
    assert "another resident" in page
    authored, _, _ = take(world.signed_in("chidi"), "staff/amina")
    assert {one["id"] for one in authored["records"]} == set(told.values())


def test_the_wrong_password_gives_nothing_and_a_right_one_is_noted(
    world: World, told: dict[str, str]
) -> None:
    chidi = world.signed_in("chidi")
    form = {"subject": "person/alder-1-a", "password": "not the right one"}
    answer = chidi.post("/subject-access", data=form)
    assert answer.status_code == 422
    assert "That is not your password" in answer.text
    assert chidi.post("/subject-access", data={"password": PASSWORD}).status_code == 422
    take(chidi, "person/alder-1-a")
    with world.sql() as sql:
        events = sql.execute(
            "SELECT who, about FROM identity_audit WHERE what = 'subject_exported'"
        ).fetchall()
    assert [tuple(event) for event in events] == [("chidi", "alder-1-a")]


@pytest.mark.parametrize("name", ["ben", "ivo", "amina", "hana", "gus"])
def test_who_may_not_finds_no_such_page(world: World, name: str) -> None:
    desk = world.signed_in(name)
    assert desk.get("/subject-access").status_code == 404
    assert desk.post("/subject-access", data={"subject": "person/alder-1-a"}).status_code == 404


def test_another_services_person_cannot_be_chosen(world: World, told: dict[str, str]) -> None:
    fay = world.signed_in("fay")
    assert "alder-1-a" not in fay.get("/subject-access").text
    form = {"subject": "person/alder-1-a", "password": PASSWORD}
    assert fay.post("/subject-access", data=form).status_code == 422


def test_a_concern_about_a_manager_is_given_out_by_the_nominated_individual_alone(
    world: World, floor: Floor
) -> None:
    answers = {
        "what": "unsafe_care", "what_you_saw": "The manager shouted.", "about_manager": "yes", "person": "alder-1-a",
    }  # fmt: skip
    record = floor.record(form="immediate_concern", answers=answers)
    for name, expected in (("chidi", []), ("dana", [record])):
        said, _, _ = take(world.signed_in(name), "person/alder-1-a")
        assert [one["id"] for one in said["records"]] == expected, name


def test_a_managers_own_papers_do_not_tell_that_somebody_looks_into_a_concern_about_them(
    world: World,
) -> None:
    assert world.signed_in("dana").get("/evidence?author=chidi").status_code == 200
    looked = "Looked at what was recorded about a member of staff"
    for name, expected in (("chidi", 0), ("dana", 1)):
        said, _, _ = take(world.signed_in(name), "staff/chidi")
        assert [one["what"] for one in said["audit"]].count(looked) == expected, name
        assert any(one["what"] == "Signed in at the desk" for one in said["audit"]), name


def test_the_command_writes_the_same_papers(world: World, told: dict[str, str]) -> None:
    world.__exit__(None, None, None)
    path = world.settings.database
    papers = subject_cli.take_out(path, "person", "alder-1-a", "chidi@example.test", PASSWORD)
    said, _, _ = unpacked(papers)
    assert [one["id"] for one in said["records"]] == [told["about"]]
