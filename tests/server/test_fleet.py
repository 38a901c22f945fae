"""The fleet at the desk: what needs seeing to stands first, and what a manager does with one tablet."""

import re
from html import unescape

import pytest
import segno

from observation_forms import load_catalogue
from server.fleet.health import LONGEST, keepable, read_health
from tests.server.world import PASSWORD, Browser, World, enrol, enrolment, take_out
from tests.sync.bodies import FakeTablet, batch

HEALTH = '{"keep": "may be cleared", "used": 12, "free": 150, "skew": 300, "people": 3, "drafts": 2, "witness": 41}'


def words_of(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def shown(client: Browser, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return words_of(answer.text)


def id_of(tablet: Browser) -> str:
    return str(tablet.get("/tablet/identity").json()["tablet"]["id"])


def say(tablet: Browser, **headers: str) -> None:
    sent = {f"sightline-{name}": value for name, value in headers.items()}
    assert tablet.get("/sync/changes", headers={"sightline-app": "b1", **sent}).status_code == 200


def names_in_order(chidi: Browser) -> list[str]:
    return re.findall(r'<th scope="row"><a href="/tablets/[0-9a-f]+">([^<]+)</a>', chidi.get("/tablets").text)


def test_a_tablet_says_how_it_is_and_its_page_shows_it(oak: Browser, chidi: Browser) -> None:
    say(oak, health=HEALTH, waiting="2", oldest="2026-11-16T07:00:00Z")
    page = shown(chidi, f"/tablets/{id_of(oak)}")
    for words in (
        "Waiting to be sent 2, the oldest from Mon 16 Nov 2026, 07:00",
        "Drafts on it 2",
        "3 people without the network",
        "12 MB used, about 150 MB free",
        "The browser may clear what it holds",
        "Its clock is 5 min behind",
        "Up to leaf 41",
        "Its storage is encrypted",
        "It locks its own screen",
        "with a code from Chidi Okafor",
        "Has an older version of the app",
    ):
        assert words in page, words


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"used": "12"}',
        '{"used": -5}',
        '{"keep": "for ever"}',
        "x" * (LONGEST + 1),
        '{"skew": 1.5}',
    ],
)
def test_a_health_that_makes_no_sense_is_left_out_and_nothing_is_refused(
    oak: Browser, chidi: Browser, text: str
) -> None:
    assert keepable(text) == ""
    say(oak, health=HEALTH)
    say(oak, health=text)
    assert "12 MB used" in shown(chidi, f"/tablets/{id_of(oak)}")


def test_what_a_newer_app_says_besides_is_passed_over() -> None:
    assert read_health('{"used": 1, "mood": "good"}').used == 1


def test_what_needs_seeing_to_stands_first(world: World) -> None:
    tablets = {name: world.tablet("alder-1", name) for name in ("Ash", "Elm", "Fir", "Yew")}
    say(tablets["Yew"], waiting="3", oldest="2026-11-16T08:00:00Z")
    world.clock.move(hours=25)
    say(tablets["Elm"], health='{"skew": -600}')
    say(tablets["Ash"])
    say(tablets["Fir"], health='{"skew": 0}')
    chidi = world.signed_in("chidi")
    assert names_in_order(chidi)[:2] == ["Yew", "Elm"]
    page = shown(chidi, "/tablets")
    assert "3 waiting, and not heard of for 1 day" in page
    assert "Its clock is 10 min ahead" in page


def test_a_gap_is_pressing_once_it_is_a_day_old(world: World, oak: Browser, chidi: Browser) -> None:
    id = id_of(oak)
    fake = FakeTablet(load_catalogue(), id)
    sealed = [
        fake.seal(service="alder", unit="alder-1", author="amina", recorded_at="2026-11-16T08:00:00Z")
        for _ in range(3)
    ]
    for body in (sealed[0], sealed[2]):
        answer = oak.post(
            "/sync/records", content=batch([body]), headers={"content-type": "application/json"}
        )
        assert answer.status_code == 201
    page = shown(chidi, f"/tablets/{id}")
    assert "2 1 Mon 16 Nov 2026, 09:00" in page
    assert "missing for" not in page
    world.clock.move(days=2)
    say(oak)
    assert "1 missing for 2 days: 2" in shown(world.signed_in("chidi"), "/tablets")


def test_another_services_manager_sees_and_changes_nothing(world: World, oak: Browser) -> None:
    id = id_of(oak)
    with world.signed_in("fay") as fay:
        assert "Oak" not in fay.get("/tablets").text
        assert fay.get(f"/tablets/{id}").status_code == 404
        for act, form in (
            ("details", {"name": "Mine", "unit": "birch-1"}),
            ("revocation", {"why": "lost", "password": PASSWORD}),
            ("replacement", {"new_name": "Mine"}),
        ):
            assert fay.post(f"/tablets/{id}/{act}", data=form).status_code == 404
    assert oak.get("/tablet/identity").json()["tablet"]["name"] == "Oak"


def test_a_deputy_sees_a_tablet_and_changes_nothing(oak: Browser, ben: Browser) -> None:
    page = ben.get(f"/tablets/{id_of(oak)}").text
    assert "How it is" in page
    assert "<form" not in page[page.index("<main") :]
    assert (
        ben.post(f"/tablets/{id_of(oak)}/details", data={"name": "Elm", "unit": "alder-1"}).status_code == 404
    )


def test_renaming_and_moving_reach_the_tablet_itself(oak: Browser, chidi: Browser) -> None:
    id = id_of(oak)
    form = {"name": "Great Oak", "unit": "alder-2"}
    assert chidi.post(f"/tablets/{id}/details", data=form, follow_redirects=False).status_code == 303
    assert oak.get("/tablet/identity").json()["tablet"] == {"id": id, **form}
    (row,) = [one for one in oak.get("/sync/changes").json()["changes"] if one["kind"] == "tablet"]
    assert row["body"] == {"id": id, **form}
    page = shown(chidi, f"/tablets/{id}")
    assert "A tablet was given another name" in page
    assert "A tablet was given to another unit" in page


@pytest.mark.parametrize(
    ("name", "unit", "words"),
    [
        ("elm", "alder-1", "already a tablet called elm"),
        ("", "alder-1", "Give the tablet"),
        ("Oak", "birch-1", "Choose the unit"),
    ],
)
def test_a_name_or_unit_that_will_not_do_changes_nothing(
    world: World, oak: Browser, chidi: Browser, name: str, unit: str, words: str
) -> None:
    world.tablet("alder-2", "Elm")
    answer = chidi.post(f"/tablets/{id_of(oak)}/details", data={"name": name, "unit": unit})
    assert answer.status_code == 422
    assert words in answer.text
    assert oak.get("/tablet/identity").json()["tablet"]["name"] == "Oak"


@pytest.mark.parametrize(
    "form",
    [
        {"why": "retired"},
        {"why": "retired", "password": "wrong words here"},
        {"password": PASSWORD},
        {"why": "x", "password": PASSWORD},
    ],
)
def test_taking_a_tablet_out_of_use_needs_the_password_and_a_reason(
    oak: Browser, chidi: Browser, form: dict[str, str]
) -> None:
    assert chidi.post(f"/tablets/{id_of(oak)}/revocation", data=form).status_code == 422
    assert oak.get("/tablet/identity").status_code == 200


@pytest.mark.parametrize(("why", "wipe"), [("lost", "now"), ("retired", "when_done")])
def test_a_tablet_out_of_use_is_told_when_to_wipe_and_says_once_that_it_did(
    world: World, oak: Browser, chidi: Browser, why: str, wipe: str
) -> None:
    id = id_of(oak)
    assert oak.post("/tablet/wiped", json={"waiting": 0, "drafts": 0}).json()["code"] == "conflict"
    assert take_out(chidi, id, why).status_code == 303
    for address in ("/tablet/identity", "/sync/changes"):
        assert oak.get(address).json()["wipe"] == wipe
    assert "not wiped yet" in shown(chidi, "/tablets")
    for _ in range(2):
        assert oak.post("/tablet/wiped", json={"waiting": 0, "drafts": 0}).status_code == 204
        world.clock.move(minutes=2)
    assert "wiped Mon 16 Nov 2026, 09:00" in shown(chidi, "/tablets")
    assert shown(chidi, f"/tablets/{id}").count("A tablet wiped what it held") == 1


def test_a_retired_tablet_may_turn_out_to_be_lost(oak: Browser, chidi: Browser) -> None:
    id = id_of(oak)
    take_out(chidi, id, "retired")
    assert "It is lost after all" in shown(chidi, f"/tablets/{id}")
    take_out(chidi, id, "lost")
    assert oak.get("/sync/changes").json()["wipe"] == "now"
    take_out(chidi, id, "retired")
    assert oak.get("/sync/changes").json()["wipe"] == "now"


def test_a_replaced_tablet_says_what_is_still_outstanding_on_it(
    world: World, oak: Browser, chidi: Browser
) -> None:
    id = id_of(oak)
    say(oak, waiting="2", oldest="2026-11-16T08:00:00Z")
    made = chidi.post(f"/tablets/{id}/replacement", data={"new_name": "Oak"})
    assert made.status_code == 201
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", made.text)
    assert code
    with world.client() as new:
        assert new.post("/tablet/enrolment", json=enrolment(code[0])).status_code == 201
        assert f'<a href="/tablets/{id}">Oak</a>' in chidi.get(f"/tablets/{id_of(new)}").text
    page = shown(chidi, f"/tablets/{id}")
    assert "Still outstanding here: 2 waiting to be sent" in page
    assert "Replaced by Oak, and still in use" in page
    assert oak.get("/sync/changes").status_code == 200


def test_a_code_is_a_square_too_and_stands_where_no_server_reads_it(world: World, chidi: Browser) -> None:
    made = chidi.post("/tablets/codes", data={"name": "Ash", "unit": "alder-1"}).text
    code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", made)
    assert code
    path = re.search(r'<svg class="qr"[^>]*>(.*?)</svg>', made, re.DOTALL)
    address = f"{world.settings.origin}/tablet/enrol#{code[0]}"
    expected = segno.make(address, micro=False, error="m").svg_inline(
        scale=1, border=4, omitsize=True, svgclass=None, lineclass=None
    )
    assert path
    assert path[1] in expected


@pytest.mark.parametrize("conditions", [[], ["encrypted"], ["screen_lock"], ["encrypted", "other"]])
def test_a_device_that_is_not_ready_becomes_no_tablet_and_its_code_still_works(
    world: World, stranger: Browser, conditions: list[str]
) -> None:
    code = world.make_code()
    answer = stranger.post("/tablet/enrolment", json={"code": code, "conditions": conditions})
    assert answer.json()["code"] == "conditions_missing"
    assert stranger.post("/tablet/enrolment", json=enrolment(code)).status_code == 201


def test_a_tablet_learns_the_servers_keys_and_how_soon_it_locks(
    world: World, stranger: Browser, chidi: Browser
) -> None:
    said = enrol(world, stranger)
    assert len(said["server"]["signing_key"]) == 44
    assert len(said["server"]["recovery_key"]) == 88
    assert said["settings"] == {"lock_seconds": 120}
    form = {"service": "alder", "value": "60", "why": "Agreed at the governance meeting"}
    assert chidi.post("/settings/lock_seconds", data=form, follow_redirects=False).status_code == 303
    world.clock.move(seconds=1)
    assert stranger.get("/tablet/identity").json()["settings"] == {"lock_seconds": 60}
    (row,) = [one for one in stranger.get("/sync/changes").json()["changes"] if one["kind"] == "setting"]
    assert row["body"]["history"] == [["1900-01-01T00:00:00Z", 120], ["2026-11-16T09:00:01Z", 60]]
