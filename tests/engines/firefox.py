"""Firefox, driven over WebDriver BiDi, which it speaks by itself.

Its own process and its own profile: what is killed here is Firefox and nothing in between.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.browser.chromium import TABLET_SIZE
from tests.engines.bidi import Bidi, BidiError, until
from tests.engines.engine import ScriptFailed
from tests.engines.processes import family, kill_all, words_of

PROGRAMS = ("firefox-esr", "firefox")
_PATIENCE = 180.0
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

    def __init__(self, bidi: Bidi, context: str) -> None:
        self.bidi = bidi
        self.context = context

    def run(self, script: str, *values: object) -> object:
        try:
            answer = self.bidi.call(
                "script.callFunction",
                functionDeclaration=_BEFORE + script + _AFTER,
                target={"context": self.context},
                arguments=[{"type": "string", "value": json.dumps(values)}],
                awaitPromise=True,
            )
        except BidiError as error:
            raise ScriptFailed(str(error)) from error
        if answer["type"] == "exception":
            raise ScriptFailed(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def open(self, url: str) -> None:
        self.bidi.call("browsingContext.navigate", context=self.context, url=url, wait="complete")


class Firefox:
    """A Firefox on a persistent profile."""

    name = "firefox"

    def __init__(self, profile: Path, **preferences: str | int | bool) -> None:
        self.profile = profile
        self.preferences = _PREFERENCES | preferences
        self._process: subprocess.Popen[bytes] | None = None
        self._bidi: Bidi | None = None
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
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                [*command, "--remote-debugging-port=0"], stdout=output, stderr=output, env=os.environ | own
            )
        self._bidi = Bidi(f"{self._address(log)}/session", self._heard)
        self._bidi.call("session.new", capabilities=_SESSION)
        open_tabs: list[dict[str, Any]] = self._bidi.call("browsingContext.getTree", maxDepth=0)["contexts"]
        self._take(open_tabs[0]["context"])

    def stop(self) -> None:
        if self._bidi is not None:
            with suppress(BidiError):
                self._bidi.call("browser.close")
        self._forget()

    def open(self, url: str) -> None:
        self._last = url
        self.tab.open(url)

    def reload(self) -> None:
        if self._crashed:
            # In a new tab, and the crashed one put away: what is asked of that one just now may never be answered
            crashed = self.tab.context
            self._take(self.tab.bidi.call("browsingContext.create", type="tab")["context"])
            self.tab.bidi.call("browsingContext.close", context=crashed)
            self.open(self._last)
            return
        self.run("window.before = true; setTimeout(() => location.reload())")
        loaded = "return !window.before && document.readyState === 'complete'"
        until(lambda: bool(self._asked(loaded)), _PATIENCE, "the page")

    def run(self, script: str, *values: object) -> object:
        return self.tab.run(script, *values)

    def kill(self, which: str) -> None:
        if self._process is None:
            raise RuntimeError("Firefox is not running")
        if which == "network":
            raise RuntimeError("Firefox has no process of its own for the network")
        running = family(self._process.pid)
        if which == "page":
            self._last, self._crashed = str(self.run("return location.href")), True
            running = [pid for pid in running if words_of(pid)[-1:] == [_PAGE]]
        if not kill_all(running):
            raise RuntimeError(f"there was no {which} process to kill")
        if which == "browser":
            self._forget()

    def offline(self, cut: bool) -> None:
        """Cut the network of the tab, as flight mode does, or give it back."""
        conditions = {"type": "offline"} if cut else None
        self.tab.bidi.call(
            "emulation.setNetworkConditions", networkConditions=conditions, contexts=[self.tab.context]
        )

    def new_tab(self, url: str) -> Tab:
        """A second page, in a window of its own: a tab would hide the first, and a hidden page locks."""
        made = self.tab.bidi.call("browsingContext.create", type="window")
        tab = Tab(self.tab.bidi, made["context"])
        tab.open(url)
        return tab

    def screenshot(self, file: Path) -> None:
        answer = self.tab.bidi.call("browsingContext.captureScreenshot", context=self.tab.context)
        file.write_bytes(base64.b64decode(answer["data"]))

    def _asked(self, script: str) -> object:
        try:
            return self.run(script)
        except ScriptFailed as error:
            raise BidiError(str(error)) from error

    def _take(self, context: str) -> None:
        assert self._bidi is not None
        self._tab, self._crashed = Tab(self._bidi, context), False
        self._bidi.call("browsingContext.setViewport", context=context, viewport=TABLET_SIZE)

    def _heard(self, event: dict[str, Any]) -> None:
        pass

    def _address(self, log: Path) -> str:
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end and self._process is not None and self._process.poll() is None:
            if found := _LISTENS.search(log.read_text("utf-8", "replace")):
                return found[1]
            time.sleep(0.03)
        raise RuntimeError(f"Firefox did not start: {log.read_text('utf-8', 'replace')}")

    def _forget(self) -> None:
        if self._bidi is not None:
            self._bidi.close()
        if self._process is not None:
            try:
                self._process.wait(timeout=_PATIENCE)
            except subprocess.TimeoutExpired:
                kill_all(family(self._process.pid))
                self._process.wait()
        self._process = self._bidi = self._tab = None

    def _write_profile(self) -> None:
        self.profile.mkdir(parents=True, exist_ok=True)
        lines = [f"user_pref({json.dumps(k)}, {json.dumps(v)});" for k, v in self.preferences.items()]
        (self.profile / "user.js").write_text("\n".join(lines) + "\n", "utf-8")
        for lock in ("lock", ".parentlock"):
            (self.profile / lock).unlink(missing_ok=True)
