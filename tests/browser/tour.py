"""The tour of README.md: how one action about safeguarding records (S4E1) goes from where it started to a decision.

The example loads twelve weeks of it. What comes after is done here, by the people whose task it is and on the pages
they have for it: a morning's screen on a tablet without a network, the manager's decision the same day, the proposal
to close the action, the sample, and the refusal, because its window still runs and a concern is open.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, Page, ViewportSize, expect

from observation_forms import load_catalogue
from server import demo
from server.example.improvement import action_id
from tests.browser.chromium import TABLET_SIZE
from tests.browser.filling import fill_form
from tests.browser.running import RunningServer
from tests.browser.steps import (
    NOTHING_WAITS,
    check_and_save,
    open_form,
    tick_conditions,
    type_pin,
    until,
)
from tests.browser.taking import desk_of, take

ACTION = action_id("S4E1")
UNIT = "harbour-quay"
DESK: ViewportSize = {"width": 1080, "height": 760}
CODE = "TOUR-CODE"


async def take_tour(browser: Browser, server: RunningServer) -> None:
    """Take the eight pictures, in the order of the story."""
    lena = await desk_of(browser, server, "lena", DESK)
    await _acknowledge(lena, server)
    await _baseline(lena, server)
    await _morning_screen(browser, server)
    await _tracker(lena, server)
    await _same_day(lena, server)
    await _figure(lena, server)
    await _nights(lena, server)
    await _proposal(lena, server)
    await _sample(await desk_of(browser, server, "rosa", DESK), server)
    await _decision(await desk_of(browser, server, "dana", DESK), server)


async def _acknowledge(page: Page, server: RunningServer) -> None:
    """Concerns come before everything else, on every page."""
    await page.goto(f"{server.origin}/concerns")
    while await page.locator('[name="decision"]').count():
        await page.locator('[name="decision"]').first.fill(
            "Seen on the floor, made safe, the family told by me."
        )
        await page.get_by_role("button", name="Acknowledge as").first.click()
        await expect(page.locator("main h1")).to_be_visible()


async def _baseline(page: Page, server: RunningServer) -> None:
    await page.goto(f"{server.origin}/actions/{ACTION}")
    await take(page, "tour-1-baseline", page.locator(".above-title"), 760)


async def _morning_screen(browser: Browser, server: RunningServer) -> None:
    context = await browser.new_context(viewport=TABLET_SIZE, has_touch=True, locale="en-GB")
    page = await context.new_page()
    server.make_code(CODE, "Juniper", UNIT)
    await page.goto(f"{server.origin}/tablet/")
    await page.locator("#enrol-code").fill(CODE)
    await tick_conditions(page)
    await page.locator("#enrol-send").click()
    await page.locator("[data-staff]", has_text="Noor").click()
    await type_pin(page, demo.PIN)
    await expect(page.locator("#due [data-due]").first).to_be_visible()
    await context.set_offline(True)
    await open_form(page, "F9")
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    answers = {
        "notes_of": "unit",
        "notes_from": _written(now - timedelta(hours=24)),
        "notes_to": _written(now - timedelta(minutes=30)),
        "all_read": "yes",
        "found": ["1"],
        "found.1.found_person": "harbour-quay-1",
        "found.1.entry_reference": "Note of last evening, 21:40",
        "found.1.found_kind": "unexplained_injury",
        "found.1.wording_clear": "no",
        "found.1.timeline_clear": "no",
        "found.1.step_taken": "yes",
        "found.1.step_what": "Asked him and the night staff. He says he knocked the door. Skin chart begun.",
        "found.1.decision": "tell_now",
        "found.1.manager_told_at": _written(now - timedelta(minutes=5)),
    }
    await fill_form(page, load_catalogue().current("safeguarding_screen").definition, answers)
    await page.evaluate("document.activeElement.blur()")
    await page.locator('[data-question="found.1.entry_reference"]').evaluate("one => one.scrollIntoView()")
    await page.evaluate("scrollBy(0, -90)")
    await take(page, "tour-2-floor")
    await check_and_save(page)
    await context.set_offline(False)
    await until(page, NOTHING_WAITS)
    await context.close()


def _written(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


async def _tracker(page: Page, server: RunningServer) -> None:
    await page.goto(f"{server.origin}/logs/safeguarding-screen?unit={UNIT}")
    # As wide as its columns
    await page.set_viewport_size({"width": 1360, "height": 900})
    await take(page, "tour-3-tracker", page.locator(".list-head"), 900)
    await page.set_viewport_size(DESK)


async def _same_day(page: Page, server: RunningServer) -> None:
    """The manager opens a case from the record, writes what is known, what keeps the person safe, and decides."""
    await page.locator(".log-when a").first.click()
    await page.get_by_role("link", name="Open a case from it").click()
    opened = {
        "kind": "safeguarding",
        "title": "A bruise whose cause was not written down",
        "recognised_by": "Team leader, at the morning screen",
        "how": "floor",
        "pattern": "isolated",
        "affected": "Quay House, the evening and the night before.",
    }
    await _fill(page, opened)
    await page.get_by_role("button", name="Open the case").click()
    await _act(
        page,
        "fact",
        fact="A bruise on the left forearm at 07:40.",
        source="The skin chart, two carers saw it",
    )
    await _act(page, "assumption", assumption="He knocked it on the bathroom door.")
    control = "Two carers at evening care, and the skin looked at each time"
    await _act(
        page,
        "control",
        control=control,
        briefed_to="Late and night shift",
        recheck_by=_in_days(2),
        critical="no",
    )
    reason = (
        "No cause is known and the note says no time, so it is looked into before anybody explains it away."
    )
    await _act(page, "decided", decision="protect", rationale=reason)
    await take(page, "tour-4-same-day", page.locator(".above-title"), 1330)


async def _figure(page: Page, server: RunningServer) -> None:
    await page.goto(f"{server.origin}/actions/{ACTION}")
    await take(page, "tour-5-figure", page.get_by_role("heading", name="What the measures come to"), 950)


async def _nights(page: Page, server: RunningServer) -> None:
    await page.goto(f"{server.origin}/coverage?unit={UNIT}")
    await take(page, "tour-6-nights", page.get_by_role("heading", name="Where and when"), 335)


async def _proposal(page: Page, server: RunningServer) -> None:
    """Rules that fail do not stop a proposal: they stop the closing."""
    await page.goto(f"{server.origin}/actions/{ACTION}/closure")
    await _fill(
        page,
        {
            "note": "Daily notes are read each morning, and the manager decides the same day and writes why.",
            "reason": "Every record sampled since the middle of October was whole, and audits and observations agree.",
            "checker": "marta",
        },
    )
    await page.get_by_role("button", name="Propose closing it").click()
    await expect(page.get_by_role("heading", name="Where it stands: proposed")).to_be_visible()
    await take(page, "tour-7-ten-rules", page.locator(".above-title"), 1400)


async def _sample(page: Page, server: RunningServer) -> None:
    """The quality lead draws by chance and opens what was drawn."""
    await page.goto(f"{server.origin}/actions/{ACTION}/closure")
    await page.get_by_role("button", name="Draw the sample").click()
    drawn = page.locator(".closure-drawn")
    await expect(drawn.first).to_be_visible()
    for place in range(1, await drawn.count() + 1):
        await page.locator(f'[name="agrees_{place}"][value="yes"]').check()
        await page.locator(f'[name="seen_{place}"]').fill("The record says what the tracker says of it.")
    await page.locator('[name="reason"]').fill("All that was drawn agrees. None of it is of a night.")
    await page.get_by_role("button", name="Keep what you found").click()


async def _decision(page: Page, server: RunningServer) -> None:
    """The nominated individual refuses, and says what is checked before anybody proposes it again."""
    await page.goto(f"{server.origin}/actions/{ACTION}/closure")
    await page.locator('[name="outcome"][value="refuse"]').check()
    await page.locator('[name="reason"]').fill(
        "The window has not ended, a safeguarding warning waits for an answer, and nobody has watched a night."
    )
    await page.locator('[name="further_checks"]').fill(
        "Watch practice on two nights at Quay House\n"
        "Answer the warning that the same concern came again\n"
        "Look at the figure again when its window has ended"
    )
    await page.get_by_role("button", name="Decide").click()
    await expect(page.locator("#road")).to_be_visible()
    await page.locator("details[open] summary").evaluate_all("all => all.forEach(one => one.click())")
    await take(page, "tour-8-decision", page.locator("#step"), 860)


async def _fill(page: Page, typed: Mapping[str, str]) -> None:
    """Give each field by its name, a choice or words."""
    for name, value in typed.items():
        field = page.locator(f'main [name="{name}"]')
        if await field.evaluate("one => one.tagName") == "SELECT":
            await field.select_option(value)
        else:
            await field.fill(value)


async def _act(page: Page, what: str, /, **typed: str) -> None:
    """Do one thing on the page of a case."""
    await page.locator(f"#{what} summary").click()
    await _fill(page, {f"{what}-{name}": value for name, value in typed.items()})
    await page.locator(f"#{what} button").click()
    await expect(page.locator("#errors")).to_have_count(0)


def _in_days(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()
