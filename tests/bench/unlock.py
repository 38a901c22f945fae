"""How long does a carer wait for a PIN, and for Save?   python -m tests.bench.unlock

A real Chromium, its processor slowed four times, the server gone, 200 kept records, 300 people on the lists. Beside
each figure stands what PBKDF2 alone took in the same run: the ratio does not depend on the machine. DESIGN 11: unlock
3 s, seal to durable 100 ms.
"""

import argparse
import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Page, async_playwright

from server.evidence import action_store
from server.evidence.times import write_instant
from tests.bench.frame import Bench, Figure, run
from tests.browser.chromium import Complaints, TabletBrowser
from tests.browser.conftest import ACTION, medicines_action
from tests.browser.filling import fill_form
from tests.browser.running import RunningServer
from tests.browser.steps import be, enrolled, example_answers, lock, open_form, practice_observation, record
from tests.server.world import PIN, World

SLOWER = 4
BESIDE = "PBKDF2 alone"
LIMITS = {"unlock, first PIN since the start": 3000, "unlock, after a lock": 3000, "seal to durable": 100}

FILL = """async ([pin, count]) => {
    const load = (module) => import(`/pwa/js/${module}.mjs`);
    const [{ Store }, { EncryptedStore }, { importKey }, { openBundle }] =
        await Promise.all(["database", "encrypted_store", "box", "bundle"].map(load));
    const store = new EncryptedStore(new Store({ onLost() {} }));
    const [bundle] = await store.rows.all("bundle");
    store.unlock(await importKey((await openBundle(bundle, pin)).dataKey));
    const [{ waiting, ...row }] = await store.all("record");
    await store.write(["record", "reference"], async (change) => {
        for (let number = 0; number < count; number += 1) {
            await change.put("record", { ...row, record: `0192f000-0000-7000-8000-${String(number).padStart(12, "0")}`, receipt: { status: "stored", seq: number + 1, received_at: row.sealed_at } });
        }
        for (let number = 0; number < 300; number += 1) {
            await change.put("reference", { kind: "person", id: `p${number}`, initials: "AB", place: `Room ${number}`, unit: row.unit });
        }
    });
    store.close();
}"""  # noqa: E501
BARE = """async () => {
    const typed = new TextEncoder().encode("280461");
    const key = await crypto.subtle.importKey("raw", typed, "PBKDF2", false, ["deriveKey"]);
    const how = { name: "PBKDF2", hash: "SHA-256", salt: new Uint8Array(16), iterations: 600000 };
    const from = performance.now();
    await crypto.subtle.deriveKey(how, key, { name: "AES-GCM", length: 256 }, false, ["encrypt"]);
    return performance.now() - from;
}"""
LAST_DIGIT = """async (digit) => {
    const from = performance.now();
    dispatchEvent(new KeyboardEvent("keydown", { key: digit, bubbles: true }));
    const there = () => document.querySelector('[data-screen="home"] #due')?.isConnected && document.querySelector('[data-screen="home"] h1')?.textContent;
    while (!there()) await new Promise(requestAnimationFrame);
    return performance.now() - from;
}"""  # noqa: E501
# The write itself, as the app makes it: signed, encrypted, strict
SEAL = """async (pin) => {
    const load = (module) => import(`/pwa/js/${module}.mjs`);
    const [{ Store }, { EncryptedStore }, { importKey }, { openBundle }, { seal, withdrawnBody }, { signer }] =
        await Promise.all(["database", "encrypted_store", "box", "bundle", "seal", "signing"].map(load));
    const store = new EncryptedStore(new Store({ onLost() {} }));
    const [bundle] = await store.rows.all("bundle");
    const keys = await openBundle(bundle, pin);
    store.unlock(await importKey(keys.dataKey));
    const sign = await signer(keys.secret, bundle.key);
    const row = (await store.all("record")).sort((a, b) => b.version - a.version)[0];
    const stamp = { wall: Date.now(), monotonic: 1, boot: "b", offset: [] };
    const from = performance.now();
    await seal(store, (link, tablet) => withdrawnBody({ ...JSON.parse(row.body), version: row.version }, { reason: "measured", tablet, link, stamp, app: "bench" }), { sealed_at: row.sealed_at, author: row.author }, [sign]);
    const took = performance.now() - from;
    store.close();
    return took;
}"""  # noqa: E501
SAVE = """async () => {
    const from = performance.now();
    document.querySelector("#save").click();
    const saved = () => document.querySelector("#saved-heading")?.textContent.includes("Saved");
    while (!saved()) await new Promise(requestAnimationFrame);
    return performance.now() - from;
}"""


async def timed(page: Page, rounds: int) -> dict[str, list[float]]:
    """Every figure, in milliseconds, on a tablet that is filled, locked and out of reach of its server."""
    found: dict[str, list[float]] = {
        BESIDE: [],
        **{name: [] for name in LIMITS},
        "Save, until it is shown": [],
    }
    for _ in range(rounds):
        await page.reload()
        found["unlock, first PIN since the start"].append(await last_digit(page))
        await lock(page)
        found["unlock, after a lock"].append(await last_digit(page))
        found[BESIDE].append(await page.evaluate(BARE))
        found["seal to durable"].append(await page.evaluate(SEAL, PIN))
    for _ in range(3):
        await open_form(page)
        await fill_form(page, practice_observation(), example_answers("medicines_round_not_met"))
        await page.locator("#check").click()
        await page.locator("#save").wait_for()
        found["Save, until it is shown"].append(await page.evaluate(SAVE))
        await page.locator("#saved-home").click()
    return found


async def last_digit(page: Page) -> float:
    """Choose Amina and type her PIN: milliseconds from the last digit to home."""
    await page.locator('#staff [data-staff="amina"]').click()
    await page.locator(".pad:not([data-off])").wait_for()
    await page.keyboard.type(PIN[:-1])
    took: float = await page.evaluate(LAST_DIGIT, PIN[-1])
    return took


async def measured(folder: Path, rounds: int) -> dict[str, list[float]]:
    """The same, with a house, a server and a browser of its own."""
    world = World(folder)
    with world.sql() as sql:
        action_store.create(
            sql, ACTION, "alder", medicines_action(), "chidi", write_instant(datetime.now(UTC))
        )
    server = RunningServer(world.settings.database)
    server.start()
    try:
        async with async_playwright() as driver:
            tablet = TabletBrowser(driver, folder / "profile", Complaints())
            page = await enrolled(tablet, server)
            await be(page, "amina")
            server.stop()
            await record(page, "medicines_round_not_met")
            await page.evaluate(FILL, [PIN, 200])
            await page.locator("#saved-home").click()
            assert tablet.context is not None
            chrome = await tablet.context.new_cdp_session(page)
            await chrome.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
            found = await timed(page, rounds)
            await tablet.close()
    finally:
        server.kill()
    return found


def arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing more may be asked."""


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """Unlocks and seals beside PBKDF2."""
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(measured(Path(folder), asked.rounds))
    return [
        Figure(name, times, "ms", LIMITS.get(name), "" if name == BESIDE else BESIDE)
        for name, times in found.items()
    ], [f"processor {SLOWER} times slower"]


BENCH = Bench("unlock", "A PIN and Save on a slow tablet", arguments, measure)

if __name__ == "__main__":
    sys.exit(run(BENCH))
