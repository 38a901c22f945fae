"""The page of the log and its banner: accessible, whole at 320 px, and used once.

SIGHTLINE_PICTURES=folder keeps a picture of each, to be looked at.
"""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chromium import TABLET_SIZE, Complaints, accessibility_faults, desk_context
from tests.browser.narrow import faults_narrow
from tests.browser.steps import sign_in
from tests.browser.test_review_pages import SCHEMES
from tests.fire.nursery import QuickServer
from tests.server.test_witness import Oak, raise_one
from tests.server.world import World

PICTURES = os.environ.get("SIGHTLINE_PICTURES", "")
SIZES = {"tablet": TABLET_SIZE, "desktop": {"width": 1440, "height": 900}}


def arrange(folder: Path) -> Path:
    """A house whose tablet noticed that the newest entries were taken out."""
    with World(folder) as world:
        raise_one(world, Oak(world))
    return world.settings.database


@pytest.mark.parametrize("size", SIZES)
async def test_the_page_of_the_log_is_for_everyone_and_an_alarm_ends_with_what_was_found(
    size: str, tmp_path: Path, office: Browser, complaints: Complaints
) -> None:
    server = QuickServer(arrange(tmp_path))
    server.start()
    try:
        page = await (await desk_context(office, complaints, viewport=SIZES[size])).new_page()
        await sign_in(page, server, "chidi")
        await page.goto(f"{server.origin}/evidence")
        await page.get_by_role("link", name="Read and acknowledge").click()
        await expect(page.locator("#alarms .concern-open")).to_have_count(1)
        faults = []
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            faults += [f"{scheme}: {one}" for one in await accessibility_faults(page)]
        await page.emulate_media(color_scheme="light")
        if size == "desktop":
            faults += await faults_narrow(page, "/log", targets=False)
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{size}-log.png", full_page=True)
        assert faults == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_label("What did you find out?").fill("The disk was changed; a copy was put in.")
        await page.get_by_role("button", name="Acknowledge as Chidi Okafor").click()
        await expect(page.get_by_text("Nothing was noticed")).to_be_visible()
        await expect(page.locator("#log-banner-title")).to_have_count(0)
        await expect(page.get_by_text("The disk was changed; a copy was put in.")).to_be_visible()
    finally:
        server.kill()
