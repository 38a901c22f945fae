"""What a tablet holds back because the server would not take it: told without content, listed at the desk."""

from typing import Any

import pytest

from tests.server.test_fleet import id_of, shown
from tests.server.world import Browser, World
from tests.sync.bodies import item, make_record_id

AT = "2026-11-16T08:00:00Z"


def held_back(**changed: Any) -> dict[str, Any]:
    return {
        "record": make_record_id(AT), "version": 1, "number": 7, "sha256": "a" * 64, "status": 500, "tries": 3,
        "since": AT, **changed,
    }  # fmt: skip


def tell(tablet: Browser, *parked: dict[str, Any]) -> None:
    assert tablet.post("/tablet/parked", json={"parked": list(parked)}).status_code == 204


def test_the_manager_sees_what_a_tablet_holds_back_and_why(oak: Browser, chidi: Browser) -> None:
    large, failing = held_back(status=413, number=8), held_back(tries=4)
    tell(oak, large, failing)
    assert "2 held back on it: the server would not take them" in shown(chidi, "/tablets")
    assert "Oak : 2 records" in shown(chidi, "/held")
    page = shown(chidi, f"/tablets/{id_of(oak)}")
    assert "7 The server fails on it, and on no other (code 500)" in page
    assert "8 Too large for this server" in page
    assert f"{large['record']}, version 1" in page
    assert f"{failing['record']}, version 1 4 times Mon 16 Nov 2026, 08:00" in page


def test_a_new_list_takes_the_place_of_the_old_one(oak: Browser, chidi: Browser) -> None:
    tell(oak, held_back(), held_back(number=9))
    tell(oak, held_back())
    assert "1 held back on it" in shown(chidi, "/tablets")
    tell(oak)
    assert "held back" not in shown(chidi, "/tablets")
    assert "held back" not in shown(chidi, "/held")


def test_what_came_another_way_is_not_listed(world: World, oak: Browser, chidi: Browser) -> None:
    body = item(b'{"no": "record"}')
    assert oak.post("/sync/records", json=[body]).json()["receipts"][0]["status"] == "held"
    tell(oak, held_back(sha256=body["sha256"]))
    assert "held back" not in shown(chidi, "/tablets")


def test_it_is_of_the_service_alone(world: World, oak: Browser) -> None:
    tell(oak, held_back())
    with world.signed_in("fay") as fay:
        assert "held back" not in shown(fay, "/held")


@pytest.mark.parametrize(
    "changed",
    [
        {"record": "../../x"},
        {"sha256": "A" * 64},
        {"status": -1},
        {"since": "<b>"},
        {"body": "words"},
        {"tries": 0.5},
    ],
)
def test_nothing_but_ids_numbers_and_times_is_taken(oak: Browser, changed: dict[str, Any]) -> None:
    assert oak.post("/tablet/parked", json={"parked": [held_back(**changed)]}).status_code == 400


def test_a_list_longer_than_a_hundred_is_refused(oak: Browser) -> None:
    assert oak.post("/tablet/parked", json={"parked": [held_back()] * 101}).status_code == 400
