"""After a working day nothing personal stands in clear on the tablet's disk: every file of the profile is read."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Page, expect

from observation_forms import load_catalogue
from server.evidence import action_store
from server.evidence.times import write_instant
from server.identity import organisation
from server.identity.permissions import Role
from server.identity.pins import set_pin
from tests.browser.chromium import PATIENCE, TabletBrowser
from tests.browser.conftest import ACTION, medicines_action
from tests.browser.feeding import INCIDENT, from_now, give, put_on_feed
from tests.browser.filling import fill_form
from tests.browser.profile_scan import LEAVE_IN_CLEAR, found_in_page, found_on_disk
from tests.browser.running import RunningServer
from tests.browser.steps import (
    all_sent,
    be,
    check_and_save,
    enrolled,
    example_answers,
    lock,
    open_form,
    practice_observation,
    unlock,
)
from tests.server.world import HASHED_PIN, PIN, START, World

ZEBULON, OTTOLINE, PEREGRINE, PERSON = (f"0192f000-0000-7000-8000-0000000000a{n}" for n in range(4))
STAFF = {
    ZEBULON: ("Zebulon Quartermain", Role.FLOOR),
    OTTOLINE: ("Ottoline Vexworth", Role.SHIFT_MANAGER),
    PEREGRINE: ("Peregrine Snodgrass", Role.FLOOR),
}
# Names, initials, a place, what was noted, the title of an action, whom to call
WORDS = (
    "Zebulon", "Quartermain", "Ottoline", "Vexworth", "Peregrine", "Snodgrass", "Q.Z.X.J.", "Nook 7788",
    "xanthippe", "marmalade", "foxglove", "quagmire", "wyvern", "periwinkle", "hollyhock",
    "Umbrella Stand", "0163296077441",
)  # fmt: skip
# A word put into every store in clear: a scan that cannot find it would prove nothing
CONTROL = "Mandragora"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A house where everybody has an opaque id and a name that stands nowhere else."""
    world = World(tmp_path)
    with world.sql() as sql:
        for id, (name, role) in STAFF.items():
            organisation.add_staff(sql, id, name, f"{id}@example.test")
            set_pin(sql, id, HASHED_PIN, START - timedelta(days=30))
            organisation.give_role(sql, id, role, "alder", START - timedelta(days=30))
        organisation.add_person(sql, PERSON, "alder-1", "Q.Z.X.J.", "Nook 7788")
        fields = msgspec.structs.replace(
            medicines_action(), title="Check the wyvern before giving medicines", owner=OTTOLINE
        )
        action_store.create(sql, ACTION, "alder", fields, "chidi", write_instant(datetime.now(UTC)))
    return world.settings.database


async def test_nothing_personal_stands_in_clear_on_the_disk_after_a_working_day(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    put_on_feed(
        server, "on_call", "o1", {"name": "Umbrella Stand", "role": "", "phone": "0163296077441", "hours": ""}
    )
    page = await enrolled(tablet, server)
    for staff in (OTTOLINE, PEREGRINE, ZEBULON):
        await be(page, staff)
        await lock(page)
    await be(page, ZEBULON)
    await expect(page.locator("#actions, #action-list, main")).to_contain_text("wyvern")

    await record_what_was_seen(page)
    await open_form(page, "F10")
    await give(page, "incident_record", {**INCIDENT, "person": PERSON, "facts": "Slipped on the marmalade."})
    await page.locator("#park").click()
    await lock(page)

    await be(page, PEREGRINE)
    server.stop()
    await hand_over_the_shift(page)
    await open_form(page, "F10")
    await give(
        page, "incident_record", {**INCIDENT, "person": PERSON, "done_now": "Moved the quagmire away."}
    )
    await page.keyboard.type("")
    await tablet.kill()

    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    server.start()
    await unlock(page, ZEBULON, "111999")
    await expect(page.locator("#pin-problem")).to_be_visible()
    await page.reload()
    await be(page, ZEBULON)
    await page.goto(f"{server.origin}/tablet/sent")
    await unlock(page, ZEBULON)
    await page.locator('[data-screen="sent"] li a').first.click()
    await give_reasons(page)
    await lock(page)
    await all_sent(page)

    await page.evaluate(LEAVE_IN_CLEAR, CONTROL)
    assert set(await found_in_page(page, [CONTROL])) == {CONTROL}
    assert await found_in_page(page, WORDS) == {}
    await stands_on_disk(tablet.profile, CONTROL)
    await tablet.kill()
    assert found_on_disk(tablet.profile, [*WORDS, f'"{PIN}"']) == {}


async def record_what_was_seen(page: Page) -> None:
    """F1 about one person and one colleague, with a note, and what it says about an action."""
    await open_form(page)
    changed: dict[str, Any] = {
        "staff_observed": [PEREGRINE],
        "person_supported": PERSON,
        "went_well": "Xanthippe first, always.",
    }
    await fill_form(page, practice_observation(), example_answers("evening_care_all_met", **changed))
    await check_and_save(page)
    await page.goto(page.url.split("/tablet/")[0] + "/tablet/")
    await unlock(page, ZEBULON)


async def hand_over_the_shift(page: Page) -> None:
    """F2, accepted by Ottoline with her PIN."""
    form = load_catalogue().current("handover_check")
    answers = dict(next(each for each in form.examples if each.id == "quiet_night").answers)
    del answers["shift"]
    more = {
        "happened_at": from_now(-9),
        "ended_at": from_now(-1),
        "accepted_by": OTTOLINE,
        "good_or_weak": "The foxglove was named twice.",
    }
    await open_form(page, "F2")
    await fill_form(page, form.definition, {**answers, **more})
    await check_and_save(page)
    await page.locator("#saved-home").click()


async def give_reasons(page: Page) -> None:
    """A record is withdrawn with a reason, after a reason for correcting it was typed and left."""
    await page.locator("#begin-correction").click()
    await page.locator("#correction-reason").fill("The periwinkle was somebody else's.")
    await page.locator("#begin-withdrawing").click()
    await page.locator("#withdraw-reason").fill("The hollyhock was somebody else's.")
    await page.locator("#withdraw-now").click()
    await expect(page.locator("#announcement")).to_contain_text("Withdrawn")


async def stands_on_disk(profile: Path, control: str) -> None:
    """The browser has written what it wrote last, in a database and in a cache."""
    until = time.monotonic() + PATIENCE
    while True:
        files = found_on_disk(profile, [control]).get(control, set())
        if all(any(place in file for file in files) for place in ("IndexedDB", "Cache")):
            return
        assert time.monotonic() < until, files
        await asyncio.sleep(0.5)
