"""My account: a new password, every place where one is signed in, and the password again before a grave act."""

import pytest

from server.identity import sessions
from server.identity.browser_words import browser_words
from server.identity.password_strength import EASY, OWN_WORDS, TOO_SHORT, why_weak
from tests.server.second_step import PAGE
from tests.server.world import PASSWORD, Browser, World, sign_in

COOKIE = "sightline-session"
NEW = "kettle orchard seven lanterns"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
IPAD = "Mozilla/5.0 (iPad; CPU OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Safari/604.1"
EDGE = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0"


def is_signed_in(client: Browser) -> bool:
    return client.get("/me/account", follow_redirects=False).status_code == 200


def change(desk: Browser, current: str = PASSWORD, new: str = NEW, again: str = "") -> int:
    form = {"password": current, "new": new, "again": again or new}
    return desk.post("/me/account/password", data=form, follow_redirects=False).status_code


def trail(world: World) -> list[tuple[str, str, str]]:
    with world.sql() as sql:
        rows = sql.execute("SELECT what, who, details FROM identity_audit ORDER BY id").fetchall()
    return [tuple(row) for row in rows]


def test_a_new_password_ends_every_other_session_and_renews_this_one(world: World, ben: Browser) -> None:
    elsewhere, old = world.signed_in("ben"), ben.cookies[COOKIE]
    assert change(ben) == 303
    assert is_signed_in(ben)
    assert "You were signed out everywhere else" in ben.get("/me/account?changed").text
    assert not is_signed_in(elsewhere)
    thief = world.client()
    thief.cookies.set(COOKIE, old)
    assert not is_signed_in(thief)
    assert sign_in(world.client(), "ben").status_code == 401
    assert sign_in(world.client(), "ben", NEW).status_code == 303
    assert ("password_set", "ben", "") in trail(world)


def test_the_old_password_is_asked_for(world: World, ben: Browser) -> None:
    assert change(ben, current="not my password") == 422
    assert change(ben, current="") == 422
    assert sign_in(world.client(), "ben").status_code == 303
    assert ("password_refused", "ben", "") in trail(world)


def test_a_new_password_is_typed_twice(ben: Browser) -> None:
    assert change(ben, again="kettle orchard eight lanterns") == 422


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", TOO_SHORT),
        ("x" * 201, TOO_SHORT),
        ("password1234", EASY),
        ("Password123!", EASY),
        ("qwertyuiop12", EASY),
        ("aaaaaaaaaaaaaaaaaaaa", EASY),
        ("iloveyouiloveyou", EASY),
        ("ben.carter2026", OWN_WORDS),
        ("Carter-Ben-Carter", OWN_WORDS),
        ("alderhouse1234", OWN_WORDS),
    ],
)
def test_a_password_that_is_easily_guessed_is_refused_in_plain_words(
    ben: Browser, password: str, said: str
) -> None:
    form = {"password": PASSWORD, "new": password, "again": password}
    answer = ben.post("/me/account/password", data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert password not in answer.text.replace("short words", "")


@pytest.mark.parametrize(
    "password", [NEW, "Tr0ub4dour&3xkcd!", "ben likes purple dishwashers", "ключ от старого сада"]
)
def test_a_password_that_is_hard_to_guess_will_do(password: str) -> None:
    assert why_weak(password, ["Ben Carter", "ben@example.test", "Alder House"]) == ""


def test_wrong_passwords_before_a_grave_act_wait_longer_and_longer(world: World, ben: Browser) -> None:
    for _ in range(5):
        assert change(ben, current="wrong") == 422
    slowed = ben.post(f"{PAGE}/off", data={"password": PASSWORD})
    assert "Too many wrong passwords. Wait 15 seconds" in slowed.text
    # The count is the person's, not the session's
    assert change(world.signed_in("ben")) == 422
    world.clock.move(seconds=16)
    assert change(ben) == 303
    assert trail(world).count(("password_refused", "ben", "")) == 5


def test_every_place_where_one_is_signed_in_is_listed(world: World, chidi: Browser) -> None:
    desk = world.client()
    desk.headers["user-agent"] = FIREFOX
    sign_in(desk, "ben")
    world.clock.move(minutes=2)
    ipad = world.client()
    ipad.headers["user-agent"] = IPAD
    sign_in(ipad, "ben")
    page = ipad.get("/me/account").text
    assert page.index("Safari on an iPad") < page.index("This one") < page.index("Firefox on Windows")
    assert page.count("Sign out there") == 1
    assert "Mon 16 Nov 2026, 09:02" in page
    assert "An unknown browser" not in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        (IPAD, "Safari on an iPad"),
        (EDGE, "Edge on Windows"),
        ("", "an unknown browser"),
    ],
)
def test_a_browser_in_words(said: str, words: str) -> None:
    assert browser_words(said) == words


def test_one_session_is_ended_from_another(world: World, ben: Browser) -> None:
    other, third = world.signed_in("ben"), world.signed_in("ben")
    with world.sql() as sql:
        (id, _, _) = (row[0] for row in sql.execute("SELECT id FROM session ORDER BY id"))
    answer = other.post(f"/me/account/sessions/{id}/ending", follow_redirects=False)
    assert answer.headers["location"] == "/me/account#sessions"
    assert (is_signed_in(ben), is_signed_in(other), is_signed_in(third)) == (False, True, True)
    assert other.post(f"/me/account/sessions/{id}/ending").status_code == 404
    assert ("session_ended", "ben", "one") in trail(world)


@pytest.mark.parametrize("id", ["0", "-1", "x", "1;2", "999999999999999999999"])
def test_a_session_that_is_not_ones_own_is_not_there(
    world: World, ben: Browser, chidi: Browser, id: str
) -> None:
    assert ben.post(f"/me/account/sessions/{id}/ending").status_code == 404
    with world.sql() as sql:
        (chidis,) = sql.execute("SELECT id FROM session WHERE staff = 'chidi'").fetchone()
    assert ben.post(f"/me/account/sessions/{chidis}/ending").status_code == 404
    assert is_signed_in(chidi)


def test_everywhere_else_is_ended_at_once(world: World, ben: Browser, chidi: Browser) -> None:
    others = [world.signed_in("ben") for _ in range(3)]
    ben.post("/me/account/other-sessions/ending")
    assert [is_signed_in(other) for other in others] == [False] * 3
    assert is_signed_in(ben)
    assert is_signed_in(chidi)
    assert ("session_ended", "ben", "all others: 3") in trail(world)


def test_an_administrator_signs_somebody_out_everywhere(world: World, ben: Browser, chidi: Browser) -> None:
    world.signed_in("ben")
    with world.sql() as sql:
        assert sessions.end_all(sql, "ben", world.clock()) == 2
    assert not is_signed_in(ben)
    assert is_signed_in(chidi)


def test_a_page_can_ask_how_long_without_prolonging_it(world: World, ben: Browser) -> None:
    assert ben.get("/me/session").json() == {"left": 600, "ends": "quiet"}
    world.clock.move(minutes=9)
    assert ben.get("/me/session").json() == {"left": 60, "ends": "quiet"}
    assert ben.get("/me/session").json()["left"] == 60
    assert ben.post("/me/session").json() == {"left": 600, "ends": "quiet"}
    world.clock.move(minutes=9)
    ben.get("/me/session")
    world.clock.move(minutes=2)
    assert ben.get("/me/session").json() == {"left": 0, "ends": "quiet"}
    assert not is_signed_in(ben)


def test_somebody_at_work_is_told_before_the_day_is_over(world: World, ben: Browser) -> None:
    for _ in range(12 * 60 // 8 - 1):
        world.clock.move(minutes=8)
        assert ben.post("/me/session").status_code == 200
    world.clock.move(minutes=7)
    assert ben.post("/me/session").json() == {"left": 60, "ends": "old"}
    world.clock.move(minutes=1)
    assert ben.post("/me/session").json()["left"] == 0
    assert not is_signed_in(ben)


def test_who_was_signed_out_is_told_why_and_comes_back(world: World, ben: Browser) -> None:
    world.clock.move(minutes=11)
    page = ben.get("/due?unit=alder-1", headers={"accept": "text/html"})
    assert "after 10 quiet minutes" in page.text
    assert 'value="/due?unit=alder-1"' in page.text
    assert "You were signed out" not in world.client().get("/sign-in").text


def test_who_signs_out_is_not_told_so(ben: Browser) -> None:
    assert "You were signed out" not in ben.post("/sign-out").text


def test_everyone_has_an_account_page_and_nobody_sees_anothers(world: World) -> None:
    with world.signed_in("eli") as eli:
        page = eli.get("/me/account")
        assert page.status_code == 200
        assert "eli@example.test" in page.text
    assert (
        world.client()
        .get("/me/account", headers={"accept": "text/html"}, follow_redirects=False)
        .headers["location"]
        .startswith("/sign-in")
    )
