"""A kill may cut a write in two. Chromium goes on behind such a half, and would delete the store two starts later."""

import struct
from pathlib import Path

from tests.browser.chromium import TabletBrowser
from tests.browser.conftest import ACTION
from tests.browser.running import RunningServer
from tests.browser.steps import all_sent, be, enrolled, go, kept, link_action, open_form, record, send_now
from tests.browser.store import stored


async def test_a_write_cut_in_two_by_a_kill_costs_nothing_two_starts_later(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    server.kill()
    made = await record(page, "evening_care_all_met")
    await tablet.kill()
    cut_write(tablet.profile)
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    await be(page, "amina")
    await open_form(page)
    await link_action(page, ACTION)
    await kept(page)
    await tablet.kill()
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    await be(page, "amina")
    assert [row["record"] for row in await stored(page, "record")] == [made]
    assert len(await stored(page, "draft")) == 1
    server.start()
    await go(page, "/tablet/outbox")
    await send_now(page)
    await all_sent(page)
    assert server.rows("SELECT record FROM record_current")[0]["record"] == made


def cut_write(profile: Path) -> None:
    """The head of a log record without its body, as it stands when the kill came between the two writes."""
    [log] = profile.glob("Default/IndexedDB/*.leveldb/*.log")
    checksum, length, whole = 0x5EED5EED, 3000, 1
    with log.open("ab") as file:
        file.write(struct.pack("<IHB", checksum, length, whole))
