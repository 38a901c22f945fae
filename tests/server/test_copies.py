"""A copy of what waited, brought in at the desk or by another tablet: once and only once; its own tablet learns it."""

import json
import re
from html import unescape
from typing import Any

import pytest
from httpx import Response

from tests.server.tablet_people import ask_sign_in, signed, signed_in_on
from tests.server.test_fleet import id_of, shown, words_of
from tests.server.test_recovery import Store, outcomes
from tests.server.test_signed_records import sealed_on
from tests.server.world import Browser, World, take_out


@pytest.fixture
def store(world: World, oak: Browser) -> Store:
    """Two of Amina's records wait on Oak, signed."""
    store = Store(world, oak)
    amina, _ = signed_in_on(oak, "amina")
    for number in (1, 2):
        store.keep(signed(sealed_on(oak, number), amina))
    return store


def bring(desk: Browser, copy: Any, name: str = "copy") -> Response:
    raw = copy if isinstance(copy, bytes) else json.dumps(copy).encode()
    return desk.post("/tablets/copies", files={name: ("sightline-Oak.json", raw, "application/json")})


def push_all(tablet: Browser, store: Store) -> list[str]:
    answer = tablet.post("/sync/records", json=store.sent)
    return [one["status"] for one in answer.json()["receipts"]]


def entries(world: World) -> int:
    with world.sql() as sql:
        return int(sql.execute("SELECT count(*) FROM entry").fetchone()[0])


def marks(answer: Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return re.findall(r'<span class="mark mark-[a-z]+">([^<]+)</span>', unescape(answer.text))


def test_the_desk_brings_in_a_copy_once_and_says_what_became_of_each(
    world: World, oak: Browser, chidi: Browser, store: Store
) -> None:
    first = bring(chidi, store.copy)
    assert marks(first) == ["Kept now", "Kept now"]
    assert "2 brought in from Oak" in words_of(first.text)
    again = bring(chidi, store.copy)
    assert marks(again) == ["Here already", "Here already"]
    assert "All of it was here already" in words_of(again.text)
    assert entries(world) == 2
    assert push_all(oak, store) == ["duplicate", "duplicate"]
    assert entries(world) == 2
    page = shown(chidi, f"/tablets/{store.id}")
    assert "Brought in what waited on a tablet from a copy of it: 2 stored" in page
    assert "· Chidi Okafor" in page


def test_a_row_that_cannot_be_opened_is_said_and_stops_no_other(chidi: Browser, store: Store) -> None:
    store.rows.insert(1, {**store.rows[0], "box": {"iv": "AAAA", "data": "AAAA"}})
    answer = bring(chidi, store.copy)
    assert marks(answer) == ["Kept now", "Not opened", "Kept now"]
    assert "2 brought in from Oak" in words_of(answer.text)


def test_only_who_manages_the_tablets_of_its_service_brings_a_copy_in(
    world: World, ben: Browser, store: Store
) -> None:
    assert ben.get("/tablets/copies").status_code == 404
    assert bring(ben, store.copy).status_code == 404
    with world.signed_in("fay") as fay:
        answer = bring(fay, store.copy)
        assert answer.status_code == 422
        assert "a tablet that was not enrolled here" in answer.text
    assert entries(world) == 0


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "Choose the file"),
        (b"{", "not a copy that a tablet saved"),
        (b"\xff\x00", "not a copy that a tablet saved"),
        (b'{"format": "sightline-export"}', "not a copy that a tablet saved"),
    ],
)
def test_what_is_no_copy_is_one_sentence_and_changes_nothing(
    world: World, chidi: Browser, raw: bytes, words: str
) -> None:
    answer = bring(chidi, raw)
    assert answer.status_code == 422
    assert words in answer.text
    assert entries(world) == 0


def test_a_form_without_the_file_asks_for_it(chidi: Browser) -> None:
    for answer in (bring(chidi, b"{}", "other"), chidi.post("/tablets/copies", data={"copy": "{}"})):
        assert answer.status_code == 422
        assert "Choose the file" in answer.text


def test_another_site_hands_in_no_file(chidi: Browser, store: Store) -> None:
    chidi.headers = {"origin": "https://elsewhere.test"}
    assert bring(chidi, store.copy).json()["code"] == "cross_origin"


def test_no_other_page_takes_a_file(chidi: Browser) -> None:
    answer = chidi.post("/tablets/codes", files={"copy": ("a.json", b"{}")})
    assert answer.json()["code"] == "wrong_media_type"


def test_another_tablet_of_the_service_brings_it_in_as_what_it_is(
    world: World, oak: Browser, chidi: Browser, store: Store
) -> None:
    elm = world.tablet("alder-2", "Elm")
    assert outcomes(elm.post("/tablet/rescue", json=store.copy)) == [("stored", "")] * 2
    assert outcomes(elm.post("/tablet/rescue", json=store.copy)) == [("duplicate", "")] * 2
    assert push_all(oak, store) == ["duplicate", "duplicate"]
    with world.sql() as sql:
        assert {row[0] for row in sql.execute("SELECT DISTINCT tablet FROM record_version")} == {store.id}
        noted = sql.execute("SELECT tablet, about FROM identity_audit WHERE what = 'records_recovered'")
        assert next(tuple(row) for row in noted) == (id_of(elm), store.id)
    assert "Brought in what waited" in shown(chidi, f"/tablets/{store.id}")


def test_a_tablet_of_another_service_does_not(world: World, store: Store) -> None:
    fir = world.tablet("birch-1", "Fir")
    answer = fir.post("/tablet/rescue", json=store.copy).json()
    assert answer["code"] == "not_a_copy"
    assert "another service" in answer["detail"]
    assert entries(world) == 0


def test_what_a_tablet_out_of_use_brings_is_held(world: World, chidi: Browser, store: Store) -> None:
    elm = world.tablet("alder-2", "Elm")
    take_out(chidi, id_of(elm))
    assert outcomes(elm.post("/tablet/rescue", json=store.copy)) == [("held", "tablet_revoked")] * 2


def test_a_copy_handed_in_by_both_at_once_is_kept_once(
    world: World, oak: Browser, chidi: Browser, store: Store
) -> None:
    elm = world.tablet("alder-2", "Elm")
    half = {**store.copy, "rows": store.rows[:1]}
    assert outcomes(elm.post("/tablet/rescue", json=half)) == [("stored", "")]
    assert push_all(oak, store) == ["duplicate", "stored"]
    assert marks(bring(chidi, store.copy)) == ["Here already", "Here already"]
    assert entries(world) == 2


def test_what_waits_on_a_tablet_that_was_lost_found_and_enrolled_anew_leaves_as_a_copy(
    world: World, chidi: Browser, store: Store
) -> None:
    take_out(chidi, store.id, "lost")
    anew = world.tablet("alder-1", "Oak again")
    assert ask_sign_in(anew, "ben", recovery=store.recovery).json()["code"] == "recovery_unreadable"
    # The copy names the tablet that it is now, and is locked by the key of the one that it was (pwa/js/export.mjs)
    copy = {**store.copy, "tablet": {"id": id_of(anew), "name": "Oak again"}}
    assert marks(bring(chidi, {**copy, "rows": store.rows[:1]})) == ["Held"]
    assert outcomes(anew.post("/tablet/rescue", json=copy)) == [("held", "wrong_tablet")] * 2
    assert entries(world) == 2
    page = words_of(chidi.get("/held").text)
    assert page.count("It says it was made on another tablet than the one that sent it.") == 2


def test_the_copy_of_a_lost_tablet_that_is_out_of_use_is_held(
    world: World, chidi: Browser, store: Store
) -> None:
    take_out(chidi, store.id, "lost")
    assert marks(bring(chidi, store.copy)) == ["Held"] * 2
    assert entries(world) == 2


def test_what_waits_on_a_tablet_that_comes_from_another_service_leaves_as_a_copy(
    world: World, store: Store
) -> None:
    ash = world.tablet("birch-1", "Ash")
    copy = {**store.copy, "tablet": {"id": id_of(ash), "name": "Ash"}}
    assert outcomes(ash.post("/tablet/rescue", json=copy)) == [("held", "wrong_tablet")] * 2
    assert entries(world) == 2
