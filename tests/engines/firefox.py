"""Firefox, driven over WebDriver BiDi, which it speaks by itself.

Its own process and its own profile: what is killed here is Firefox and nothing in between.
"""

import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any

from tests.browser.chromium import TABLET_SIZE
from tests.engines.driven import Driven
from tests.engines.engine import ScriptFailed
from tests.engines.processes import kill_all, words_of
from tests.engines.wire import PATIENCE, Wire, WireError, until

PROGRAMS = ("firefox-esr", "firefox")
_BEFORE = "async function (values) { return JSON.stringify(await (async function () {\n"
_AFTER = "\n}).apply(null, JSON.parse(values)) ?? null) }"
_LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
_SESSION = {"alwaysMatch": {"unhandledPromptBehavior": {"beforeUnload": "accept", "default": "ignore"}}}
# The last word of the command of a process of Firefox says what it does. It has a "socket" process too, but loads
# no page and no file by it: its network is the browser process's
_PAGE = "tab"

# Whatever is not this machine goes to a proxy that does not exist: Firefox asks its makers for a lot at each start
_PREFERENCES: dict[str, str | int | bool] = {
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,",
    "app.normandy.enabled": False,
    "nimbus.rollouts.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.region.network.url": "",
    "datareporting.policy.dataSubmissionEnabled": False,
    "toolkit.telemetry.server": "",
    "browser.startup.page": 0,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.newtabpage.enabled": False,
    "browser.aboutwelcome.enabled": False,
    # Killed again and again, and never asked about it
    "browser.sessionstore.resume_from_crash": False,
    "toolkit.startup.max_resumed_crashes": -1,
    # "May this site keep data?" is answered with yes, as on an installed app
    "dom.storageManager.prompt.testing": True,
    "dom.storageManager.prompt.testing.allow": True,
    "dom.disable_open_during_load": False,
    "intl.accept_languages": "en-GB, en",
}


def missing() -> str:
    """Why Firefox cannot be driven here."""
    return "" if program() else "no Firefox is installed: make test, run by root, installs firefox-esr"


def program() -> str | None:
    """The path of Firefox."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


def engine(profile: Path) -> "Firefox":
    """A Firefox on this profile."""
    return Firefox(profile)


class Tab:
    """One page of the browser."""

    def __init__(self, wire: Wire, context: str) -> None:
        self.wire = wire
        self.context = context

    def run(self, script: str, *values: object) -> object:
        try:
            answer = self.wire.call(
                "script.callFunction",
                functionDeclaration=_BEFORE + script + _AFTER,
                target={"context": self.context},
                arguments=[{"type": "string", "value": json.dumps(values)}],
                awaitPromise=True,
            )
        except WireError as error:
            raise ScriptFailed(str(error)) from error
        if answer["type"] == "exception":
            raise ScriptFailed(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def open(self, url: str) -> None:
        self.wire.call("browsingContext.navigate", context=self.context, url=url, wait="complete")


class Firefox:
    """A Firefox on a persistent profile."""

    name = "firefox"

    def __init__(self, profile: Path, **preferences: str | int | bool) -> None:
        self.profile = profile
        self.preferences = _PREFERENCES | preferences
        self._driven: Driven | None = None
        self._tab: Tab | None = None
        self._last = "about:blank"
        self._crashed = False

    @property
    def tab(self) -> Tab:
        if self._tab is None:
            raise ScriptFailed("Firefox is not running")
        return self._tab

    def start(self) -> None:
        self._write_profile()
        log = self.profile.parent / f"{self.profile.name}.log"
        home = self.profile.parent / f"{self.profile.name}-home"
        home.mkdir(exist_ok=True)
        own = {"HOME": str(home), "TZ": "Europe/London", "MOZ_CRASHREPORTER_DISABLE": "1"}
        command = [str(program()), "-headless", "-no-remote", "-profile", str(self.profile)]
        self._driven = Driven(
            [*command, "--remote-debugging-port=0"], own, log, _LISTENS, self._heard, path="/session"
        )
        wire = self._driven.wire
        wire.call("session.new", capabilities=_SESSION)
        open_tabs: list[dict[str, Any]] = wire.call("browsingContext.getTree", maxDepth=0)["contexts"]
        self._take(open_tabs[0]["context"])

    def stop(self) -> None:
        self._end("browser.close")

    def open(self, url: str) -> None:
        self._last = url
        self.tab.open(url)

    def reload(self) -> None:
        if self._crashed:
            # In a new tab, and the crashed one put away: what is asked of that one just now may never be answered
            crashed = self.tab.context
            self._take(self.tab.wire.call("browsingContext.create", type="tab")["context"])
            self.tab.wire.call("browsingContext.close", context=crashed)
            self.open(self._last)
            return
        self.run("window.before = true; setTimeout(() => location.reload())")
        loaded = "return !window.before && document.readyState === 'complete'"
        until(lambda: bool(self.run(loaded)), PATIENCE, "the page")

    def run(self, script: str, *values: object) -> object:
        return self.tab.run(script, *values)

    def kill(self, which: str) -> None:
        if self._driven is None:
            raise RuntimeError("Firefox is not running")
        if which == "network":
            raise RuntimeError("Firefox has no process of its own for the network")
        running = self._driven.family()
        if which == "page":
            self._last, self._crashed = str(self.run("return location.href")), True
            running = [pid for pid in running if words_of(pid)[-1:] == [_PAGE]]
        if not kill_all(running):
            raise RuntimeError(f"there was no {which} process to kill")
        if which == "browser":
            self._end()

    def offline(self, cut: bool) -> None:
        """Cut the network of the tab, as flight mode does, or give it back."""
        conditions = {"type": "offline"} if cut else None
        self.tab.wire.call(
            "emulation.setNetworkConditions", networkConditions=conditions, contexts=[self.tab.context]
        )

    def new_tab(self, url: str) -> Tab:
        """A second page, in a window of its own: a tab would hide the first, and a hidden page locks."""
        made = self.tab.wire.call("browsingContext.create", type="window")
        tab = Tab(self.tab.wire, made["context"])
        tab.open(url)
        return tab

    def screenshot(self, file: Path) -> None:
        answer = self.tab.wire.call("browsingContext.captureScreenshot", context=self.tab.context)
        file.write_bytes(base64.b64decode(answer["data"]))

    def _take(self, context: str) -> None:
        assert self._driven is not None
        self._tab, self._crashed = Tab(self._driven.wire, context), False
        self._driven.wire.call("browsingContext.setViewport", context=context, viewport=TABLET_SIZE)

    def _heard(self, event: dict[str, Any]) -> None:
        pass

    def _end(self, goodbye: str = "") -> None:
        self._tab = None
        if self._driven is not None:
            self._driven.end(goodbye)
            self._driven = None

    def _write_profile(self) -> None:
        self.profile.mkdir(parents=True, exist_ok=True)
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in self.preferences.items()]
        (self.profile / "user.js").write_text("\n".join(lines) + "\n", "utf-8")
        for lock in ("lock", ".parentlock"):
            (self.profile / lock).unlink(missing_ok=True)
