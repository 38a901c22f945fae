"""A visitor reads what was chosen for them, until a day, and leaves a trail; nothing else."""

import random
from datetime import timedelta

import pytest
from httpx import Response

from server.evidence import live
from server.identity.passwords import set_password
from server.identity.permissions import Role
from tests.server.due.shift import Shift
from tests.server.evidence.arranged import make_action, send_record, words_of
from tests.server.reach import Reach, add_member
from tests.server.world import HASHED, PASSWORD, Browser, World, sign_in

FORM = {
    "name": "Vera Quill",
    "email": "vera@example.test",
    "organisation": "The regulator",
    "kind": "inspector",
    "ends": "2026-11-30",
    "services": ["alder"],
    "password": PASSWORD,
}


@pytest.fixture(autouse=True)
def _short_streams(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.05)


def let_in(chidi: Browser, /, **changed: object) -> Response:
    return chidi.post("/visitors", data={**FORM, **changed})


def visit(world: World, chidi: Browser, /, **changed: object) -> Browser:
    """A visitor let in through the form, who has chosen a password and signed in."""
    answer = let_in(chidi, **changed)
    assert answer.status_code == 201, words_of(answer)
    with world.sql() as sql:
        (id,) = sql.execute("SELECT id FROM staff WHERE email = 'vera@example.test'").fetchone()
        set_password(sql, id, HASHED, world.clock())
    vera = world.client()
    assert sign_in(vera, "vera").status_code == 303
    return vera


def test_a_visitor_is_let_in_with_a_code_that_is_shown_once(chidi: Browser) -> None:
    answer = let_in(chidi)
    assert answer.status_code == 201
    assert "enrolment-code" in answer.text
    assert "/sign-in/first" in answer.text
    assert "enrolment-code" not in chidi.get("/visitors").text
    assert "Vera Quill" in chidi.get("/visitors").text


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"ends": "2027-02-15"}, "ends"),
        ({"ends": "2026-11-15"}, "ends"),
        ({"ends": ""}, "ends"),
        ({"services": []}, "services"),
        ({"services": ["birch"]}, "services"),
        ({"actions": ["not-mine"]}, "actions"),
        ({"kind": "friend"}, "kind"),
        ({"email": "vera"}, "email"),
        ({"email": "ben@example.test"}, "email"),
        ({"name": "Vera\nQuill"}, ""),
        ({"since": "2026-11-10", "until": "2026-11-01"}, "until"),
        ({"password": "not mine"}, "password"),
        ({"password": ""}, "password"),
    ],
)
def test_what_does_not_fit_lets_nobody_in(
    world: World, chidi: Browser, changed: dict[str, object], field: str
) -> None:
    answer = let_in(chidi, **changed)
    if field:
        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text
        with world.sql() as sql:
            assert sql.execute("SELECT count(*) FROM visit").fetchone()[0] == 0


def test_a_visit_ends_within_ninety_days_whatever_is_asked(world: World, chidi: Browser) -> None:
    let_in(chidi, ends="2027-02-14")
    with world.sql() as sql:
        (ends,) = sql.execute("SELECT ends FROM visit").fetchone()
    assert ends <= (world.clock() + timedelta(days=90)).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_names_are_pseudonyms_unless_chosen_otherwise(world: World, chidi: Browser) -> None:
    action = make_action(chidi)
    chosen = {"person": "alder-1-a", "about_manager": "no"}
    record = Shift(world).record("immediate_concern", "2026-11-16T08:50:00Z", chosen=chosen)
    pages = (
        "/evidence",
        "/evidence.csv",
        "/evidence.json",
        f"/evidence/{record}",
        "/actions",
        "/actions.csv",
        f"/actions/{action}",
    )
    assert "Amina Yusuf" in chidi.get("/evidence").text
    vera = visit(world, chidi)
    for page in pages:
        text = vera.get(page).text
        for name in ("Amina Yusuf", "Chidi Okafor", "Ben Carter", "AB, 1"):
            assert name not in text, (page, name)
    assert "Staff " in words_of(vera.get("/evidence"))
    assert vera.get("/evidence.json").json()["records"][0]["person"].startswith("Person ")


def test_names_are_shown_where_that_was_chosen(world: World, oak: Browser, chidi: Browser) -> None:
    send_record(oak)
    assert "Amina Yusuf" in visit(world, chidi, named="1").get("/evidence").text


def test_every_choice_narrows_what_is_seen(world: World, chidi: Browser) -> None:
    reach = Reach(world, random.Random(7))
    reach.fill(40)
    action = reach.actions["alder"][0]
    vera = visit(
        world,
        chidi,
        actions=[action],
        forms=["practice_observation"],
        since="2026-11-05",
        until="2026-11-14",
    )
    wanted = {
        made.id
        for made in reach.made
        if made.service == "alder"
        and action in made.actions
        and made.form == "practice_observation"
        and not made.held
        and "2026-11-05" <= made.happened_at[:10] <= "2026-11-14"
    }
    assert wanted
    found = vera.get("/evidence.json").json()["records"]
    assert {one["record"] for one in found} == wanted
    assert {bearing["id"] for one in found for bearing in one["actions"]} == {action}
    assert [one["id"] for one in vera.get("/actions.json").json()["actions"]] == [action]
    other = reach.actions["alder"][1]
    assert vera.get(f"/actions/{other}").status_code == 404
    hidden = [made for made in reach.made if made.id not in wanted]
    for address, _ in reach.reads():
        text = vera.get(address).text
        assert "Action alder 2" not in text, address
        for made in hidden:
            assert made.word not in text, (address, made)


def test_a_visitor_changes_nothing_and_sees_no_list_of_the_floor(world: World, chidi: Browser) -> None:
    vera = visit(world, chidi)
    for address in (
        "/due",
        "/lists",
        "/held",
        "/concerns",
        "/tablets",
        "/settings",
        "/visitors",
        "/actions/new",
    ):
        assert vera.get(address).status_code == 404, address
    assert let_in(vera).status_code == 404


def test_ending_a_visit_closes_every_door_at_once(world: World, oak: Browser, chidi: Browser) -> None:
    record = send_record(oak)
    vera = visit(world, chidi)
    assert vera.get(f"/evidence/{record}").status_code == 200
    (address,) = [
        part.split('"')[0]
        for part in chidi.get("/visitors").text.split('action="')[1:]
        if "/end" in part[:60]
    ]
    assert chidi.post(address, data={}, follow_redirects=False).status_code == 303
    assert vera.get(f"/evidence/{record}").status_code == 401
    assert sign_in(vera, "vera").status_code == 401
    with world.sql() as sql:
        assert [
            row["what"]
            for row in sql.execute("SELECT what FROM identity_audit WHERE what LIKE 'visit\\_%' ESCAPE '\\'")
        ] == [
            "visit_began",
            "visit_ended",
        ]


def test_a_visit_that_is_over_shows_nothing(world: World, oak: Browser, chidi: Browser) -> None:
    record = send_record(oak)
    vera = visit(world, chidi, ends="2026-11-16")
    world.clock.move(hours=15)
    assert sign_in(vera, "vera").status_code == 303
    for address in ("/evidence", "/actions", f"/evidence/{record}"):
        assert vera.get(address).status_code == 404


def test_everything_a_visitor_opens_is_in_the_trail_without_what_they_typed(
    world: World, oak: Browser, chidi: Browser
) -> None:
    record = send_record(oak)
    vera = visit(world, chidi)
    vera.get(f"/evidence/{record}")
    vera.get("/evidence?text=Amina")
    vera.get("/evidence/Amina")
    with world.sql() as sql:
        opened = [
            (row["details"], row["about"])
            for row in sql.execute("SELECT details, about FROM identity_audit WHERE what = 'visitor_opened'")
        ]
    assert opened == [("/evidence/{record}", record), ("/evidence", ""), ("/evidence/{record}", "")]


def test_a_visit_of_another_service_is_neither_shown_nor_ended(world: World, chidi: Browser) -> None:
    let_in(chidi)
    with world.sql() as sql:
        (id,) = sql.execute("SELECT id FROM visit").fetchone()
    with world.signed_in("fay") as fay:
        assert "Vera Quill" not in fay.get("/visitors").text
        assert fay.post(f"/visitors/{id}/end", data={}).status_code == 404


def test_a_visitor_is_on_no_tablets_list(world: World, oak: Browser, chidi: Browser) -> None:
    let_in(chidi)
    assert "Vera Quill" not in oak.get("/sync/changes").text
    assert "Vera Quill" not in oak.get("/tablet/staff").text


def test_a_unit_is_no_way_around_a_visit(world: World) -> None:
    with world.sql() as sql:
        add_member(sql, "uma", Role.VISITOR, "alder", "alder-1", world)
    with world.signed_in("uma") as uma:
        assert uma.get("/due").status_code == 404
