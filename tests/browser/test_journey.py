"""One practice observation, from an offline tablet to the manager's page, in a real browser."""

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chromium import Complaints, TabletBrowser, desk_context
from tests.browser.conftest import ACTION
from tests.browser.running import RunningServer
from tests.browser.steps import all_sent, be, enrolled, record, send_now, sign_in, start_again


@pytest.mark.parametrize("cut", ["network", "server"])
async def test_an_observation_made_offline_reaches_the_managers_page(
    cut: str, server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    if cut == "network":
        assert tablet.context is not None
        await tablet.context.set_offline(True)
    else:
        server.kill()
    made = await record(page, "medicines_round_not_met", ACTION)

    await tablet.kill()
    page = await tablet.start(offline=cut == "network")
    await page.goto(f"{server.origin}/tablet/outbox")
    await expect(page.locator(f'#outbox [data-record="{made}"]')).to_have_attribute("data-state", "waiting")
    await page.reload()
    await expect(page.locator(f'#outbox [data-record="{made}"]')).to_have_attribute("data-state", "waiting")
    await expect(page.locator("#outbox-status")).to_contain_text(
        "1 waiting. They will be sent after the first PIN."
    )

    if cut == "network":
        assert tablet.context is not None
        await tablet.context.set_offline(False)
    else:
        server.start()
    await start_again(page)
    await send_now(page)
    await all_sent(page)
    assert [row["record"] for row in server.rows("SELECT record FROM record_current")] == [made]

    desk = await (await desk_context(office, complaints)).new_page()
    await sign_in(desk, server, "ben")
    await desk.goto(f"{server.origin}/actions/{ACTION}")
    await expect(desk.locator(f'main a[href="/evidence/{made}"]').first).to_be_visible()
    await expect(desk.locator("main .mark-contradicts").first).to_be_visible()
