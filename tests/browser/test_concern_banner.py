"""A concern shows on every page a manager has open within five seconds, and goes when one of them acknowledges it."""

import time
from datetime import UTC, datetime, timedelta

import httpx
from playwright.async_api import Browser, expect

from observation_forms import load_catalogue
from server.evidence.times import write_instant
from tests.browser.chromium import PATIENCE, Complaints, desk_context
from tests.browser.running import RunningServer
from tests.browser.steps import sign_in
from tests.server.world import enrolment
from tests.sync.bodies import FakeTablet, batch

WITHIN = 5.0
# A machine that is busy with something else for seconds is no fault of the page: the best of so many tries counts
TRIES = 5


def push_concern(server: RunningServer, number: int = 0) -> None:
    """What a tablet sends when somebody marks something unsafe."""
    catalogue = load_catalogue()
    code = server.make_code(f"TEST-{number:04d}", f"Oak {number}", "alder-1")
    headers = {"origin": server.origin}
    with httpx.Client(base_url=server.origin, headers=headers, timeout=PATIENCE) as client:
        tablet = client.post("/tablet/enrolment", json=enrolment(code)).json()["tablet"]["id"]
        example = next(each for each in catalogue.current("immediate_concern").examples if not each.broken)
        at = write_instant(datetime.now(UTC) - timedelta(minutes=1))
        sealed = FakeTablet(catalogue, tablet, "alder").seal(
            form="immediate_concern", author="amina", unit="alder-1", happened_at=at, recorded_at=at,
            answers={**example.answers, "happened_at": at, "about_manager": "no"},
        )  # fmt: skip
        answer = client.post(
            "/sync/records", content=batch([sealed]), headers={"content-type": "application/json"}
        )
        assert answer.json()["receipts"][0]["status"] == "stored"


async def test_every_open_page_of_every_manager_shows_it_within_five_seconds(
    server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    ben, chidi = [await desk_context(office, complaints) for _ in range(2)]
    pages = []
    for context, name, addresses in (
        (ben, "ben", ("/evidence", "/due", "/lists")),
        (chidi, "chidi", ("/actions",)),
    ):
        first = await context.new_page()
        await sign_in(first, server, name)
        await expect(first.locator(".navigation")).to_be_visible()
        for address in addresses:
            page = await context.new_page()
            await page.goto(f"{server.origin}{address}")
            pages.append(page)
    seconds = []
    for number in range(TRIES):
        push_concern(server, number)
        begun = time.monotonic()
        for page in pages:
            await expect(page.locator(".concern-banner")).to_be_visible()
        shown = time.monotonic() - begun
        await pages[0].locator(".concern-banner .button").click()
        await pages[0].locator("textarea[name=decision]").fill("Everyone is safe; the GP was rung.")
        await pages[0].get_by_role("button", name="Acknowledge as Ben Carter").click()
        begun = time.monotonic()
        for page in pages:
            await expect(page.locator(".concern-banner")).to_have_count(0)
        seconds.append(max(shown, time.monotonic() - begun))
        if seconds[-1] < WITHIN:
            break
    print(f"shown and taken away within {min(seconds):.1f} s")
    assert min(seconds) < WITHIN, seconds
    assert {row["who"] for row in server.rows("SELECT who FROM concern_acknowledged")} == {"ben"}


async def test_it_is_there_without_scripts(server: RunningServer, office: Browser) -> None:
    push_concern(server)
    context = await desk_context(office, Complaints(), java_script_enabled=False)
    page = await context.new_page()
    await sign_in(page, server, "ben")
    await expect(page.locator(".concern-banner")).to_contain_text("1 immediate concern")
    await page.locator(".concern-banner .button").click()
    await page.locator("textarea[name=decision]").fill("Everyone is safe; the GP was rung.")
    await page.get_by_role("button", name="Acknowledge as Ben Carter").click()
    await expect(page.locator(".concern-banner")).to_have_count(0)
