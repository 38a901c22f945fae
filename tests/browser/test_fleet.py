"""The desk's pages of staff and tablets: accessible, whole at 320 px, and a PIN or code that is shown once.

SIGHTLINE_PICTURES=folder keeps a picture of each, to be looked at.
"""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, Page, expect

from observation_forms import load_catalogue
from server.identity.instants import at
from tests.browser.chromium import TABLET_SIZE, Complaints, accessibility_faults, desk_context
from tests.browser.narrow import faults_narrow
from tests.browser.steps import sign_in
from tests.fire.nursery import QuickServer
from tests.server.staffing import act, added
from tests.server.world import PASSWORD, World, enrolment, take_out
from tests.sync.bodies import FakeTablet, batch

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
PICTURES = os.environ.get("SIGHTLINE_PICTURES", "")
OPEN = "() => { for (const part of document.querySelectorAll('details')) part.open = true }"
GOOD = '{"keep":"kept","used":14,"free":41200,"skew":0,"people":4,"drafts":1,"witness":212}'
BAD = '{"keep":"may be cleared","used":14,"free":120,"skew":-840,"people":2,"drafts":3,"witness":180}'


def arrange(folder: Path) -> tuple[Path, dict[str, str]]:
    """A fleet in every state, and staff of every kind."""
    with World(folder) as world:
        # The browser's server shows the real time: everything here happened before now
        world.clock.instant = datetime.now(UTC) - timedelta(days=3)
        made = {}
        tablets = {}
        for name, unit in (("Oak", "alder-1"), ("Elm", "alder-1"), ("Ash", "alder-2"), ("Fir", "alder-2")):
            tablets[name] = world.tablet(unit, name)
            made[name] = str(tablets[name].get("/tablet/identity").json()["tablet"]["id"])
        fake = FakeTablet(load_catalogue(), made["Ash"])
        sealed = [fake.seal(service="alder", unit="alder-2", author="ben") for _ in range(5)]
        said = {"sightline-app": "older", "sightline-health": BAD, "content-type": "application/json"}
        waiting = {"sightline-waiting": "4", "sightline-oldest": at(world.clock(), minutes=-80)}
        for body in (sealed[0], sealed[4]):
            tablets["Ash"].post("/sync/records", content=batch([body]), headers=said)
        tablets["Elm"].get("/sync/changes", headers={**said, **waiting})
        tablets["Fir"].get("/sync/changes", headers={**said, "sightline-waiting": "2"})
        with world.signed_in("chidi") as chidi:
            take_out(chidi, made["Fir"], "lost")
            chidi.post(f"/tablets/{made['Elm']}/replacement", data={"new_name": "Elm 2"})
            code = world.make_code("alder-1", "Elm 3")
            with world.sql() as sql:
                sql.execute("UPDATE enrolment_code SET replaces = ? WHERE name = 'Elm 3'", (made["Elm"],))
            world.client().post("/tablet/enrolment", json=enrolment(code))
            made["jo"] = added(chidi, "Jo Bell", place="alder/alder-1")
            made["kit"] = added(chidi, "Kit Marsh", email="kit@example.test", role="shift_manager")
            act(chidi, f"/{made['jo']}/first-pin")
            act(chidi, f"/{made['kit']}/first-password")
            act(chidi, "/ben/leaving")
        world.clock.move(days=3)
        tablets["Oak"].get("/sync/changes", headers={**said, "sightline-health": GOOD})
    return world.settings.database, made


async def faults_of(page: Page, path: str, name: str, size: str) -> list[str]:
    """What of a page would keep somebody out, in light and dark, wide and narrow; and its pictures."""
    faults = []
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        faults += [f"{path}, {scheme}: {one}" for one in await accessibility_faults(page)]
        if PICTURES:
            await page.screenshot(path=f"{PICTURES}/{name}-{size}-{scheme}.png", full_page=True)
    await page.emulate_media(color_scheme="light")
    return faults + (await faults_narrow(page, path, targets=False) if size == "desktop" else [])


@pytest.mark.parametrize("size", ["desktop", "tablet"])
async def test_the_pages_of_staff_and_tablets_are_for_everyone(
    size: str, tmp_path: Path, office: Browser, complaints: Complaints
) -> None:
    database, made = arrange(tmp_path)
    server = QuickServer(database)
    server.start()
    try:
        viewport = {"viewport": TABLET_SIZE if size == "tablet" else {"width": 1440, "height": 900}}
        context = await desk_context(office, complaints, **viewport)
        page = await context.new_page()
        await sign_in(page, server, "chidi")
        faults = []
        for name, path in (
            ("tablets", "/tablets"),
            ("tablet-good", f"/tablets/{made['Oak']}"),
            ("tablet-gap", f"/tablets/{made['Ash']}"),
            ("tablet-replaced", f"/tablets/{made['Elm']}"),
            ("tablet-lost", f"/tablets/{made['Fir']}"),
            ("staff", "/staff"),
            ("staff-left", "/staff?show=left"),
            ("staff-one", f"/staff/{made['jo']}"),
            ("staff-above", "/staff/dana"),
            ("first-password", "/sign-in/first"),
        ):
            await page.goto(f"{server.origin}{path}")
            await expect(page.locator("main h1").first).to_be_visible()
            await page.evaluate(OPEN)
            faults += await faults_of(page, path, name, size)
        assert not faults, "\n".join(faults)
    finally:
        server.kill()


async def test_a_pin_and_a_code_are_shown_once_and_large(
    tmp_path: Path, office: Browser, complaints: Complaints
) -> None:
    complaints.expected += ("422 (Unprocessable Entity)",)
    database, made = arrange(tmp_path)
    server = QuickServer(database)
    server.start()
    try:
        context = await desk_context(office, complaints, viewport=TABLET_SIZE)
        page = await context.new_page()
        await sign_in(page, server, "chidi")
        await page.goto(f"{server.origin}/staff/{made['jo']}")
        await page.get_by_text("Make a first PIN", exact=True).first.click()
        await page.locator("#password-pin").fill("not my password")
        await page.get_by_role("button", name="Make a first PIN").click()
        await expect(page.locator("#password-error")).to_be_visible()
        faults = await faults_of(page, "a wrong password", "staff-wrong", "tablet")
        await page.locator("#password").fill(PASSWORD)
        await page.get_by_role("button", name="Make a first PIN").click()
        shown = page.locator(".enrolment-code")
        await expect(shown).to_be_visible()
        assert len(await shown.inner_text()) == 6
        faults += await faults_of(page, "a first PIN", "staff-pin", "tablet")
        await page.goto(f"{server.origin}/tablets")
        await page.locator("#name").fill("Yew")
        await page.locator("#unit").select_option("alder-1")
        await page.get_by_role("button", name="Make a code").click()
        await expect(page.locator("svg.qr")).to_be_visible()
        faults += await faults_of(page, "a code", "tablet-code", "tablet")
        assert not faults, "\n".join(faults)
    finally:
        server.kill()
