"""The desk's pages of retention, exports and what is told about data: accessible, whole at 320 px, and used once.

SIGHTLINE_PICTURES=folder keeps a picture of each, to be looked at.
"""

import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from observation_forms import load_catalogue
from server.about.reading import read_pages
from server.identity import organisation
from tests.browser.chromium import TABLET_SIZE, Complaints, accessibility_faults, desk_context
from tests.browser.narrow import faults_narrow
from tests.browser.steps import sign_in
from tests.browser.test_review_pages import SCHEMES
from tests.fire.nursery import QuickServer
from tests.server.evidence.floor import Floor, make_action
from tests.server.retention.years import hold
from tests.server.world import PASSWORD, World

PICTURES = os.environ.get("SIGHTLINE_PICTURES", "")
LONG_AGO = {"happened_at": "2015-03-01T10:00:00Z", "recorded_at": "2015-03-01T10:05:00Z"}
SIZES = {"tablet": TABLET_SIZE, "desktop": {"width": 1440, "height": 900}}


def arrange(folder: Path) -> Path:
    """A house with records of somebody who left long ago, some of them under a legal hold."""
    with World(folder) as world, world.signed_in("chidi") as chidi:
        floor = Floor(world, load_catalogue())
        make_action(chidi)
        for person in ("alder-1-a", "alder-2-a"):
            for _ in range(3):
                floor.record(chosen={"person_supported": person, "staff_observed": []}, **LONG_AGO)
        floor.record(chosen={"staff_observed": []}, **LONG_AGO)
        with world.sql() as sql:
            for person in ("alder-1-a", "alder-2-a"):
                organisation.remove_person(sql, person, datetime(2016, 5, 1, tzinfo=UTC))
        hold(chidi, "person/alder-2-a/alder")
        hold(chidi, "window/alder/alder", first="2026-01-01", last="2026-02-01")
    return world.settings.database


@pytest.mark.parametrize("size", SIZES)
async def test_the_pages_of_data_protection_are_for_everyone(
    size: str, tmp_path: Path, office: Browser, complaints: Complaints
) -> None:
    server = QuickServer(arrange(tmp_path))
    server.start()
    try:
        page = await (await desk_context(office, complaints, viewport=SIZES[size])).new_page()
        await sign_in(page, server, "chidi")
        faults = []
        paths = [
            "/retention",
            "/subject-access",
            "/full-export/evidence",
            "/about",
            "/about/hazards",
            "/about/licences",
            *(f"/about/{address}" for address in read_pages()),
        ]
        for path in paths:
            await page.goto(f"{server.origin}{path}")
            await expect(page.locator("main h1").first).to_be_visible()
            # What is folded away must be fit to be seen as well
            await page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true })")
            for scheme in SCHEMES:
                await page.emulate_media(color_scheme=scheme)
                faults += [f"{path}, {scheme}: {one}" for one in await accessibility_faults(page)]
            await page.emulate_media(color_scheme="light")
            if size == "desktop":
                faults += await faults_narrow(page, path, targets=False)
            if PICTURES:
                name = path.strip("/").replace("/", "-")
                await page.screenshot(path=f"{PICTURES}/{size}-{name}.png", full_page=True)
        assert faults == []
    finally:
        server.kill()


async def test_a_manager_destroys_what_has_ended_and_takes_out_what_somebody_asks_for(
    tmp_path: Path, office: Browser, complaints: Complaints
) -> None:
    server = QuickServer(arrange(tmp_path))
    server.start()
    try:
        page = await (await desk_context(office, complaints)).new_page()
        await sign_in(page, server, "chidi")
        complaints.expected += ("422 (Unprocessable Entity)",)
        await page.goto(f"{server.origin}/retention")
        panel = page.locator("#person")
        await expect(panel.get_by_text("Kept by a hold")).to_have_count(3)
        await panel.get_by_text("Decide about these").click()
        await panel.get_by_label("All 6 under this rule").check()
        await panel.get_by_label("Destroy. This cannot be undone").check()
        await panel.get_by_label("Why").fill("Eight years have gone by since.")
        await panel.get_by_label("Your password").fill("not the right one")
        await panel.get_by_role("button", name="Do this").click()
        await expect(page.get_by_role("alert")).to_contain_text("That is not your password")
        await page.locator("#person-password").fill(PASSWORD)
        await page.locator("#person").get_by_role("button", name="Do this").click()
        status = page.locator(".note[role=status]")
        await expect(status).to_contain_text("3 destroyed.")
        await expect(status).to_contain_text("3 not destroyed: a legal hold keeps them.")
        (gone,) = server.rows("SELECT record FROM destroyed LIMIT 1")
        await page.goto(f"{server.origin}/evidence/{gone['record']}")
        await expect(page.locator("main")).to_contain_text("by Chidi Okafor")
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/destroyed.png", full_page=True)

        await page.goto(f"{server.origin}/subject-access")
        await page.get_by_label("Whom it is for").select_option("person/alder-2-a")
        await page.get_by_label("Your password").fill(PASSWORD)
        async with page.expect_download() as started:
            await page.get_by_role("button", name="Take the file").click()
        papers = await (await started.value).path()
        with zipfile.ZipFile(papers) as file:
            assert sorted(file.namelist()) == [
                "CHECK-BEFORE-GIVING-OUT.txt",
                "about-you.html",
                "about-you.json",
            ]
    finally:
        server.kill()
