"""Chromium, driven by Playwright."""

from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from tests.browser.chromium import FLAGS, TABLET_SIZE, browser_processes
from tests.browser.find_browser import find
from tests.engines.engine import ScriptFailed
from tests.engines.processes import family, kill_all, words_of

_TRIES = 5
_PATIENCE_MS = 180_000
_NETWORK = "--utility-sub-type=network.mojom.NetworkService"
_BEFORE = "values => (async function () {\n"
_AFTER = "\n}).apply(null, values)"


def missing() -> str:
    """Why Chromium cannot be driven here."""
    return "" if find() else "no Chromium is installed: make test, run by root, installs one"


def engine(profile: Path) -> "Chromium":
    """A Chromium on this profile."""
    return Chromium(profile)


class Tab:
    """One page of the browser."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def run(self, script: str, *values: object) -> object:
        try:
            return self.page.evaluate(_BEFORE + script + _AFTER, list(values))
        except PlaywrightError as error:
            raise ScriptFailed(str(error)) from error


class Chromium:
    """A Chromium on a persistent profile."""

    name = "chromium"

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self._playwright: Playwright | None = None
        self._context: BrowserContext | None = None
        self._tab: Tab | None = None
        self._last = "about:blank"
        self._crashed = False

    @property
    def context(self) -> BrowserContext:
        """Playwright's handle, for what only Chromium can do."""
        if self._context is None:
            raise RuntimeError("Chromium is not running")
        return self._context

    @property
    def tab(self) -> Tab:
        if self._tab is None:
            raise ScriptFailed("there is no page")
        return self._tab

    def start(self) -> None:
        if self._playwright is None:
            self._playwright = sync_playwright().start()
        options: dict[str, Any] = {"viewport": TABLET_SIZE, "device_scale_factor": 1, "is_mobile": True}
        self._context = self._playwright.chromium.launch_persistent_context(
            str(self.profile), executable_path=find(), headless=True, args=FLAGS, has_touch=True, timeout=_PATIENCE_MS,
            locale="en-GB", timezone_id="Europe/London", **options,
        )  # fmt: skip
        self._context.set_default_timeout(_PATIENCE_MS)
        self._take(self._context.pages[0])

    def stop(self) -> None:
        self._close()
        if self._playwright is not None:
            self._playwright.stop()
            self._playwright = None

    def open(self, url: str) -> None:
        self._last = url
        self.tab.page.goto(url)

    def reload(self) -> None:
        page = self.tab.page
        if self._crashed:
            # What a person does with a page that crashed; Playwright takes a crashed one for lost, so in a new one
            for _ in range(_TRIES):
                # The next one may have been handed a process that was killed as well
                with suppress(PlaywrightError):
                    fresh = self.context.new_page()
                    fresh.goto(self._last)
                    page.close()
                    self._take(fresh)
                    return
            raise RuntimeError("no page opens any more")
        with page.expect_navigation():
            page.evaluate("setTimeout(() => location.reload())")

    def run(self, script: str, *values: object) -> object:
        return self.tab.run(script, *values)

    def kill(self, which: str) -> None:
        running = [pid for root in browser_processes(self.profile) for pid in family(root)]
        if which == "page":
            self._last, self._crashed = self.tab.page.url, True
            running = [pid for pid in running if "--type=renderer" in words_of(pid)]
        elif which == "network":
            running = [pid for pid in running if _NETWORK in words_of(pid)]
        if not kill_all(running):
            raise RuntimeError(f"there was no {which} process to kill")
        if which == "browser":
            self._close()

    def offline(self, cut: bool) -> None:
        """Cut the network of the browser, as flight mode does, or give it back."""
        self.context.set_offline(cut)

    def new_tab(self, url: str) -> Tab:
        """A second tab, in front of the first."""
        page = self.context.new_page()
        page.goto(url)
        return Tab(page)

    def screenshot(self, file: Path) -> None:
        self.tab.page.screenshot(path=file)

    def _close(self) -> None:
        if self._context is not None:
            # Playwright says so when the browser is already gone
            with suppress(PlaywrightError):
                self._context.close()
            self._context = self._tab = None

    def _take(self, page: Page) -> None:
        self._tab, self._crashed = Tab(page), False
