"""The second factor: nobody is in before the code, no code counts twice, and a phone may be lost."""

import asyncio
from pathlib import Path

import pytest

from server import commands
from server.identity import half_signed_in, organisation, second_factor
from server.identity.passwords import hash_password, set_password
from server.server_keys import make_keys, open_keys
from tests.server.second_step import (
    PAGE,
    Phone,
    begin,
    confirm,
    give_code,
    recovery_codes,
    sign_in_with,
    turn_on,
)
from tests.server.world import PASSWORD, Browser, World, sign_in

SESSION, HALF = "sightline-session", "sightline-half"


def is_signed_in(client: Browser) -> bool:
    return client.get("/me/account", follow_redirects=False).status_code == 200


def events(world: World, *kinds: str) -> list[tuple[str, str, str]]:
    with world.sql() as sql:
        rows = sql.execute("SELECT what, who, about FROM identity_audit ORDER BY id").fetchall()
    return [tuple(row) for row in rows if row["what"] in kinds]


def test_a_first_right_code_and_the_password_turn_it_on(world: World, ben: Browser) -> None:
    phone = begin(world, ben)
    assert "svg" in ben.get(PAGE).text
    wrong = confirm(ben, "000000" if phone.code() != "000000" else "000001")
    assert (wrong.status_code, "not the code" in wrong.text) == (422, True)
    assert confirm(ben, phone.code(), "not my password at all").status_code == 422
    page = confirm(ben, phone.code())
    assert len(set(recovery_codes(page.text))) == 10
    assert events(world, "factor_on") == [("factor_on", "ben", "")]
    again = ben.get(PAGE).text
    assert recovery_codes(again) == []
    assert phone.secret not in again.replace(" ", "")
    ben.post(f"{PAGE}/secret")
    assert "secret-text" not in ben.get(PAGE).text


def test_the_password_alone_opens_nothing(world: World, ben: Browser) -> None:
    phone, _ = turn_on(world, ben)
    desk = world.client()
    answer = sign_in(desk, "ben")
    assert answer.headers["location"] == "/sign-in/code"
    assert SESSION not in desk.cookies
    assert not is_signed_in(desk)
    desk.cookies.set(SESSION, desk.cookies[HALF])
    assert not is_signed_in(desk)
    del desk.cookies[SESSION]
    given = give_code(desk, phone.code())
    assert (given.status_code, given.headers["location"]) == (303, "/")
    assert is_signed_in(desk)


def test_the_page_asked_for_comes_after_the_code(world: World, ben: Browser) -> None:
    phone, _ = turn_on(world, ben)
    desk = world.client()
    form = {"email": "ben@example.test", "password": PASSWORD, "next": "/due?unit=alder-1"}
    asked = desk.post("/sign-in", data=form)
    assert 'name="next" value="/due?unit=alder-1"' in asked.text
    assert give_code(desk, phone.code(), "/due?unit=alder-1").headers["location"] == "/due?unit=alder-1"


@pytest.mark.parametrize("after", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_the_code_leads_nobody_elsewhere(world: World, ben: Browser, after: str) -> None:
    phone, _ = turn_on(world, ben)
    desk = world.client()
    sign_in(desk, "ben")
    assert give_code(desk, phone.code(), after).headers["location"] == "/"


def test_a_code_is_never_taken_twice(world: World, ben: Browser) -> None:
    phone, _ = turn_on(world, ben)
    code = phone.code()
    assert sign_in_with(world, "ben", code)[1].status_code == 303
    desk, replayed = sign_in_with(world, "ben", code)
    assert replayed.status_code == 401
    assert not is_signed_in(desk)
    assert ("factor_refused", "", "ben") in events(world, "factor_refused")
    world.clock.move(seconds=30)
    assert give_code(desk, phone.code()).status_code == 303


def test_the_code_that_turned_it_on_signs_nobody_in(world: World, ben: Browser) -> None:
    phone = begin(world, ben)
    confirm(ben, phone.code())
    assert sign_in_with(world, "ben", phone.code())[1].status_code == 401


@pytest.mark.parametrize(("steps", "status"), [(-2, 401), (-1, 303), (0, 303), (1, 303), (2, 401)])
def test_a_phone_may_be_half_a_minute_off(world: World, ben: Browser, steps: int, status: int) -> None:
    phone, _ = turn_on(world, ben)
    world.clock.move(minutes=5)
    assert sign_in_with(world, "ben", phone.code(steps))[1].status_code == status


@pytest.mark.parametrize("typed", ["", "12345", "１２３４５６", "abcdef", "0" * 400, "123456\n"])
def test_what_is_no_code_is_refused(world: World, ben: Browser, typed: str) -> None:
    turn_on(world, ben)
    assert sign_in_with(world, "ben", typed)[1].status_code == 401


def test_a_recovery_code_works_once(world: World, ben: Browser) -> None:
    _, codes = turn_on(world, ben)
    desk, given = sign_in_with(world, "ben", codes[3].lower().replace("-", " "))
    assert given.status_code == 303
    assert "9 of your recovery codes work still" in desk.get("/me/account").text
    assert events(world, "recovery_code_used") == [("recovery_code_used", "ben", "")]
    assert sign_in_with(world, "ben", codes[3])[1].status_code == 401
    assert sign_in_with(world, "ben", codes[4])[1].status_code == 303


def test_somebody_elses_recovery_code_is_refused(world: World, ben: Browser, chidi: Browser) -> None:
    _, codes = turn_on(world, ben)
    turn_on(world, chidi)
    assert sign_in_with(world, "chidi", codes[0])[1].status_code == 401


def test_new_recovery_codes_end_the_old_ones(world: World, ben: Browser) -> None:
    _, old = turn_on(world, ben)
    assert ben.post(f"{PAGE}/recovery-codes", data={"password": "wrong"}).status_code == 422
    new = recovery_codes(ben.post(f"{PAGE}/recovery-codes", data={"password": PASSWORD}).text)
    assert len(new) == 10
    assert sign_in_with(world, "ben", old[0])[1].status_code == 401
    assert sign_in_with(world, "ben", new[0])[1].status_code == 303


def test_five_wrong_codes_lead_back_to_the_password(world: World, ben: Browser) -> None:
    phone, _ = turn_on(world, ben)
    desk = world.client()
    sign_in(desk, "ben")
    assert [give_code(desk, "000000").status_code for _ in range(5)] == [401] * 4 + [303]
    assert HALF not in desk.cookies
    assert give_code(desk, phone.code()).headers["location"] == "/sign-in?code=over"
    assert "Begin again with your password" in desk.get("/sign-in?code=over").text


def test_beginning_again_forgives_no_wrong_codes(world: World, ben: Browser) -> None:
    phone, _ = turn_on(world, ben)
    for _ in range(5):
        sign_in_with(world, "ben", "000000")
    slowed = sign_in_with(world, "ben", phone.code())[1]
    assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "15")
    world.clock.move(seconds=30)
    assert sign_in_with(world, "ben", phone.code())[1].status_code == 303


def test_a_code_can_be_guessed_about_six_times_an_hour(world: World, ben: Browser) -> None:
    turn_on(world, ben)
    tried = 0
    for _ in range(8 * 30):
        tried += sign_in_with(world, "ben", "000000")[1].status_code != 429
        world.clock.move(minutes=2)
    # Three codes of a million count at any time: six tries an hour are right by chance once in six years
    assert 8 * 4 <= tried <= 8 * 6 + 12


def test_the_half_way_token_lives_for_five_minutes(world: World, ben: Browser) -> None:
    phone, _ = turn_on(world, ben)
    desk = world.client()
    sign_in(desk, "ben")
    world.clock.move(minutes=half_signed_in.MINUTES)
    assert give_code(desk, phone.code()).headers["location"] == "/sign-in?code=over"
    assert desk.get("/sign-in/code", follow_redirects=False).headers["location"] == "/sign-in"


def test_the_half_way_token_is_used_up(world: World, ben: Browser) -> None:
    phone, _ = turn_on(world, ben)
    desk = world.client()
    sign_in(desk, "ben")
    half = desk.cookies[HALF]
    give_code(desk, phone.code())
    thief = world.client()
    thief.cookies.set(HALF, half)
    world.clock.move(seconds=30)
    assert give_code(thief, phone.code()).headers["location"] == "/sign-in?code=over"
    assert not is_signed_in(thief)


def test_a_planted_half_way_token_takes_only_its_own_owners_code(
    world: World, ben: Browser, chidi: Browser
) -> None:
    turn_on(world, ben)
    phone, _ = turn_on(world, chidi)
    attacker, victim = world.client(), world.client()
    sign_in(attacker, "ben")
    victim.cookies.set(HALF, attacker.cookies[HALF])
    assert give_code(victim, phone.code()).status_code == 401


def test_a_planted_session_is_not_adopted_by_the_code(world: World, ben: Browser) -> None:
    phone, _ = turn_on(world, ben)
    desk = world.client()
    sign_in(desk, "ben")
    desk.cookies.set(SESSION, "attacker-chosen")
    assert give_code(desk, phone.code()).cookies[SESSION] != "attacker-chosen"


def test_who_leaves_or_changes_the_password_half_way_is_out(
    world: World, ben: Browser, chidi: Browser
) -> None:
    phone, _ = turn_on(world, ben)
    other, _ = turn_on(world, chidi)
    leaver, changer = world.client(), world.client()
    sign_in(leaver, "ben")
    sign_in(changer, "chidi")
    with world.sql() as sql:
        organisation.end_employment(sql, "ben", world.clock())
        set_password(sql, "chidi", hash_password("another long password"), world.clock())
    assert give_code(leaver, phone.code()).headers["location"] == "/sign-in?code=over"
    assert give_code(changer, other.code()).headers["location"] == "/sign-in?code=over"


def test_a_wrong_password_does_not_tell_that_there_is_a_factor(world: World, ben: Browser) -> None:
    turn_on(world, ben)
    with_factor, unknown = (sign_in(world.client(), name, "wrong") for name in ("ben", "nobody"))
    assert with_factor.status_code == unknown.status_code == 401
    assert with_factor.text.replace("ben@", "nobody@") == unknown.text
    assert HALF not in with_factor.cookies


def test_the_database_alone_makes_no_codes(world: World, ben: Browser) -> None:
    phone, codes = turn_on(world, ben)
    with world.sql() as sql:
        kept = "\n".join(sql.iterdump())
        assert phone.secret not in kept
        assert not [code for code in codes if code in kept or code.replace("-", "") in kept]
        strangers = make_keys()
        assert second_factor.use(sql, strangers, "ben", phone.code(), world.clock()) == ""
        assert second_factor.use(sql, strangers, "ben", codes[0], world.clock()) == ""
        keys = open_keys(world.settings.keys, may_make=False)
        assert second_factor.use(sql, keys, "ben", phone.code(), world.clock()) == "code"


def test_turning_it_off_asks_for_the_password(world: World, ben: Browser) -> None:
    turn_on(world, ben)
    assert ben.post(f"{PAGE}/off", data={"password": "wrong"}).status_code == 422
    assert sign_in(world.client(), "ben").headers["location"] == "/sign-in/code"
    ben.post(f"{PAGE}/off", data={"password": PASSWORD})
    assert sign_in(world.client(), "ben").headers["location"] == "/"
    assert events(world, "factor_off") == [("factor_off", "ben", "")]


def test_a_secret_nobody_confirmed_is_forgotten(world: World, ben: Browser) -> None:
    phone = begin(world, ben)
    for _ in range(8):
        world.clock.move(minutes=8)
        ben.get("/me/account")
    assert "secret-text" not in ben.get(PAGE).text
    assert confirm(ben, phone.code()).status_code == 422


def test_the_command_turns_it_off_for_a_phone_that_is_gone(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        turn_on(world, world.signed_in("ben"))
    asyncio.run(commands.turn_factor_off(world.settings.database, "ben@example.test"))
    assert events(world, "factor_off") == [("factor_off", "", "ben")]
    with world.sql() as sql:
        assert not second_factor.is_on(sql, "ben")


def test_what_the_phone_is_told(world: World) -> None:
    address = second_factor.address_of(
        Phone(world, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567").secret, "ben@example.test"
    )
    assert (
        address
        == "otpauth://totp/Sightline:ben%40example.test?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=Sightline"
    )
