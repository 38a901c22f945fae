"""Every kind of question that holds others, names others or is worked out, in a real browser on a small form."""

import asyncio
import json
import time
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.async_api import Locator, Page, expect

from server.form_fragments import fragment
from tests.browser.chromium import Complaints, TabletBrowser, accessibility_faults
from tests.browser.conftest import ACTION
from tests.browser.narrow import faults_narrow_and_large
from tests.browser.running import RunningServer
from tests.browser.steps import accept, be, enrol, go
from tests.browser.store import stored
from tests.fire.nursery import Nursery, QuickServer
from tests.pwa.kinds_form import checkout_with_kinds, kinds_form

NAMED = ("id", "name", "for", "aria-labelledby", "aria-describedby")
NAMES_HERE = """names => [...document.querySelectorAll("#fragment form *")]
  .filter((each) => !each.closest("[data-rows] *, [data-listed], fieldset[data-list] .choices *"))
  .map((each) => names.map((name) => each.getAttribute(name)))"""


class _Names(HTMLParser):
    """The names and ids of every element, in order; rows yet to be made are left out."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[list[str | None]] = []
        self.in_template = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.in_template and tag != "form":
            self.found.append([dict(attrs).get(name) for name in NAMED])
        self.in_template = self.in_template or tag == "template"

    def handle_endtag(self, tag: str) -> None:
        self.in_template = self.in_template and tag != "template"


@pytest.fixture(scope="module")
def nursery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Starts a server whose library has the form with every kind in it."""
    nursery = Nursery(checkout_with_kinds(tmp_path_factory.mktemp("checkout")))
    yield nursery
    nursery.close()


@pytest.fixture
def server(house: Path, nursery: Nursery) -> Iterator[RunningServer]:
    running = QuickServer(house, nursery=nursery)
    running.start()
    yield running
    running.kill()


async def opened(tablet: TabletBrowser, server: RunningServer) -> Page:
    """The form, open on a tablet that Amina uses."""
    page = await tablet.start()
    await enrol(page, server)
    await be(page)
    await page.locator("#form-search").fill("Every kind")
    await page.locator('[data-form="T1"]').first.click()
    await expect(page.locator("form.observation")).to_be_visible()
    return page


def held(page: Page, key: str) -> Locator:
    return page.locator(f'#fragment [data-question="{key}"]')


async def add_person(page: Page, row: str, person: str) -> None:
    await held(page, "changed").locator("[data-add]").click()
    await held(page, f"changed.{row}.person").locator("select").select_option(person)


async def early_in_a_minute() -> None:
    """Two quick times are given to the minute: between the taps no minute may end."""
    if (second := time.time() % 60) > 40:
        await asyncio.sleep(60.5 - second)


async def saved_answers(page: Page) -> dict[str, object]:
    """What was sealed, as the tablet stored it."""
    body: str = (await stored(page, "record"))[-1]["body"]
    answers: dict[str, object] = json.loads(body)["answers"]
    return answers


async def test_a_record_with_every_kind_is_saved_and_read_back(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await opened(tablet, server)
    await add_person(page, "1", "alder-1-a")
    await held(page, "changed.1.signs").locator("label").nth(0).click()
    await early_in_a_minute()
    await held(page, "changed.1.noticed_at").locator('[data-quick="-60"]').click()
    await held(page, "changed.1.told_at").locator('[data-quick="0"]').click()
    await expect(held(page, "changed.1.took").locator("output")).to_have_text("1 h")
    await expect(held(page, "changed.1.in_time").locator("output")).to_have_text("In time")
    await held(page, "changed.1.recorded").locator('label:has([value="met"])').click()
    await held(page, "late.meals").locator('[data-step="1"]').click()
    await held(page, "late").get_by_role("button", name="0 for the rest").click()
    await expect(held(page, "late").locator("[data-zero]")).to_be_hidden()
    await held(page, "message").locator("select").select_option("none_due")
    await held(page, "linked").locator("select").select_option(ACTION)
    await held(page, f"controls.{ACTION}.in_place").locator('label:has([value="met"])').click()
    await held(page, "safe").locator('label:has([value="yes"])').click()
    await held(page, "accepts").locator("select").select_option("ben")
    await held(page, "accepts").get_by_label("I am Ben Carter. I accept").check(force=True)
    await page.locator("#check").click()
    await expect(page.locator("#errors [data-finding]")).to_have_count(0)
    await page.locator("#save").click()
    await accept(page)
    await expect(page.locator("#saved-heading")).to_contain_text("Saved on this tablet")
    answers = await saved_answers(page)
    assert answers["changed"] == ["1"]
    assert (answers["changed.1.took"], answers["changed.1.in_time"]) == (60, "in_time")
    assert answers["changed.1.checks"] == 2
    assert [answers[f"late.{item}"] for item in ("meals", "medicines", "bells")] == [1, 0, 0]
    assert (answers["controls"], answers["accepts"]) == ([ACTION], "ben")

    made = page.url.split("/saved/")[1]
    await go(page, f"/tablet/sent/{made}")
    answered = page.locator("#answers")
    await expect(answered).to_contain_text("Resident 1: AB, 1")
    await expect(answered).to_contain_text("1 h")
    await expect(answered).to_contain_text("Check the chart before giving medicines")


async def test_rows_come_and_go_and_come_back(server: RunningServer, tablet: TabletBrowser) -> None:
    page = await opened(tablet, server)
    changed = held(page, "changed")
    none = changed.locator("label:has([data-none])")
    await none.click()
    await changed.locator("[data-add]").click()
    await expect(held(page, "changed.1.person").locator("select")).to_be_focused()
    await expect(none).to_be_hidden()
    await expect(changed.locator("[data-said]")).to_have_text("Resident 1 added.")
    await held(page, "changed.1.person").locator("select").select_option("alder-1-a")
    await add_person(page, "2", "alder-2-a")
    await held(page, "changed.2.checks").locator("input").fill("7")
    titles = changed.locator(".repeat-title")
    await expect(titles).to_have_text(["Resident 1: AB, 1", "Resident 2: AB, 2"])

    await changed.get_by_role("button", name="Remove Resident 2: AB, 2").click()
    await expect(titles).to_have_text(["Resident 1: AB, 1"])
    undo = changed.get_by_role("button", name="Undo: put back Resident 2: AB, 2")
    await expect(undo).to_be_focused()
    await undo.click()
    await expect(titles).to_have_text(["Resident 1: AB, 1", "Resident 2: AB, 2"])
    await expect(held(page, "changed.2.checks").locator("input")).to_have_value("7")
    await expect(held(page, "changed.2.person").locator("select")).to_be_focused()

    await changed.locator("[data-remove]").first.click()
    await expect(titles).to_have_text(["Resident 1: AB, 2"])
    await held(page, "changed.2.checks").locator("input").fill("8")
    await expect(changed.locator("[data-undo]")).to_be_hidden()
    await changed.locator("[data-add]").click()
    await expect(held(page, "changed.3.person").locator("select")).to_have_value("")
    for _ in range(3):
        await changed.locator("[data-add]").click()
    await expect(changed.locator("[data-add]")).to_be_hidden()
    await expect(titles).to_have_count(5)


async def test_a_draft_is_taken_up_with_its_rows(server: RunningServer, tablet: TabletBrowser) -> None:
    page = await opened(tablet, server)
    await add_person(page, "1", "alder-1-a")
    await held(page, "changed.1.signs").locator("label").nth(1).click()
    await held(page, "late.bells").locator("input").fill("3")
    await held(page, "accepts").locator("select").select_option("ben")
    await page.locator("#park").click()
    await page.locator("#parked [data-draft]").click()
    await expect(page.locator(".repeat-title").first).to_have_text("Resident 1: AB, 1")
    await expect(held(page, "changed.1.signs").locator("input").nth(1)).to_be_checked()
    await expect(held(page, "late.bells").locator("input")).to_have_value("3")
    # A name without the tap that accepts is no answer
    await expect(held(page, "accepts").locator("select")).to_have_value("")


async def test_the_second_person_is_another_and_accepts_with_a_tap_of_their_own(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await opened(tablet, server)
    accepts = held(page, "accepts")
    await expect(accepts.locator('option[value="amina"]')).to_have_count(0)
    await expect(accepts.locator("[data-accept]")).to_be_disabled()
    await accepts.locator("select").select_option("ben")
    await accepts.get_by_label("I am Ben Carter. I accept").check(force=True)
    await accepts.locator("select").select_option("chidi")
    await expect(accepts.locator("[data-accept]")).not_to_be_checked()


async def test_chance_names_nobody_twice(server: RunningServer, tablet: TabletBrowser) -> None:
    page = await opened(tablet, server)
    rows = [held(page, f"changed.{row}.person") for row in ("1", "2")]
    for row in rows:
        await held(page, "changed").locator("[data-add]").click()
        await row.locator("[data-random]").click()
        await expect(row.locator("select")).not_to_have_value("")
    chosen = [await row.locator("select").input_value() for row in rows]
    assert len(set(chosen)) == 2
    assert "communal" not in chosen


async def test_something_unsafe_is_said_at_its_question(server: RunningServer, tablet: TabletBrowser) -> None:
    page = await opened(tablet, server)
    await add_person(page, "1", "alder-1-a")
    breathing = held(page, "changed.1.signs").locator('label:has([value="breathing"])')
    await breathing.click()
    await expect(held(page, "changed.1.signs").get_by_role("alert")).to_contain_text("tell someone by voice")
    await expect(held(page, "changed.1.call_now")).to_contain_text("Stay with the resident.")
    await breathing.click()
    await expect(held(page, "changed.1.signs").get_by_role("alert")).to_have_count(0)
    await expect(held(page, "changed.1.call_now")).to_be_hidden()


async def test_what_is_wrong_in_a_row_is_jumped_to(server: RunningServer, tablet: TabletBrowser) -> None:
    page = await opened(tablet, server)
    await add_person(page, "1", "alder-1-a")
    await page.locator("#check").click()
    await page.locator('[data-finding="changed.1.told_at"]').click()
    field = held(page, "changed.1.told_at").locator("input")
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    error = await field.get_attribute("aria-describedby")
    await expect(page.locator(f'[id="{error}"]')).to_have_text("Answer this question to go on.")
    # A repeat with a row in it is answered; what is missing is said in the row
    await expect(held(page, "changed").locator(":scope > fieldset > .question-error")).to_have_count(0)


async def test_a_list_says_how_old_it_is_and_when_nothing_is_on_it(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await opened(tablet, server)
    await expect(held(page, "linked").locator("[data-age]")).to_contain_text("List from")
    await expect(held(page, "message").locator("[data-age]")).to_contain_text("Nothing is on this list now.")
    await expect(held(page, "controls").locator(".repeat-title")).to_have_text(
        "Control 1: Check the chart before giving medicines"
    )
    await expect(held(page, "controls").locator("[data-add], [data-remove]")).to_have_count(0)


async def test_the_names_and_ids_a_fragment_travels_without_are_given_it_again(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await opened(tablet, server)
    names = _Names()
    names.feed(fragment(kinds_form().definition).decode())
    assert await page.evaluate(NAMES_HERE, NAMED) == names.found


async def test_every_kind_is_accessible_and_fits_a_narrow_screen_and_large_text(
    server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    page = await opened(tablet, server)
    await add_person(page, "1", "alder-1-a")
    await held(page, "changed.1.signs").locator('label:has([value="breathing"])').click()
    await held(page, "safe").locator('label:has([value="mostly"])').click()
    await held(page, "changed").locator("[data-add]").click()
    await held(page, "changed").locator("[data-remove]").last.click()
    faults = []
    for scheme in ("light", "dark"):
        await page.emulate_media(color_scheme=scheme)
        faults += [f"{scheme}: {fault}" for fault in await accessibility_faults(page)]
    faults += await faults_narrow_and_large(page, "every kind")
    assert faults == []


async def test_rows_are_filled_by_keyboard_alone(server: RunningServer, tablet: TabletBrowser) -> None:
    page = await opened(tablet, server)
    await held(page, "changed").locator("[data-add]").focus()
    await page.keyboard.press("Enter")
    await expect(held(page, "changed.1.person").locator("select")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await expect(held(page, "changed.1.signs").locator("input").first).to_be_checked()
    await held(page, "late.meals").locator("input").focus()
    await page.keyboard.type("2")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    await expect(held(page, "late.meals").locator("input")).to_have_value("3")
    await held(page, "changed").locator("[data-remove]").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await expect(page.locator(".repeat-title").first).to_contain_text("Resident 1: ")
