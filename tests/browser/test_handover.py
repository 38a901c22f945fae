"""The handover gate: it opens with what the shift recorded, and says which tablets it has no sight of."""

from playwright.async_api import expect

from tests.browser.chromium import TabletBrowser, accessibility_faults
from tests.browser.feeding import INCIDENT, from_now, give, pull, put_on_feed
from tests.browser.running import RunningServer
from tests.browser.steps import be, check_and_save, enrolled, open_form
from tests.browser.test_tablet_faults import WAKE


async def test_it_opens_with_what_was_recorded_here_and_elsewhere_and_names_the_tablets_not_heard_from(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    put_on_feed(server, "recent", "elsewhere", elsewhere("elsewhere", "alder-2-a"))
    put_on_feed(
        server, "control", "control_hoist", {"title": "Hoist checked", "critical": 1, "recheck_by": ""}
    )
    page = await enrolled(tablet, server)
    await be(page, "amina")
    add_tablet(server, "elm", "Elm")
    await pull(page)
    await open_form(page, "F10")
    await give(page, "incident_record", INCIDENT)
    await check_and_save(page)
    await page.locator("#saved-home").click()

    await open_form(page, "F2")
    await expect(page.locator("#handover [data-recorded]")).to_have_count(2)
    await expect(page.locator("#handover [data-recorded=elsewhere]")).to_contain_text("from another tablet")
    await expect(page.locator("#handover [data-tablet=elm]")).to_contain_text("Never heard from")
    changed = page.locator('[data-question="changed"] select')
    assert sorted(await changed.evaluate_all("all => all.map(each => each.value)")) == [
        "alder-1-a",
        "alder-2-a",
    ]
    await expect(page.locator('[data-question="controls.control_hoist.control_holds"]')).to_be_visible()
    without = page.locator(
        '[data-question="without_sight_of"] textarea, [data-question="without_sight_of"] input'
    )
    await expect(without).to_have_value("Elm (never heard from)")
    assert await accessibility_faults(page) == []

    await page.locator("#park").click()
    server.kill()
    await page.locator("#parked [data-draft]").first.click()
    await page.evaluate(WAKE)
    await expect(page.locator("#notice-away")).to_be_visible()


def elsewhere(record: str, person: str) -> dict[str, object]:
    """A record another tablet sent a moment ago."""
    what = {
        "record": record,
        "version": 1,
        "form": "senior_oversight",
        "code": "F8",
        "title": "Senior oversight",
    }
    where = {"person": person, "unit": "alder-1", "tablet": "elm", "author": "ben", "shift": "day"}
    return {**what, **where, "happened_at": from_now(-1), "concern": 0}


def add_tablet(server: RunningServer, id: str, name: str) -> None:
    """Another tablet of the service, enrolled and never heard from since."""
    with server.sql() as connection:
        connection.execute(
            """INSERT INTO tablet (id, name, service, unit, token_hash, enrolled_at)
            SELECT ?, ?, service, unit, ?, enrolled_at FROM tablet LIMIT 1""",
            (id, name, id),
        )
