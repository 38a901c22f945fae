"""What is taken out has pseudonyms in the place of names; names take the password, a reason and a note of both."""

import csv
import io
import re
from typing import Any

import pytest

from server.evidence.people import Names
from server.evidence.pseudonyms import new_key, pseudonymised
from tests.server.evidence.floor import Floor, make_action
from tests.server.world import PASSWORD, Browser, World

FULL = {"format": "csv", "why": "The commissioner asked for it.", "password": PASSWORD, "query": ""}


def names_of(people: int) -> Names:
    return Names(
        services={},
        units={},
        unit_service={},
        staff={f"staff-{number}": f"Name {number}" for number in range(people)},
        people={f"person-{number}": f"AB, room {number}" for number in range(people)},
        tablets={},
    )


def test_two_people_never_become_one() -> None:
    hidden = pseudonymised(names_of(3_000), new_key())
    assert len(set(hidden.staff.values())) == len(set(hidden.people.values())) == 3_000


def test_a_pseudonym_holds_all_through_one_key_and_through_no_other() -> None:
    names, key = names_of(20), new_key()
    first, again, other = (pseudonymised(names, one) for one in (key, key, new_key()))
    assert dict(first.staff) == dict(again.staff)
    assert (
        first.staff["staff-1"] != other.staff["staff-1"] or first.staff["staff-2"] != other.staff["staff-2"]
    )
    assert re.fullmatch(r"Person [0-9a-f]{4,}", first.person("person-1"))
    assert first.one_of_staff("somebody-else").startswith("Staff ")
    assert first.people.get("", "") == ""


@pytest.fixture
def recorded(world: World, floor: Floor) -> str:
    """A record that names a person and staff, with words of its author's own, and an action with an owner."""
    make_action(world.signed_in("chidi"))
    return floor.record(
        chosen={"person_supported": "alder-1-a", "staff_observed": ["ben"]},
        lowered_to="partly",
        lowered_reason="Mrs Quokka was upset.",
    )


@pytest.mark.parametrize("ending", ["csv", "json"])
@pytest.mark.parametrize("who", ["chidi", "ben", "dana", "ivo", "hana"])
def test_no_name_and_no_word_is_in_the_usual_downloads(
    world: World, recorded: str, who: str, ending: str
) -> None:
    desk = world.signed_in(who)
    for what in ("evidence", "actions"):
        answer = desk.get(f"/{what}.{ending}?text=knocked" if what == "evidence" else f"/{what}.{ending}")
        assert answer.status_code == 200
        for secret in ("Amina", "Ben Carter", "AB, 1", "Quokka", "knocked", "amina", "alder-1-a"):
            assert secret not in answer.text, (what, secret)
    assert recorded in desk.get(f"/evidence.{ending}").text


def test_the_same_person_has_the_same_pseudonym_in_every_line(world: World, floor: Floor) -> None:
    for _ in range(3):
        floor.record(chosen={"person_supported": "alder-1-a"})
    floor.record(author="ben", chosen={"person_supported": "alder-2-a"})
    lines = rows_of(world.signed_in("chidi").get("/evidence.csv").content)
    assert len({line["person"] for line in lines}) == len({line["author"] for line in lines}) == 2
    other = rows_of(world.signed_in("chidi").get("/evidence.csv").content)
    assert [line["person"] for line in lines] != [line["person"] for line in other]


@pytest.mark.parametrize("what", ["evidence", "actions"])
@pytest.mark.parametrize("ending", ["csv", "json"])
def test_names_take_the_password_and_a_reason_and_leave_a_note(
    world: World, recorded: str, what: str, ending: str
) -> None:
    chidi = world.signed_in("chidi")
    assert chidi.get(f"/full-export/{what}?unit=alder-1").status_code == 200
    answer = chidi.post(f"/full-export/{what}", data={**FULL, "format": ending, "query": "unit=alder-1"})
    assert answer.status_code == 200
    assert f"{what}-with-names.{ending}" in answer.headers["content-disposition"]
    assert ("Amina Yusuf" if what == "evidence" else "Ben Carter") in answer.text
    with world.sql() as sql:
        note = sql.execute("SELECT who, what, why, query, id FROM full_export").fetchone()
        events = sql.execute(
            "SELECT who, about FROM identity_audit WHERE what = 'exported_in_full'"
        ).fetchall()
    assert tuple(note)[:4] == ("chidi", what, FULL["why"], "unit=alder-1")
    assert [tuple(event) for event in events] == [("chidi", note["id"])]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password": "not the right one"}, "That is not your password"),
        ({"why": "short"}, "in ten letters or more"),
        ({"format": "pdf"}, "Choose one of these"),
    ],
)
def test_without_them_no_name_goes_out(
    world: World, recorded: str, changed: dict[str, Any], words: str
) -> None:
    answer = world.signed_in("chidi").post("/full-export/evidence", data=FULL | changed)
    assert answer.status_code == 422
    assert words in answer.text
    assert "Amina Yusuf" not in answer.text
    with world.sql() as sql:
        assert sql.execute("SELECT 1 FROM full_export").fetchone() is None


@pytest.mark.parametrize("who", ["ben", "ivo", "hana", "gus", "amina"])
def test_who_may_not_take_names_out_finds_no_such_page(world: World, who: str) -> None:
    desk = world.signed_in(who)
    assert desk.get("/full-export/evidence").status_code == 404
    assert desk.post("/full-export/evidence", data=FULL).status_code == 404
    page = desk.get("/evidence")
    assert "With names" not in page.text


def test_names_of_another_service_do_not_go_out(world: World, recorded: str) -> None:
    fay: Browser = world.signed_in("fay")
    assert recorded not in fay.post("/full-export/evidence", data=FULL).text


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
