"""An immediate concern: two taps from anywhere, honest about who knows, and back to what one was doing."""

import re

from playwright.async_api import expect

from tests.browser.chromium import TabletBrowser, accessibility_faults
from tests.browser.feeding import CONCERN, INCIDENT, TOLD, give, pull, put_on_call
from tests.browser.narrow import faults_narrow_and_large
from tests.browser.running import RunningServer
from tests.browser.steps import all_sent, be, check_and_save, enrolled, open_form, send_now
from tests.browser.test_due import bodies


async def test_offline_it_says_that_nobody_is_alerted_until_somebody_was_told_by_voice(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    put_on_call(server)
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await pull(page)
    assert tablet.context is not None
    await tablet.context.set_offline(True)
    await page.locator("#raise-concern").click()
    await expect(page.locator('[data-question="what"]')).to_be_in_viewport()
    await expect(page.locator("#on-call")).to_contain_text("Nobody has been alerted.")
    await expect(page.locator('[data-on-call="dana-phone"]')).to_have_attribute("href", "tel:01632960111")
    # The bar that stays covers half of whatever is scrolled beneath it
    assert await accessibility_faults(page, ignore=("target-size",)) == []
    assert await faults_narrow_and_large(page, "concern") == []
    await give(page, "immediate_concern", {**CONCERN, "told_by_voice": "no_one_yet"})
    await expect(page.locator("#on-call")).to_be_visible()
    await page.locator("#check").click()
    await expect(page.locator('[data-finding="told_by_voice"]')).to_be_visible()
    await page.locator("#back-to-form").click()
    await give(page, "immediate_concern", TOLD)
    await page.locator('[data-question="told_at"] [data-quick="0"]').click()
    await expect(page.locator("#on-call")).to_be_hidden()
    await check_and_save(page)
    await expect(page.locator("#what-happened")).to_contain_text("this app has alerted nobody")

    await tablet.context.set_offline(False)
    await send_now(page)
    await all_sent(page)
    await page.go_back()
    await expect(page.locator("#what-happened")).to_contain_text("does not ring anyone")


async def test_from_a_form_it_takes_the_facts_along_and_comes_back(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    await open_form(page, "F10")
    form = page.url
    await give(page, "incident_record", INCIDENT | {"injury": "serious", "head": "no"})
    await page.locator("#raise-from-form").click()
    await expect(page.locator("#form-title")).to_have_text("Immediate concern")
    await expect(page.locator('[data-question="person"] select')).to_have_value("alder-1-a")
    saw = page.locator('[data-question="what_you_saw"] textarea')
    await expect(saw).to_have_value(re.compile("Was anyone hurt\\?"))
    await give(
        page,
        "immediate_concern",
        {"what": "unwell", "what_you_did": "Called 999.", "about_manager": "no", **TOLD},
    )
    await page.locator('[data-question="told_at"] [data-quick="0"]').click()
    await check_and_save(page)
    await page.locator("#back-to-parked").click()
    await expect(page).to_have_url(form)
    await expect(page.locator('[data-question="facts"] textarea')).to_have_value(str(INCIDENT["facts"]))
    await check_and_save(page)
    await expect(page.locator("#saved-concern")).to_contain_text("You raised it")
    incident = form.rsplit("/", 1)[1]
    await page.locator("#saved-home").click()
    await expect(page.locator(f'#due [data-due="{incident}/concern"][data-state="done"]')).to_have_count(1)

    server.start()
    await send_now(page)
    await all_sent(page)
    (concern,) = bodies(server, "immediate_concern")
    assert concern["spawned_by"] == f"{incident}/concern"
    assert concern["answers"]["person"] == "alder-1-a"
    (item,) = server.rows("SELECT outcome, settled_by FROM due_item WHERE id = ?", f"{incident}/concern")
    assert (item["outcome"], item["settled_by"]) == ("done", concern["record"])


async def test_a_concern_in_practice_hands_nothing_made_up_to_a_real_one(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await page.locator("#practice").check()
    await open_form(page, "F10")
    await give(page, "incident_record", INCIDENT | {"injury": "serious"})
    await page.locator("#raise-concern").click()
    await expect(page.locator("#form-title")).to_have_text("Immediate concern")
    await expect(page.locator("#practice-banner")).to_be_hidden()
    await expect(page.locator('[data-question="person"] select')).to_have_value("")


async def test_a_real_concern_is_raised_out_of_a_practised_one(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await page.locator("#practice").check()
    await open_form(page, "F12")
    practised = page.url
    await expect(page.locator("#on-call")).to_contain_text("Practice.")
    await page.locator("#raise-concern").click()
    await expect(page.locator("#on-call")).to_contain_text("Nobody has been alerted yet.")
    assert page.url != practised
    await page.locator("#raise-concern").click()
    await expect(page.locator('[data-question="what"]')).to_be_in_viewport()
