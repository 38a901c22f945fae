"""One form on the screen, one author, one chain: whatever the ways between screens and tabs."""

import json
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.chromium import TabletBrowser
from tests.browser.running import RunningServer
from tests.browser.steps import be, enrolled, kept, lock, open_form, record, tick_conditions, unlock, until
from tests.browser.store import stored

# To open a form begins with its lock: no form opens until the test lets go
HELD_OPENINGS = """() => {
    const request = LockManager.prototype.request;
    const free = new Promise((done) => { window.letGo = done; });
    window.asked = false;
    LockManager.prototype.request = async function (name, ...more) {
        if (name.startsWith("sightline-form-")) {
            window.asked = true;
            await free;
        }
        return request.call(this, name, ...more);
    };
}"""
ASKED = "() => window.asked"
LET_GO = "() => window.letGo()"


async def test_from_one_form_straight_to_another_the_other_is_shown_and_takes_what_is_typed(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    first = await parked_form(page, "first")
    await open_form(page)
    note = page.locator('[name="went_well"]')
    await note.fill("second")
    second = page.url.split("/form/")[1]
    await page.evaluate("history.go(-2)")
    await expect(note).to_have_value("first")
    await note.fill("first, and more")
    await page.locator("#park").click()
    await expect(page.locator('[data-screen="home"]')).to_be_visible()
    kept = {row["id"]: row["raw"]["went_well"] for row in await stored(page, "draft")}
    assert kept == {first: "first, and more", second: "second"}


async def test_a_form_left_while_it_opens_is_not_shown_in_place_of_another_nor_to_another_author(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    first, second = await parked_form(page, "first"), await parked_form(page, "second")
    await page.evaluate(HELD_OPENINGS)
    await page.locator(f'[data-draft="{first}"]').click()
    await until(page, ASKED)
    await page.evaluate("history.back()")
    await page.locator(f'[data-draft="{second}"]').click()
    await page.evaluate(LET_GO)
    await expect(page.locator('[name="went_well"]')).to_have_value("second")

    await page.locator("#park").click()
    await page.evaluate(HELD_OPENINGS)
    await page.locator(f'[data-draft="{first}"]').click()
    await until(page, ASKED)
    await lock(page)
    await be(page, "ben")
    await page.evaluate(LET_GO)
    await kept(page)
    await page.goto(f"{server.origin}/tablet/form/{first}")
    await unlock(page, "ben")
    await expect(page.locator("#form-problem")).to_have_text("This form belongs to someone else.")


async def test_a_new_enrolment_in_one_tab_is_the_tablet_of_every_tab(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await record(page, "evening_care_all_met")
    assert tablet.context is not None
    other = await tablet.context.new_page()
    await other.goto(f"{server.origin}/tablet/enrol")
    server.make_code("NEWC-CODE", "Elm", "alder-1")
    await other.locator("#enrol-code").fill("NEWC-CODE")
    await tick_conditions(other)
    await other.locator("#enrol-send").click()
    await expect(other.locator('[data-screen="who"]')).to_be_visible()
    await page.bring_to_front()
    await unlock(page, "amina")
    await page.locator("#saved-home").click()
    await record(page, "evening_care_all_met")
    bodies: list[Any] = [json.loads(row["body"]) for row in await stored(page, "record")]
    assert [body["tablet_seq"] for body in bodies] == [1, 1]
    assert len({body["tablet"] for body in bodies}) == 2
    assert {body["tablet_prev"] for body in bodies} == {"0" * 64}


async def parked_form(page: Page, words: str) -> str:
    """Begin a form, type something, park it. Gives back the draft's id."""
    await open_form(page)
    draft = page.url.split("/form/")[1]
    await page.locator('[name="went_well"]').fill(words)
    await page.locator("#park").click()
    await expect(page.locator('[data-screen="home"]')).to_be_visible()
    return draft
