"""What its author took back: in sight with its reason, and counted nowhere."""

import json
from typing import Any

import pytest

from server.evidence.action_evidence import read_tallies
from server.identity.scope import of_services
from tests.server.evidence.floor import Floor, bearing, make_action
from tests.server.review.reviewing import words_of
from tests.server.world import Browser, World


@pytest.fixture
def action(chidi: Browser) -> str:
    return make_action(chidi)


@pytest.fixture
def gone(floor: Floor, action: str) -> str:
    """A record that stood for an hour."""
    sealed = floor.seal(chosen={"note": "A jackdaw sat there."}, bearings=[bearing(action, "inconclusive")])
    record = floor.send(sealed)
    floor.send(take_back(floor, sealed, "It was another carer"))
    return record


def take_back(floor: Floor, sealed: bytes, reason: str, **more: Any) -> bytes:
    """The version by which Amina takes her record back."""
    kept = {"unit": "alder-1", "author": "amina", "recorded_at": "2026-11-15T11:00:00Z"}
    return floor.tablet.correct(sealed, reason, withdrawn=1, **{**kept, **more})


def test_the_list_shows_it_with_its_reason_and_does_not_count_it(
    floor: Floor, chidi: Browser, gone: str
) -> None:
    kept = floor.record()
    page = chidi.get("/evidence").text
    assert gone in page
    assert kept in page
    assert "1 record, and 1 that was withdrawn" in words_of(page)
    assert "Withdrawn It was another carer" in words_of(page)


def test_it_is_still_found_by_its_words(chidi: Browser, gone: str) -> None:
    page = chidi.get("/evidence?text=jackdaw").text
    assert gone in page
    assert "No records, and 1 that was withdrawn" in words_of(page)


def test_no_action_counts_it(world: World, chidi: Browser, action: str, gone: str) -> None:
    with world.sql() as sql:
        assert read_tallies(sql, [action], of_services(["alder"]))[action].total == 0
    assert gone not in chidi.get(f"/evidence?action={action}").text
    said = words_of(chidi.get(f"/evidence/{gone}").text)
    assert "None of this counts now : the record was withdrawn." in said


def test_its_page_says_so_before_anything_else(chidi: Browser, gone: str) -> None:
    page = words_of(chidi.get(f"/evidence/{gone}").text)
    assert page.index("Withdrawn: its author took this record back.") < page.index("Happened")
    assert "“It was another carer”" in page
    assert "Stands Stands as evidence Withdrawn" in page


def test_the_files_say_so_too(chidi: Browser, gone: str) -> None:
    (row,) = chidi.get("/evidence.json").json()["records"]
    assert (row["record"], row["reason"], row["review"]) == (gone, "(left out)", "New")
    assert "withdrawn" in row["flags"]
    assert "Withdrawn by its author" in chidi.get("/evidence.csv").text


def test_the_list_can_be_held_to_what_was_taken_back(floor: Floor, chidi: Browser, gone: str) -> None:
    kept = floor.record()
    page = chidi.get("/evidence?flag=withdrawn").text
    assert gone in page
    assert kept not in page


def test_what_changed_is_told_in_the_order_of_the_form(floor: Floor, chidi: Browser) -> None:
    first = floor.seal(chosen={"note": "A rook.", "person_supported": "alder-1-a"})
    record = floor.send(first)
    answers = {**json.loads(first)["answers"], "note": "A crow.", "person_supported": "alder-2-a"}
    del answers["shift"]
    floor.send(
        floor.tablet.correct(
            first,
            "Looked again",
            unit="alder-2",
            author="ben",
            recorded_at="2026-11-15T11:00:00Z",
            answers=answers,
        )
    )
    said = words_of(chidi.get(f"/evidence/{record}").text, "differences")
    order = ["Unit", "Recorded by", "Which shift?", "AB, 1 AB, 2", "A rook. A crow."]
    places = [said.index(words) for words in order]
    assert places == sorted(places)
    assert "No answer" in said
