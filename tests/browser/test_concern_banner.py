"""A concern shows on every page a manager has open within five seconds, and goes when one of them acknowledges it."""

import sqlite3
from datetime import UTC, datetime, timedelta

import httpx
from playwright.async_api import Browser, expect

from observation_forms import load_catalogue
from server.evidence.times import write_instant
from tests.browser.chromium import Complaints
from tests.browser.running import RunningServer
from tests.browser.steps import CODE, sign_in
from tests.server.world import enrolment
from tests.sync.bodies import FakeTablet, batch

WITHIN = 5_000


def push_concern(server: RunningServer) -> None:
    """What a tablet sends when somebody marks something unsafe."""
    catalogue = load_catalogue()
    server.make_code(CODE, "Oak", "alder-1")
    with httpx.Client(base_url=server.origin, headers={"origin": server.origin}) as client:
        tablet = client.post("/tablet/enrolment", json=enrolment(CODE)).json()["tablet"]["id"]
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
    ben, chidi = await office.new_context(), await office.new_context()
    pages = []
    for context, name, addresses in (
        (ben, "ben", ("/evidence", "/due", "/lists")),
        (chidi, "chidi", ("/actions",)),
    ):
        complaints.listen(context)
        first = await context.new_page()
        await sign_in(first, server, name)
        await expect(first.locator(".navigation")).to_be_visible()
        for address in addresses:
            page = await context.new_page()
            await page.goto(f"{server.origin}{address}")
            pages.append(page)
    push_concern(server)
    for page in pages:
        await expect(page.locator(".concern-banner")).to_be_visible(timeout=WITHIN)
    await pages[0].locator(".concern-banner .button").click()
    await pages[0].locator("textarea[name=decision]").fill("Everyone is safe; the GP was rung.")
    await pages[0].get_by_role("button", name="Acknowledge as Ben Carter").click()
    for page in pages:
        await expect(page.locator(".concern-banner")).to_have_count(0, timeout=WITHIN)
    with sqlite3.connect(server.database) as sql:
        assert sql.execute("SELECT who FROM concern_acknowledged").fetchone() == ("ben",)


async def test_it_is_there_without_scripts(server: RunningServer, office: Browser) -> None:
    push_concern(server)
    page = await (await office.new_context(java_script_enabled=False)).new_page()
    await sign_in(page, server, "ben")
    await expect(page.locator(".concern-banner")).to_contain_text("1 immediate concern")
    await page.locator(".concern-banner .button").click()
    await page.locator("textarea[name=decision]").fill("Everyone is safe; the GP was rung.")
    await page.get_by_role("button", name="Acknowledge as Ben Carter").click()
    await expect(page.locator(".concern-banner")).to_have_count(0)
