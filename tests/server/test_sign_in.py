"""Signing in at the desk: the cookie, its life, and what slows a guesser down."""

import argon2
import pytest

from server.identity import attempts, known_browser, organisation
from server.identity.passwords import NOBODY, hash_password, set_password
from server.routes.sign_in import own_address
from tests.server.world import PASSWORD, Browser, World, sign_in

COOKIE = "sightline-session"


def is_signed_in(client: Browser) -> bool:
    return client.get("/tablets", follow_redirects=False).status_code == 200


def test_a_name_that_nobody_has_costs_a_stranger_as_much_time_as_one_that_somebody_has() -> None:
    """What is checked in its place was made in the same way as a password that is set today."""
    today, instead = (argon2.extract_parameters(one) for one in (hash_password(PASSWORD), NOBODY))
    assert today == instead


def test_the_right_password_opens_the_desk(stranger: Browser) -> None:
    answer = sign_in(stranger, "ben")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert is_signed_in(stranger)


def test_the_page_asked_for_comes_after_signing_in(stranger: Browser) -> None:
    asked = stranger.get("/tablets?x=1&y=2", headers={"accept": "text/html"}, follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (303, "/sign-in?next=/tablets%3Fx%3D1%26y%3D2")
    page = stranger.get(asked.headers["location"])
    assert 'value="/tablets?x=1&amp;y=2"' in page.text
    form = {"email": "ben@example.test", "password": PASSWORD, "next": "/tablets?x=1&y=2"}
    assert (
        stranger.post("/sign-in", data=form, follow_redirects=False).headers["location"] == "/tablets?x=1&y=2"
    )


@pytest.mark.parametrize(
    "text",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "evidence",
     "/a\nb", "/sign-out", "http:/x", "///x", "//[", ""],
)  # fmt: skip
def test_a_crafted_link_sends_nobody_elsewhere(text: str) -> None:
    assert own_address(text) == ""


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ben@example.test", "wrong"),
        ("nobody@example.test", PASSWORD),
        ("", ""),
        ("ben@example.test", PASSWORD * 20),
    ],
)
def test_a_wrong_try_says_the_same_whoever_it_is(stranger: Browser, email: str, password: str) -> None:
    answer = stranger.post("/sign-in", data={"email": email, "password": password})
    assert answer.status_code == 401
    assert "do not match" in answer.text
    assert COOKIE not in stranger.cookies


def test_a_planted_cookie_is_never_adopted(stranger: Browser) -> None:
    planted = "attacker-chosen-token-attacker-chosen-token"
    stranger.cookies.set(COOKIE, planted)
    answer = sign_in(stranger, "chidi")
    given = answer.cookies[COOKIE]
    assert given != planted
    stranger.cookies.clear()
    stranger.cookies.set(COOKIE, planted)
    assert not is_signed_in(stranger)


def test_signing_in_again_gives_a_new_token_and_ends_the_old(stranger: Browser) -> None:
    first = sign_in(stranger, "ben").cookies[COOKIE]
    second = sign_in(stranger, "ben").cookies[COOKIE]
    assert first != second
    assert is_signed_in(stranger)
    stranger.cookies.clear()
    stranger.cookies.set(COOKIE, first)
    assert not is_signed_in(stranger)


def test_signing_out_ends_the_session_on_the_server(ben: Browser) -> None:
    token = ben.cookies[COOKIE]
    assert ben.post("/sign-out", follow_redirects=False).status_code == 303
    ben.cookies.set(COOKIE, token)
    assert not is_signed_in(ben)
    assert ben.post("/sign-out", follow_redirects=False).status_code == 303


def test_a_link_cannot_sign_anyone_out(ben: Browser) -> None:
    assert ben.get("/sign-out").status_code == 405
    assert is_signed_in(ben)


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(stranger: Browser) -> None:
    cookie = sign_in(stranger, "ben").headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert "Path=/" in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie


def test_over_https_the_cookie_is_tied_to_this_host(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with World(tmp_path, SIGHTLINE_ORIGIN="https://sightline.example") as world:
        client = world.client()
        cookie = sign_in(client, "ben").headers["set-cookie"]
    assert cookie.startswith(f"__Host-{COOKIE}=")
    assert "Secure" in cookie


def test_tokens_are_not_kept_in_the_database(world: World, ben: Browser) -> None:
    token = ben.cookies[COOKIE]
    with world.sql() as sql:
        assert token not in "\n".join(sql.iterdump())


def test_a_session_ends_when_nobody_uses_it(world: World, ben: Browser) -> None:
    world.clock.move(minutes=9)
    assert is_signed_in(ben)
    world.clock.move(minutes=9)
    assert is_signed_in(ben)
    world.clock.move(minutes=11)
    assert not is_signed_in(ben)


def test_a_busy_session_ends_after_half_a_day(world: World, ben: Browser) -> None:
    for _ in range(12 * 10 - 1):
        world.clock.move(minutes=6)
        assert is_signed_in(ben)
    world.clock.move(minutes=7)
    assert not is_signed_in(ben)


def test_looking_at_pages_writes_once_a_minute(world: World, ben: Browser) -> None:
    def seen() -> str:
        with world.sql() as sql:
            return str(sql.execute("SELECT max(seen_at) FROM session").fetchone()[0])

    before = seen()
    world.clock.move(seconds=50)
    is_signed_in(ben)
    assert seen() == before
    world.clock.move(seconds=20)
    is_signed_in(ben)
    assert seen() > before


def test_someone_who_leaves_is_out_at_once(world: World, ben: Browser) -> None:
    with world.sql() as sql:
        organisation.end_employment(sql, "ben", world.clock())
    assert not is_signed_in(ben)
    assert sign_in(ben, "ben").status_code == 401


def test_a_new_password_ends_every_session(world: World, ben: Browser) -> None:
    with world.sql() as sql:
        set_password(sql, "ben", hash_password("another long password"), world.clock())
    assert not is_signed_in(ben)
    assert sign_in(ben, "ben", "another long password").status_code == 303


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(ValueError, match="12 to 200"):
        hash_password(password)


def test_guessing_one_account_slows_down_more_and_more(world: World, stranger: Browser) -> None:
    for _ in range(5):
        assert sign_in(stranger, "ben", "wrong").status_code == 401
    refused = sign_in(stranger, "ben")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "15")
    assert "Wait 15 seconds" in refused.text
    world.clock.move(seconds=16)
    assert sign_in(stranger, "ben", "wrong").status_code == 401
    assert sign_in(stranger, "ben").headers["retry-after"] == "30"
    world.clock.move(seconds=31)
    assert sign_in(stranger, "ben").status_code == 303


def test_guessing_one_account_does_not_lock_out_another(stranger: Browser) -> None:
    for _ in range(6):
        sign_in(stranger, "ben", "wrong")
    assert sign_in(stranger, "chidi").status_code == 303


def test_the_longest_wait_is_a_quarter_of_an_hour(world: World, stranger: Browser) -> None:
    for _ in range(5 + 12):
        sign_in(stranger, "ben", "wrong")
        world.clock.move(minutes=15)
    assert sign_in(stranger, "ben").status_code == 303


def test_the_typing_mistakes_of_a_whole_home_shut_nobody_out(world: World, stranger: Browser) -> None:
    for number in range(60):
        sign_in(stranger, f"colleague{number}", "wrong")
    assert sign_in(world.client(), "ben").status_code == 303


def test_one_address_trying_many_accounts_slows_down_a_little(world: World) -> None:
    with world.sql() as sql:
        counter = attempts.address("sign-in", "somewhere")
        for _ in range(counter.free):
            assert attempts.begin_attempt(sql, [counter], world.clock()).wait == 0
        for _ in range(20):
            wait = attempts.begin_attempt(sql, [counter], world.clock()).wait
            assert 0 < wait <= 60
            world.clock.move(seconds=wait)
            assert attempts.begin_attempt(sql, [counter], world.clock()).wait == 0


def test_wrong_tries_are_forgiven_as_time_passes(world: World, stranger: Browser) -> None:
    for _ in range(4):
        sign_in(stranger, "ben", "wrong")
    world.clock.move(minutes=21)
    for _ in range(3):
        assert sign_in(stranger, "ben", "wrong").status_code == 401
    assert sign_in(stranger, "ben").status_code == 429


def test_a_right_try_leaves_the_address_as_it_was(world: World) -> None:
    counter = attempts.address("sign-in", "somewhere")
    with world.sql() as sql:
        for _ in range(3):
            attempts.begin_attempt(sql, [counter], world.clock())
        before = [tuple(row) for row in sql.execute("SELECT * FROM attempt")]
        world.clock.move(minutes=5)
        begun = attempts.begin_attempt(sql, [counter], world.clock())
        attempts.forgive(sql, begun)
        assert [tuple(row) for row in sql.execute("SELECT * FROM attempt")] == before
        right = attempts.begin_attempt(sql, [counter], world.clock())
        wrong = attempts.begin_attempt(sql, [counter], world.clock())
        attempts.forgive(sql, right)
        (failures, last_at) = sql.execute("SELECT failures, last_at FROM attempt").fetchone()
    assert (failures, last_at, wrong.wait) == (1, "2026-11-16T09:05:00Z", 0)


def test_a_guesser_does_not_delay_the_owner_at_their_own_desk(
    world: World, ben: Browser, stranger: Browser
) -> None:
    ben.post("/sign-out")
    for _ in range(6):
        sign_in(stranger, "ben", "wrong")
    assert sign_in(stranger, "ben").status_code == 429
    assert sign_in(ben, "ben").status_code == 303


def test_a_known_browser_may_not_guess_for_ever(world: World, ben: Browser) -> None:
    for _ in range(5):
        assert sign_in(ben, "ben", "wrong").status_code == 401
    assert sign_in(ben, "ben").status_code == 429
    assert sign_in(world.client(), "ben").status_code == 303


@pytest.mark.parametrize("planted", ["", ".", "a.b", "é.é", "ben"])
def test_a_mark_counts_only_for_whom_it_was_made(world: World, ben: Browser, planted: str) -> None:
    mark = ben.cookies["sightline-known"]
    for _ in range(5):
        sign_in(world.client(), "chidi", "wrong")
    with world.sql() as sql:
        assert known_browser.read_mark(sql, mark, "ben@example.test")
        assert known_browser.read_mark(sql, mark, "chidi@example.test") == ""
        assert known_browser.read_mark(sql, planted, "ben@example.test") == ""
        assert known_browser.read_mark(sql, mark[:-1], "ben@example.test") == ""
    assert sign_in(ben, "chidi").status_code == 429


def test_what_was_typed_as_an_email_is_not_kept(world: World, stranger: Browser) -> None:
    stranger.post("/sign-in", data={"email": "my secret password", "password": "x"})
    with world.sql() as sql:
        kept = "\n".join(sql.iterdump())
    assert "my secret password" not in kept
    assert 'INSERT INTO "attempt"' in kept or "INSERT INTO attempt" in kept


def test_attempts_are_cleared_away_after_a_day(world: World, stranger: Browser) -> None:
    sign_in(stranger, "nobody", "wrong")
    world.clock.move(hours=25)
    sign_in(stranger, "somebody", "wrong")
    with world.sql() as sql:
        assert sql.execute("SELECT count(*) FROM attempt").fetchone()[0] == 2


def test_a_right_password_forgives_the_wrong_ones(stranger: Browser) -> None:
    for _ in range(3):
        for _ in range(4):
            sign_in(stranger, "ben", "wrong")
        assert sign_in(stranger, "ben").status_code == 303


def test_the_trail_tells_who_came_and_who_was_refused(world: World, stranger: Browser) -> None:
    sign_in(stranger, "ben", "wrong")
    sign_in(stranger, "ben")
    stranger.post("/sign-out")
    with world.sql() as sql:
        trail = [tuple(row) for row in sql.execute("SELECT what, who, about FROM identity_audit ORDER BY id")]
        with pytest.raises(Exception, match="never deleted"):
            sql.execute("DELETE FROM identity_audit")
    assert trail == [("sign_in_refused", "", "ben"), ("signed_in", "ben", ""), ("signed_out", "ben", "")]


def test_someone_without_a_role_is_told_kindly(world: World) -> None:
    with world.signed_in("eli") as eli:
        answer = eli.get("/", headers={"accept": "text/html"})
    assert answer.status_code == 403
    assert "for your role" in answer.text
    assert "/sign-out" in answer.text


@pytest.mark.parametrize(("name", "page"), [("ben", "/today"), ("gus", "/today"), ("hana", "/evidence")])
def test_the_front_door_leads_to_what_a_role_may_see(world: World, name: str, page: str) -> None:
    with world.signed_in(name) as client:
        assert client.get("/", follow_redirects=False).headers["location"] == page


def test_the_front_door_leads_a_stranger_to_sign_in(stranger: Browser) -> None:
    assert stranger.get("/", follow_redirects=False).headers["location"] == "/sign-in"
