"""A tablet that lost its store, as the server knows it: dated, counted, acknowledged by name."""

import json

import pytest

from observation_forms import load_catalogue
from tests.server.test_fleet import id_of, say, shown
from tests.server.world import Browser, World, take_out
from tests.sync.bodies import FakeTablet, batch

JSON = {"content-type": "application/json"}


def send(tablet: Browser, sealed: list[bytes]) -> None:
    assert tablet.post("/sync/records", content=batch(sealed), headers=JSON).status_code == 201


def sealed_on(tablet: Browser, count: int) -> list[bytes]:
    fake = FakeTablet(load_catalogue(), id_of(tablet))
    return [
        fake.seal(service="alder", unit="alder-1", author="amina", recorded_at="2026-11-16T08:00:00Z")
        for _ in range(count)
    ]


def lost(tablet: Browser, waiting: int = 0) -> dict[str, object]:
    answer = tablet.post("/tablet/store-lost", json={"waiting": waiting})
    assert answer.status_code == 200, answer.text
    said: dict[str, object] = answer.json()
    return said


def test_a_browser_that_is_no_tablet_has_lost_nothing(world: World) -> None:
    assert world.client().post("/tablet/store-lost", json={"waiting": 3}).status_code == 204


def test_a_tablet_that_comes_back_empty_is_told_when_it_was_heard_and_what_was_expected(
    world: World, oak: Browser, chidi: Browser
) -> None:
    say(oak, waiting="2", oldest="2026-11-16T08:50:00Z")
    world.clock.move(minutes=5)
    assert lost(oak) == {"name": "Oak", "heard_at": "2026-11-16T09:00:00Z", "expected": 2}
    words = "last heard of Mon 16 Nov 2026, 09:00): 2 records expected, never received"
    assert f"It lost its local store (found Mon 16 Nov 2026, 09:05, {words}" in shown(chidi, "/tablets")
    page = shown(chidi, f"/tablets/{id_of(oak)}")
    assert words in page
    assert "A tablet lost its local store: 2 records expected" in page
    assert "Nobody has looked into it yet" in page


@pytest.mark.parametrize(("said", "waiting", "numbered"), [(4, "1", 3), (0, "4", 3), (1, "0", 7)])
def test_what_was_expected_is_the_most_that_anybody_knows_of(
    oak: Browser, said: int, waiting: str, numbered: int
) -> None:
    send(oak, sealed_on(oak, 3))
    say(oak, waiting=waiting, health=json.dumps({"sealed": numbered}))
    assert lost(oak, said)["expected"] == 4


def test_every_start_until_it_is_enrolled_anew_is_the_same_loss(
    world: World, oak: Browser, chidi: Browser
) -> None:
    say(oak, waiting="2")
    first = lost(oak)
    world.clock.move(minutes=9)
    assert lost(oak) == first
    assert lost(oak, 3)["expected"] == 3
    address = f"/tablets/{id_of(oak)}"
    answer = chidi.post(f"{address}/acknowledgement", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    lost(oak)
    page = shown(chidi, address)
    assert page.count("It lost its local store") == 0
    assert "Looked into by Chidi Okafor, Mon 16 Nov 2026, 09:09" in page
    with world.sql() as sql:
        noted = sql.execute(
            "SELECT what, who FROM identity_audit WHERE what LIKE 'store_lo%' ORDER BY id"
        ).fetchall()
    assert [tuple(row) for row in noted] == [("store_lost", ""), ("store_loss_seen", "chidi")]

    # Heard of since with something in it, and empty again: that is another
    world.clock.move(hours=1)
    say(oak, waiting="1")
    world.clock.move(hours=1)
    assert lost(oak)["expected"] == 1
    assert "1 record expected, never received" in shown(world.signed_in("chidi"), "/tablets")


def test_records_that_come_another_way_are_not_missing_any_more(oak: Browser, chidi: Browser) -> None:
    sealed = sealed_on(oak, 3)
    send(oak, sealed[:1])
    say(oak, waiting="2")
    lost(oak)
    send(oak, sealed[1:2])
    assert "2 records expected, 1 came since, 1 never came" in shown(chidi, "/tablets")
    send(oak, sealed[2:])
    assert "2 records expected, all have come since" in shown(chidi, "/tablets")


def test_only_who_manages_tablets_there_acknowledges(world: World, oak: Browser, ben: Browser) -> None:
    say(oak, waiting="1")
    lost(oak)
    address = f"/tablets/{id_of(oak)}"
    assert "I have looked into it" not in ben.get(address).text
    assert ben.post(f"{address}/acknowledgement").status_code == 404
    with world.signed_in("fay") as fay:
        assert fay.post(f"{address}/acknowledgement").status_code == 404
    assert "Nobody has looked into it yet" in shown(ben, address)


def test_a_tablet_that_was_to_be_wiped_has_lost_nothing(oak: Browser, chidi: Browser) -> None:
    take_out(chidi, id_of(oak))
    assert oak.post("/tablet/wiped", json={"waiting": 0, "drafts": 0}).status_code == 204
    assert oak.post("/tablet/store-lost", json={"waiting": 0}).status_code == 204


def test_numbers_that_neither_came_nor_wait_are_noticed_without_a_word_from_the_tablet(
    oak: Browser, chidi: Browser
) -> None:
    send(oak, sealed_on(oak, 3))
    say(oak, waiting="2", health='{"sealed": 5}')
    assert "are not here" not in shown(chidi, "/tablets")
    say(oak, waiting="1", health='{"sealed": 6}')
    assert "2 of its numbers are not here, and do not wait on it" in shown(chidi, "/tablets")
    assert "The last number it gave out is 6" in shown(chidi, f"/tablets/{id_of(oak)}")


def test_a_tablet_whose_numbers_begin_again_is_noticed(oak: Browser, chidi: Browser) -> None:
    send(oak, sealed_on(oak, 3))
    say(oak, health='{"sealed": 1}')
    assert "Its numbers began again: it is at 1, and 3 came" in shown(chidi, "/tablets")
