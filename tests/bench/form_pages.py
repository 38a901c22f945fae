"""A long form on three pages: ours, bare Alpine, plain HTML. How long each takes to open, and to answer a finger."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.bench.frame import part
from tests.bench.long_form import CSP
from tests.bench.tap_profile import Profile, profile_of, traced
from tests.browser.chromium import TabletBrowser
from tests.browser.running import RunningServer
from tests.browser.steps import type_pin
from tests.server.world import PIN

IN_PAGE = Path(__file__).with_name("in_page.js").read_text("utf-8")
PEERS = ("static", "alpine")
LABEL = 'label:has(input[name="q_{}"][value="{}"])'


class _Quiet(SimpleHTTPRequestHandler):
    def end_headers(self) -> None:
        self.send_header("content-security-policy", CSP)
        super().end_headers()

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def peers_served(folder: Path) -> Iterator[str]:
    """The pages of `write_peers`, at an address of their own."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


async def throttled(tablet: TabletBrowser, slower: float, *, offline: bool = False) -> Page:
    """A browser that was just started, its processor slowed, knowing `in_page.js`."""
    page = await tablet.start(offline=offline)
    await page.add_init_script(IN_PAGE)
    chrome = await page.context.new_cdp_session(page)
    await chrome.send("Emulation.setCPUThrottlingRate", {"rate": slower})
    return page


async def peer_opened(page: Page, address: str) -> float:
    """Milliseconds from going there to the first tap that was accepted."""
    await page.goto(address, wait_until="commit")
    return await _number(page, "() => bench.firstTap()")


async def ours_opened(page: Page, server: RunningServer, code: str) -> Mapping[str, float]:
    """The same of ours in two parts, the PIN between them: the app up to the names, and the form from its tap on."""
    await page.goto(f"{server.origin}/tablet/", wait_until="commit")
    names = await _number(page, "() => bench.shown('#staff [data-staff]')")
    # By a finger, as on the peers: after a mouse Chromium looks at what lies below it at every layout
    await page.locator("#staff [data-staff]").first.tap()
    await type_pin(page, PIN)
    await expect(page.locator('[data-screen="home"]')).to_be_visible()
    form = await _number(
        page,
        """async (code) => {
            while (!document.querySelector(`#start [data-form="${code}"]`)) await bench.frame();
            const from = performance.now();
            document.querySelector(`#start [data-form="${code}"]`).click();
            return await bench.firstTap() - from;
        }""",
        code,
    )
    return {"names": names, "form": form, "whole": names + form}


async def answered(page: Page, times: int) -> Mapping[str, float]:
    """Milliseconds to paint, of 95 in a hundred: taps, keys, and half as many taps that show what was hidden."""
    await _listen(page)
    found = {}
    for what, act in ACTS.items():
        await act(page, times)
        found[what] = part(await _took(page), 95)
    return found


async def profiled(page: Page, times: int) -> Mapping[str, Profile]:
    """The same acts traced: what the processor did in each until its paint."""
    await _listen(page)
    found = {}
    for what, act in ACTS.items():
        async with traced(page) as events:
            await act(page, times)
            await _took(page)
        found[what] = profile_of(events)
    return found


async def row_added(page: Page, which: int) -> float:
    """Milliseconds that this row of the repeat takes, the ones before it being there."""
    for _ in range(which - 1):
        await page.evaluate("() => bench.addRow()")
    return await _number(page, "() => bench.addRow()")


async def _tap(page: Page, number: int, option: str) -> None:
    await page.locator(LABEL.format(number, option)).tap(force=True)
    # Else the driver looks for the next one before this one is drawn
    await page.evaluate("() => bench.painted()")


async def _taps(page: Page, times: int) -> None:
    for at in range(times):
        await _tap(page, 2, ("met", "not_seen")[at % 2])


async def _keys(page: Page, times: int) -> None:
    await page.locator('[name="q_1_facts"]').focus()
    for _ in range(times):
        await page.keyboard.press("a")
        await page.evaluate("() => bench.painted()")


async def _reveals(page: Page, times: int) -> None:
    for number in range(3, 3 + times // 2):
        await _tap(page, number, "not_met")


ACTS = {"tap": _taps, "key": _keys, "reveal": _reveals}


async def _listen(page: Page) -> None:
    await page.evaluate("() => { bench.listen('click'); bench.listen('keydown'); }")


async def _took(page: Page) -> list[float]:
    await page.evaluate("() => bench.painted()")
    times: list[float] = await page.evaluate("() => bench.takeTook()")
    return times


async def _number(page: Page, script: str, *given: Any) -> float:
    found: float = await page.evaluate(script, *given)
    return found
