"""Enrolling tablets, the desk's list of them, and taking one out of use."""

import re
from pathlib import Path

import pytest

from server.fleet.strangers import MOST, Strangers
from server.identity import attempts
from tests.server.world import ORIGIN, START, Browser, World, enrol, enrolment, take_out

COOKIE = "sightline-tablet"


def test_a_code_makes_this_browser_that_tablet(world: World, stranger: Browser) -> None:
    said = enrol(world, stranger, "alder-2", "Elm")
    assert said["tablet"]["name"] == "Elm"
    assert said["service"] == {"id": "alder", "name": "Alder House", "kind": "residential"}
    assert stranger.get("/tablet/identity").json() == said


def test_a_tablet_that_is_not_known_and_asks_is_told_to_the_manager_until_it_is_enrolled_again(
    world: World, oak: Browser, chidi: Browser
) -> None:
    elm = world.tablet("alder-2", "Elm")
    # As after a restore: their enrolment is younger than the backup
    with world.sql() as sql:
        sql.execute("UPDATE tablet SET token_hash = id")
    assert world.client().get("/sync/info").status_code == 401
    assert "does not know" not in chidi.get("/tablets").text
    assert oak.post("/sync/records", json=[]).json()["code"] == "not_enrolled"
    assert "A tablet that this server does not know asks to be let in" in chidi.get("/tablets").text
    assert [elm.get("/sync/info").status_code, oak.get("/sync/info").status_code] == [401, 401]
    assert "2 tablets that this server does not know ask to be let in" in chidi.get("/tablets").text
    enrol(world, oak, name="Oak again")
    world.clock.move(minutes=16)
    assert oak.post("/sync/records", json=[]).status_code == 201
    assert "does not know" not in chidi.get("/tablets").text


def test_of_very_many_that_are_not_known_the_latest_are_remembered() -> None:
    strangers = Strangers()
    for number in range(3 * MOST):
        strangers.note(str(number), START)
    assert strangers.words(START).startswith(f"{MOST} tablets that")


def test_a_code_works_once(world: World, stranger: Browser) -> None:
    code = world.make_code()
    assert stranger.post("/tablet/enrolment", json=enrolment(code)).status_code == 201
    again = stranger.post("/tablet/enrolment", json=enrolment(code))
    assert again.json()["code"] == "wrong_enrolment_code"


def test_a_code_dies_after_ten_minutes(world: World, stranger: Browser) -> None:
    code = world.make_code()
    world.clock.move(minutes=10)
    assert stranger.post("/tablet/enrolment", json=enrolment(code)).status_code == 422


def test_a_code_may_be_typed_in_any_case_with_or_without_its_dash(world: World, stranger: Browser) -> None:
    code = world.make_code().lower().replace("-", "  ")
    assert stranger.post("/tablet/enrolment", json=enrolment(code)).status_code == 201


@pytest.mark.parametrize(
    "body", [b"{}", b"[]", b"{", b'{"code": 7}', b'{"code": "A", "more": 1}', b"\xff", b""]
)
def test_a_strange_enrolment_is_refused(stranger: Browser, body: bytes) -> None:
    answer = stranger.post("/tablet/enrolment", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 415)


def test_guessing_codes_slows_down(world: World, stranger: Browser) -> None:
    for number in range(attempts.address("enrolment", "").free):
        assert stranger.post("/tablet/enrolment", json=enrolment(f"GUESS-{number}")).status_code == 422
    refused = stranger.post("/tablet/enrolment", json=enrolment(world.make_code()))
    assert refused.json()["code"] == "too_many_attempts"
    assert refused.headers["retry-after"] == "15"


def test_the_tablets_cookie_lasts_and_is_out_of_reach(world: World, stranger: Browser) -> None:
    answer = stranger.post("/tablet/enrolment", json=enrolment(world.make_code()))
    cookie = answer.headers["set-cookie"]
    assert f"Max-Age={400 * 24 * 3600}" in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    token = stranger.cookies[COOKIE]
    with world.sql() as sql:
        assert token not in "\n".join(sql.iterdump())
    assert COOKIE in stranger.get("/tablet/identity").headers["set-cookie"]


def test_a_made_up_cookie_is_no_tablet(stranger: Browser) -> None:
    stranger.cookies.set(COOKIE, "made-up")
    assert stranger.get("/sync/changes").json()["code"] == "not_enrolled"
    assert stranger.get("/tablet/identity").status_code == 204


def make_code_at_desk(client: Browser, name: str = "Ash", unit: str = "alder-1") -> str:
    answer = client.post("/tablets/codes", data={"name": name, "unit": unit})
    assert answer.status_code == 201, answer.text
    found = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", answer.text)
    assert found
    return found[0]


def test_a_manager_makes_a_code_that_works(world: World, chidi: Browser) -> None:
    code = make_code_at_desk(chidi)
    with world.client() as tablet:
        assert tablet.post("/tablet/enrolment", json=enrolment(code)).json()["tablet"]["name"] == "Ash"
    assert "Ash" in chidi.get("/tablets").text
    with world.sql() as sql:
        assert code.replace("-", "") not in "\n".join(sql.iterdump())


@pytest.mark.parametrize(
    ("name", "unit", "words"),
    [
        ("", "alder-1", "Give the tablet a name"),
        ("x" * 41, "alder-1", "Give the tablet a name"),
        ("a\u202eb", "alder-1", "Give the tablet a name"),
        ("Elm", "birch-1", "Choose the unit"),
        ("Elm", "nowhere", "Choose the unit"),
        ("oak", "alder-2", "already a tablet called oak"),
    ],
)
def test_a_code_that_cannot_be_made_says_why_beside_the_field(
    world: World, oak: Browser, chidi: Browser, name: str, unit: str, words: str
) -> None:
    answer = chidi.post("/tablets/codes", data={"name": name, "unit": unit})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'class="error-summary"' in answer.text


def test_a_name_is_shown_as_text_never_as_markup(world: World, chidi: Browser) -> None:
    answer = chidi.post("/tablets/codes", data={"name": "<script>x</script>", "unit": "alder-1"})
    assert "<script>x" not in answer.text
    assert "&lt;script&gt;x" in answer.text


def tablet_id(client: Browser) -> str:
    return str(client.get("/tablet/identity").json()["tablet"]["id"])


def test_a_revoked_tablet_reads_nothing_and_may_still_send(
    world: World, oak: Browser, chidi: Browser
) -> None:
    id = tablet_id(oak)
    assert take_out(chidi, id).status_code == 303
    assert oak.get("/tablet/identity").json()["code"] == "tablet_revoked"
    assert oak.get("/sync/changes").json()["code"] == "tablet_revoked"
    assert oak.post("/sync/records", json=[]).status_code == 201
    assert oak.post("/sync/have", json={"records": []}).status_code == 200
    assert oak.get("/sync/info").status_code == 200
    assert "Out of use, not wiped yet" in chidi.get("/tablets").text


def test_revoking_twice_is_harmless(world: World, oak: Browser, chidi: Browser) -> None:
    id = tablet_id(oak)
    for _ in range(2):
        assert take_out(chidi, id).status_code == 303
    with world.sql() as sql:
        count = sql.execute("SELECT count(*) FROM identity_audit WHERE what = 'tablet_revoked'").fetchone()[0]
    assert count == 1


def test_nobody_revokes_another_services_tablet(world: World, oak: Browser) -> None:
    with world.signed_in("fay") as fay:
        assert take_out(fay, tablet_id(oak)).status_code == 404
    assert oak.get("/tablet/identity").status_code == 200


def test_a_deputy_sees_the_tablets_and_cannot_change_them(ben: Browser) -> None:
    page = ben.get("/tablets").text
    assert "Make a code" not in page
    assert ben.post("/tablets/codes", data={"name": "Elm", "unit": "alder-1"}).status_code == 404


def test_the_list_says_what_a_tablet_holds_and_when_it_was_heard(oak: Browser, chidi: Browser) -> None:
    headers = {"sightline-waiting": "3", "sightline-oldest": "2026-11-16T08:00:00Z", "sightline-app": "b1"}
    assert oak.post("/sync/records", json=[], headers=headers).status_code == 201
    page = chidi.get("/tablets").text
    assert "3 waiting" in page
    assert "Mon 16 Nov 2026, 08:00" in page
    assert "No gaps" in page


def test_a_quiet_tablet_is_heard_of_when_it_asks_for_changes(
    world: World, oak: Browser, chidi: Browser
) -> None:
    world.clock.move(minutes=5)
    oak.get("/sync/changes")
    assert "Mon 16 Nov 2026, 09:05" in chidi.get("/tablets").text


def test_the_looks_of_a_quiet_tablet_write_nothing_and_the_last_of_them_is_known_after_a_stop(
    tmp_path: Path,
) -> None:
    with World(tmp_path) as world, world.sql() as sql, world.tablet("alder-1", "Oak") as oak:
        oak.get("/sync/changes")
        known = sql.execute("SELECT heard_at FROM tablet").fetchall()
        for _ in range(4):
            world.clock.move(minutes=1)
            assert oak.get("/sync/changes").status_code == 200
        assert [tuple(row) for row in sql.execute("SELECT heard_at FROM tablet")] == [*map(tuple, known)]
    with world.sql() as sql:
        assert [row["heard_at"] for row in sql.execute("SELECT heard_at FROM tablet")] == [
            "2026-11-16T09:04:00Z"
        ]


def test_the_new_code_says_where_to_type_it(chidi: Browser) -> None:
    answer = chidi.post("/tablets/codes", data={"name": "Ash", "unit": "alder-1"})
    assert f"{ORIGIN}/tablet/" in answer.text
    assert "within 10 minutes" in answer.text


def test_two_open_codes_cannot_make_two_tablets_of_one_name(world: World, chidi: Browser) -> None:
    form = {"name": "Rowan", "unit": "alder-1"}
    assert chidi.post("/tablets/codes", data=form).status_code == 201
    again = chidi.post("/tablets/codes", data={**form, "name": "ROWAN", "unit": "alder-2"})
    assert again.status_code == 422
    assert "called ROWAN" in again.text
    world.clock.move(minutes=9)
    assert chidi.get("/tablets").status_code == 200
    world.clock.move(minutes=2)
    assert chidi.post("/tablets/codes", data=form).status_code == 201
