"""The due list: what is due to whom, offline, from the server's list and from what this tablet's records cause."""

import asyncio
import json
import re
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.chromium import TabletBrowser, accessibility_faults
from tests.browser.feeding import INCIDENT, due_item, give, pull, put_on_feed
from tests.browser.running import RunningServer
from tests.browser.steps import all_sent, be, check_and_save, enrolled, lock, open_form, send_now, tap_due


async def test_what_is_due_is_said_in_words_and_opens_filled_in(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    put_on_feed(server, "due", "x/late", due_item("family_contact", -95, answers={"person": "alder-1-a"}))
    put_on_feed(server, "due", "x/soon", due_item("practice_observation", 30))
    put_on_feed(server, "due", "x/next-week", due_item("practice_observation", 60 * 24 * 6))
    put_on_feed(server, "due", "question/1", due_item("reply", 45, staff="amina", says="Which sling?"))
    put_on_feed(server, "due", "question/2", due_item("reply", 45, staff="ben"))
    page = await enrolled(tablet, server)
    await be(page, "ben")
    await lock(page)
    await be(page, "amina")
    await pull(page)
    await expect(page.locator("#due-summary")).to_contain_text("late")
    for state, id in (("late", "x/late"), ("now", "x/soon"), ("coming", "x/next-week")):
        await expect(page.locator(f'#due [data-due="{id}"][data-state="{state}"]')).to_have_count(1)
    await expect(row(page, "x/late")).to_contain_text("Late by 1 h")
    await expect(row(page, "question/2")).to_have_count(0)

    server.kill()
    await tap_row(page, "question/1")
    await expect(page.locator("#asked")).to_contain_text("Which sling?")
    await page.locator("#park").click()
    await tap_row(page, "x/late")
    await expect(page.locator('[data-question="person"] select')).to_have_value("alder-1-a")
    await page.locator("#park").click()
    listed = page.locator("#parked [data-draft]", has_text="Family")
    await expect(listed).to_have_count(1)
    draft = await listed.get_attribute("data-draft")
    await tap_row(page, "x/late")
    await expect(page).to_have_url(f"{server.origin}/tablet/form/{draft}")
    await page.locator("#park").click()
    await lock(page)
    await be(page, "ben")
    await tap_row(page, "x/late")
    await expect(page.locator("#due [role=alert]")).to_contain_text("has begun this on this tablet")


async def test_a_long_list_shows_the_oldest_and_folds_the_rest_away(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    for number in range(8):
        put_on_feed(server, "due", f"x/{number}", due_item("practice_observation", -600 + number))
    put_on_feed(server, "due", "question/1", due_item("reply", -30, staff="amina", says="Which sling?"))
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await pull(page)
    # Nine were put there; at some hours of the day the schedule adds its own
    await expect(page.locator("#due-summary")).to_have_text(re.compile(r"things to do, (9|1\d) late"))
    await expect(page.locator('#due [data-group="late"] [data-due]')).to_have_count(5)
    await expect(page.locator('#due [data-group="late"] [data-due]').first).to_contain_text("Which sling?")
    await expect(page.locator('[data-fold="late-more"]')).to_have_text(re.compile(r"([4-9]|1\d) more"))
    await page.locator('[data-fold="late-more"]').click()
    await row(page, "x/7").click()
    await expect(page.locator("form.observation")).to_be_visible()


async def test_what_a_record_causes_is_due_at_once_and_done_until_the_server_agrees(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    await open_form(page, "F10")
    await give(page, "incident_record", INCIDENT)
    await check_and_save(page)
    incident = page.url.split("/saved/")[1].split("/")[0]
    await page.locator("#saved-home").click()
    family = f"{incident}/family_fall"
    await expect(row(page, family)).to_contain_text("Family must be told of a fall")
    await expect(row(page, family)).to_have_attribute("data-state", "now")

    await tap_due(page, f'[data-not-needed="{family}"]')
    await give(page, "not_needed", {"reason": "no_longer"})
    await check_and_save(page)
    await page.locator("#saved-home").click()
    await page.locator('[data-fold="done"]').click()
    await expect(row(page, family)).to_be_visible()
    await expect(row(page, family)).to_contain_text("Not needed")
    await expect(row(page, family)).to_contain_text("not yet sent")
    assert await accessibility_faults(page) == []

    server.start()
    await send_now(page)
    await all_sent(page)
    (made,) = bodies(server, "not_needed")
    assert (made["spawned_by"], made["answers"]["reason"]) == (family, "no_longer")
    outcomes = server.rows("SELECT outcome FROM due_item WHERE id = ?", family)
    assert [item["outcome"] for item in outcomes] == ["not_needed"]
    await asyncio.sleep(1.1)  # a pull in the very second of the delivery may be older than it
    await pull(page)
    await expect(row(page, family)).to_have_count(0)


def row(page: Page, id: str) -> Any:
    """One row of the due list."""
    return page.locator(f'#due [data-due="{id}"]')


async def tap_row(page: Page, id: str) -> None:
    """Begin what a row of the due list asks for, or carry on with it."""
    await tap_due(page, f'[data-due="{id}"]')


def bodies(server: RunningServer, form: str) -> list[dict[str, Any]]:
    """The sealed records of one form that the server holds."""
    found = [json.loads(each["body"]) for each in server.rows("SELECT body FROM entry ORDER BY seq")]
    return [body for body in found if body["form"] == form]
