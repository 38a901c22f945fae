"""A measure of one's own is built without a script, and named in an action; its pages fit and are accessible."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chromium import Complaints, desk_context
from tests.browser.running import RunningServer
from tests.browser.steps import sign_in
from tests.browser.test_accessible import faults_light_and_dark

NAME = "Shifts that were calm"


@pytest.mark.parametrize("width", [390, 1440])
async def test_one_is_built_tried_and_named_in_an_action(
    width: int, server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    viewport = {"width": width, "height": 1000}
    context = await desk_context(office, complaints, java_script_enabled=False, viewport=viewport)
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    await page.goto(f"{server.origin}/measures")
    await page.get_by_role("link", name="Build a measure").click()
    await page.get_by_label("Form").select_option("shift_review")
    await page.get_by_role("button", name="Show its questions").click()
    await page.get_by_label("Name").fill(NAME)
    await page.locator("#counted_1").select_option("pressure|is|calm")
    await page.get_by_role("button", name="Try it on real records").click()
    await expect(page.locator("#tried")).to_have_text("On real records")
    await page.get_by_role("button", name="Keep this measure").click()
    await expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    await page.goto(f"{server.origin}/actions/new")
    await page.locator("#measure_1").select_option(label=NAME)
    await page.goto(f"{server.origin}/chart-notes")
    await page.locator("#measure").select_option(label=NAME)
    await context.close()


@pytest.mark.parametrize("width", [390, 820, 1440])
async def test_its_pages_fit_and_are_accessible(
    width: int, server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    context = await desk_context(office, complaints, viewport={"width": width, "height": 1000})
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    faults = []
    for path in ("/measures", "/measures/new", "/measures/new?form=live_record_check&repeat=entries"):
        await page.goto(f"{server.origin}{path}")
        await expect(page.locator("main h1")).to_be_visible()
        faults += await faults_light_and_dark(page, path)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    complaints.expected += ("422 (Unprocessable Entity)",)
    await page.get_by_role("button", name="Keep this measure").click()
    await expect(page.locator("#errors")).to_be_visible()
    faults += await faults_light_and_dark(page, "a measure, with errors")
    assert faults == []
