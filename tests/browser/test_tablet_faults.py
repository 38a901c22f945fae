"""What goes wrong on a tablet is said in words, and takes nothing away from who was writing."""

import asyncio
import re
from datetime import UTC, datetime
from urllib.parse import urlsplit

from playwright.async_api import Route, expect

from server.evidence.times import write_instant
from tests.browser.chromium import Complaints, TabletBrowser
from tests.browser.conftest import ACTION
from tests.browser.filling import fill_form
from tests.browser.running import RunningServer
from tests.browser.steps import (
    all_sent,
    be,
    enrolled,
    example_answers,
    go,
    kept,
    lock,
    open_form,
    practice_observation,
    record,
    send_now,
    tap_send,
    unlock,
)

WORDS = "He asked first, and waited for the answer."
MORE = " Then he fetched the blue towel."
# PLATFORM.md, section 4: after the browser's storage process died, every call fails until the page is loaded again
DEAD_CONNECTION = """() => {
    const lost = () => new DOMException("Connection to Indexed Database server lost.", "UnknownError");
    IDBDatabase.prototype.transaction = () => { throw lost() };
    IDBFactory.prototype.open = () => { throw lost() };
}"""
# PLATFORM.md, section 3.4: WebKit on a full disk aborts and gives no error
ABORTED_WRITES = """() => {
    const begin = IDBDatabase.prototype.transaction;
    globalThis.heal = () => { IDBDatabase.prototype.transaction = begin };
    IDBDatabase.prototype.transaction = function (names, mode, options) {
        const transaction = begin.call(this, names, mode, options);
        if (mode === "readwrite") setTimeout(() => { try { transaction.abort() } catch {} });
        return transaction;
    };
}"""
WIPE = """() => new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase("sightline");
    request.onsuccess = () => resolve();
    request.onerror = () => reject(new Error("not wiped"));
})"""
# Looked at again once whoever asked has the answer: a page that then loads itself anew would take it along
WAKE = "() => { setTimeout(() => document.dispatchEvent(new Event('visibilitychange'))) }"
DEAD_AND_AWAKE = f"() => {{ ({DEAD_CONNECTION})(); ({WAKE})() }}"
WHILE_LOCKED = ("enrol", "outbox", "tablet")


async def test_when_the_store_dies_under_a_form_the_screen_is_held_loaded_once_and_the_words_are_back(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await open_form(page)
    note = page.locator('[name="went_well"]')
    await note.fill(WORDS)
    await kept(page)
    loads: list[str] = []
    # Asked for, not loaded: one that goes at once may never be called loaded
    page.on("request", lambda asked: loads.append(asked.url) if asked.is_navigation_request() else None)
    await page.evaluate(DEAD_CONNECTION)
    await note.fill(WORDS + MORE)
    await expect(page.locator("#announcement")).to_contain_text("The form you were in is back as it was.")
    await unlock(page, "amina")
    await expect(note).to_have_value(WORDS + MORE)
    assert loads == [page.url]
    await expect(page.locator("#blocked")).to_be_hidden()
    await expect(page.locator("#person")).to_contain_text("Amina")

    # A store that stays dead is not tried for ever
    await page.add_init_script(f"if (!sessionStorage.getItem('repaired')) ({DEAD_CONNECTION})()")
    await page.evaluate(DEAD_AND_AWAKE)
    await expect(page.locator("#blocked")).to_contain_text("The tablet cannot reach its own storage.")
    assert len(loads) == 4
    await asyncio.sleep(1)
    assert loads == [page.url] * 4

    # Until somebody asks
    await page.evaluate("sessionStorage.setItem('repaired', '1')")
    await page.locator("#try-again").click()
    await unlock(page, "amina")
    await expect(note).to_have_value(WORDS + MORE)
    await expect(page.locator("#blocked")).to_be_hidden()


async def test_a_write_that_is_aborted_is_called_not_saved_until_one_succeeds(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await open_form(page)
    form, note = page.url, page.locator('[name="went_well"]')
    await page.evaluate(ABORTED_WRITES)
    await note.fill(WORDS)
    await expect(page.locator("#draft-not-saved")).to_have_text("Not saved. Keep this open.")
    await expect(page.locator("#draft-saved")).to_be_hidden()
    # Nobody leaves a form that is not saved without knowing
    await page.locator("#park").click()
    await expect(page.locator("#draft-not-saved")).to_be_visible()
    await page.locator(".bar-brand").click()
    # Back where they were: as long as the address is home's, the tablet tries to save and would then go there
    await expect(page).to_have_url(form)
    await expect(page.locator("form.observation")).to_be_visible()
    await expect(note).to_have_value(WORDS)
    await page.evaluate("() => heal()")
    await expect(page.locator("#draft-saved")).to_contain_text("Kept on this tablet")
    await expect(page.locator("#draft-not-saved")).to_be_hidden()
    await page.locator("#park").click()
    await page.locator("#parked [data-draft]").click()
    await expect(note).to_have_value(WORDS)


async def test_a_record_that_cannot_be_sealed_is_still_a_draft_and_is_saved_at_the_next_try(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await open_form(page)
    made = page.url.split("/form/")[1]
    await fill_form(page, practice_observation(), example_answers("evening_care_all_met"))
    await page.locator("#check").click()
    await page.evaluate(ABORTED_WRITES)
    await page.locator("#save").click()
    await expect(page.locator("#save-problem")).to_contain_text("Your answers are still here. Try again")
    await page.evaluate("() => heal()")
    await page.locator("#save").click()
    await expect(page.locator("#saved-heading")).to_contain_text("Saved on this tablet")
    await all_sent(page)
    assert [row["record"] for row in server.rows("SELECT record FROM record_current")] == [made]


async def test_a_wiped_store_is_noticed_under_the_open_app_and_at_the_next_start(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    await record(page, "evening_care_all_met")
    await go(page, "/tablet/outbox")
    await expect(page.locator("#outbox-status")).to_contain_text("1 waiting")
    await page.evaluate(WIPE)
    await page.evaluate(WAKE)
    notice = page.locator("#notice-wiped")
    await expect(notice).to_contain_text("This tablet lost its local store. Last used ")
    await expect(notice).to_contain_text("1 record was expected. Tell a manager.")

    await page.evaluate(WIPE)
    await page.goto(f"{server.origin}/tablet/")
    await expect(notice).to_contain_text("This tablet lost its local store")
    # The mark outside the store gone too: the server remembers whose cookie this is
    await page.evaluate("() => localStorage.clear()")
    await page.evaluate(WIPE)
    server.start()
    await page.goto(f"{server.origin}/tablet/")
    await expect(notice).to_contain_text("This tablet (Oak) lost its local store. Last heard ")


async def test_a_revoked_tablets_record_is_held_and_the_tablet_says_that_it_is_out_of_use(
    server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    complaints.expected += ("403 (Forbidden)",)
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    made = await record(page, "evening_care_all_met")
    # With a draft on it, it is not emptied yet
    await page.locator("#saved-home").click()
    await open_form(page)
    await page.locator("#park").click()
    with server.sql() as sql:
        sql.execute("UPDATE tablet SET revoked_at = ?", (write_instant(datetime.now(UTC)),))
    server.start()
    await send_now(page)
    await all_sent(page)
    rows = server.rows("SELECT record, standing, held_for FROM entry")
    assert [tuple(row) for row in rows] == [(made, "held", "tablet_revoked")]
    await expect(page.locator("#notice-revoked")).to_be_visible()
    await expect(page.locator("#contact-reason")).to_have_text("This tablet has been taken out of use.")
    await go(page, "/tablet/sent")
    sent = page.locator(f'#sent [data-record="{made}"]')
    await expect(sent).to_have_attribute("data-state", "held")
    await go(page, "/tablet/")
    await expect(page.locator("#notice-revoked")).to_contain_text("Give the tablet to a manager")


async def test_an_answer_that_is_no_receipt_keeps_the_record_and_gives_a_plain_reason(
    server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    complaints.expected += ("413 (", "500 (", "503 (")
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    made = await record(page, "evening_care_all_met")
    server.start()
    answer: dict[str, object] = {}

    async def give(route: Route) -> None:
        await route.fulfill(**answer)  # type: ignore[arg-type]

    await page.context.route("**/sync/records", give)
    answers: list[tuple[dict[str, object], str, str]] = [
        ({"status": 413, "json": {"status": 413}}, "attention", "This record is too big for the server."),
        ({"status": 500, "json": {"status": 500}}, "waiting", "The server has a problem (code 500)."),
        ({"status": 503, "body": "busy"}, "waiting", "The server has a problem (code 503)."),
        (html(200), "waiting", "Something else answered in place of the server."),
        (html(201), "waiting", "Something else answered in place of the server."),
        ({"status": 201, "json": {"receipts": []}}, "waiting", "Something else answered"),
    ]
    await go(page, "/tablet/outbox")
    for given, state, words in answers:
        answer = given
        row = page.locator(f'#outbox [data-record="{made}"]')
        await tap_send(page)
        await expect(row).to_contain_text(words)
        await expect(row).to_have_attribute("data-state", state)
        await expect(page.locator("#notice-attention")).to_be_visible(visible=state == "attention")
    assert server.rows("SELECT record FROM entry") == []
    await page.context.unroute("**/sync/records")
    await tap_send(page)
    await all_sent(page)
    assert len(server.rows("SELECT record FROM entry")) == 1


async def test_a_draft_opens_in_one_tab_and_for_its_author_alone(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await open_form(page)
    await page.locator('[name="went_well"]').fill(WORDS)
    await kept(page)
    address = page.url
    other = await page.context.new_page()
    await other.goto(f"{server.origin}/tablet/")
    await be(other, "amina")
    await go(other, urlsplit(address).path)
    await expect(other.locator("#form-problem")).to_contain_text("open in another tab")
    await page.locator("#park").click()
    await expect(page.locator("#parked [data-draft]")).to_be_visible()
    await other.reload()
    await unlock(other, "amina")
    await expect(other.locator('[name="went_well"]')).to_have_value(WORDS)
    await other.close()

    await lock(page)
    await be(page, "ben")
    listed = page.locator("#parked [data-draft]")
    await expect(listed).to_contain_text("Belongs to Amina Yusuf")
    for path in (address, f"{address}/check"):
        await page.goto(path)
        await unlock(page, "ben")
        await expect(page.locator("main h1").first).to_be_visible()
        await expect(page.locator("main")).to_contain_text(re.compile("someone else|cannot be opened"))
        assert WORDS not in await page.content()
        assert await page.locator("form.observation").count() == 0
    await go(page, "/tablet/")
    await listed.click()
    await unlock(page, "ben")
    await expect(page.locator("#form-problem")).to_contain_text("belongs to someone else")


async def test_every_screen_opens_from_its_address_without_a_network_and_without_a_server(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    made = await record(page, "medicines_round_not_met", ACTION)
    await page.locator("#saved-home").click()
    await open_form(page)
    draft = page.url.split("/form/")[1]
    await kept(page)
    screens = {
        "": ("home", "Amina"),
        "enrol": ("enrol", "Enrol this tablet"),
        "outbox": ("outbox", "Waiting to send"),
        "sent": ("sent", "Practice observation"),
        f"sent/{made}/1": ("sealed", "Tablets were put in the pot before the chart was opened."),
        f"saved/{made}/1": ("saved", "Saved on this tablet"),
        f"form/{draft}": ("form", "When was this?"),
        f"form/{draft}/check": ("check", "to put right before it can be saved"),
        "actions": ("actions", "Check the chart before giving medicines"),
        "people": ("people", "AB"),
        "this-tablet": ("tablet", "Opens offline"),
    }
    for network_is_cut in (True, False):
        await page.context.set_offline(network_is_cut)
        server.kill()
        for path, (screen, words) in screens.items():
            await page.goto(f"{server.origin}/tablet/{path}")
            if screen not in WHILE_LOCKED:
                await unlock(page, "amina")
            await expect(page.locator(f'[data-screen="{screen}"]')).to_contain_text(words)
    # A new tab knows nobody yet: it asks, and then goes where it was asked to go
    other = await page.context.new_page()
    await page.close()
    await other.goto(f"{server.origin}/tablet/form/{draft}")
    await unlock(other, "amina")
    await expect(other.locator("form.observation")).to_be_visible()


def html(status: int) -> dict[str, object]:
    """The page of somebody else's sign-in."""
    return {"status": status, "content_type": "text/html", "body": "<h1>Welcome to the guest Wi-Fi</h1>"}
