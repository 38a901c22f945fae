"""One sheet for each sampled record, all of one audit: the tablet carries on from sample to sample."""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.chromium import TabletBrowser
from tests.browser.feeding import give
from tests.browser.running import RunningServer
from tests.browser.steps import all_sent, be, check_and_save, enrolled, send_now
from tests.browser.test_due import bodies

AUDIT: dict[str, Any] = {
    "audit_scope": "Family contact notes",
    "period_from": "2026-06-01",
    "period_to": "2026-06-14",
    "how_sampled": "random",
    "planned": 2,
}
SHEET: dict[str, Any] = {
    "record_date": "2026-06-05",
    "accurate": "met",
    "written_in_time": "met",
    "signed": "met",
    "consistent": "met",
    "person": "alder-1-a",
    "update_due": "yes",
    "contact_recorded": "met",
    "contact_in_time": "met",
    "contact_complete": "met",
    "matches_complaint": "no",
    "action_needed": "no",
}


async def test_the_next_sample_is_of_the_same_audit_and_carries_what_stays_the_same(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await enrolled(tablet, server)
    await be(page, "amina")
    await page.locator('[data-fold="checks"]').click()
    await page.locator('[data-form="F7-CM"]').click()
    await give(page, "sample_contact", {**AUDIT, "record_reference": "FC 51", **SHEET})
    await check_and_save(page)
    await expect(page.locator("#next-sample")).to_have_text("Next sample (2 of 2)")
    await page.locator("#next-sample").click()
    await expect(held(page, "audit_scope")).to_have_value("Family contact notes")
    await expect(held(page, "planned")).to_have_value("2")
    await expect(held(page, "record_reference")).to_have_value("")
    await give(page, "sample_contact", {"record_reference": "FC 52", **SHEET})
    await check_and_save(page)
    await expect(page.locator("#samples-done")).to_have_text("All 2 samples of this audit are saved.")
    await expect(page.locator("#next-sample")).to_be_hidden()
    await send_now(page)
    await all_sent(page)
    first, second = bodies(server, "sample_contact")
    assert first["audit"] == second["audit"] != ""
    assert [each["answers"]["record_reference"] for each in (first, second)] == ["FC 51", "FC 52"]


def held(page: Page, question: str) -> Any:
    """The text field of one question."""
    return page.locator(f'[data-question="{question}"]').locator("input, textarea").first
