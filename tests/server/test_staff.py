"""Staff at the desk: who sees whom, who may give what, and what each act leaves behind."""

import pytest

from server.identity.organisation import publish_turned_roles
from server.identity.permissions import Role
from server.staff.powers import MAY_GIVE
from tests.server.staffing import NEW_PASSWORD, Feed, act, added, once, read, role_of, staff_on, words_of
from tests.server.world import PASSWORD, Browser, World, sign_in


@pytest.fixture
def gus(world: World) -> Browser:
    return world.signed_in("gus")


def test_a_manager_sees_the_staff_of_their_services_alone(world: World, chidi: Browser, gus: Browser) -> None:
    page = read(chidi, "/staff")
    for name in ("Amina Yusuf", "Ben Carter", "Chidi Okafor", "Dana Price"):
        assert name in page
    for name in ("Fay Hughes", "Hana Blake", "Eli Stone"):
        assert name not in page
    assert chidi.get("/staff/fay").status_code == 404
    assert "Fay Hughes" in read(gus, "/staff")
    assert "Eli Stone" in read(gus, "/staff?show=left")
    assert "Amina" not in read(world.signed_in("fay"), "/staff")


@pytest.mark.parametrize("name", ["amina", "ben", "ivo", "dana", "hana"])
def test_who_does_not_manage_staff_finds_nothing(world: World, name: str) -> None:
    with world.signed_in(name) as browser:
        assert browser.get("/staff").status_code == 404
        assert browser.get("/staff/amina").status_code == 404
        assert act(browser, "/amina/first-pin").status_code == 404


def test_somebody_new_is_on_the_tablets_at_once_and_signs_in_with_a_first_pin(
    world: World, oak: Browser, chidi: Browser
) -> None:
    staff = added(chidi, place="alder/alder-1")
    assert "Jo Bell" in staff_on(oak)
    assert Feed(oak).names[staff] == "Jo Bell"
    made = act(chidi, f"/{staff}/first-pin")
    pin = once(made)
    assert "Give it to them in person" in made.text
    assert pin not in chidi.get(f"/staff/{staff}").text
    assert "First PIN given" in read(chidi, f"/staff/{staff}")
    with world.sql() as sql:
        assert pin not in "\n".join(sql.iterdump())


def test_a_new_first_pin_replaces_a_forgotten_one(world: World, oak: Browser, chidi: Browser) -> None:
    before = next(one for one in oak.get("/sync/changes").json()["changes"] if one["id"] == "amina")
    once(act(chidi, "/amina/first-pin"))
    after = next(one for one in oak.get("/sync/changes").json()["changes"] if one["id"] == "amina")
    assert after["body"]["pin_set_at"] > before["body"]["pin_set_at"]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": ""}, "Write the name"),
        ({"email": "no email"}, "Write an email"),
        ({"email": "BEN@example.test"}, "already someone with the email"),
        ({"role": ""}, "Choose the role"),
        ({"role": "nominated_individual"}, "Choose the role"),
        ({"role": "administrator"}, "Choose the role"),
        ({"role": "visitor"}, "Choose the role"),
        ({"role": "registered_manager", "place": "alder/alder-1"}, "answers for the whole service"),
        ({"place": "birch"}, "Choose where"),
        ({"place": "*"}, "Choose where"),
        ({"from": "2026-11-15"}, "never from before"),
        ({"from": "2026-11-20", "until": "2026-11-19"}, "The last day comes after"),
        ({"until": "soon"}, "Choose a day"),
        ({"password": "not mine at all"}, "not your password"),
    ],
)
def test_what_will_not_do_is_said_beside_its_field_and_adds_nobody(
    world: World, chidi: Browser, form: dict[str, str], words: str
) -> None:
    good = {"name": "Jo Bell", "email": "", "role": "floor", "place": "alder"}
    answer = act(chidi, "", **good | form)
    assert answer.status_code == 422
    assert words in words_of(answer.text)
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM staff WHERE name = 'Jo Bell'").fetchone()[0] == 0


def test_nobody_gives_a_role_above_their_own() -> None:
    assert Role.NOMINATED_INDIVIDUAL not in {role for roles in MAY_GIVE.values() for role in roles}
    assert Role.ADMINISTRATOR not in MAY_GIVE[Role.REGISTERED_MANAGER]
    assert set(MAY_GIVE) == {Role.REGISTERED_MANAGER, Role.ADMINISTRATOR}


def test_nobody_changes_their_own_roles_pin_or_leaving(world: World, chidi: Browser) -> None:
    for address in ("roles", "role-end", "move", "first-pin", "first-password", "signing-out", "leaving"):
        form = {"role": "floor", "place": "alder", "ending": role_of(world, "chidi")}
        assert act(chidi, f"/chidi/{address}", **form).status_code == 404
    assert "What to do" not in chidi.get("/staff/chidi").text


def test_whoever_stands_above_is_seen_and_not_touched(world: World, chidi: Browser) -> None:
    page = read(chidi, "/staff/dana")
    assert "They hold a role above yours" in page
    for address in ("first-pin", "first-password", "leaving"):
        assert act(chidi, f"/dana/{address}").status_code == 404
    ending = role_of(world, "dana")
    assert act(chidi, "/dana/role-end", ending=ending).status_code == 422


def test_no_password_is_handed_out_for_whoever_reads_more_elsewhere(
    world: World, chidi: Browser, gus: Browser
) -> None:
    assert act(gus, "/ben/roles", role="shift_manager", place="birch").status_code == 303
    assert act(chidi, "/ben/first-password").status_code == 404
    assert act(chidi, "/ben/first-pin").status_code == 404
    assert act(gus, "/amina/roles", role="floor", place="birch").status_code == 303
    once(act(chidi, "/amina/first-pin"))
    assert act(chidi, "/amina/leaving").status_code == 404


def test_whoever_works_elsewhere_by_now_is_given_no_pin_or_password_by_their_old_manager(
    world: World, chidi: Browser, gus: Browser
) -> None:
    held = role_of(world, "amina")
    assert act(gus, "/amina/move", moving=held, to="birch/birch-1").status_code == 303
    for address in ("first-pin", "first-password"):
        assert act(chidi, f"/amina/{address}").status_code == 404
        once(act(world.signed_in("fay"), f"/amina/{address}"))


def test_who_holds_somebodys_records_is_not_on_their_page(world: World, gus: Browser) -> None:
    form = {"what": "staff/ben/alder", "hold_why": "A claim, number 2026/11."}
    placed = world.signed_in("dana").post("/retention/holds", data=form, follow_redirects=False)
    assert placed.status_code == 303
    assert "legal hold" not in read(gus, "/staff/ben")


def test_every_act_asks_for_the_password(world: World, chidi: Browser) -> None:
    held = role_of(world, "amina")
    for address, form in (
        ("/amina/roles", {"role": "floor", "place": "alder/alder-1"}),
        ("/amina/role-end", {"ending": held}),
        ("/amina/move", {"moving": held, "to": "alder/alder-1"}),
        ("/amina/first-pin", {}),
        ("/amina/first-password", {}),
        ("/amina/signing-out", {}),
        ("/amina/leaving", {}),
    ):
        answer = act(chidi, address, **form, password="")
        assert answer.status_code == 422, address
        assert 'href="#password"' in answer.text


def test_a_role_that_ends_by_itself_leaves_the_tablets_on_its_day(
    world: World, oak: Browser, chidi: Browser
) -> None:
    feed = Feed(oak)
    staff = added(chidi, from_="2026-11-17", until="2026-11-18")
    assert staff not in feed.read()
    for days, known in ((1, True), (1, True), (1, False)):
        world.clock.move(days=days)
        with world.sql() as sql:
            publish_turned_roles(sql, world.clock())
        assert (staff in feed.read()) is known
        assert ("Jo Bell" in staff_on(oak)) is known


def test_moving_to_another_service_is_one_act(world: World, oak: Browser, gus: Browser) -> None:
    yew = world.tablet("birch-1", "Yew")
    alder, birch = Feed(oak), Feed(yew)
    held = role_of(world, "amina")
    assert act(gus, "/amina/move", moving=held, to="birch/birch-1").status_code == 303
    assert "amina" not in alder.read()
    assert "amina" in birch.read()
    assert "Amina Yusuf" not in staff_on(oak)
    assert "Amina Yusuf" in staff_on(yew)
    with world.sql() as sql:
        ended, begun = sql.execute(
            "SELECT starts, ends FROM staff_role WHERE staff = 'amina' ORDER BY id"
        ).fetchall()
    assert ended["ends"] == begun["starts"]
    assert act(gus, "/amina/move", moving=held, to="alder").status_code == 422


def test_a_role_that_moves_keeps_its_days(world: World, chidi: Browser) -> None:
    staff = added(chidi, from_="2026-11-18", until="2026-11-20", place="alder/alder-1")
    assert act(chidi, f"/{staff}/move", moving=role_of(world, staff), to="alder/alder-2").status_code == 303
    with world.sql() as sql:
        old, new = sql.execute(
            "SELECT unit, starts, ends FROM staff_role WHERE staff = ? ORDER BY id", (staff,)
        ).fetchall()
    assert (old["unit"], old["ends"]) == ("alder-1", old["starts"])
    assert tuple(new) == ("alder-2", "2026-11-18T00:00:00Z", "2026-11-21T00:00:00Z")


def test_a_manager_of_one_service_moves_people_within_it_alone(world: World, chidi: Browser) -> None:
    held = role_of(world, "amina")
    assert act(chidi, "/amina/move", moving=held, to="birch/birch-1").status_code == 422
    assert act(chidi, "/amina/move", moving=held, to="alder/alder-2").status_code == 303
    assert "Senior carer or team leader, Alder House 2" in read(chidi, "/staff/amina")


def test_a_leaver_is_signed_out_forgotten_by_tablets_and_kept_by_name(
    world: World, oak: Browser, chidi: Browser, ben: Browser
) -> None:
    feed = Feed(oak)
    assert act(chidi, "/ben/leaving").status_code == 303
    assert ben.get("/evidence").status_code == 401
    assert "ben" not in feed.read()
    assert sign_in(world.client(), "ben").status_code != 303
    assert "Ben Carter" in read(chidi, "/staff?show=left")
    assert "A member of staff left" in read(chidi, "/staff/ben")
    assert act(chidi, "/ben/first-pin").status_code == 404


def test_the_last_registered_manager_goes_only_knowingly(world: World, gus: Browser) -> None:
    ending = role_of(world, "chidi")
    refused = act(gus, "/chidi/role-end", ending=ending)
    assert refused.status_code == 422
    assert "is the only registered manager of Alder House" in words_of(refused.text)
    assert act(gus, "/chidi/leaving").status_code == 422
    assert act(gus, "/ben/roles", role="registered_manager", place="alder").status_code == 303
    assert act(gus, "/chidi/leaving").status_code == 303
    assert act(gus, "/ben/leaving", alone="yes").status_code == 303


def test_signing_somebody_out_ends_every_desk_session(chidi: Browser, ben: Browser) -> None:
    assert act(chidi, "/ben/signing-out").status_code == 303
    assert ben.get("/evidence").status_code == 401


def test_a_role_that_is_ended_before_it_begins_never_was(world: World, oak: Browser, chidi: Browser) -> None:
    staff = added(chidi, from_="2026-11-18")
    assert act(chidi, f"/{staff}/role-end", ending=role_of(world, staff)).status_code == 303
    assert "Jo Bell" in read(chidi, "/staff?show=left")
    world.clock.move(days=3)
    assert "Jo Bell" not in staff_on(oak)


def test_two_managers_ending_one_role_end_it_once(world: World, chidi: Browser, gus: Browser) -> None:
    ending = role_of(world, "amina")
    assert act(chidi, "/amina/role-end", ending=ending).status_code == 303
    assert act(gus, "/amina/role-end", ending=ending).status_code == 422


def test_every_act_is_in_the_trail(world: World, oak: Browser, chidi: Browser) -> None:
    staff = added(chidi)
    act(chidi, f"/{staff}/roles", role="shift_manager", place="alder")
    act(chidi, f"/{staff}/role-end", ending=role_of(world, staff))
    act(chidi, f"/{staff}/move", moving=str(int(role_of(world, staff)) - 1), to="alder/alder-2")
    act(chidi, f"/{staff}/first-pin")
    act(chidi, f"/{staff}/signing-out")
    act(chidi, f"/{staff}/leaving")
    with world.sql() as sql:
        rows = sql.execute(
            "SELECT what, who, service FROM identity_audit WHERE about = ?", (staff,)
        ).fetchall()
    assert {row["who"] for row in rows} == {"chidi"}
    assert {row["what"] for row in rows} == {
        "staff_added",
        "role_given",
        "role_ended",
        "staff_moved",
        "first_pin_made",
        "signed_out_everywhere",
        "staff_left",
    }
    assert {row["service"] for row in rows} == {"alder"}


def first_password(
    client: Browser, email: str, code: str, password: str = NEW_PASSWORD, again: str = ""
) -> int:
    form = {"email": email, "code": code, "password": password, "again": again or password}
    return client.post("/sign-in/first", data=form).status_code


def test_a_code_lets_somebody_choose_their_own_password_once(
    world: World, chidi: Browser, stranger: Browser
) -> None:
    staff = added(chidi, email="jo@example.test", role="shift_manager")
    code = once(act(chidi, f"/{staff}/first-password"))
    assert len(code.replace("-", "")) == 16
    assert first_password(stranger, "jo@example.test", code, "short") == 422
    assert first_password(stranger, "jo@example.test", code, "jo bell jo bell jo") == 422
    assert first_password(stranger, "jo@example.test", code, NEW_PASSWORD, "another thing here") == 422
    assert first_password(stranger, "ben@example.test", code) == 422
    assert first_password(stranger, "jo@example.test", code.lower().replace("-", " ")) == 200
    assert first_password(stranger, "jo@example.test", code, "kettle orbit marble violin") == 422
    form = {"email": "jo@example.test", "password": NEW_PASSWORD}
    assert stranger.post("/sign-in", data=form, follow_redirects=False).status_code == 303


def test_a_code_for_a_password_dies_after_a_week_and_with_a_newer_one(world: World, chidi: Browser) -> None:
    old = once(act(chidi, "/amina/first-password"))
    new = once(act(chidi, "/amina/first-password"))
    assert first_password(world.client(), "amina@example.test", old) == 422
    world.clock.move(days=7)
    assert first_password(world.client(), "amina@example.test", new) == 422


def test_a_forgotten_password_works_until_the_new_one_is_chosen(world: World, chidi: Browser) -> None:
    code = once(act(chidi, "/ben/first-password"))
    before = world.signed_in("ben")
    assert first_password(world.client(), "ben@example.test", code) == 200
    assert before.get("/evidence").status_code == 401
    assert sign_in(world.client(), "ben", PASSWORD).status_code != 303


def test_guessing_a_code_slows_down(world: World, chidi: Browser) -> None:
    code = once(act(chidi, "/amina/first-password"))
    stranger = world.client()
    for _ in range(5):
        assert first_password(stranger, "amina@example.test", "AAAA-BBBB-CCCC-DDDD") == 422
    assert first_password(stranger, "amina@example.test", code) == 429
