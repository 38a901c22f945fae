"""The desk's pages of one's own account and of the audit trail: accessible, whole at 320 px, gone in time.

SIGHTLINE_PICTURES=folder keeps a picture of each, to be looked at.
"""

import os
import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import TABLET_SIZE, Complaints, accessibility_faults, desk_context
from tests.browser.narrow import faults_narrow
from tests.browser.running import RunningServer
from tests.browser.steps import sign_in
from tests.server.world import PASSWORD

PICTURES = os.environ.get("SIGHTLINE_PICTURES", "")
SIZES = {"desktop": {"width": 1440, "height": 900}, "tablet": TABLET_SIZE}
FACTOR = "/me/account/second-factor"


async def looked_at(page: Page, size: str, name: str) -> list[str]:
    """What is wrong with the page as it stands."""
    await expect(page.locator("main h1").first).to_be_visible()
    faults = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        faults += [f"{name}, {scheme}: {fault}" for fault in await accessibility_faults(page)]
    await page.emulate_media(color_scheme="light")
    if size == "desktop":
        faults += await faults_narrow(page, name, targets=False)
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/{size}-{name}.png", full_page=True)
    return faults


@pytest.mark.parametrize("size", SIZES)
async def test_the_account_and_the_trail_are_for_everyone(
    size: str, server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    elsewhere = await desk_context(office, complaints)
    await sign_in(await elsewhere.new_page(), server, "chidi")
    context = await desk_context(office, complaints, viewport=SIZES[size])
    page = await context.new_page()
    await sign_in(page, server, "chidi")

    await page.goto(f"{server.origin}/me/account")
    faults = await looked_at(page, size, "account")
    await page.goto(f"{server.origin}{FACTOR}")
    faults += await looked_at(page, size, "factor-off")
    await page.get_by_role("button", name="Begin").click()
    secret = (await page.locator(".secret-text").inner_text()).replace(" ", "")
    faults += await looked_at(page, size, "factor-secret")
    totp = pyotp.TOTP(secret)
    await page.locator("#code").fill(totp.now())
    await page.locator("#password").fill(PASSWORD)
    await page.get_by_role("button", name="Turn the second factor on").click()
    await expect(page.locator(".recovery-codes li")).to_have_count(10)
    codes = await page.locator(".recovery-codes li").all_inner_texts()
    faults += await looked_at(page, size, "recovery-codes")
    await page.goto(f"{server.origin}{FACTOR}")
    faults += await looked_at(page, size, "factor-on")

    await page.get_by_role("button", name="Sign out").first.click()
    await page.goto(f"{server.origin}/audit")
    await page.locator("#email").fill("chidi@example.test")
    await page.locator("#password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.locator("h1")).to_have_text("Now the code")
    faults += await looked_at(page, size, "code")
    await page.locator("#code").fill(codes[0])
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{server.origin}/audit")
    faults += await looked_at(page, size, "audit")
    await page.goto(f"{server.origin}/audit?what=signed_out&since=2026-01-01&about=nobody")
    faults += await looked_at(page, size, "audit-empty")
    assert faults == []


def unused_for(server: RunningServer, **time: float) -> None:
    """As if nobody had used any session for so long."""
    seen = (datetime.now(UTC) - timedelta(**time)).strftime("%Y-%m-%dT%H:%M:%SZ")
    with server.sql() as connection:
        connection.execute("UPDATE session SET seen_at = ?", (seen,))


async def look(page: Page) -> None:
    """The page is looked at again: it asks how long the session lasts, and is answered."""
    async with page.expect_response("**/me/session"):
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


async def test_a_page_says_so_before_a_sign_in_ends_and_goes_when_it_has(
    server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    page = await (await desk_context(office, complaints)).new_page()
    await sign_in(page, server, "chidi")
    await page.goto(f"{server.origin}/evidence?unit=alder-1")
    warning = page.get_by_role("alertdialog")
    await look(page)
    await expect(warning).to_have_count(0)

    unused_for(server, minutes=9, seconds=5)
    await look(page)
    await expect(warning).to_contain_text("signed out within a minute")
    await expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert await accessibility_faults(page) == []
    # To look takes a while, and the minute must not end meanwhile
    unused_for(server, minutes=9, seconds=5)
    await page.get_by_role("button", name="Stay signed in").click()
    await expect(warning).to_have_count(0)

    unused_for(server, minutes=11)
    await look(page)
    await expect(page).to_have_url(re.compile(r"/sign-in\?next="))
    await expect(page.locator(".note")).to_contain_text("after 10 quiet minutes")
    await page.go_back()
    await expect(page.locator("h1")).not_to_have_text("Evidence")
    await page.goto(f"{server.origin}/sign-in?next=/evidence%3Funit%3Dalder-1")
    await page.locator("#email").fill("chidi@example.test")
    await page.locator("#password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await expect(page).to_have_url(f"{server.origin}/evidence?unit=alder-1")
