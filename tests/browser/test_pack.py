"""The pages of packs and the HTML file of one, in a browser: axe, light and dark, narrow, live progress, no request.

SIGHTLINE_PICTURES=folder keeps a picture of each, to be looked at.
"""

import os
from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.chromium import Complaints, accessibility_faults, desk_context
from tests.browser.narrow import faults_narrow
from tests.browser.steps import sign_in
from tests.browser.test_review_pages import SCHEMES
from tests.fire.nursery import QuickServer
from tests.server.evidence.arranged import make_action, send_record
from tests.server.evidence_pack.packing import unzipped
from tests.server.world import World

PICTURES = os.environ.get("SIGHTLINE_PICTURES", "")


def arrange(folder: Path) -> Path:
    """A house with an action and two records about it."""
    with World(folder) as world:
        action = make_action(world.signed_in("chidi"))
        oak = world.tablet()
        for _ in range(2):
            send_record(oak, action)
    return world.settings.database


async def test_a_pack_is_asked_for_watched_and_read_by_everyone(
    tmp_path: Path, office: Browser, complaints: Complaints
) -> None:
    server = QuickServer(arrange(tmp_path))
    server.start()
    try:
        context = await desk_context(office, complaints)
        page = await context.new_page()
        await sign_in(page, server, "chidi")
        await page.goto(f"{server.origin}/packs")
        await page.get_by_label("What it is for, and who gets it").fill("For the inspector on Tuesday")
        await page.get_by_role("button", name="Make the pack").click()
        # By the live page alone: nothing is clicked or loaded again
        await expect(page.get_by_role("heading", name="Ready")).to_be_visible(timeout=120_000)
        faults = []
        for scheme in SCHEMES:
            await page.emulate_media(color_scheme=scheme)
            faults += [f"{scheme}: {one}" for one in await accessibility_faults(page)]
            if PICTURES:
                await page.screenshot(path=f"{PICTURES}/pack-{scheme}.png", full_page=True)
        await page.emulate_media(color_scheme="light")
        faults += await faults_narrow(page, "a pack", targets=False)
        await page.reload()
        async with page.expect_download() as waiting:
            await page.get_by_role("link", name="Download the pack").first.click()
        downloaded = await (await waiting.value).path()
        file = tmp_path / "pack.html"
        file.write_bytes(unzipped(downloaded)["pack.html"])
        asked: list[str] = []
        reader = await context.new_page()
        reader.on("request", lambda request: asked.append(request.url))
        await reader.goto(file.as_uri())
        faults += [f"the file: {one}" for one in await accessibility_faults(reader)]
        if PICTURES:
            await reader.screenshot(path=f"{PICTURES}/pack-file.png", full_page=True)
        assert faults == []
        assert asked == [file.as_uri()]
        assert (
            await reader.evaluate("getComputedStyle(document.querySelector('caption')).fontWeight") == "700"
        )
    finally:
        server.kill()
