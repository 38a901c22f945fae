"""WebKit, the nearest thing to an iPad's browser: a window of WebKitGTK on a screen that nobody sees."""

import atexit
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path

from tests.engines.engine import ScriptFailed
from tests.engines.processes import family, kill_all, words_of

HOST = Path(__file__).with_name("webkit_host.py")
# PyGObject belongs to the distribution's Python, not to the project's
PYTHON = "/usr/bin/python3"
WIDTH, HEIGHT = 820, 1180
_SCREEN = "2000x4000x24"
_PATIENCE = 60.0
_PROCESS = {"page": "WebKitWebProcess", "network": "WebKitNetworkProcess"}
_ASK_VERSION = (
    "import gi; gi.require_version('Gtk', '3.0'); gi.require_version('WebKit2', '4.1'); "
    "from gi.repository import WebKit2 as w; "
    "print(w.get_major_version(), w.get_minor_version(), w.get_micro_version(), sep='.')"
)


class WebKit:
    """One window on one profile. `start` after `stop` or `kill` opens it again as it was."""

    name = "webkit"

    def __init__(self, profile: Path, width: int = WIDTH, height: int = HEIGHT) -> None:
        self.profile = profile
        self.size = width, height
        self.host: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Open the window, with no page in it yet."""
        self.profile.mkdir(parents=True, exist_ok=True)
        command = [PYTHON, str(HOST), str(self.profile), *map(str, self.size)]
        with (self.profile.parent / f"{self.profile.name}.log").open("ab") as log:
            self.host = subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(self.profile),
            )
        self._answer()

    def stop(self) -> None:
        """Close the window, and wait until all its processes have ended: the profile is whole then."""
        if self.host is not None:
            everyone = family(self.host.pid)
            self._put_away()
            _wait_for_end(everyone)

    def open(self, url: str) -> None:
        """Navigate, and wait until the page has loaded."""
        self._ask(do="open", url=url)

    def reload(self) -> None:
        """location.reload(), and wait until the page has loaded; a page whose process was killed is loaded anew."""
        self._ask(do="reload")

    def run(self, script: str, *values: object) -> object:
        """What the body of an async function returns in the page. Raises ScriptFailed."""
        return self._ask(do="run", script=script, values=values)

    def resize(self, width: int, height: int) -> None:
        """Give the window another size, for pictures of the whole of a page."""
        self._ask(do="size", width=width, height=height)

    def screenshot(self, file: Path) -> None:
        """A picture of what the window shows, as PNG."""
        self._ask(do="screenshot", file=str(file))

    def kill(self, which: str) -> None:
        """SIGKILL: "browser" is the whole family, "page" and "network" one process of it."""
        if self.host is None:
            raise RuntimeError("The window is not open.")
        everyone = family(self.host.pid)
        if which == "browser":
            kill_all(everyone)
            self._put_away()
        elif not kill_all(pid for pid in everyone if _is_a(_PROCESS[which], pid)):
            raise RuntimeError(f"There is no {_PROCESS[which]} to kill.")
        elif which == "page":
            self._ask(do="gone")

    def loads(self) -> int:
        """How many pages have begun to show since the window opened, reloads among them."""
        loads = self._ask(do="loads")
        assert isinstance(loads, int)
        return loads

    def console(self) -> list[str]:
        """What the pages have complained of since the profile was made."""
        log = self.profile.parent / f"{self.profile.name}.log"
        return [line for line in log.read_text("utf-8", "replace").splitlines() if " ERROR " in line]

    def _ask(self, **order: object) -> object:
        if self.host is None or self.host.stdin is None:
            raise ScriptFailed("The window is not open.")
        try:
            self.host.stdin.write(json.dumps(order).encode() + b"\n")
            self.host.stdin.flush()
        except BrokenPipeError as error:
            raise ScriptFailed("The window is gone.") from error
        return self._answer()

    def _answer(self) -> object:
        assert self.host is not None
        assert self.host.stdout is not None
        line = self.host.stdout.readline()
        if not line:
            raise ScriptFailed("The window is gone.")
        answer = json.loads(line)
        if "error" in answer:
            raise ScriptFailed(answer["error"])
        return answer["value"]

    def _put_away(self) -> None:
        """End the host, whether or not it lives, and close its pipes."""
        host, self.host = self.host, None
        if host is not None:
            with host, suppress(BrokenPipeError):
                host.communicate(timeout=_PATIENCE)


def missing() -> str:
    """Why it cannot be driven on this machine, in words; "" where it can."""
    if shutil.which("Xvfb") is None:
        return "webkit: there is no Xvfb here, and WebKitGTK has no way to run without a screen"
    if not version():
        return f"webkit: {PYTHON} has no PyGObject with WebKitGTK 4.1 (apt: python3-gi gir1.2-webkit2-4.1)"
    return ""


def engine(profile: Path) -> WebKit:
    """A window on this profile folder, not opened."""
    return WebKit(profile)


@cache
def version() -> str:
    """The version of WebKitGTK that can be driven here, or ""."""
    if not Path(PYTHON).exists():
        return ""
    asked = subprocess.run([PYTHON, "-c", _ASK_VERSION], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


@cache
def display() -> str:
    """A screen that nobody sees, of this process's own: it takes a number that is free, and ends with the process."""
    answer, number = os.pipe()
    command = ["Xvfb", "-displayfd", str(number), "-screen", "0", _SCREEN, "-nolisten", "tcp"]
    if shutil.which("setpriv"):
        command = ["setpriv", "--pdeathsig", "KILL", *command]
    screen = subprocess.Popen(command, pass_fds=[number], stderr=subprocess.DEVNULL)
    os.close(number)
    with os.fdopen(answer) as told:
        found = told.readline().strip()
    if not found:
        raise RuntimeError("Xvfb did not start.")
    atexit.register(_end, screen)
    return f":{found}"


def _end(screen: subprocess.Popen[bytes]) -> None:
    screen.kill()
    screen.wait()


def _environment(profile: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DISPLAY": display(),
        "HOME": str(profile),
        "TZ": "Europe/London",
        "LIBGL_ALWAYS_SOFTWARE": "1",
        "NO_AT_BRIDGE": "1",
        "GSETTINGS_BACKEND": "memory",
        # Else it starts a bus that outlives it
        "DBUS_SESSION_BUS_ADDRESS": "disabled:",
    }


def _is_a(program: str, pid: int) -> bool:
    return any(Path(word).name == program for word in words_of(pid)[:1])


def _wait_for_end(pids: Iterable[int]) -> None:
    """Wait until they have ended by themselves; what has not after a while is killed."""
    until = time.monotonic() + _PATIENCE
    while left := [pid for pid in pids if any(words_of(pid))]:
        if time.monotonic() > until:
            kill_all(left)
        time.sleep(0.01)
