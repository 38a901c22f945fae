"""The register's form and its import in a browser: without faults for axe, without a script, by keyboard."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chromium import TABLET_SIZE, Complaints, desk_context
from tests.browser.conftest import ACTION
from tests.browser.running import RunningServer
from tests.browser.steps import sign_in
from tests.browser.test_accessible import faults_light_and_dark
from tests.server.evidence.test_action_import import ROW, file_of

FILE = file_of(
    ROW,
    ROW | {"title": "Watched", "expected": "Drinks are monitored at night."},
    ROW | {"title": "Bad", "risk": "huge"},
)
SOUND = file_of(ROW, {**ROW, "title": "Bells at night", "expected": "Bells are monitored and answered."})


@pytest.mark.parametrize("size", ["desktop", "tablet"])
async def test_the_form_and_the_import_have_no_fault_for_axe(
    size: str, server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    context = await desk_context(
        office, complaints, **({"viewport": TABLET_SIZE} if size == "tablet" else {})
    )
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    complaints.expected += ("422 (Unprocessable Entity)",)
    await page.goto(f"{server.origin}/actions/{ACTION}/edit")
    for summary in await page.locator("details summary").all():
        await summary.click()
    await page.locator("#more").click()
    await page.locator("#expected").fill("Staff are reminded.")
    await page.locator("#target_2").fill("lots")
    await page.locator("#save").click()
    await expect(page.locator("#errors")).to_be_focused()
    faults = await faults_light_and_dark(page, "edit, with errors and two measures")
    await page.goto(f"{server.origin}/actions/import")
    faults += await faults_light_and_dark(page, "import")
    await page.locator("#register").set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": FILE})
    await page.get_by_role("button", name="Look through it").click()
    await expect(page.locator(".import-rows tbody tr")).to_have_count(3)
    await expect(page.get_by_role("button", name="Bring in all")).to_have_count(0)
    faults += await faults_light_and_dark(page, "import, a row refused")
    await page.locator("#register").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": SOUND}
    )
    await page.get_by_role("button", name="Look through it").click()
    await page.get_by_role("button", name="Bring in all 2 rows").click()
    await expect(page.locator("#came")).to_have_text("2 made, 0 changed")
    faults += await faults_light_and_dark(page, "import, done")
    await page.locator(".import-rows").get_by_text("One wording").click()
    await page.goto(f"{server.origin}/actions?group=tag")
    await page.get_by_role("link", name="Bells at night").first.click()
    await page.locator(".wording summary").click()
    faults += await faults_light_and_dark(page, "action, with a wording to look at")
    await page.locator("#reason").fill("no")
    await page.get_by_role("button", name="Begin to collect evidence").click()
    await expect(page.locator("#reason-error")).to_be_visible()
    faults += await faults_light_and_dark(page, "action, a step without a reason")
    await context.close()
    assert faults == []


async def test_all_of_it_works_without_a_script(
    server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    context = await desk_context(office, complaints, java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    await page.goto(f"{server.origin}/actions/{ACTION}/edit")
    await page.locator("#more").click()
    await page.locator("#measure_2").select_option("M14/a")
    await page.locator("#target_2").fill("95")
    await page.locator("#window_end_2").fill("2199-12-31")
    await page.locator("#target_why").fill("The quality meeting wants reviews in time as well.")
    # Enter in a field saves: the buttons that change rows come after
    await page.locator("#target_2").press("Enter")
    await expect(page.locator("h1")).to_have_text("Check the chart before giving medicines")
    await expect(page.locator(".journey-figure")).to_have_count(3)
    await page.locator("#reason").fill("The first sample is drawn on Monday.")
    await page.get_by_role("button", name="Begin to collect evidence").click()
    await expect(page.locator(".mark-state")).to_have_text("Evidence building")
    await page.goto(f"{server.origin}/actions/import")
    await page.locator("#register").set_input_files(
        {"name": "a.csv", "mimeType": "text/csv", "buffer": SOUND}
    )
    await page.get_by_role("button", name="Look through it").click()
    await page.get_by_role("button", name="Bring in all 2 rows").click()
    await expect(page.locator("#came")).to_have_text("2 made, 0 changed")
    await context.close()
