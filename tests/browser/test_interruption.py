"""Interrupted, handed over, tried out, taken back: forms among several people on one tablet."""

import json

from playwright.async_api import expect

from tests.browser.chromium import TabletBrowser, accessibility_faults
from tests.browser.feeding import INCIDENT, give
from tests.browser.running import RunningServer
from tests.browser.steps import all_sent, be, check_and_save, enrolled, go, lock, open_form, record, send_now
from tests.browser.store import stored
from tests.browser.test_due import bodies


async def test_a_draft_is_handed_on_by_its_author_and_says_who_began_it(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await open_form(page, "F10")
    incident = page.url.split("/form/")[1]
    await give(page, "incident_record", INCIDENT)
    await page.locator("#park").click()
    await expect(page.locator("#parked [data-draft]")).to_contain_text("ready to check")
    await open_form(page)
    await page.locator("#park").click()
    await expect(page.locator("#parked [data-draft]")).to_have_count(2)
    await page.locator(f'#parked [data-hand="{incident}"]').click()
    assert await accessibility_faults(page) == []
    await page.locator('[data-hand-to="ben"]').click()
    assert await accessibility_faults(page) == []
    await page.locator("#hand-over").click()
    mine = page.locator('#parked [data-draft][data-mine="true"]')
    await expect(mine).to_have_count(1)
    await expect(page.locator("#parked [data-hand]:visible")).to_have_count(1)

    await lock(page)
    await be(page, "ben")
    await expect(mine).to_contain_text("Handed to you by Amina")
    await mine.click()
    await expect(page.locator("#handed")).to_contain_text("Handed to you by Amina")
    await check_and_save(page)
    await send_now(page)
    await all_sent(page)
    (body,) = bodies(server, "incident_record")
    assert (body["author"], body["begun_by"]) == ("ben", "amina")


async def test_practice_leaves_nothing_behind(server: RunningServer, tablet: TabletBrowser) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await page.locator("#practice").check()
    await open_form(page, "F10")
    await expect(page.locator("#practice-banner")).to_be_visible()
    await page.locator("#park").click()
    await expect(page.locator("#parked [data-draft]")).to_contain_text("Practice")
    await page.locator("#parked [data-draft]").click()
    await give(page, "incident_record", INCIDENT)
    await page.locator("#check").click()
    await expect(page.locator("#save")).to_be_hidden()
    await page.locator("#finish-practice").click()
    await expect(page.locator("h1")).to_have_text("Nothing was saved")
    assert await accessibility_faults(page) == []
    assert await stored(page, "draft") == await stored(page, "record") == []


async def test_a_record_is_corrected_and_withdrawn_with_the_difference_shown(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    made = await record(page, "evening_care_all_met")
    await go(page, f"/tablet/sent/{made}/1")
    await page.locator("#begin-correction").click()
    await page.locator("#correction-reason").fill("It was the late shift")
    await page.locator("#start-correction").click()
    await page.locator('[name="went_well"]').fill("She chose the green jumper.")
    await check_and_save(page)
    await go(page, f"/tablet/sent/{made}/2")
    await expect(page.locator("#changes [data-change]")).to_have_count(1)
    await expect(page.locator('[data-change="went_well"] ins')).to_have_text("She chose the green jumper.")
    assert await accessibility_faults(page) == []

    await page.locator("#begin-withdrawing").click()
    await page.locator("#withdraw-now").click()
    await expect(page.locator("#withdraw-problem")).to_be_visible()
    await page.locator("#withdraw-reason").fill("It was about another person")
    await page.locator("#withdraw-now").click()
    await expect(page.locator("#withdrawn")).to_be_visible()
    await send_now(page)
    await all_sent(page)
    versions = [json.loads(row["body"]) for row in server.rows("SELECT body FROM entry ORDER BY seq")]
    assert [(body["version"], body["withdrawn"]) for body in versions] == [(1, 0), (2, 0), (3, 1)]
    assert versions[2]["answers"] == versions[1]["answers"]
