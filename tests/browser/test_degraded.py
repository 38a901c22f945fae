"""What people see and do when a store is lost, a disk is full, a tablet cannot send, a record is not taken."""

import asyncio
from pathlib import Path

from playwright.async_api import Browser, Page, Playwright, Route, expect

from tests.browser.chromium import PATIENCE, Complaints, TabletBrowser, desk_context
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
    sign_in,
    tap_send,
    tick_conditions,
    unlock,
)
from tests.browser.test_tablet_faults import ABORTED_WRITES, WIPE
from tests.model.tally import count

WORDS = "He asked first, and waited for the answer."


async def test_a_lost_store_is_known_on_the_tablet_and_at_the_desk_until_somebody_has_looked_into_it(
    server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await send_now(page)
    await go(page, "/tablet/")
    server.kill()
    await record(page, "evening_care_all_met")
    await go(page, "/tablet/outbox")
    await expect(page.locator("#outbox-status")).to_contain_text("1 waiting")
    await page.evaluate(WIPE)
    server.start()
    await page.goto(f"{server.origin}/tablet/")
    notice = page.locator("#notice-wiped")
    await expect(notice).to_contain_text("This tablet (Oak) lost its local store. Last heard ")
    await expect(notice).to_contain_text("1 record was expected. Tell a manager. The managers can see this.")

    context = await desk_context(office, complaints)
    desk = await context.new_page()
    await sign_in(desk, server, "chidi")
    await desk.goto(f"{server.origin}/tablets")
    await expect(desk.locator(".fleet-reasons")).to_contain_text("1 record expected, never received")
    await desk.locator(".fleet th a").click()
    await expect(desk.locator("#losses")).to_be_visible()
    await desk.get_by_role("button", name="I have looked into it").click()
    await expect(desk.locator("main")).to_contain_text("Looked into by Chidi Okafor")
    await context.close()


async def test_on_a_full_disk_the_words_stay_the_pin_opens_and_all_is_saved_by_itself_once_there_is_room(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await open_form(page)
    note = page.locator('[name="went_well"]')
    await page.evaluate(ABORTED_WRITES)
    await note.fill(WORDS)
    await expect(page.locator("#draft-not-saved")).to_be_visible()
    full = page.locator("#notice-full")
    await expect(full).to_contain_text("This tablet has no room left. What is on the screen is not saved yet")
    await page.locator("#person").click()
    await unlock(page, "amina")
    await expect(note).to_have_value(WORDS)
    await page.evaluate("() => heal()")
    await expect(page.locator("#draft-saved")).to_contain_text("Kept on this tablet")
    await expect(full).to_be_hidden()
    await lock(page)
    await unlock(page, "amina")
    await expect(note).to_have_value(WORDS)
    count(8, 1, 0)


async def test_a_copy_comes_in_once_by_another_tablet_and_by_the_desk_and_its_own_tablet_learns_it(
    server: RunningServer,
    tablet: TabletBrowser,
    playwright: Playwright,
    office: Browser,
    tmp_path: Path,
    complaints: Complaints,
) -> None:
    complaints.expected += ("422 (Unprocessable",)
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    made = await record(page, "evening_care_all_met")
    await go(page, "/tablet/outbox")
    async with page.expect_download() as started:
        await page.locator("#save-copy").click()
    # A file of our own: what the browser itself keeps changes while it is read
    file, other_file = tmp_path / "copy.json", tmp_path / "photo.jpg"
    other_file.write_bytes(bytes(range(256)) * 40)
    await (await started.value).save_as(file)
    await page.context.set_offline(True)
    server.start()

    elm = TabletBrowser(playwright, tmp_path / "elm", complaints)
    other = await elm.start()
    server.make_code("ELM1-CODE", "Elm", "alder-2")
    await other.goto(f"{server.origin}/tablet/enrol")
    await other.locator("#enrol-code").fill("ELM1-CODE")
    await tick_conditions(other)
    await other.locator("#enrol-send").click()
    await be(other, "ben")
    await go(other, "/tablet/outbox")
    await other.locator("#bring-copy").set_input_files(other_file)
    await expect(other.locator("#brought-words")).to_contain_text("This is not a copy")
    await other.locator("#bring-copy").set_input_files(file)
    await expect(other.locator("#brought-words")).to_have_text(
        "1 record from Oak: the server has each, once."
    )
    await elm.close()
    assert [row["record"] for row in server.rows("SELECT record FROM record_current")] == [made]

    context = await desk_context(office, complaints)
    desk = await context.new_page()
    await sign_in(desk, server, "chidi")
    await desk.goto(f"{server.origin}/tablets")
    await desk.get_by_role("link", name="Bring in a copy").click()
    await desk.locator("#copy").set_input_files(file)
    await desk.get_by_role("button", name="Bring it in").click()
    await expect(desk.locator("#came")).to_have_text("All of it was here already")
    await desk.locator("#copy").set_input_files(other_file)
    await desk.get_by_role("button", name="Bring it in").click()
    await expect(desk.locator("#errors")).to_contain_text("not a copy that a tablet saved")
    await context.close()

    await page.context.set_offline(False)
    await tap_send(page)
    await all_sent(page)
    assert len(server.rows("SELECT seq FROM entry")) == 1
    count(6, 1, 0)


async def test_a_record_that_is_not_taken_is_parked_alone_and_shown_to_its_author_and_the_manager(
    server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints
) -> None:
    complaints.expected += ("413 (",)
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    large = await record(page, "evening_care_all_met")
    await go(page, "/tablet/")
    small = await record(page, "evening_care_all_met")
    server.start()

    async def refuse(route: Route) -> None:
        if large in (route.request.post_data or ""):
            await route.fulfill(status=413, json={"status": 413})
        else:
            await route.continue_()

    await page.context.route("**/sync/records", refuse)
    await send_now(page)
    row = page.locator(f'#outbox [data-record="{large}"]')
    await expect(row).to_have_attribute("data-state", "attention")
    await expect(row).to_contain_text(
        "This record is too big for the server. It is kept here. Tell a manager."
    )
    await expect(page.locator("#outbox [data-record]")).to_have_count(1)
    assert [one["record"] for one in server.rows("SELECT record FROM entry")] == [small]
    await until_told(page, server)

    context = await desk_context(office, complaints)
    desk = await context.new_page()
    await sign_in(desk, server, "chidi")
    await desk.goto(f"{server.origin}/tablets")
    await expect(desk.locator(".fleet-reasons")).to_contain_text("1 held back on it")
    await desk.locator(".fleet th a").click()
    await expect(desk.locator("main")).to_contain_text(f"{large}, version 1")
    await desk.goto(f"{server.origin}/held")
    await expect(desk.locator("main")).to_contain_text("Not received: held back on tablets")
    await context.close()

    await page.context.unroute("**/sync/records")
    await tap_send(page)
    await all_sent(page)
    count(4, 2, 0)


async def until_told(page: Page, server: RunningServer) -> None:
    """The tablet tells after the lists were read."""
    async with asyncio.timeout(PATIENCE):
        while not server.rows("SELECT record FROM parked"):
            await page.wait_for_timeout(100)
