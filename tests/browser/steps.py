"""What people do: enrol a tablet, say who they are, answer a form, save it; sign in at the desk."""

import asyncio
import re
import time
from datetime import date, timedelta
from typing import Any

from playwright.async_api import Page, expect

from observation_forms import Definition, load_catalogue
from tests.browser.chromium import PATIENCE, TOUCH, TabletBrowser
from tests.browser.filling import fill_form
from tests.browser.running import RunningServer
from tests.server.world import PASSWORD, PIN

CODE = "BRWS-TEST"
INSTALLED = """() => Promise.race([
    navigator.serviceWorker.ready.then(() => 1),
    new Promise((_, fail) => setTimeout(() => fail(new Error("no service worker")), 120000)),
])"""
AT_REST = "() => !Alpine.store('live').busy"
# Asked of the store: what a list or the bar shows was true when it was read, and a list shows nothing until it was
WAITING = """async () => {
    const asked = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const database = await asked(indexedDB.open("sightline"));
    try {
        return await asked(database.transaction("record").objectStore("record").index("waiting").count());
    } finally {
        database.close();
    }
}"""
NOTHING_WAITS = f"async () => await ({WAITING})() === 0"
COUNTED = f"async () => await ({WAITING})() === Alpine.store('live').waiting"
SILENCED = "() => { Alpine.store('live').announcement = '' }"
# DESIGN 3.2: killing the browser costs at most the last quarter second. What counts is the page's own quarter second,
# and beside it the time that this machine needs now for what a tablet does to write: read, encrypt, write for good.
WRITTEN = """async () => {
    await new Promise((done) => setTimeout(done, 250));
    const asked = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const database = await asked(indexedDB.open("sightline"));
    await asked(database.transaction(["draft", "record"]).objectStore("draft").getAll());
    const key = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    await crypto.subtle.encrypt({ name: "AES-GCM", iv: new Uint8Array(12) }, key, new Uint8Array(20000));
    const writing = database.transaction(["draft", "record"], "readwrite", { durability: "strict" });
    writing.objectStore("draft").delete("0");
    await new Promise((resolve, reject) => { writing.oncomplete = resolve; writing.onabort = reject; });
    database.close();
}"""


def practice_observation() -> Definition:
    """F1, as new forms open."""
    return load_catalogue().current("practice_observation").definition


def example_answers(example: str, **changed: Any) -> dict[str, Any]:
    """The answers of one of F1's worked examples, about people of the test's house, happening now."""
    examples = load_catalogue().current("practice_observation").examples
    answers = dict(next(each for each in examples if each.id == example).answers)
    for header in ("happened_at", "shift", "backdated_reason"):
        answers.pop(header, None)
    if "watch_again_by" in answers:
        answers["watch_again_by"] = (date.today() + timedelta(days=2)).isoformat()
    for learned in ("complaint", "incident"):
        if answers.get(learned, "not_listed") != "not_listed":
            answers |= {learned: "not_listed", "learning_reference": "Number 14, bathing time"}
    return answers | {"staff_observed": ["ben"], "person_supported": "alder-1-a"} | changed


async def enrolled(tablet: TabletBrowser, server: RunningServer) -> Page:
    """Enrol the tablet and close the app once, which makes Chromium put the cookie on the disk."""
    await enrol(await tablet.start(), server)
    await tablet.close()
    page = await tablet.start()
    await page.goto(f"{server.origin}/tablet/")
    return page


async def enrol(page: Page, server: RunningServer, name: str = "Oak", unit: str = "alder-1") -> None:
    """Make this browser a tablet of Alder House, and wait until the app can open without a network."""
    server.make_code(CODE, name, unit)
    await page.goto(f"{server.origin}/tablet/")
    await page.locator("#enrol-code").fill(CODE)
    await tick_conditions(page)
    await page.locator("#enrol-send").click()
    await expect(page.locator('[data-screen="who"]')).to_be_visible()
    await page.evaluate(INSTALLED)


async def tick_conditions(page: Page) -> None:
    """Say that the device is encrypted and locks its own screen."""
    await page.locator("#enrol-encrypted").check()
    await page.locator("#enrol-lock").check()


async def be(page: Page, staff: str = "amina") -> None:
    """Choose a name and type the PIN: the first time on this tablet with the network."""
    await unlock(page, staff)
    await expect(page.locator('[data-screen="home"]')).to_be_visible()


async def unlock(page: Page, staff: str = "amina", pin: str = PIN) -> None:
    """Choose a name and type a PIN. Where it leads is the caller's to look at."""
    tile = page.locator(f'#staff [data-staff="{staff}"]')
    await expect(page.locator("#staff [data-staff]").first).to_be_visible()
    if not await tile.is_visible():
        await page.locator("#who-first").click()
    await tile.click()
    await type_pin(page, pin)


async def type_pin(page: Page, pin: str) -> None:
    """Type the digits once the pad takes any: it takes none while it waits after a wrong one."""
    await expect(page.locator(".pad:not([data-off])")).to_be_visible()
    await page.keyboard.type(pin)


async def lock(page: Page) -> None:
    """Lock the tablet: whoever comes next chooses their name."""
    await page.locator("#person").click()
    await expect(page.locator('[data-screen="who"]')).to_be_visible()


async def open_form(page: Page, code: str = "F1") -> None:
    """Start a form from home, unfolding the part of the list that it stands in."""
    entry = page.locator(f'#start [data-form="{code}"]')
    await expect(entry).to_be_attached()
    if not await entry.is_visible():
        folded = page.locator(f'[data-form="{code}"]')
        await page.locator("#start details", has=folded).locator("summary").click()
    await entry.click()
    await expect(page.locator("form.observation")).to_be_visible()


async def link_action(page: Page, action: str) -> None:
    """Tick the action the record speaks to."""
    await page.locator(f'input[name="linked-action"][value="{action}"]').check(force=True)


async def check_and_save(page: Page) -> None:
    """Check the form, save it, and wait for the words that promise it is kept."""
    await page.locator("#check").click()
    await expect(page.locator("#save, #errors [data-finding]").filter(visible=True).first).to_be_visible()
    missing = await page.locator("#errors [data-finding]").all_inner_texts()
    assert missing == [], missing
    await page.locator("#save").click()
    await accept(page)
    await expect(page.locator("#saved-heading")).to_contain_text("Saved on this tablet")
    # The bar counts after it is saved: until then it may say that nothing waits
    await until(page, COUNTED)


async def accept(page: Page, pin: str = PIN) -> None:
    """The second person gives their PIN, if the form asks one to accept; without the network it is saved without."""
    asked = page.locator("#accept-pin")
    await expect(asked.or_(page.locator("#saved-heading")).first).to_be_visible()
    if not await asked.is_visible():
        return
    await type_pin(page, pin)
    without = page.locator("#save-without")
    await expect(without.or_(page.locator("#saved-heading")).first).to_be_visible()
    if await without.is_visible():
        await without.click()


async def record(page: Page, example: str, *actions: str, **changed: Any) -> str:
    """From home: record F1 by a worked example, and save it. Gives back the record's id."""
    await open_form(page)
    for action in actions:
        await link_action(page, action)
    await fill_form(page, practice_observation(), example_answers(example, **changed))
    await check_and_save(page)
    return page.url.split("/saved/")[1].split("/")[0]


async def go(page: Page, path: str) -> None:
    """Go to an address of the tablet's app as a link does it: the page stays, so nobody has to unlock it again."""
    await page.evaluate(TOUCH)
    await page.evaluate(
        "path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')) }", path
    )


async def until(page: Page, holds: str) -> None:
    """Wait until what a function of the page says is so."""
    end = time.monotonic() + PATIENCE
    while not await page.evaluate(holds):
        assert time.monotonic() < end, f"{holds} never came about"
        await asyncio.sleep(0.05)


async def kept(page: Page) -> None:
    """A quarter second goes by: what was typed before it is written down."""
    await page.evaluate(WRITTEN)


async def start_again(page: Page, staff: str = "amina") -> None:
    """Load the app anew, which locks it, and unlock it: home."""
    await page.goto(page.url.split("/tablet/")[0] + "/tablet/")
    await be(page, staff)


async def send_now(page: Page) -> None:
    """Go to the outbox and send."""
    await go(page, "/tablet/outbox")
    await tap_send(page)


async def tap_send(page: Page) -> None:
    """Tap "Send now". One that meets a try under way which fails would wait for the pause after a failure."""
    await expect(page.locator("#send-now")).to_be_visible()
    await until(page, AT_REST)
    await page.locator("#send-now").click()


async def all_sent(page: Page) -> None:
    """Wait until every record of the tablet has its receipt, and the tablet says so."""
    await until(page, NOTHING_WAITS)
    await expect(page.locator("#outbox-status")).to_contain_text("Nothing waiting")
    await expect(page.locator("#outbox [data-record]")).to_have_count(0)


async def check_again(page: Page) -> None:
    """On the screen "This tablet": ask the server anew, and wait for what it says."""
    await expect(page.locator("#check-again")).to_be_visible()
    await until(page, AT_REST)
    await page.evaluate(SILENCED)
    await page.locator("#check-again").click()
    await expect(page.locator("#announcement")).to_have_text("Checked.")
    await until(page, AT_REST)


async def tap_due(page: Page, selector: str) -> None:
    """Tap something of the due list, unfolding the part of it that it stands in: what else is due hangs on the hour."""
    button = page.locator(f"#due {selector}")
    await expect(button).to_be_attached()
    if not await button.is_visible():
        await page.locator(f"#due details:has({selector}) summary").click()
    await button.click()


async def sign_in(page: Page, server: RunningServer, name: str) -> None:
    """Sign in at the desk."""
    await page.goto(f"{server.origin}/sign-in")
    await page.locator('[name="email"]').fill(f"{name}@example.test")
    await page.locator('[name="password"]').fill(PASSWORD)
    await page.locator('main button[type="submit"]').click()
    await expect(page).not_to_have_url(re.compile("/sign-in"))
