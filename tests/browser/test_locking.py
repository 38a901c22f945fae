"""A tablet goes from hand to hand: it locks, shows nothing of the person before, and keeps every letter for them."""

import re
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

import pytest
from playwright.async_api import Page, expect

from server.identity.organisation import end_employment
from server.identity.pins import make_first_pin
from tests.browser.chromium import Complaints, TabletBrowser
from tests.browser.feeding import pull, put_on_feed
from tests.browser.running import RunningServer
from tests.browser.steps import (
    all_sent,
    be,
    enrolled,
    go,
    lock,
    open_form,
    record,
    send_now,
    start_again,
    tap_send,
    type_pin,
    unlock,
)
from tests.server.world import PIN

WORDS = "She asked for the window to be opened, and we waited with her."
WRONG, OWN, OTHER = "840275", "739215", "518364"
REFUSED = ("422 (", "409 (", "429 (", "404 (")
HIDE = """state => {
    Object.defineProperty(document, "visibilityState", { value: state, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
}"""
PUT_AWAY = "() => dispatchEvent(new PageTransitionEvent('pagehide', { persisted: true }))"
BROUGHT_BACK = "() => dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"
Found = TypeVar("Found")


def at_the_desk(server: RunningServer, act: Callable[[sqlite3.Connection, datetime], Found]) -> Found:
    """What a manager does meanwhile, straight in the database."""
    with server.sql() as connection:
        connection.execute("BEGIN IMMEDIATE")
        done = act(connection, datetime.now(UTC))
        connection.execute("COMMIT")
        return done


async def writing(page: Page) -> str:
    """A form with a few words in it. Gives back its address."""
    await open_form(page)
    await page.locator('[name="went_well"]').fill(WORDS)
    return page.url


async def locked(page: Page) -> None:
    """It is locked, and nothing of Amina is in the page: no name but on a tile, nothing she wrote."""
    await expect(page.locator('[data-screen="who"]')).to_be_visible()
    await expect(page.locator("form.observation")).to_have_count(0)
    assert WORDS not in await page.content()
    outside = page.locator("header, #notices, h1")
    assert "Amina" not in " ".join(await outside.all_inner_texts())
    assert "Amina" not in await page.title()


async def test_a_tablet_nobody_touches_warns_locks_and_gives_the_same_person_back_every_letter(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await page.clock.install()
    await start_again(page)
    address = await writing(page)
    await page.clock.run_for(101_000)
    await expect(page.locator("#notice-idle")).to_contain_text("This tablet is about to lock.")
    await page.keyboard.press("Shift")
    await expect(page.locator("#notice-idle")).to_be_hidden()
    # The warning stands for twenty seconds, and the clock goes on by itself: on a busy machine for some of them
    await page.clock.run_for(101_000)
    await expect(page.locator("#notice-idle")).to_be_visible()
    await page.clock.run_for(20_000)
    await locked(page)
    await page.evaluate("history.back()")
    await locked(page)
    await page.evaluate("history.forward()")
    await unlock(page, "amina")
    await expect(page.locator('[name="went_well"]')).to_have_value(WORDS)
    assert page.url == address

    # The manager wants it sooner, and the tablet sleeps: no timer runs, but the first touch comes too late
    put_on_feed(server, "setting", "lock_seconds", {"history": [["2020-01-01T00:00:00Z", 60]]})
    await page.locator("#park").click()
    await expect(page.locator("#parked [data-draft]")).to_be_visible()
    await pull(page)
    await page.clock.run_for(41_000)
    await expect(page.locator("#notice-idle")).to_be_visible()
    await page.keyboard.press("Shift")
    now = await page.evaluate("Date.now()")
    await page.clock.set_system_time(now / 1000 + 90)
    await page.locator("main").click(position={"x": 5, "y": 5})
    await locked(page)


async def test_a_tablet_put_away_is_locked_at_once_and_is_anybodys_who_has_a_pin(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "ben")
    await lock(page)
    await be(page, "amina")
    address = await writing(page)
    await page.evaluate(HIDE, "hidden")
    await locked(page)
    await page.evaluate(HIDE, "visible")
    await locked(page)
    # In one tap and a PIN it is somebody else's, who starts at home and cannot open what is not theirs
    await unlock(page, "ben")
    await expect(page.locator("h1")).to_contain_text("Ben")
    assert WORDS not in await page.content()
    await expect(page.locator("#parked [data-draft]")).to_contain_text("Belongs to Amina Yusuf")
    await go(page, address.removeprefix(server.origin))
    await expect(page.locator("#form-problem")).to_contain_text("belongs to someone else")
    assert WORDS not in await page.content()
    await lock(page)
    await unlock(page, "amina")
    await page.locator("#parked [data-draft]").click()
    await expect(page.locator('[name="went_well"]')).to_have_value(WORDS)
    # The browser keeps the page in its memory, and gives it back
    await page.evaluate(PUT_AWAY)
    await expect(page.locator("form.observation")).to_have_count(0)
    assert WORDS not in await page.content()
    await page.evaluate(BROUGHT_BACK)
    await locked(page)
    # A concern is a name and a PIN away, whoever it is
    await page.locator("#raise-concern").click()
    await expect(page.locator("#who-concern")).to_contain_text("call 999 now")
    await unlock(page, "ben")
    await expect(page.locator("form.observation")).to_contain_text("What is wrong")


async def test_without_a_network_it_unlocks_and_says_what_waits_and_when_it_will_be_sent(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    made = await record(page, "evening_care_all_met")
    await page.evaluate(HIDE, "hidden")
    await expect(page.locator("#who-waiting")).to_have_text(
        re.compile(r"^1 waiting, oldest \d\d:\d\d\. Sending goes on( when the network is back)?\.$")
    )
    await page.reload()
    await expect(page.locator("#who-waiting")).to_have_text(
        "1 waiting. They will be sent after the first PIN."
    )
    await page.locator('[data-staff="amina"]').click()
    await expect(page.locator(".pad")).to_be_focused()
    for digit in PIN[:5]:
        await page.locator(f'.pad-key[data-key="{digit}"]').tap()
    begun = time.monotonic()
    await page.locator(f'.pad-key[data-key="{PIN[5]}"]').tap()
    await expect(page.locator("#saved-heading")).to_be_visible()
    print(f"unlocked offline in {time.monotonic() - begun:.2f} s")
    await page.locator("#person").click()
    await page.locator("#who-first").click()
    await expect(page.locator("#who-problem")).to_contain_text("needs the network")
    # Locked again, but since the first PIN the page can send
    server.start()
    await go(page, "/tablet/outbox")
    await tap_send(page)
    await all_sent(page)
    assert [row["record"] for row in server.rows("SELECT record FROM record_current")] == [made]


async def test_ten_wrong_pins_take_away_that_persons_way_in_and_nothing_else(
    server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    complaints.expected += REFUSED
    page = await enrolled(tablet, server)
    await page.clock.install()
    await start_again(page, "ben")
    await lock(page)
    await be(page, "amina")
    await writing(page)
    server.kill()
    await lock(page)
    await page.locator('#staff [data-staff="amina"]').click()
    # The clock on the wall stands while a PIN is tried, however long that takes here: each wait is said whole
    now: float = await page.evaluate("Date.now()")
    await page.clock.set_fixed_time(now / 1000)
    problem = page.locator("#pin-problem")
    for left, wait in ((9, 0), (8, 0), (7, 2), (6, 4), (5, 8), (4, 16), (3, 32), (2, 60), (1, 60)):
        await type_pin(page, WRONG)
        words = f"{left} {'try' if left == 1 else 'tries'} left." + (f" Wait {wait} seconds." if wait else "")
        await expect(problem).to_have_text(f"That PIN is not right. {words}")
        if wait == 60:
            # A key that does not count, and loading the page again, make the wait no shorter
            await page.keyboard.type(PIN)
            await page.reload()
            await page.locator('#staff [data-staff="amina"]').click()
            await page.keyboard.type(PIN)
            await expect(problem).to_contain_text("Too many wrong PINs. Wait")
        now += (wait + 1) * 1000
        await page.clock.set_fixed_time(now / 1000)
        await page.clock.run_for((wait + 1) * 1000)
    await type_pin(page, WRONG)
    await expect(page.locator("#who-problem")).to_contain_text("Ten wrong PINs.")
    await page.locator("#who-back").click()
    await expect(page.locator('#staff [data-staff="amina"]')).to_have_count(0)
    await page.locator('#staff [data-staff="ben"]').click()
    await type_pin(page, PIN)
    # Whoever goes elsewhere while the PIN is tried has still unlocked it
    await go(page, "/tablet/")
    await expect(page.locator("#parked [data-draft]")).to_contain_text("Belongs to Amina Yusuf")
    await lock(page)
    server.start()
    await page.locator("#who-first").click()
    await unlock(page, "amina")
    await page.locator("#parked [data-draft]").click()
    await expect(page.locator('[name="went_well"]')).to_have_value(WORDS)


async def test_a_first_pin_is_changed_at_once_and_a_pin_can_be_changed_on_this_tablet(
    server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    complaints.expected += REFUSED
    page = await enrolled(tablet, server)
    first = at_the_desk(server, lambda sql, now: make_first_pin(sql, "amina", "chidi", now))
    await unlock(page, "amina", first)
    heading = page.locator("h1")
    for new, again, words in (
        (OWN, OTHER, "The two are not the same."),
        ("123456", "123456", "easy to guess"),
    ):
        await expect(heading).to_have_text("Choose a new PIN")
        await type_pin(page, new)
        await expect(heading).to_have_text("The same new PIN again")
        await type_pin(page, again)
        await expect(page.locator("#pin-problem")).to_contain_text(words)
    await type_pin(page, OWN)
    await type_pin(page, OWN)
    await expect(page.locator('[data-screen="home"]')).to_be_visible()

    await go(page, "/tablet/this-tablet")
    await page.locator("#change-pin").click()
    for pin in (WRONG, OTHER, OTHER):
        await type_pin(page, pin)
    await expect(page.locator("#change-problem")).to_contain_text("That PIN is not right.")
    for pin in (OWN, OTHER, OTHER):
        await type_pin(page, pin)
    await expect(page.locator("#pin-changed")).to_be_visible()
    await pull(page)
    server.kill()
    await page.reload()
    await unlock(page, "amina", OWN)
    await expect(page.locator("#pin-problem")).to_contain_text("That PIN is not right.")
    await type_pin(page, OTHER)
    await expect(page.locator('[data-screen="home"]')).to_be_visible()


@pytest.mark.parametrize("why", ["has left", "has a new PIN"])
async def test_who_has_left_or_has_a_new_pin_is_locked_out_and_what_they_wrote_is_kept_and_sent(
    why: str, server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    complaints.expected += REFUSED
    page = await enrolled(tablet, server)
    await be(page, "ben")
    await lock(page)
    await be(page, "amina")
    server.kill()
    made = await record(page, "evening_care_all_met")
    await page.locator("#saved-home").click()
    await writing(page)
    new = OWN
    if why == "has left":
        at_the_desk(server, lambda sql, now: end_employment(sql, "amina", now))
    else:
        new = at_the_desk(server, lambda sql, now: make_first_pin(sql, "amina", "chidi", now))
    server.start()
    await send_now(page)
    await locked(page)
    await expect(page.locator('#staff [data-staff="amina"]')).to_have_count(0)
    await expect(page.locator('#staff [data-staff="ben"]')).to_be_visible()
    assert [row["record"] for row in server.rows("SELECT record FROM entry")] == [made]
    await unlock(page, "ben")
    await expect(page.locator("#parked [data-draft]")).to_have_count(1)
    await lock(page)
    await page.locator("#who-first").click()
    if why == "has left":
        await expect(page.locator('#staff [data-staff="dana"]')).to_be_visible()
        await expect(page.locator('#staff [data-staff="amina"]')).to_have_count(0)
    else:
        await unlock(page, "amina", new)
        await type_pin(page, OWN)
        await type_pin(page, OWN)
        await page.locator("#parked [data-draft]").click()
        await expect(page.locator('[name="went_well"]')).to_have_value(WORDS)
