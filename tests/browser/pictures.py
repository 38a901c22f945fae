"""The pictures of README.md, taken from the running app:   python -m tests.browser.pictures

Makes the example service in a temporary folder, serves it, records an observation on a tablet and signs in at the
desk, and writes the pictures beside this file.
"""

import asyncio
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright, expect

from server import demo
from server.example.improvement import action_id
from server.settings import read_settings
from tests.browser.chromium import DESKTOP_SIZE, FLAGS, TABLET_SIZE, chromium_path
from tests.browser.filling import fill_form
from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, open_form, practice_observation, tick_conditions, type_pin

HERE = Path(__file__).parent / "pictures"


async def main() -> None:
    """Take every picture."""
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "demo.db"
        invitation = await demo.prepare(read_settings({"SIGHTLINE_DATABASE": str(database)}))
        server = RunningServer(database)
        server.start()
        try:
            await _take_all(server, invitation)
        finally:
            server.kill()


async def _take_all(server: RunningServer, invitation: demo.Invitation) -> None:
    async with async_playwright() as driver:
        browser = await driver.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        tablet = await browser.new_context(viewport=TABLET_SIZE, has_touch=True, locale="en-GB")
        await _take_tablet(await tablet.new_page(), server, invitation)
        desk = await browser.new_context(viewport=DESKTOP_SIZE, locale="en-GB")
        await _take_desk(await desk.new_page(), server, invitation)
        await browser.close()


async def _take_tablet(page: Page, server: RunningServer, invitation: demo.Invitation) -> None:
    await page.goto(f"{server.origin}/tablet/")
    await page.locator("#enrol-code").fill(invitation.code)
    await tick_conditions(page)
    await page.locator("#enrol-send").click()
    await page.locator("[data-staff]", has_text="Amina").click()
    await type_pin(page, demo.PIN)
    await expect(page.locator("#due [data-due]").first).to_be_visible()
    await page.screenshot(path=HERE / "home.png")
    await open_form(page)
    await page.locator("#actions-picker label", has_text="Write it down").first.click()
    answers = example_answers("medicines_round_not_met")
    for picked in ("staff_observed", "person_supported"):
        answers.pop(picked)
    await fill_form(page, practice_observation(), answers)
    await page.locator('[data-question="medicine_checks"]').scroll_into_view_if_needed()
    await page.evaluate("document.activeElement.blur()")
    await page.screenshot(path=HERE / "tablet.png")


async def _take_desk(page: Page, server: RunningServer, invitation: demo.Invitation) -> None:
    manager = next(someone for someone in invitation.cast if someone.name.startswith("Chidi"))
    await page.goto(f"{server.origin}/sign-in")
    await page.locator('[name="email"]').fill(manager.email)
    await page.locator('[name="password"]').fill(demo.PASSWORD)
    await page.locator('main button[type="submit"]').click()
    for name, address in (
        ("map", "/map"),
        ("action", f"/actions/{action_id('S1E1')}"),
        ("coverage", "/coverage"),
        ("concern", "/concerns"),
    ):
        await page.goto(f"{server.origin}{address}")
        await expect(page.locator("main h1")).to_be_visible()
        await page.screenshot(path=HERE / f"{name}.png")


if __name__ == "__main__":
    HERE.mkdir(exist_ok=True)
    asyncio.run(main())
