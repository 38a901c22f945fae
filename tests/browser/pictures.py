"""The pictures of README.md, taken from the running app:   python -m tests.browser.pictures

Makes the example service in a temporary folder, serves it, records on tablets, decides at the desk, and writes the
pictures beside this file: four of what there is, and the eight of the tour (`tour.py`).
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright, expect

from server import demo
from server.example.improvement import action_id
from server.settings import read_settings
from tests.browser.chromium import FLAGS, TABLET_SIZE, chromium_path
from tests.browser.filling import fill_form
from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, open_form, practice_observation, tick_conditions, type_pin
from tests.browser.taking import desk_of, take
from tests.browser.tour import take_tour


async def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demo.db"
        invitation = await demo.prepare(read_settings({"SIGHTLINE_DATABASE": str(database)}))
        server = RunningServer(database)
        server.start()
        try:
            async with async_playwright() as driver:
                browser = await driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
                await _take_floor(browser, server, invitation)
                await _take_desk(browser, server)
                await take_tour(browser, server)
                await browser.close()
        finally:
            server.kill()


async def _take_floor(browser: Browser, server: RunningServer, invitation: demo.Invitation) -> None:
    context = await browser.new_context(viewport=TABLET_SIZE, has_touch=True, locale="en-GB")
    page = await context.new_page()
    await page.goto(f"{server.origin}/tablet/")
    await page.locator("#enrol-code").fill(invitation.code)
    await tick_conditions(page)
    await page.locator("#enrol-send").click()
    await page.locator("[data-staff]", has_text="Amina").click()
    await type_pin(page, demo.PIN)
    await expect(page.locator("#due [data-due]").first).to_be_visible()
    await take(page, "home")
    await open_form(page)
    await page.locator("#actions-picker label", has_text="Write it down").first.click()
    answers = example_answers("medicines_round_not_met")
    for picked in ("staff_observed", "person_supported"):
        answers.pop(picked)
    await fill_form(page, practice_observation(), answers)
    await page.locator('[data-question="medicine_checks"]').scroll_into_view_if_needed()
    await page.evaluate("document.activeElement.blur()")
    await take(page, "tablet")
    await context.close()


async def _take_desk(browser: Browser, server: RunningServer) -> None:
    page: Page = await desk_of(browser, server, "chidi", {"width": 1280, "height": 800})
    for name, address in (("action", f"/actions/{action_id('S1E1')}"), ("concern", "/concerns")):
        await page.goto(f"{server.origin}{address}")
        await expect(page.locator("main h1")).to_be_visible()
        await take(page, name)
    await page.context.close()


if __name__ == "__main__":
    asyncio.run(main())
