"""A house for browser tests: a provider with an open action, the real server, a tablet, an office desk."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Playwright, async_playwright, expect

from server.evidence import action_store
from server.evidence.actions import ActionFields, Target
from server.evidence.times import write_instant
from tests.browser.chromium import FLAGS, PATIENCE, Complaints, TabletBrowser, chromium_path
from tests.browser.running import RunningServer
from tests.fire.nursery import QuickServer
from tests.server.world import World

expect.set_options(timeout=PATIENCE * 1000)

ACTION = "0192f000-0000-7000-8000-000000000001"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here that asks for a browser: `pytest -m "not browser"` leaves it out."""
    for item in items:
        if "playwright" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A database with the cast's provider and one open action about medicines."""
    world = World(tmp_path)
    with world.sql() as sql:
        action_store.create(
            sql, ACTION, "alder", medicines_action(), "chidi", write_instant(datetime.now(UTC))
        )
    return world.settings.database


@pytest.fixture
def server(house: Path) -> Iterator[RunningServer]:
    """The real server, running on that database."""
    running = QuickServer(house)
    running.start()
    yield running
    running.close()


@pytest.fixture
async def playwright() -> AsyncIterator[Playwright]:
    """Playwright's driver, for this test."""
    async with async_playwright() as driver:
        yield driver


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Whatever a page complains of in its console fails the test."""
    complaints = Complaints()
    yield complaints
    assert complaints.heard == []


@pytest.fixture
async def tablet(
    playwright: Playwright, tmp_path: Path, complaints: Complaints
) -> AsyncIterator[TabletBrowser]:
    """A tablet's browser, not yet started."""
    browser = TabletBrowser(playwright, tmp_path / "profile", complaints)
    yield browser
    await browser.close()


@pytest.fixture
async def office(playwright: Playwright) -> AsyncIterator[Browser]:
    """The office computer's browser; make a context of it with `desk_context`."""
    browser = await playwright.chromium.launch(
        executable_path=chromium_path(), args=FLAGS, timeout=PATIENCE * 1000
    )
    yield browser
    await browser.close()


def medicines_action() -> ActionFields:
    """An action that a medicines round can speak to."""
    today = date.today()
    return ActionFields(
        title="Check the chart before giving medicines",
        themes=("MD",),
        tags=("qs/2023/S8",),
        unit="",
        source="audit",
        baseline="In October, night staff at Alder House gave 9 of 40 doses without opening the chart first.",
        baseline_numerator=31,
        baseline_denominator=40,
        baseline_period="October",
        expected="Staff open the chart and check it before every dose, on every shift.",
        targets=(
            Target(
                measure="",
                variant="",
                how="Doses seen with the chart checked first",
                comparator="at_least",
                hundredths=9500,
                unit="percent",
                start=(today - timedelta(days=30)).isoformat(),
                end=(today + timedelta(days=60)).isoformat(),
            ),
        ),
        risk="medium",
        owner="ben",
        review_route="Monthly quality meeting",
        deadline=(today + timedelta(days=60)).isoformat(),
        evidence_kinds=("observation",),
        changed_on="",
        changed_what="",
        learning="",
    )
