"""Sending, when the network does its worst: each record is stored once, and nothing more than that is claimed."""

import asyncio
import time

from playwright.async_api import Browser, Page, Route, expect

from tests.browser.chromium import PATIENCE, Complaints, TabletBrowser, desk_context
from tests.browser.conftest import ACTION
from tests.browser.running import RunningServer
from tests.browser.steps import be, check_and_save, enrolled, go, record, sign_in, tap_send
from tests.browser.test_concern_banner import TRIES, WITHIN

PUSH = "**/sync/records"


async def test_when_the_answer_is_lost_on_the_way_back_the_record_is_sent_again_and_stored_once(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    lost: list[int] = []
    one_was_lost = asyncio.Event()

    async def lose_the_answer(route: Route) -> None:
        answer = await route.fetch()
        lost.append(answer.status)
        await route.abort("connectionreset")
        one_was_lost.set()

    # Lost again and again, so that no quick second try can outrun the look at the outbox
    await page.context.route(PUSH, lose_the_answer)
    await be(page, "amina")
    made = await record(page, "medicines_round_not_met", ACTION)
    await asyncio.wait_for(one_was_lost.wait(), PATIENCE)
    await page.locator("#outbox-status").click()
    await expect(page.locator(f'#outbox [data-record="{made}"]')).to_have_attribute("data-state", "waiting")
    assert set(lost) == {201}
    assert stored(server, made) == 1
    await page.context.unroute_all(behavior="wait")
    await tap_send(page)
    await expect(page.locator("#outbox [data-record]")).to_have_count(0)
    assert stored(server, made) == 1
    await go(page, "/tablet/sent")
    await expect(page.locator(f'#sent [data-record="{made}"]')).to_have_attribute("data-state", "delivered")


async def test_two_tabs_that_send_at_once_store_each_record_once(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    made = [await record_and_go_home(page, server) for _ in range(3)]
    other = await page.context.new_page()
    await other.goto(f"{server.origin}/tablet/")
    await be(other, "amina")
    for each in (page, other):
        await show_outbox(each)
        await expect(each.locator("#outbox [data-record]")).to_have_count(3)
    server.start()
    await asyncio.gather(tap_send(page), tap_send(other))
    for each in (page, other):
        await expect(each.locator("#outbox [data-record]")).to_have_count(0)
    assert [stored(server, one) for one in made] == [1, 1, 1]
    numbers = [row["tablet_seq"] for row in server.rows("SELECT tablet_seq FROM entry ORDER BY tablet_seq")]
    assert numbers == [1, 2, 3]


async def test_the_page_of_a_captive_portal_is_no_receipt(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)

    async def portal(route: Route) -> None:
        await route.fulfill(status=200, content_type="text/html", body="<h1>Welcome to the guest Wi-Fi</h1>")

    await page.context.route("**/sync/**", portal)
    await be(page, "amina")
    made = await record(page, "evening_care_all_met")
    await show_outbox(page)
    await tap_send(page)
    await expect(page.locator("#contact-reason")).to_contain_text("Wi-Fi may want you to sign in")
    await expect(page.locator(f'#outbox [data-record="{made}"]')).to_be_visible()
    await page.context.unroute("**/sync/**")
    await tap_send(page)
    await expect(page.locator("#outbox [data-record]")).to_have_count(0)
    assert stored(server, made) == 1


async def test_an_open_action_page_shows_new_evidence_within_five_seconds(
    server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints
) -> None:
    desk = await (await desk_context(office, complaints)).new_page()
    await sign_in(desk, server, "chidi")
    await desk.goto(f"{server.origin}/actions/{ACTION}")
    await expect(desk.locator("main h1")).to_be_visible()
    page = await enrolled(tablet, server)
    await be(page, "amina")
    seconds = []
    for _ in range(TRIES):
        made = await record(page, "medicines_round_not_met", ACTION)
        await expect(page.locator("#outbox-status")).to_contain_text("Nothing waiting")
        begun = time.monotonic()
        await expect(desk.locator(f'main a[href="/evidence/{made}"]').first).to_be_visible()
        seconds.append(time.monotonic() - begun)
        if seconds[-1] < WITHIN:
            break
        await page.locator("#saved-home").click()
    print(f"shown within {min(seconds):.1f} s")
    assert min(seconds) < WITHIN, seconds


async def test_a_correction_is_a_new_version_and_both_stay_visible(
    server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    made = await record(page, "medicines_round_not_met", ACTION)
    await go(page, f"/tablet/sent/{made}/1")
    await page.locator("#begin-correction").click()
    await page.locator("#correction-reason").fill("I ticked the wrong box for the record.")
    await page.locator("#start-correction").click()
    await expect(page.locator("form.observation")).to_be_visible()
    await page.locator('[data-question="record_matches"] label:has(input[value="partly"])').click()
    await page.locator('[name="record_matches_facts"]').fill("It was written an hour later than it was done.")
    await check_and_save(page)
    await expect(page.locator("#outbox-status")).to_contain_text("Nothing waiting")
    versions = server.rows(
        "SELECT version, current FROM record_version WHERE record = ? ORDER BY version", made
    )
    assert [tuple(row) for row in versions] == [(1, 0), (2, 1)]
    desk = await (await desk_context(office, complaints)).new_page()
    await sign_in(desk, server, "ben")
    await desk.goto(f"{server.origin}/evidence/{made}")
    await expect(desk.locator("main")).to_contain_text("I ticked the wrong box for the record.")


async def test_the_desk_works_without_javascript(
    server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    made = await record(page, "medicines_round_not_met", ACTION)
    await expect(page.locator("#outbox-status")).to_contain_text("Nothing waiting")
    desk = await (await desk_context(office, complaints, java_script_enabled=False)).new_page()
    await sign_in(desk, server, "ben")
    for path in ("/evidence?result=not_met", f"/actions/{ACTION}"):
        await desk.goto(f"{server.origin}{path}")
        await expect(desk.locator(f'main a[href^="/evidence/{made}"]').first).to_be_visible()
    await desk.locator(f'main a[href^="/evidence/{made}"]').first.click()
    await expect(desk.locator("main")).to_contain_text(
        "Tablets were put in the pot before the chart was opened."
    )
    await desk.goto(f"{server.origin}/actions/{ACTION}/edit")
    await desk.locator('[name="title"]').fill("Check the chart before every dose")
    await desk.get_by_role("button", name="Save the changes").last.click()
    await expect(desk.locator("main h1")).to_contain_text("Check the chart before every dose")


async def record_and_go_home(page: Page, server: RunningServer) -> str:
    made = await record(page, "evening_care_all_met")
    await page.locator("#saved-home").click()
    await expect(page.locator('[data-screen="home"]')).to_be_visible()
    return made


async def show_outbox(page: Page) -> None:
    await go(page, "/tablet/outbox")
    await expect(page.locator('[data-screen="outbox"]')).to_be_visible()


def stored(server: RunningServer, made: str) -> int:
    """How many times the ledger holds the record."""
    return int(server.rows("SELECT count(*) FROM entry WHERE record = ?", made)[0][0])
