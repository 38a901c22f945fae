"""A tablet that cannot do one thing goes on with the others, and says what it could not do."""

from playwright.async_api import expect

from tests.browser.chromium import TabletBrowser
from tests.browser.filling import fill_form
from tests.browser.running import RunningServer
from tests.browser.steps import (
    be,
    enrolled,
    example_answers,
    kept,
    open_form,
    practice_observation,
    start_again,
    unlock,
    until,
)

REFUSED_PROMISE = """() => {
    navigator.storage.persisted = () => Promise.reject(new TypeError("not here"));
    navigator.storage.persist = () => Promise.reject(new TypeError("not here"));
}"""
LITTLE_ROOM = "navigator.storage.estimate = async () => ({ usage: 3e6, quota: 150e6 })"
# Until `allowDelete`: what is aborted without a reason is taken for a full disk, and tried again
ABORTED_DELETE = """() => {
    const remove = IDBObjectStore.prototype.delete;
    window.allowDelete = () => { IDBObjectStore.prototype.delete = remove; };
    IDBObjectStore.prototype.delete = function () {
        this.transaction.abort();
        throw new DOMException("aborted", "AbortError");
    };
}"""
HELD_DIGEST = """() => {
    const digest = crypto.subtle.digest.bind(crypto.subtle);
    const free = new Promise((done) => { window.letGo = done; });
    crypto.subtle.digest = async (...parts) => {
        window.asked = true;
        await free;
        return digest(...parts);
    };
    window.asked = false;
}"""


async def test_a_browser_that_will_not_promise_to_keep_the_store_still_works(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await page.add_init_script(f"({REFUSED_PROMISE})()")
    await page.goto(f"{server.origin}/tablet/this-tablet")
    await expect(page.locator("main")).to_contain_text("This browser cannot promise it")
    await expect(page.locator("#blocked")).to_be_hidden()


async def test_a_tablet_with_little_room_left_says_so_on_home_before_anything_is_refused(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await expect(page.locator("#notice-low")).to_be_hidden()
    await page.add_init_script(LITTLE_ROOM)
    await start_again(page)
    await expect(page.locator("#notice-low")).to_contain_text("This tablet has little room left.")
    await open_form(page)
    await expect(page.locator("#notice-low")).to_be_hidden()


async def test_a_draft_that_could_not_be_thrown_away_takes_what_is_typed_next(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await open_form(page)
    await page.evaluate(ABORTED_DELETE)
    await page.locator("#throw-away").click()
    await page.locator("#throw-away-now").click()
    await expect(page.locator("#throw-problem")).to_be_visible()
    await page.evaluate("allowDelete()")
    note = page.locator('[name="went_well"]')
    await note.fill("typed after")
    await kept(page)
    await page.reload()
    await unlock(page, "amina")
    await expect(note).to_have_value("typed after")
    await page.locator("#throw-away").click()
    await page.locator("#throw-away-now").click()
    await expect(page.locator('[data-screen="home"]')).to_be_visible()
    await expect(page.locator("[data-draft]")).to_have_count(0)


async def test_back_while_it_is_saved_does_not_open_the_form_again(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await open_form(page)
    await fill_form(page, practice_observation(), example_answers("evening_care_all_met"))
    await page.locator("#check").click()
    await page.evaluate(HELD_DIGEST)
    await page.locator("#save").click()
    await until(page, "() => window.asked")
    await page.evaluate("history.back()")
    await kept(page)
    await expect(page.locator("form.observation")).to_have_count(0)
    await page.evaluate("() => window.letGo()")
    await expect(page.locator("#saved-heading")).to_contain_text("Saved on this tablet")
