"""A real Chromium on a profile that outlives it, driven by Playwright (PLATFORM.md 12.2)."""

import asyncio
import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    ViewportSize,
)
from playwright.async_api import Error as PlaywrightError

from tests.browser.find_browser import find

FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--metrics-recording-only",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
TABLET_SIZE: ViewportSize = {"width": 820, "height": 1180}
DESKTOP_SIZE: ViewportSize = {"width": 1440, "height": 900}

# To look at a page takes a while, and a tablet that nobody touches locks
TOUCH = "() => { dispatchEvent(new Event('touchmove')) }"
AXE = (Path(__file__).parent / "vendor" / "axe-core-4.14.1.min.js").read_text("utf-8")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Of a document that was seen whole in light, dark changes the colours alone
AXE_COLOURS = ["color-contrast", "link-in-text-block"]
RUN_AXE = """([tags, colours]) => {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const html = document.documentElement.outerHTML;
    const again = dark && globalThis.seenInLight === html;
    globalThis.seenInLight = dark ? "" : html;
    return axe.run(document, { runOnly: again ? { type: "rule", values: colours } : { type: "tag", values: tags } });
}"""
# A limit for what never comes; on two busy cores the usual thirty seconds are not enough for what does
PATIENCE = 120.0
# Chromium reports each request that a cut network refused as a console error: the test's own doing. Where in a
# request a killed server cut it is chance.
CUT_NETWORK = (
    "net::ERR_INTERNET_DISCONNECTED",
    "net::ERR_CONNECTION_REFUSED",
    "net::ERR_CONNECTION_RESET",
    "net::ERR_CONNECTION_CLOSED",
    "net::ERR_CONNECTION_ABORTED",
    "net::ERR_SOCKET_NOT_CONNECTED",
    "net::ERR_EMPTY_RESPONSE",
    "net::ERR_INCOMPLETE_CHUNKED_ENCODING",
    "net::ERR_CONTENT_LENGTH_MISMATCH",
    "net::ERR_NETWORK_CHANGED",
)


@dataclass
class Complaints:
    """Every console error and uncaught exception of the pages listened to."""

    heard: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = CUT_NETWORK

    def listen(self, context: BrowserContext) -> None:
        context.on("page", self._listen_to_page)
        for page in context.pages:
            self._listen_to_page(page)

    def _listen_to_page(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.heard.append(f"{page.url}: {error}"))
        page.on("console", lambda message: self._weigh(page, message))

    def _weigh(self, page: Page, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(words in message.text for words in self.expected):
            self.heard.append(f"{page.url}: {message.text}")


class TabletBrowser:
    """One installed browser on one tablet: start it, kill it, start it again on the same profile."""

    def __init__(self, playwright: Playwright, profile: Path, complaints: Complaints, **options: Any) -> None:
        self.playwright = playwright
        self.profile = profile
        self.complaints = complaints
        self.options = options
        self.context: BrowserContext | None = None

    async def start(self, *, offline: bool = False) -> Page:
        self.context = await self.playwright.chromium.launch_persistent_context(
            str(self.profile),
            executable_path=chromium_path(),
            headless=True,
            args=FLAGS,
            viewport=TABLET_SIZE,
            device_scale_factor=1,
            is_mobile=True,
            has_touch=True,
            locale="en-GB",
            timezone_id="Europe/London",
            offline=offline,
            timeout=PATIENCE * 1000,
            **self.options,
        )
        self.context.set_default_timeout(PATIENCE * 1000)
        self.complaints.listen(self.context)
        return self.context.pages[0] if self.context.pages else await self.context.new_page()

    async def kill(self) -> None:
        """SIGKILL the whole browser, as a flat battery would, and let Playwright forget it."""
        doomed = with_children(browser_processes(self.profile))
        for pid in doomed:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        # Playwright says so when the browser is already gone
        with suppress(PlaywrightError):
            await self.close()
        self.context = None
        # One that is still dying holds the profile: nobody else could start on it
        until = time.monotonic() + PATIENCE
        while any(alive(pid) for pid in doomed):
            assert time.monotonic() < until, "the browser will not die"
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        if self.context is not None:
            await self.context.close()
            self.context = None


@cache
def chromium_path() -> str:
    """The browser that `make test` found or installed. Raises RuntimeError where there is none."""
    path = find()
    if path is None:
        raise RuntimeError("No Chromium on PATH: run `make test`, which installs one.")
    return path


def browser_processes(profile: Path) -> list[int]:
    """Process ids of the browser process(es) that run on this profile directory."""
    wanted = f"--user-data-dir={profile}"
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        arguments = [word.decode("utf-8", "replace") for word in words]
        if wanted in arguments and not any(word.startswith("--type=") for word in arguments):
            found.append(int(entry.name))
    return found


def with_children(processes: Iterable[int]) -> list[int]:
    """The processes, then their children and theirs."""
    found = list(processes)
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            with suppress(OSError):
                found += [int(child) for child in task.read_text().split()]
    return found


def alive(pid: int) -> bool:
    """Whether the process still runs; one that only waits to be counted as dead does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


async def desk_context(browser: Browser, complaints: Complaints, **options: Any) -> BrowserContext:
    """A signed-out office browser at desktop size."""
    settings: dict[str, Any] = {
        "viewport": DESKTOP_SIZE,
        "locale": "en-GB",
        "timezone_id": "Europe/London",
        **options,
    }
    context = await browser.new_context(**settings)
    context.set_default_timeout(PATIENCE * 1000)
    complaints.listen(context)
    return context


async def accessibility_faults(page: Page, ignore: Iterable[str] = ()) -> list[str]:
    """What axe-core finds wrong with the page as it stands, a line a node (WCAG 2.2 AA, best practice)."""
    await page.evaluate(TOUCH)
    if not await page.evaluate("() => 'axe' in window"):
        await page.evaluate(AXE + ";0")
    result = await page.evaluate(RUN_AXE, [AXE_RULES, AXE_COLOURS])
    return [
        f"{violation['id']}: {node['target']} {node.get('failureSummary', '')}"
        for violation in result["violations"]
        if violation["id"] not in ignore
        for node in violation["nodes"]
    ]
