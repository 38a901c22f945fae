"""A narrow screen and large text: nothing is cut off, nothing scrolls sideways, everything to tap is 48 px high."""

from playwright.async_api import Browser, expect

from tests.browser.chromium import TABLET_SIZE, Complaints, TabletBrowser, desk_context
from tests.browser.conftest import ACTION
from tests.browser.filling import fill_form
from tests.browser.narrow import faults_narrow, faults_narrow_and_large
from tests.browser.running import RunningServer
from tests.browser.steps import (
    all_sent,
    be,
    enrol,
    example_answers,
    go,
    link_action,
    open_form,
    practice_observation,
    record,
    sign_in,
    start_again,
)

# Held fast: the loop that sends goes on, and would say each second what is really so
ALL_NOTICES = """() => {
    const live = Alpine.store("live");
    const shown = {
        away: true, signIn: true, revoked: true, attention: 2, updateReady: true, installOffered: true,
        place: "ipad_tab",
        wiped: "This tablet (Oak) lost its local store. Last heard Sat 28 Mar, 14:05; 3 records were expected. " +
            "Tell a manager. The managers can see this.",
        full: true, low: true,
    };
    Object.assign(live, shown);
    for (const [name, value] of Object.entries(shown)) {
        Object.defineProperty(live, name, { get: () => value, set() {}, configurable: true });
    }
}"""


async def test_every_screen_of_the_tablet_fits_a_narrow_screen_and_large_text(
    server: RunningServer, tablet: TabletBrowser
) -> None:
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    await expect(page.locator('[data-screen="enrol"]')).to_be_visible()
    faults = await faults_narrow_and_large(page, "enrol")
    await enrol(page, server)
    faults += await faults_narrow_and_large(page, "who")
    await page.locator('[data-staff="amina"]').click()
    await page.locator("#forgotten summary").click()
    faults += await faults_narrow_and_large(page, "who, PIN")
    await page.locator("#who-back").click()
    await be(page, "amina")
    await page.evaluate("Alpine.store('live').lockingIn = 17")
    faults += await faults_narrow_and_large(page, "home, about to lock")
    await page.evaluate("Alpine.store('live').lockingIn = 0")
    faults += await faults_narrow_and_large(page, "home")

    await open_form(page)
    await link_action(page, ACTION)
    faults += await faults_narrow_and_large(page, "form, empty")
    await page.locator("#check").click()
    await expect(page.locator("#errors [data-finding]").first).to_be_visible()
    faults += await faults_narrow_and_large(page, "check, with errors")
    await page.locator("#errors [data-finding]").first.click()
    await expect(page.locator("form.observation")).to_be_visible()
    faults += await faults_narrow_and_large(page, "form, with errors")
    await page.locator("#park").click()
    await expect(page.locator("#parked [data-draft]")).to_be_visible()
    faults += await faults_narrow_and_large(page, "home, with a parked draft")
    await page.locator("#parked [data-draft]").click()
    await fill_form(page, practice_observation(), example_answers("medicines_round_not_met"))
    await expect(page.locator(".concern-line")).to_be_visible()
    await page.get_by_role("button", name="Throw this draft away").click()
    faults += await faults_narrow_and_large(page, "form, filled, with a concern")
    await page.locator("#check").click()
    await expect(page.locator("#save")).to_be_visible()
    faults += await faults_narrow_and_large(page, "check, sound")
    server.kill()
    await page.locator("#save").click()
    await expect(page.locator("#saved-heading")).to_contain_text("Saved on this tablet")
    faults += await faults_narrow_and_large(page, "saved")
    made = page.url.split("/saved/")[1]
    for path, screen in (
        ("outbox", "outbox"),
        ("sent", "sent"),
        ("actions", "actions"),
        ("people", "people"),
        ("this-tablet", "tablet"),
        ("drill", "drill"),
        ("pin", "pin"),
        ("form/00000000-0000-7000-8000-000000000000", "form"),
        ("form/00000000-0000-7000-8000-000000000000/check", "check"),
        (f"sent/{made}", "sealed"),
    ):
        await go(page, f"/tablet/{path}")
        await expect(page.locator(f'[data-screen="{screen}"] h1').first).to_be_visible()
        faults += await faults_narrow_and_large(page, path)
    await page.locator("#begin-correction").click()
    faults += await faults_narrow_and_large(page, "sealed, correcting")
    await start_again(page)
    # After the first try to send, which says afresh what is so
    await expect(page.locator("#notice-away")).to_be_visible()
    await page.evaluate(ALL_NOTICES)
    for notice in ("away", "sign-in", "revoked", "attention", "wiped", "ipad", "install", "update"):
        await expect(page.locator(f"#notice-{notice}")).to_be_visible()
    faults += await faults_narrow_and_large(page, "home, with every notice")
    assert faults == []


async def test_every_page_of_the_desk_fits_a_narrow_screen(
    server: RunningServer, tablet: TabletBrowser, office: Browser, complaints: Complaints
) -> None:
    floor = await tablet.start()
    await enrol(floor, server)
    await be(floor, "amina")
    made = await record(floor, "medicines_round_not_met", ACTION)
    await all_sent(floor)
    await tablet.close()

    page = await (await desk_context(office, complaints)).new_page()
    await page.goto(f"{server.origin}/sign-in")
    faults = await faults_narrow(page, "/sign-in", targets=False)
    await sign_in(page, server, "chidi")
    for path in (
        "/evidence",
        "/evidence?result=met&text=hoist",
        f"/evidence/{made}",
        "/actions",
        "/actions/new",
        f"/actions/{ACTION}",
        f"/actions/{ACTION}/edit",
        "/tablets",
        "/drills",
        "/packs",
        "/held",
        "/due",
        "/coverage",
        "/today",
        "/staffing",
        "/digest",
        "/me/notices",
        "/views",
        "/views/units/alder-1",
        f"/views/timeline/{made}",
        "/saved-filters",
        "/saved-filters/new?address=/evidence",
        "/logs",
        "/logs/family-contact",
        "/logs/practice-observation",
        "/logs/practice-monitoring?paper=yes",
        "/records",
        "/reviews",
        "/summaries",
        "/measures",
        "/staffing/shift?service=alder&unit=alder-1&day=2026-11-02&shift=day",
        "/concerns",
        "/cases",
        "/cases/new",
        "/complaints",
        "/complaints/new",
        "/learning",
        "/lists",
        "/lists/new/control",
        "/chart-notes",
        "/settings",
        "/settings/history",
        "/settings/follow_up_days",
        f"/actions/{ACTION}/targets",
        "/logs/template-changes",
        "/form/handover_check/2",
        "/settings/handover_times",
    ):
        await page.goto(f"{server.origin}{path}")
        await expect(page.locator("main h1")).to_be_visible()
        faults += await faults_narrow(page, path, targets=False)
    assert faults == []


async def test_the_settings_on_a_tablet_break_no_word_for_want_of_width(
    server: RunningServer, office: Browser, complaints: Complaints
) -> None:
    page = await (await desk_context(office, complaints, viewport=TABLET_SIZE)).new_page()
    await sign_in(page, server, "chidi")
    await page.goto(f"{server.origin}/settings")
    narrow = await page.locator(".settings-table td").evaluate_all(
        "all => all.map(cell => cell.clientWidth / cell.parentElement.clientWidth).filter(part => part < 0.4)"
    )
    assert narrow == []
