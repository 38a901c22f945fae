"""The Wi-Fi drill, for real: the network is cut, the browser killed, and both brought back; then the desk knows."""

import json
import os
from pathlib import Path

import msgspec
from playwright.async_api import Browser, Page, expect

from observation_forms import load_catalogue
from tests.browser.chromium import Complaints, TabletBrowser, accessibility_faults, desk_context
from tests.browser.narrow import faults_narrow, faults_narrow_and_large
from tests.browser.running import RunningServer
from tests.browser.steps import all_sent, be, enrolled, go, send_now, sign_in, tap_due, unlock
from tests.model.tally import count

WORDS = "Green door by the lift."
SEEN = ("away_at", "saved_at", "reopened_at", "found_at", "back_at", "received_at")
# The app is closed while records wait, and the whole browser with it
BROWSER_KILLED = 1
# Where to put pictures of each step; none are made unless asked for
PICTURES = os.environ.get("SIGHTLINE_PICTURES", "")


async def test_the_network_is_cut_the_browser_killed_and_the_note_found_again_and_delivered(
    server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints
) -> None:
    page = await enrolled(tablet, server)
    await be(page)
    await _begin(page, look=True)
    await page.locator("#drill-go").click()
    await expect(page.locator("#drill-problem")).to_contain_text("still answers")
    server.stop()
    await _at(page, "write", look=True)
    note = await _write(page)
    await _at(page, "close", look=True)
    await tablet.kill()
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    await be(page)
    await tap_due(page, f'[data-due="{note}/result"]')
    await _at(page, "on", look=True)
    await page.locator("#drill-go").click()
    await expect(page.locator("#drill-problem")).to_contain_text("does not answer yet")
    server.start()
    await _at(page, "over", look=True)
    await expect(page.locator("#drill-title")).to_contain_text("captured, survived a restart and delivered")
    seen = page.locator("#drill-seen [data-seen]")
    for number, moment in enumerate(SEEN):
        await expect(seen.nth(number)).to_have_attribute("data-seen", moment)
    await expect(seen).to_have_count(len(SEEN))
    await send_now(page)
    await all_sent(page)
    _assert_filed(server, note)
    count(BROWSER_KILLED, 1, 0)
    desk = await (await desk_context(office, complaints)).new_page()
    await sign_in(desk, server, "chidi")
    await desk.goto(f"{server.origin}/drills")
    await expect(desk.locator("main")).to_contain_text("1 of 1 tablet has shown lately")
    await expect(desk.locator("tbody tr")).to_contain_text("Passed")
    assert await accessibility_faults(desk) == []
    assert await faults_narrow(desk, "/drills", targets=False) == []
    await _picture(desk, "desk")
    await desk.locator("tbody th a").click()
    await expect(desk.locator("#drills")).to_be_visible()
    await _picture(desk, "tablet-page")


async def test_a_page_loaded_anew_is_no_restart_and_a_drill_that_is_stopped_is_filed(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page)
    await _begin(page)
    server.stop()
    await _at(page, "write")
    note = await _write(page)
    await _at(page, "close")
    await page.reload()
    await unlock(page)
    await _at(page, "close")
    await page.locator("#drill-stop").click()
    await _at(page, "over")
    await expect(page.locator("#drill-title")).to_have_text("The app was not closed")
    await _picture(page, "broken-off")
    server.start()
    await send_now(page)
    await all_sent(page)
    (filed,) = server.rows(
        "SELECT body FROM entry JOIN record_current USING (record) WHERE form = 'wifi_drill_result'"
    )
    body = msgspec.json.decode(filed["body"])
    assert (body["answers"]["outcome"], body["answers"]["what"]) == ("stopped", "close")
    assert body["spawned_by"] == f"{note}/result"
    assert server.rows("SELECT 1 FROM due_item WHERE id = ? AND outcome = 'done'", f"{note}/result")


def _assert_filed(server: RunningServer, note: str) -> None:
    """Both records are there, of the forms as published, without a fault; the second says what became of the first."""
    rows = server.rows(
        """
        SELECT v.form, v.record, v.errors_count, entry.body, entry.sha256, entry.signatures FROM record_current v
        JOIN entry ON entry.seq = v.seq WHERE v.form LIKE 'wifi_drill%' ORDER BY v.form
        """
    )
    assert [row["form"] for row in rows] == ["wifi_drill", "wifi_drill_result"]
    assert [row["errors_count"] for row in rows] == [0, 0]
    assert (
        server.rows("SELECT 1 FROM finding JOIN record_current USING (seq) WHERE form LIKE 'wifi_drill%'")
        == []
    )
    assert [len(json.loads(row["signatures"])) for row in rows] == [1, 1]
    first, second = (msgspec.json.decode(row["body"]) for row in rows)
    for body in (first, second):
        assert body["form_hash"] == load_catalogue().current(body["form"]).hash
    said = second["answers"]
    assert (rows[0]["record"], first["answers"]["words"]) == (note, WORDS)
    assert said["digest"] == rows[0]["sha256"]
    assert said["boot_before"] == first["clock"]["boot"]
    assert said["boot_after"] == second["clock"]["boot"] != first["clock"]["boot"]
    assert said["outcome"] == "passed"
    assert server.rows("SELECT 1 FROM bearing") == []


async def _begin(page: Page, *, look: bool = False) -> None:
    await go(page, "/tablet/this-tablet")
    await page.locator("#to-drill").click()
    await _at(page, "begin", look=look)
    await page.locator("#drill-go").click()
    await _at(page, "off", look=look)


async def _write(page: Page) -> str:
    """Write the note and save it; its id."""
    await page.locator("#drill-go").click()
    await expect(page.locator("#actions-picker")).to_be_hidden()
    await page.locator('[data-question="words"] textarea').fill(WORDS)
    note = page.url.split("/form/")[1]
    await _picture(page, "form")
    await page.locator("#check").click()
    await page.locator("#save").click()
    return note


async def _at(page: Page, step: str, *, look: bool = False) -> None:
    """Wait until the drill is at a step; `look` whether everybody can read and hit it."""
    await expect(page.locator(f'[data-screen="drill"][data-step="{step}"]')).to_be_visible()
    if not look:
        return
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        assert await accessibility_faults(page) == [], (step, scheme)
        await _picture(page, f"{step}-{scheme}")
    await page.emulate_media(color_scheme="light")
    assert await faults_narrow_and_large(page, step) == []


async def _picture(page: Page, name: str) -> None:
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)
