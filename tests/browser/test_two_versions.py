"""Two versions of a form live side by side: what was begun on version 1 ends on it, and new forms open on version 2.

The server starts from a checkout whose library knows only the first versions; the second ones come with a later start.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from observation_forms.publishing import retire
from tests.browser.chromium import Complaints, TabletBrowser, desk_context
from tests.browser.example_house import about, put_on_the_lists
from tests.browser.feeding import INCIDENT, give, pull
from tests.browser.filling import answer, fill_form
from tests.browser.running import CHECKOUT, RunningServer, copy_checkout, deploy
from tests.browser.steps import (
    all_sent,
    be,
    check_and_save,
    enrolled,
    go,
    open_form,
    send_now,
    sign_in,
    start_again,
)
from tests.browser.test_due import bodies
from tests.browser.test_every_form import assert_received
from tests.browser.test_updates import LOOK
from tests.browser.versions import (
    LIBRARY,
    SECOND,
    Case,
    asks_as,
    findings,
    halves,
    older_checkout,
    shows_version_1,
    two_versions,
)
from tests.server.world import World

CASES = [
    pytest.param(two_versions("practice_observation", "evening_care_all_met", "went_well"), id="F1"),
    pytest.param(two_versions("handover_check", "two_changed", "good_or_weak"), id="F2"),
]


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A checkout from before the second versions were published."""
    return older_checkout(tmp_path / "older")


@pytest.fixture
def house(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A database whose tablets know whom and what the example names."""
    world = World(tmp_path)
    if "case" in request.fixturenames:
        case: Case = request.getfixturevalue("case")
        with world.sql() as sql:
            put_on_the_lists(sql, case.old, [case.example])
    return world.settings.database


@pytest.fixture
def server(house: Path, older: Path) -> Iterator[RunningServer]:
    """The server of the day before: version 1 is the newest."""
    running = RunningServer(house)
    running.checkout = older
    running.start()
    yield running
    running.kill()


@pytest.mark.parametrize("case", CASES)
async def test_a_draft_of_version_1_is_sealed_on_it_after_version_2_came_and_new_forms_open_on_2(
    case: Case, server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.stop()
    await as_in_the_example(page, case)
    first, rest = halves(case)
    await open_form(page, case.code)
    await link(page, case)
    await fill_form(page, case.old.definition, first)
    await page.locator("#park").click()
    await expect(page.locator("#parked [data-draft]")).to_have_count(1)

    await publish_second(page, server)
    await take_the_new_build(page)
    server.stop()
    await as_in_the_example(page, case)
    await page.locator("#parked [data-draft]").click()
    await expect(page.locator("form.observation")).to_be_visible()
    await asks_as(page, case.old, case.only_new)
    await fill_form(page, case.old.definition, rest)
    await check_and_save(page)
    made = page.url.split("/saved/")[1].split("/")[0]

    server.start()
    await send(page)
    assert_received(server, case.old, case.example, made)
    assert findings(server, made) == []
    await go(page, "/tablet/")
    await open_form(page, case.code)
    await asks_as(page, case.new, set())
    for question in case.only_new:
        await expect(page.locator(f'#fragment [data-question="{question}"]')).to_have_count(1)


@pytest.mark.parametrize("case", CASES)
async def test_a_record_of_version_1_is_shown_and_corrected_by_its_own_questions(
    case: Case, server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    made = await seal_by_the_example(page, case)
    await send(page)
    await publish_second(page, server)
    await take_the_new_build(page)

    await as_in_the_example(page, case)
    await go(page, f"/tablet/sent/{made}/1")
    await shows_version_1(page, "#answers", case)
    await page.locator("#begin-correction").click()
    await page.locator("#correction-reason").fill("I left out a word")
    await page.locator("#start-correction").click()
    await expect(page.locator("form.observation")).to_be_visible()
    await asks_as(page, case.old, case.only_new)
    await page.locator(f'[name="{case.text}"]').fill("She chose the green towel herself.")
    await sign_again(page, case)
    await check_and_save(page)
    await send(page)
    told = bodies(server, case.old.definition.form)
    assert [(body["version"], body["form_hash"]) for body in told] == [(1, case.old.hash), (2, case.old.hash)]
    assert [row["standing"] for row in server.rows("SELECT standing FROM entry")] == ["stored", "stored"]
    assert findings(server, made) == []

    desk = await (await desk_context(office, complaints)).new_page()
    await sign_in(desk, server, "dana")
    await desk.goto(f"{server.origin}/evidence/{made}")
    await expect(desk.locator(".above-title")).to_contain_text(f"{case.code} version 1")
    await expect(desk.locator("main")).to_contain_text("She chose the green towel herself.")
    await shows_version_1(desk, ".answers", case)


@pytest.mark.parametrize("case", CASES)
async def test_a_tablet_that_was_away_all_the_time_sends_version_1_and_then_learns_of_2(
    case: Case, server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.stop()
    made = await seal_by_the_example(page, case)
    deploy(server, CHECKOUT)
    await send(page)
    assert_received(server, case.old, case.example, made)
    assert findings(server, made) == []
    # Still the old build: nobody has said yes to the new one
    await pull(page)
    await expect(page.locator("#notice-update")).to_be_visible()
    await open_form(page, case.code)
    await asks_as(page, case.new, set())


async def test_a_retired_form_is_offered_no_more_and_a_draft_of_it_is_finished_and_sent(
    server: RunningServer, tablet: TabletBrowser, tmp_path: Path
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.stop()
    await open_form(page, "F10")
    begun = dict(list(INCIDENT.items())[:4])
    await give(page, "incident_record", begun)
    await page.locator("#park").click()
    await expect(page.locator("#parked [data-draft]")).to_have_count(1)

    later = copy_checkout(tmp_path / "later")
    retire("incident_record", "2026-11-01", later / LIBRARY)
    deploy(server, later)
    await pull(page)
    await expect(page.locator('#start [data-form="F4"]')).to_be_attached()
    await expect(page.locator('#start [data-form="F10"]')).to_have_count(0)
    await take_the_new_build(page)
    await expect(page.locator('#start [data-form="F4"]')).to_be_attached()
    await expect(page.locator('#start [data-form="F10"]')).to_have_count(0)
    await page.locator("#parked [data-draft]").click()
    await give(page, "incident_record", {key: INCIDENT[key] for key in INCIDENT if key not in begun})
    await check_and_save(page)
    await send(page)
    (body,) = bodies(server, "incident_record")
    assert body["answers"].items() >= INCIDENT.items()
    assert [row["standing"] for row in server.rows("SELECT standing FROM entry")] == ["stored"]
    # The form's own word about this incident, as ever
    assert findings(server, body["record"]) == ["tell_a_senior_now"]


async def as_in_the_example(page: Page, case: Case) -> None:
    """Home, with the tablet's clock at the moment the example was sealed."""
    await page.clock.set_fixed_time(case.example.recorded_at)
    await start_again(page)


async def link(page: Page, case: Case) -> None:
    """Tick the actions of the example."""
    for theme in case.example.themes:
        await page.locator(f'input[name="linked-action"][value="{about(theme)}"]').check(force=True)


async def sign_again(page: Page, case: Case) -> None:
    """The second person signs what was put right, where the form has one."""
    for question in case.old.definition.questions():
        if question.kind == "signer":
            await answer(page, question, case.example.answers[question.id])


async def seal_by_the_example(page: Page, case: Case) -> str:
    """The whole example, by hand."""
    await as_in_the_example(page, case)
    await open_form(page, case.code)
    await link(page, case)
    await fill_form(page, case.old.definition, case.example.answers)
    await check_and_save(page)
    return page.url.split("/saved/")[1].split("/")[0]


async def send(page: Page) -> None:
    """Send all that waits, by the real clock."""
    await page.clock.set_system_time(datetime.now(UTC))
    await start_again(page)
    await send_now(page)
    await all_sent(page)


async def publish_second(page: Page, server: RunningServer) -> None:
    """The second versions are published, and the tablet hears of them."""
    told = server.rows("SELECT body FROM change WHERE kind = 'form' AND id IN (?, ?)", *SECOND)
    assert [json.loads(row["body"])["version"] for row in told] == [1, 1]
    deploy(server, CHECKOUT)
    await page.clock.set_system_time(datetime.now(UTC))
    await start_again(page)
    await pull(page)


async def take_the_new_build(page: Page) -> None:
    """Say yes to the new app, which begins locked."""
    await page.evaluate(LOOK)
    await page.locator("#accept-update").click()
    await expect(page.locator('[data-screen="who"]')).to_be_visible()
    await expect(page.locator("#notice-update")).to_be_hidden()
    await be(page)
