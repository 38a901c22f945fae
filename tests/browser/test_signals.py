"""The pages of signals at tablet and desk size, light and dark; and an answer given without a script."""

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest
from playwright.async_api import Browser, expect

from server.evidence import action_store
from server.evidence.times import write_instant
from tests.browser.chromium import Complaints, desk_context
from tests.browser.conftest import medicines_action
from tests.browser.running import RunningServer
from tests.browser.steps import sign_in
from tests.browser.test_accessible import faults_light_and_dark

SIGN = "An action is not complete"


@pytest.fixture
def vague(house: Path) -> None:
    """An action with no figure to start from, which fires a sign."""
    fields = msgspec.structs.replace(
        medicines_action(), baseline_numerator=None, baseline_denominator=None, baseline_period=""
    )
    with sqlite3.connect(house) as sql:
        sql.row_factory = sqlite3.Row
        made = write_instant(datetime.now(UTC))
        action_store.create(sql, "0192f000-0000-7000-8000-00000000000a", "alder", fields, "chidi", made)


@pytest.mark.parametrize("width", [820, 1440])
async def test_the_pages_of_signals_are_accessible_and_fit(
    width: int, vague: None, server: RunningServer, office: Browser, complaints: Complaints, tmp_path: Path
) -> None:
    context = await desk_context(office, complaints, viewport={"width": width, "height": 1100})
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    await page.goto(f"{server.origin}/signals")
    faults = await faults_light_and_dark(page, "/signals")
    await page.screenshot(path=tmp_path / f"signals-{width}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.get_by_role("link", name=SIGN).first.click()
    await expect(page.locator("h1")).to_have_text(SIGN)
    faults += await faults_light_and_dark(page, "one signal")
    complaints.expected += ("422 (Unprocessable Entity)",)
    await page.get_by_role("button", name="Answer").click()
    await expect(page.locator("#errors")).to_be_visible()
    faults += await faults_light_and_dark(page, "one signal, with errors")
    await page.emulate_media(color_scheme="dark")
    await page.screenshot(path=tmp_path / f"one-{width}.png", full_page=True)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert faults == []


async def test_a_signal_is_answered_without_a_script(
    vague: None, server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    context = await desk_context(office, complaints, java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page, server, "chidi")
    await page.get_by_role("link", name="Signals", exact=True).click()
    await page.get_by_role("link", name=SIGN).first.click()
    await page.get_by_label("Accepted, with a reason").check()
    await page.get_by_label("Why, or what else there is to say").fill(
        "The audit in December gives the figure"
    )
    await page.get_by_role("button", name="Answer").click()
    await expect(page.locator("main")).to_contain_text("The audit in December gives the figure")
    await page.goto(f"{server.origin}/signals?state=unanswered")
    await expect(page.locator("main")).to_contain_text("No signal shows here")
