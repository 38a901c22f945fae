"""A new build of the app: offered, never forced; and the way back when a build turns out to be harmful."""

import asyncio
import re
import time
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Route, expect

from tests.browser.chromium import PATIENCE, TabletBrowser
from tests.browser.running import RunningServer, copy_checkout, deploy
from tests.browser.steps import (
    INSTALLED,
    all_sent,
    be,
    enrol,
    enrolled,
    go,
    kept,
    open_form,
    record,
    send_now,
    start_again,
    unlock,
)

CHANGED = "pwa/js/durations.mjs"
WORDS = "She waited for an answer before she lifted the arm."
LOOK = "async () => { await (await navigator.serviceWorker.getRegistration('/tablet/')).update() }"
CACHES = "async () => (await caches.keys()).filter(name => name.startsWith('sightline-'))"
INSTALL_ENDED = """async () => {
    const { installing } = await navigator.serviceWorker.getRegistration('/tablet/');
    if (installing) await new Promise((done) => installing.addEventListener('statechange', done));
}"""
WORKERS = "async () => (await navigator.serviceWorker.getRegistrations()).length"


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A checkout of the next build: this one, with one more line in one file."""
    copy = copy_checkout(tmp_path / "newer")
    with (copy / CHANGED).open("ab") as file:
        file.write(b"export const NEWER = true;\n")
    return copy


async def test_a_new_build_waits_for_open_forms_and_for_a_yes(
    server: RunningServer, tablet: TabletBrowser, newer: Path
) -> None:
    writing = await enrolled(tablet, server)
    await be(writing, "amina")
    old = await build(writing)
    other = await writing.context.new_page()
    await other.goto(f"{server.origin}/tablet/")
    await be(other, "ben")
    await go(writing, "/tablet/")
    await open_form(writing)
    await loaded_once(writing)
    note = writing.locator('[name="went_well"]')
    await note.click()
    await note.press_sequentially(WORDS[:20])

    deploy(server, newer)
    await other.evaluate(LOOK)
    await expect(other.locator("#notice-update")).to_be_visible()
    await expect(writing.locator("#notice-update")).to_be_hidden()
    await other.locator("#accept-update").click()
    await expect(other.locator("#notice-update")).to_contain_text("A form is open in another tab")
    await note.press_sequentially(WORDS[20:])
    await expect(note).to_have_value(WORDS)
    await expect(note).to_be_focused()
    await expect(writing.locator("#draft-saved")).to_contain_text("Kept on this tablet")
    assert await still_the_same(writing)

    await kept(writing)
    await writing.reload()
    await unlock(writing, "amina")
    await expect(note).to_have_value(WORDS)
    await expect(writing.locator("#notice-update")).to_be_hidden()
    assert await asked_build(writing) == old

    await loaded_once(other)
    await writing.locator("#park").click()
    await expect(writing.locator("#notice-update")).to_be_visible()
    await writing.locator("#accept-update").click()
    await expect(writing.locator("#notice-update")).to_be_hidden()
    await unlock(writing, "amina")
    await expect(writing.locator("#parked [data-draft]")).to_be_visible()
    new = await asked_build(writing)
    assert new != old
    assert await writing.evaluate(CACHES) == [f"sightline-build-{new}"]
    await expect(other.locator('[data-screen="who"]')).to_be_visible()
    await came_anew(other)
    await writing.locator("#parked [data-draft]").click()
    await expect(note).to_have_value(WORDS)


async def test_an_install_that_fails_leaves_the_old_build_working_offline(
    server: RunningServer, tablet: TabletBrowser, newer: Path
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    old = await build(page)
    await page.context.route(f"**/{CHANGED}", broken)
    deploy(server, newer)
    await page.evaluate(LOOK)
    await page.evaluate(INSTALL_ENDED)
    await start_again(page)
    await expect(page.locator("#notice-update")).to_be_hidden()
    assert await page.evaluate(CACHES) == [f"sightline-build-{old}"]
    server.kill()
    await page.goto(f"{server.origin}/tablet/people")
    await unlock(page, "amina")
    await expect(page.locator('[data-screen="people"] h1')).to_be_visible()
    assert await asked_build(page) == old
    await page.context.unroute(f"**/{CHANGED}")
    server.start()
    await page.goto(f"{server.origin}/tablet/")
    await page.evaluate(LOOK)
    await expect(page.locator("#notice-update")).to_be_visible()


async def test_last_weeks_shell_is_offered_the_new_one_at_its_start_and_may_still_send(
    server: RunningServer, tablet: TabletBrowser, newer: Path
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    old = await build(page)
    await start_again(page)
    server.kill()
    made = await record(page, "evening_care_all_met")
    deploy(server, newer)
    await page.goto(f"{server.origin}/tablet/outbox")
    await expect(page.locator("#notice-update")).to_be_visible()
    await start_again(page)
    await send_now(page)
    await all_sent(page)
    rows = server.rows("SELECT record, standing, json_extract(CAST(body AS TEXT), '$.app') AS app FROM entry")
    assert [tuple(row) for row in rows] == [(made, "stored", old)]
    assert await asked_build(page) == old


async def test_the_kill_switch_takes_the_app_away_and_leaves_what_waits_to_be_sent(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    made = await record(page, "evening_care_all_met")
    await page.context.route("**/sync/records", lambda route: route.abort("connectionreset"))
    server.environment["SIGHTLINE_KILL_SWITCH"] = "yes"
    server.start()
    await page.goto(f"{server.origin}/tablet/outbox")
    await nothing_installed(page)
    # However often it is opened
    for _ in range(2):
        await page.goto(f"{server.origin}/tablet/outbox")
        await expect(page.locator(f'#outbox [data-record="{made}"]')).to_be_visible()
        await nothing_installed(page)
    await page.context.unroute("**/sync/records")
    await start_again(page)
    await send_now(page)
    await all_sent(page)
    assert [row["record"] for row in server.rows("SELECT record FROM record_current")] == [made]

    # The way back from the way back
    server.kill()
    server.environment.clear()
    server.start()
    await page.goto(f"{server.origin}/tablet/")
    await page.evaluate(INSTALLED)
    await page.goto(f"{server.origin}/tablet/")
    server.kill()
    await page.goto(f"{server.origin}/tablet/sent")
    await unlock(page, "amina")
    await expect(page.locator(f'#sent [data-record="{made}"]')).to_be_visible()


async def broken(route: Route) -> None:
    await route.fulfill(status=500, body="out of order")


async def build(page: Page) -> str:
    """The build that the screen "this tablet" names."""
    await go(page, "/tablet/this-tablet")
    named = page.locator('[data-fact="build"] dd')
    await expect(named).not_to_have_text("unknown")
    await expect(named).not_to_be_empty()
    words = await named.inner_text()
    assert words == await asked_build(page)
    return words


async def asked_build(page: Page) -> str:
    """The build of the worker that serves this page."""
    answer = await page.evaluate(
        """() => new Promise((resolve) => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = ({ data }) => resolve(data);
            navigator.serviceWorker.controller.postMessage({ type: "BUILD" }, [port2]);
            setTimeout(() => resolve("no answer"), 60000);
        })"""
    )
    return str(answer)


async def loaded_once(page: Page) -> None:
    """Leave a mark on the page that a reload takes away."""
    await page.evaluate("() => { globalThis.loadedOnce = true }")


async def still_the_same(page: Page) -> bool:
    return bool(await page.evaluate("() => globalThis.loadedOnce === true"))


async def came_anew(page: Page) -> None:
    """Wait until the page was loaded again since `loaded_once`."""
    end = time.monotonic() + PATIENCE
    while True:
        # It may go while it is asked
        with suppress(PlaywrightError):
            if not await still_the_same(page):
                return
        assert time.monotonic() < end, "the page was not loaded again"
        await asyncio.sleep(0.05)


async def nothing_installed(page: Page) -> None:
    """Wait until neither a worker nor a cache of the app is left, and see that it stays so."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if await page.evaluate(WORKERS) == 0 and await page.evaluate(CACHES) == []:
            break
        await page.wait_for_timeout(100)
    await page.wait_for_timeout(1_000)
    assert (await page.evaluate(WORKERS), await page.evaluate(CACHES)) == (0, [])


async def test_a_tablet_knows_its_build_as_soon_as_it_is_installed_without_a_reload(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await tablet.start()
    await enrol(page, server)
    await be(page)
    await page.get_by_role("link", name="This tablet").click()
    await expect(page.locator('[data-fact="build"] dd')).to_have_text(re.compile(r"^[0-9a-f]{16}$"))
