"""Chromium, driven over its own protocol (CDP), every command within its time.

Not by Playwright: Chromium answers what was asked of a page that died only once that page is loaded again, and whoever
waits for such an answer without a limit waits for ever.
"""

import base64
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.browser.chromium import FLAGS, TABLET_SIZE
from tests.browser.find_browser import find
from tests.engines.driven import Driven
from tests.engines.engine import ScriptFailed
from tests.engines.processes import kill_all, words_of
from tests.engines.wire import PATIENCE, Unanswered, Wire, WireError, until

_TRIES = 5
# A page that works says within it whether it is loaded
_STUCK = 30.0
_PROCESS = {"page": "--type=renderer", "network": "--utility-sub-type=network.mojom.NetworkService"}
_BEFORE = "(async (values) => JSON.stringify(await (async function () {\n"
_AFTER = "\n}).apply(null, values) ?? null))"
_LISTENS = re.compile(r"DevTools listening on (ws://\S+)")
# A page that another window covers goes on, nothing asks for a keyring, nobody is asked whether to restore pages,
# and the address bar that nobody sees has no pages of its own
_FLAGS = (
    "--headless", "--remote-debugging-port=0", "--lang=en-GB", "--accept-lang=en-GB", "--hide-scrollbars",
    "--password-store=basic", "--use-mock-keychain", "--disable-breakpad", "--disable-dev-shm-usage",
    "--disable-hang-monitor", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows", "--hide-crash-restore-bubble",
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup",
)  # fmt: skip
_SCREEN = {**TABLET_SIZE, "deviceScaleFactor": 1, "mobile": True}
_LEFT = "window.before = true"
_LOADED = "return !window.before && location.protocol !== 'about:' && document.readyState === 'complete'"
_WORKERS = [{"type": "service_worker"}, {"exclude": True}]


def missing() -> str:
    """Why Chromium cannot be driven here."""
    return "" if find() else "no Chromium is installed: make test, run by root, installs one"


def engine(profile: Path) -> "Chromium":
    """A Chromium on this profile."""
    return Chromium(profile)


class Tab:
    """One page of the browser."""

    def __init__(self, wire: Wire, target: str) -> None:
        self.wire = wire
        self.crashed = False
        answer = wire.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session: str = answer["sessionId"]
        # Says when the page's process died
        self.command("Inspector.enable")
        self.command("Emulation.setDeviceMetricsOverride", **_SCREEN)
        self.command("Emulation.setTouchEmulationEnabled", enabled=True)

    def command(self, method: str, **parameters: Any) -> Any:
        """A command of the protocol, to this page. Raises WireError."""
        return self.wire.call(method, session=self.session, **parameters)

    def run(self, script: str, *values: object) -> object:
        if self.crashed:
            raise ScriptFailed("the page's process died")
        try:
            return self._evaluate(script, values)
        except WireError as error:
            raise ScriptFailed(str(error)) from error

    def open(self, url: str) -> None:
        """Go there and wait until it is loaded. Raises ScriptFailed."""
        self._leave()
        try:
            if failed := self.command("Page.navigate", url=url).get("errorText"):
                raise ScriptFailed(f"{url}: {failed}")
            self._loaded()
        except WireError as error:
            raise ScriptFailed(str(error)) from error

    def reload(self) -> None:
        """Load it again, as a person does with a page that works and with one that crashed. Raises WireError."""
        if self._leave():
            self.run("setTimeout(() => location.reload())")
        else:
            self.command("Page.reload")
        self._loaded()

    def _leave(self) -> bool:
        """Mark the page as the old one. False if it crashed: what comes next is in a new process."""
        crashed, self.crashed = self.crashed, False
        if not crashed:
            self.run(_LEFT)
        return not crashed

    def _loaded(self) -> None:
        until(self._is_loaded_or_lost, PATIENCE, "the page")
        if self.crashed:
            raise WireError("the page's process died while it loaded")

    def _is_loaded_or_lost(self) -> bool:
        """Whether there is nothing more to wait for: it is there, or only another try will load it."""
        try:
            return self.crashed or bool(self._evaluate(_LOADED, seconds=_STUCK))
        except Unanswered:
            # It was handed a process that was dead, and nobody tells
            self.crashed = True
            return True

    def _evaluate(self, script: str, values: Sequence[object] = (), seconds: float = PATIENCE) -> object:
        expression = f"{_BEFORE}{script}{_AFTER}({json.dumps(values)})"
        how = {"awaitPromise": True, "returnByValue": True}
        answer = self.command("Runtime.evaluate", seconds=seconds, expression=expression, **how)
        if failed := answer.get("exceptionDetails"):
            raise ScriptFailed(failed.get("exception", {}).get("description") or failed["text"])
        return json.loads(answer["result"]["value"])


class Chromium:
    """A Chromium on a persistent profile. `heard` holds the events of the protocol since it started."""

    name = "chromium"

    def __init__(self, profile: Path) -> None:
        self.profile = profile
        self.heard: list[dict[str, Any]] = []
        self._driven: Driven | None = None
        self._tabs: list[Tab] = []
        self._cut = False

    @property
    def tab(self) -> Tab:
        if not self._tabs:
            raise ScriptFailed("Chromium is not running")
        return self._tabs[0]

    def start(self) -> None:
        self.heard.clear()
        self._cut = False
        command = [str(find()), *FLAGS, *_FLAGS, f"--user-data-dir={self.profile}", "about:blank"]
        log = self.profile.parent / f"{self.profile.name}.log"
        self._driven = Driven(command, {"TZ": "Europe/London"}, log, _LISTENS, self._hear)
        until(self._take_first, PATIENCE, "the first page")

    def stop(self) -> None:
        self._end("Browser.close")

    def open(self, url: str) -> None:
        self.tab.open(url)

    def reload(self) -> None:
        for _ in range(_TRIES):
            try:
                self.tab.reload()
            except (WireError, ScriptFailed):
                # Its new process may be one that was killed as well
                if not self.tab.crashed:
                    raise
            else:
                return
        raise RuntimeError("the page loads no more")

    def run(self, script: str, *values: object) -> object:
        return self.tab.run(script, *values)

    def command(self, method: str, **parameters: Any) -> Any:
        """A command of the protocol, to the first page: for what only Chromium can do. Raises WireError."""
        return self.tab.command(method, **parameters)

    def kill(self, which: str) -> None:
        if self._driven is None:
            raise RuntimeError("Chromium is not running")
        if which == "page":
            # A page that was changing its process just now has one that was not there to be killed
            until(self._kill_pages, PATIENCE, "the page's death")
        elif not kill_all(self._running(which)):
            raise RuntimeError(f"there was no {which} process to kill")
        elif which == "browser":
            self._end()

    def offline(self, cut: bool) -> None:
        """Cut the network of the pages and of their service workers, as flight mode does, or give it back."""
        self._cut = cut
        for tab in self._tabs:
            self._cut_off(tab.session, cut)
        # Each worker, now or later, is cut as the browser tells of it; one that is let go has its network back
        self.tab.wire.call(
            "Target.setAutoAttach",
            autoAttach=cut,
            waitForDebuggerOnStart=False,
            flatten=True,
            filter=_WORKERS if cut else [],
        )

    def new_tab(self, url: str) -> Tab:
        """A second page, in a window of its own: a tab would hide the first, and a hidden page locks."""
        wire = self.tab.wire
        made = wire.call("Target.createTarget", url="about:blank", newWindow=True)
        tab = Tab(wire, made["targetId"])
        self._tabs.append(tab)
        tab.open(url)
        return tab

    def screenshot(self, file: Path) -> None:
        file.write_bytes(base64.b64decode(self.command("Page.captureScreenshot")["data"]))

    def _hear(self, event: dict[str, Any]) -> None:
        self.heard.append(event)
        if event["method"] == "Target.attachedToTarget" and self._cut:
            self._cut_off(event["params"]["sessionId"], True)
        elif event["method"] == "Inspector.targetCrashed":
            for tab in self._tabs:
                if tab.session == event["sessionId"]:
                    tab.crashed = True
                    raise WireError("the page's process died")

    def _cut_off(self, session: str, cut: bool) -> None:
        wire = self.tab.wire
        # Without it the conditions change what the page is told, and nothing else
        wire.post("Network.enable", session=session)
        how = {"offline": cut, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
        wire.post("Network.emulateNetworkConditions", session=session, **how)

    def _take_first(self) -> bool:
        assert self._driven is not None
        wire = self._driven.wire
        targets = wire.call("Target.getTargets")["targetInfos"]
        self._tabs = [Tab(wire, each["targetId"]) for each in targets if each["type"] == "page"][:1]
        return bool(self._tabs)

    def _running(self, which: str) -> list[int]:
        running = self._driven.family() if self._driven else []
        return [pid for pid in running if which == "browser" or _PROCESS[which] in words_of(pid)]

    def _kill_pages(self) -> bool:
        doomed = self._running("page")
        kill_all(doomed)
        until(lambda: self._has_noticed(doomed), PATIENCE, "notice of the page's death")
        return all(tab.crashed for tab in self._tabs)

    def _has_noticed(self, dead: list[int]) -> bool:
        """Whether the browser knows of each death: else it hands a dead process to the next page, which never loads."""
        # Its own answer comes after what it had to tell
        self.tab.wire.call("Browser.getVersion")
        return not any((Path("/proc") / str(pid)).exists() for pid in dead)

    def _end(self, goodbye: str = "") -> None:
        self._tabs = []
        if self._driven is not None:
            self._driven.end(goodbye)
            self._driven = None
