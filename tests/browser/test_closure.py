"""The pages of closure tests and of reviews: accessible, on a narrow screen too; and every step without a script."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import Complaints, desk_context
from tests.browser.narrow import faults_narrow
from tests.browser.running import RunningServer
from tests.browser.steps import sign_in
from tests.browser.test_accessible import faults_light_and_dark
from tests.server.closure.road import NOTE, SAW, WHY, Road
from tests.server.world import World

CLOSED, DRAWN, OPEN = "Closed as it should be", "Under test at the moment", "May be proposed"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A provider with three actions: one closed, one whose sample is drawn, one that may be proposed."""
    with World(tmp_path) as world:
        Road(world, title=CLOSED).walk()
        drawn = Road(world, name="Elm", title=DRAWN)
        assert (drawn.propose().status_code, drawn.draw().status_code) == (303, 303)
        Road(world, name="Ash", title=OPEN)
    return world.settings.database


async def faults_of(page: Page, where: str) -> list[str]:
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = await faults_light_and_dark(page, where)
    return found + await faults_narrow(page, where, targets=False)


async def closure_of(page: Page, server: RunningServer, title: str) -> None:
    """Its closure test, by the page of the action."""
    await page.goto(f"{server.origin}/actions")
    await page.get_by_role("link", name=title).click()
    await page.get_by_role("link", name="Closure test").click()
    await expect(page.locator("h1")).to_have_text(title)


async def test_the_pages_of_closures_are_accessible_and_fit(
    server: RunningServer, office: Browser, complaints: Complaints, tmp_path: Path
) -> None:
    context = await desk_context(office, complaints, viewport={"width": 1280, "height": 1000})
    page = await context.new_page()
    await sign_in(page, server, "dana")
    await page.get_by_role("link", name="Closures", exact=True).click()
    faults = await faults_of(page, "/closures")
    await page.screenshot(path=tmp_path / "closures.png", full_page=True)
    await page.get_by_role("link", name=CLOSED).click()
    await page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    faults += await faults_of(page, "a closed one")
    await page.screenshot(path=tmp_path / "closed.png", full_page=True)
    await sign_in(page, server, "chidi")
    await closure_of(page, server, OPEN)
    faults += await faults_of(page, "to be proposed")
    complaints.expected += ("422 (Unprocessable Entity)",)
    await page.get_by_role("button", name="Propose closing it").click()
    await expect(page.locator("#errors")).to_be_visible()
    faults += await faults_of(page, "to be proposed, with errors")
    await page.emulate_media(color_scheme="dark")
    await page.screenshot(path=tmp_path / "propose.png", full_page=True)
    await sign_in(page, server, "ivo")
    await closure_of(page, server, DRAWN)
    faults += await faults_of(page, "a sample")
    await page.screenshot(path=tmp_path / "sample.png", full_page=True)
    assert faults == []


async def test_an_action_is_closed_without_a_script(
    server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    context = await desk_context(office, complaints, java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    await closure_of(page, server, OPEN)
    await page.get_by_label("What changed").fill(NOTE)
    await page.get_by_label("Why you recommend it").fill(WHY)
    await page.get_by_label("Who sees later whether it holds").select_option("ben")
    await page.get_by_role("button", name="Propose closing it").click()
    await sign_in(page, server, "ivo")
    await closure_of(page, server, OPEN)
    await page.get_by_role("button", name="Draw the sample").click()
    for place in range(1, 6):
        await page.locator(f'[name="agrees_{place}"][value="yes"]').check()
        await page.locator(f'[name="seen_{place}"]').fill(SAW)
    await page.get_by_label("What the sample says together").fill(SAW)
    await page.get_by_role("button", name="Keep what you found").click()
    await sign_in(page, server, "dana")
    await closure_of(page, server, OPEN)
    await page.get_by_label("Close it: all ten rules pass, and I sign").check()
    await page.get_by_label("Why", exact=True).fill(WHY)
    await page.get_by_role("button", name="Decide").click()
    await expect(page.locator("#step")).to_have_text("Where it stands: closed")
    await expect(page.locator("#holds")).to_be_visible()


async def test_minutes_are_accessible_and_signed_without_a_script(
    server: RunningServer, office: Browser, complaints: Complaints, tmp_path: Path
) -> None:
    context = await desk_context(office, complaints, viewport={"width": 1280, "height": 1000})
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    await page.get_by_role("link", name="Reviews", exact=True).click()
    faults = await faults_of(page, "/reviews")
    await page.get_by_label("Meeting", exact=True).select_option("leadership")
    await page.get_by_role("button", name="Begin minutes").click()
    await expect(page.locator("h1")).to_have_text("Leadership review")
    faults += await faults_of(page, "minutes being written")
    await page.screenshot(path=tmp_path / "minutes.png", full_page=True)
    address = page.url
    complaints.expected += ("422 (Unprocessable Entity)",)
    await page.get_by_role("button", name="Sign these minutes").click()
    await expect(page.locator("#errors")).to_be_visible()
    faults += await faults_of(page, "minutes, with errors")

    plain = await (await desk_context(office, complaints, java_script_enabled=False)).new_page()
    await sign_in(plain, server, "chidi")
    await plain.goto(address)
    for label, words in (
        ("Who was there", "Chidi Okafor and Ben Carter"),
        ("What it was about", "Night staffing, and the bells."),
        ("What was asked", "Why is the night so thin?"),
        ("What was answered", "Two left, and nobody came."),
        ("If strong: why", "Agency cover held for four weeks."),
        ("Where confidence has risen", "Bells are answered in time."),
        ("Where risk remains", "Nights at the weekend are thin."),
    ):
        await plain.get_by_label(label).fill(words)
    await plain.get_by_label("Assurance is strong: why").check()
    await plain.get_by_role("button", name="Sign these minutes").click()
    await expect(plain.locator(".under-title")).to_have_text(re.compile("Signed by Chidi Okafor"))
    await page.goto(address)
    faults += await faults_of(page, "signed minutes")
    await page.screenshot(path=tmp_path / "signed.png", full_page=True)
    assert faults == []
