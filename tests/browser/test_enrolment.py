"""Making a device a tablet: the code by the camera, and what must be true of it first.

SIGHTLINE_PICTURES=folder keeps a picture, to be looked at.
"""

import os
import sqlite3
from datetime import UTC, datetime

from playwright.async_api import Page, Request, expect

from server.identity import tablets
from tests.browser.chromium import Complaints, TabletBrowser, accessibility_faults
from tests.browser.narrow import faults_narrow
from tests.browser.running import RunningServer
from tests.browser.steps import (
    all_sent,
    be,
    enrolled,
    lock,
    record,
    send_now,
    start_again,
    tick_conditions,
    unlock,
)

PICTURES = os.environ.get("SIGHTLINE_PICTURES", "")


async def test_the_cameras_code_is_filled_in_and_sent_only_with_both_conditions(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    server.make_code("CMRA-2345", "Oak", "alder-1")
    page = await tablet.start()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(f"{request.method} {request.url}")

    page.on("request", note)
    await page.goto(f"{server.origin}/tablet/enrol#cmra-2345")
    await expect(page.locator("#enrol-code")).to_have_value("CMRA-2345")
    assert "#" not in await page.evaluate("location.href")
    await page.locator("#enrol-encrypted").check()
    await page.locator("#enrol-send").click()
    await expect(page.locator("#enrol-unmet")).to_be_visible()
    await expect(page.locator("#enrol-lock")).to_be_focused()
    assert not [one for one in asked if one.startswith("POST") and one.endswith("/tablet/enrolment")]
    faults = await accessibility_faults(page)
    faults += await faults_narrow(page, "enrol", targets=True)
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/enrol.png", full_page=True)
    await tick_conditions(page)
    await page.locator("#enrol-send").click()
    await expect(page.locator('[data-screen="who"]')).to_be_visible()
    # What stands behind "#" is never sent, so no log of a server or a proxy can hold it
    assert not [one for one in asked if "cmra" in one.lower()]
    (row,) = server.rows("SELECT name, conditions FROM tablet")
    assert tuple(row) == ("Oak", "encrypted screen_lock")
    assert not faults, "\n".join(faults)


async def enrol_anew(page: Page, server: RunningServer, name: str, unit: str) -> None:
    """With a new code, as the screen leads there: the page stays, and the key in its memory."""
    server.make_code("ANEW-2345", name, unit)
    await page.evaluate(
        "history.pushState({}, '', '/tablet/enrol'); dispatchEvent(new PopStateEvent('popstate'))"
    )
    await page.locator("#enrol-code").fill("ANEW-2345")
    await tick_conditions(page)
    await page.locator("#enrol-send").click()
    await expect(page.locator('[data-screen="who"]')).to_be_visible()


async def with_two_records(server: RunningServer, tablet: TabletBrowser, complaints: Complaints) -> Page:
    """Amina saved two on Oak: one was sent, the other cannot be."""
    complaints.expected += ("422 (Unprocessable Entity)", "ERR_FAILED")
    page = await enrolled(tablet, server)
    await be(page)
    await record(page, "evening_care_all_met")
    await send_now(page)
    await all_sent(page)
    await page.context.route("**/sync/records", lambda route: route.abort())
    await page.locator('[data-screen="outbox"] a[href="/tablet/"]').click()
    await record(page, "evening_care_all_met")
    await lock(page)
    return page


async def test_a_tablet_found_again_whose_people_have_left_gives_up_what_waits_and_opens_for_others(
    server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    page = await with_two_records(server, tablet, complaints)
    (oak,) = server.rows("SELECT id FROM tablet")
    await enrol_anew(page, server, "Oak again", "alder-1")
    with server.sql() as sql:
        assert tablets.revoke(sql, oak["id"], ["alder"], "", datetime.now(UTC), "lost")
    await start_again(page, "ben")
    assert await works_again(page, server) == ["stored", "held", "stored"]


async def test_a_tablet_from_another_service_gives_up_what_waits_and_opens_for_its_new_people(
    server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    page = await with_two_records(server, tablet, complaints)
    await enrol_anew(page, server, "Ash", "birch-1")
    await unlock(page, "fay")
    # The key of the old store is still in the page's memory: it is loaded anew
    await expect(page.locator("#pin")).to_have_count(0)
    await be(page, "fay")
    await expect(page.locator("#start [data-form]").first).to_be_visible()
    assert [row["standing"] for row in entries(server)] == ["stored", "held"]


async def works_again(page: Page, server: RunningServer) -> list[str]:
    """Somebody records something, and it is sent; how each record stands in the ledger then."""
    await page.context.unroute("**/sync/records")
    await record(page, "evening_care_all_met")
    await send_now(page)
    await all_sent(page)
    return [row["standing"] for row in entries(server)]


def entries(server: RunningServer) -> list[sqlite3.Row]:
    return server.rows("SELECT standing FROM entry ORDER BY seq")
