"""Making a device a tablet: the code by the camera, and what must be true of it first.

SIGHTLINE_PICTURES=folder keeps a picture, to be looked at.
"""

import os

from playwright.async_api import Request, expect

from tests.browser.chromium import TabletBrowser, accessibility_faults
from tests.browser.narrow import faults_narrow
from tests.browser.running import RunningServer
from tests.browser.steps import tick_conditions

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
