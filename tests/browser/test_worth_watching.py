"""What is worth watching next stands on the tablet's home, also without the network, for the tablet's own unit."""

from playwright.async_api import expect

from tests.browser.chromium import TABLET_SIZE, TabletBrowser, accessibility_faults
from tests.browser.feeding import pull, put_on_feed
from tests.browser.running import RunningServer
from tests.browser.steps import be, enrolled, lock

SAYS = "Worth watching next: Giving medicines. Nobody watched it here since Mon 3 Aug 2026."


async def test_home_says_it_offline_until_there_is_nothing_more_to_say(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    put_on_feed(server, "suggestion", "alder-1", {"says": SAYS, "suggestions": []})
    put_on_feed(
        server, "suggestion", "alder-2", {"says": "Worth watching next: Handover.", "suggestions": []}
    )
    page = await enrolled(tablet, server)
    await page.set_viewport_size(TABLET_SIZE)
    await be(page, "amina")
    await pull(page)
    await expect(page.locator("#due")).to_contain_text(SAYS)
    await expect(page.locator("#due")).not_to_contain_text("Handover.")
    assert await accessibility_faults(page) == []

    put_on_feed(server, "suggestion", "alder-1", None)
    server.kill()
    await lock(page)
    await page.reload()
    await be(page, "amina")
    await expect(page.locator("#due")).to_contain_text(SAYS)

    server.start()
    await pull(page)
    await expect(page.locator("#due")).not_to_contain_text("Worth watching")
