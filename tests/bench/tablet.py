"""What does the app ask of a tablet?   python -m tests.bench.tablet

In a real Chromium: the bytes of a first visit; then, the processor slowed four times, the server gone and 2,000
records kept, a cold start from the address to the names, and from the last digit of the PIN to home; a seal until it is
durable; and the page's memory after a simulated shift of twelve hours beside that after ten minutes. Beside the unlock
stands what PBKDF2 alone takes: that is the price of the PIN, and no part of the limit. Issue 8: 150 kB, 1 s, 100 ms,
1.5 times.
"""

import argparse
import asyncio
import sys
import tempfile
from collections import defaultdict
from datetime import UTC, datetime
from pathlib import Path

from playwright.async_api import Page, async_playwright

from server.evidence import action_store
from server.evidence.times import write_instant
from tests.bench.form_pages import throttled
from tests.bench.frame import Bench, Figure, run, say
from tests.bench.served import new_server
from tests.bench.start_profile import traced
from tests.bench.unlock import BARE, FILL, SEAL, last_digit
from tests.browser.chromium import Complaints, TabletBrowser
from tests.browser.conftest import ACTION, medicines_action
from tests.browser.running import RunningServer
from tests.browser.steps import be, enrol, record
from tests.browser.test_first_visit import first_visit, weights
from tests.server.world import PIN, World

FIRST_VISIT_BYTES, START_MS, SEAL_MS, GROWN = 150_000, 1000, 100, 1.5
SLOWER = 4.0
RECORDS_KEPT = 2_000
SHIFT = 24
"""Records of a shift of twelve hours, one each half hour; so the first is that of ten minutes."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """What may be asked."""
    parser.add_argument("--kept", type=int, default=RECORDS_KEPT)
    parser.add_argument("--slower", type=float, default=SLOWER, help="the processor of the browser")
    parser.add_argument("--shift", type=int, default=SHIFT, help="records of the simulated shift")
    parser.add_argument("--profile", action="store_true", help="say where one more start and seal go")


def measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    """The first visit, the starts, the seals, the shift."""
    return asyncio.run(_measure(asked))


async def _measure(asked: argparse.Namespace) -> tuple[list[Figure], list[str]]:
    with tempfile.TemporaryDirectory(prefix="sightline-bench-") as made:
        folder = Path(made)
        world = World(folder)
        with world.sql() as sql:
            now = write_instant(datetime.now(UTC))
            action_store.create(sql, ACTION, "alder", medicines_action(), "chidi", now)
        server = new_server(world.settings.database)
        server.start()
        try:
            async with async_playwright() as driver:
                tablet = TabletBrowser(driver, folder / "profile", Complaints())
                weight = await _weight(tablet, server)
                page = await tablet.start()
                await page.goto(f"{server.origin}/tablet/")
                await be(page)
                memory = await _shift(page, asked.shift)
                await page.evaluate(FILL, [PIN, asked.kept])
                await tablet.close()
                server.kill()
                times = await _starts(tablet, server, asked)
                profile = await _profiled(tablet, server, asked.slower) if asked.profile else []
        finally:
            if server.process is not None:
                server.kill()
    return _figures(weight, memory, times, asked), profile


async def _weight(tablet: TabletBrowser, server: RunningServer) -> int:
    """Bytes of the first visit of a browser, which is enrolled then."""
    page, answers = await first_visit(tablet, server)
    weight = sum((await weights(answers)).values())
    await enrol(page, server)
    await tablet.close()
    say(f"tablet: a first visit takes {weight:,} bytes")
    return weight


async def _shift(page: Page, records: int) -> list[float]:
    """Megabytes that the page holds after each record, what nobody needs any more thrown away."""
    chrome = await page.context.new_cdp_session(page)
    await chrome.send("Performance.enable")
    found = []
    for number in range(records):
        await record(page, "medicines_round_not_met", ACTION)
        await page.locator("#saved-home").click()
        await page.locator('[data-screen="home"]').wait_for()
        await chrome.send("HeapProfiler.collectGarbage")
        said = await chrome.send("Performance.getMetrics")
        found.append(next(one["value"] for one in said["metrics"] if one["name"] == "JSHeapUsedSize") / 1e6)
        say(f"tablet: record {number + 1} of {records} of the shift, {found[-1]:.1f} MB")
    return found


async def _starts(
    tablet: TabletBrowser, server: RunningServer, asked: argparse.Namespace
) -> defaultdict[str, list[float]]:
    """Milliseconds of each cold start without the server, and of a seal after it."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    for turn in range(asked.rounds):
        page = await throttled(tablet, asked.slower)
        await page.goto(f"{server.origin}/tablet/", wait_until="commit")
        names = float(await page.evaluate("() => bench.shown('#staff [data-staff]')"))
        home = await last_digit(page)
        bare = float(await page.evaluate(BARE))
        times["names"].append(names)
        times["home"].append(home)
        times["bare"].append(bare)
        times["start"].append(names + max(0.0, home - bare))
        times["seal"].append(float(await page.evaluate(SEAL, PIN)))
        await tablet.close()
        say(f"tablet: start {turn + 1} of {asked.rounds}: {times['start'][-1]:.0f} ms")
    return times


async def _profiled(tablet: TabletBrowser, server: RunningServer, slower: float) -> list[str]:
    """Where the time of one more start and seal goes."""
    lines: list[str] = []
    page = await throttled(tablet, slower)
    async with traced(page, "the cold start to the names", lines):
        await page.goto(f"{server.origin}/tablet/", wait_until="commit")
        await page.evaluate("() => bench.shown('#staff [data-staff]')")
    async with traced(page, "the last digit to home", lines):
        await last_digit(page)
    async with traced(page, "a seal", lines):
        await page.evaluate(SEAL, PIN)
    await tablet.close()
    return lines


def _figures(
    weight: int, memory: list[float], times: defaultdict[str, list[float]], asked: argparse.Namespace
) -> list[Figure]:
    kept = f"{asked.kept:,} kept"
    early, late = "memory after ten minutes", "memory after the shift"
    return [
        Figure("first visit", [weight], "bytes", FIRST_VISIT_BYTES),
        Figure("PBKDF2 alone", times["bare"], "ms"),
        Figure(f"cold start to the names, {kept}", times["names"], "ms"),
        Figure(f"last digit to home, {kept}", times["home"], "ms", beside="PBKDF2 alone"),
        Figure("both, without PBKDF2", times["start"], "ms", START_MS),
        Figure("seal to durable", times["seal"], "ms", SEAL_MS),
        Figure(early, [memory[0]], "MB"),
        Figure(late, [memory[-1]], "MB", None, early, GROWN),
    ]


BENCH = Bench("tablet", "The tablet: first visit, cold start, seal, memory", arguments, measure)

if __name__ == "__main__":
    sys.exit(run(BENCH))
