"""The first visit of a browser: little to fetch, in few requests, and then everything is there without a network."""

import asyncio
import time
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Page, Response, Route, expect

from tests.browser.chromium import PATIENCE, Complaints, TabletBrowser
from tests.browser.running import RunningServer
from tests.browser.steps import INSTALLED

BUDGET = 150_000
REQUESTS = 20
# What the worker is fetched by, and what it fetches; Playwright may tell of it after it is at work
OF_THE_WORKER = ("/tablet/service-worker.js", "/pwa/pack/")
BEFORE_THE_WORKER = {"theme", "boot", "registration", "trust"}


async def first_visit(tablet: TabletBrowser, server: RunningServer) -> tuple[Page, list[Response]]:
    """The page of a browser that never was here, and every answer that it and its worker had from the server."""
    page = await tablet.start()
    # The look that an open app takes every twenty seconds is no part of a visit, however slow the machine
    await page.add_init_script("globalThis.setInterval = () => 0")
    answers: list[Response] = []
    page.context.on("response", lambda answer: answers.append(answer))
    await page.goto(f"{server.origin}/tablet/")
    await expect(page.locator('[data-screen="enrol"]')).to_be_visible()
    await page.evaluate(INSTALLED)
    end, told = time.monotonic() + PATIENCE, -1
    while told != len(answers) or not all(
        any(part in each.url for each in answers) for part in OF_THE_WORKER
    ):
        assert time.monotonic() < end, [each.url for each in answers]
        told = len(answers)
        await asyncio.sleep(0.5)
    return page, [answer for answer in answers if not answer.from_service_worker]


async def weights(answers: list[Response]) -> dict[str, int]:
    """The bytes of each address as they travelled; pictures of the icon are left out."""
    sizes: dict[str, int] = {}
    for answer in answers:
        headers = await answer.all_headers()
        address = urlsplit(answer.url).path
        # What the worker asks about a second time is answered 304, which has no length
        length = headers.get("content-length", "0" if address in sizes or answer.status == 204 else "unknown")
        sizes[address] = sizes.get(address, 0) + int(length)
    # Pictures of the icon are the device's, which takes what it likes of them when it can install the app
    return {address: size for address, size in sizes.items() if not address.endswith(".png")}


async def test_a_first_visit_fits_the_budget_in_few_requests_and_opens_offline_from_then_on(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page, answers = await first_visit(tablet, server)
    sizes = await weights(answers)
    weight = sum(sizes.values())
    print(f"the first visit in Chromium: {weight} bytes in {len(answers)} requests")
    assert weight <= BUDGET, sizes
    assert len(answers) <= REQUESTS
    modules = {address for address in sizes if address.endswith("js") and address.startswith("/pwa")}
    assert modules == {f"/pwa/js/{name}.mjs" for name in BEFORE_THE_WORKER}
    assert "/tablet/service-worker.js" in sizes
    server.kill()
    await page.goto(f"{server.origin}/tablet/this-tablet")
    await expect(page.locator('[data-screen="tablet"]')).to_be_visible()


@pytest.mark.parametrize("lost", ["pwa/pack/*", "tablet/service-worker.js"])
async def test_a_first_visit_works_without_the_pack_and_without_a_worker(
    lost: str, server: RunningServer, tablet: TabletBrowser, complaints: Complaints
) -> None:
    complaints.expected += ("500 (Internal Server Error)", "A bad HTTP response code (500)")
    page = await tablet.start()
    await page.context.route(f"**/{lost}", out_of_order)
    await page.goto(f"{server.origin}/tablet/")
    await expect(page.locator('[data-screen="enrol"]')).to_be_visible()
    await expect(page.locator("#starting")).to_be_hidden()
    if "pack" in lost:
        await page.evaluate(INSTALLED)
        server.kill()
        await page.goto(f"{server.origin}/tablet/this-tablet")
        await expect(page.locator('[data-screen="tablet"]')).to_be_visible()


async def out_of_order(route: Route) -> None:
    await route.fulfill(status=500, body="out of order")
