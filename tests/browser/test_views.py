"""Evidence views and saved filters without a script: chosen, opened, followed, kept under a name and opened again."""

from pathlib import Path

from playwright.async_api import Browser, expect

from tests.browser.chromium import Complaints, TabletBrowser, desk_context
from tests.browser.conftest import ACTION
from tests.browser.running import RunningServer
from tests.browser.steps import all_sent, be, enrol, record, sign_in


async def test_a_view_is_opened_followed_and_kept_without_a_script(
    server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints, tmp_path: Path
) -> None:
    floor = await tablet.start()
    await enrol(floor, server)
    await be(floor, "amina")
    made = await record(floor, "medicines_round_not_met", ACTION)
    await all_sent(floor)
    await tablet.close()

    context = await desk_context(
        office, complaints, java_script_enabled=False, viewport={"width": 1280, "height": 1000}
    )
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    await page.goto(f"{server.origin}/evidence")
    await page.get_by_role("link", name="Views", exact=True).click()
    await expect(page.locator("main h1")).to_have_text("Evidence views")
    await page.screenshot(path=tmp_path / "views.png", full_page=True)
    await page.get_by_label("Unit", exact=True).select_option("alder-1")
    await page.locator("#shift-head ~ form button").click()
    await expect(page.locator("main h1")).to_contain_text("shift")
    await page.goto(f"{server.origin}/views/units/alder-1")
    await expect(page.locator(f'a[href="/evidence/{made}"]')).to_be_visible()
    await page.screenshot(path=tmp_path / "unit.png", full_page=True)

    await page.locator(f'a[href="/evidence/{made}"]').click()
    await page.get_by_role("link", name="What came of it").click()
    await expect(page.locator("#waiting ~ ul")).to_contain_text("No manager has reviewed")
    await page.screenshot(path=tmp_path / "timeline.png", full_page=True)

    await page.goto(f"{server.origin}/evidence?result=not_met")
    await page.get_by_role("link", name="Save this filter").click()
    await page.get_by_label("Name", exact=True).fill("Not met")
    await page.get_by_role("button", name="Save").click()
    await expect(page.locator("main h1")).to_have_text("Saved filters")
    await page.screenshot(path=tmp_path / "saved.png", full_page=True)
    await page.get_by_role("link", name="Not met", exact=True).click()
    await expect(page).to_have_url(f"{server.origin}/evidence?result=not_met")
    await expect(page.locator(f'a[href="/evidence/{made}"]')).to_be_visible()
