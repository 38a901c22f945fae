"""The pages of cases and complaints at tablet and desk size, light and dark; both kept without a script."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import Complaints, desk_context
from tests.browser.running import RunningServer
from tests.browser.steps import sign_in
from tests.browser.test_accessible import faults_light_and_dark


async def open_case(page: Page, server: RunningServer) -> None:
    """Fill the form of a new case and send it."""
    await page.goto(f"{server.origin}/cases/new")
    await page.get_by_label("Kind").select_option("safeguarding")
    await page.get_by_label("What it is, in one line").fill("Bruise nobody can explain")
    await page.get_by_label("Recognised by").fill("Team leader, reading the notes")
    await page.get_by_label("How it was recognised").select_option("staff")
    await page.get_by_label("Isolated, repeated or high impact").select_option("isolated")
    await page.get_by_label("Teams affected, and the days").fill("Late shift, two days")
    await page.get_by_role("button", name="Open the case").click()
    await expect(page.locator("h1")).to_have_text("Case 1: Bruise nobody can explain")


@pytest.mark.parametrize("width", [820, 1440])
async def test_the_pages_of_cases_and_complaints_are_accessible_and_fit(
    width: int, server: RunningServer, office: Browser, complaints: Complaints, tmp_path: Path
) -> None:
    context = await desk_context(office, complaints, viewport={"width": width, "height": 1100})
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    await open_case(page, server)
    faults = await faults_light_and_dark(page, "one case")
    await page.locator("details.act-form").evaluate_all("all => all.forEach(one => { one.open = true })")
    faults += await faults_light_and_dark(page, "one case, with every form open")
    await page.screenshot(path=tmp_path / f"case-{width}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    complaints.expected += ("422 (Unprocessable Entity)",)
    await page.get_by_role("button", name="Sign this decision").first.click()
    await expect(page.locator("#errors")).to_be_visible()
    faults += await faults_light_and_dark(page, "one case, with errors")
    await page.goto(f"{server.origin}/complaints/new")
    await page.get_by_label("Kind").select_option("complaint")
    await page.get_by_label("What it is, in one line").fill("Cold tea in the morning")
    await page.get_by_label("Who said it").select_option("family")
    await page.get_by_label("Theme").select_option("CO")
    await page.get_by_label("Is it about communication").select_option("no")
    await page.get_by_role("button", name="Put it on the register").click()
    await expect(page.locator("h1")).to_have_text("Complaint 1: Cold tea in the morning")
    faults += await faults_light_and_dark(page, "one complaint")
    await page.screenshot(path=tmp_path / f"complaint-{width}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []


async def test_a_case_is_kept_without_a_script(
    server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    page = await (await desk_context(office, complaints, java_script_enabled=False)).new_page()
    await sign_in(page, server, "chidi")
    await open_case(page, server)
    await page.locator("#fact summary").click()
    await page.get_by_label("What is known for certain").fill("A bruise on the left arm at 09:00")
    await page.get_by_label("How it is known").fill("Two carers saw it")
    await page.get_by_role("button", name="Add to the facts").click()
    await expect(page.locator("main")).to_contain_text("A bruise on the left arm at 09:00")
    await page.locator("#learning summary").click()
    await page.locator("#learning-title").fill("Note each mark you see, with the time")
    await page.locator("#learning-until").fill("2199-01-01")
    await page.get_by_role("button", name="Send it to the tablets").click()
    await page.get_by_role("link", name="Who has heard it, and who still needs it").click()
    await expect(page.locator("main")).to_contain_text("It comes from Case 1")
