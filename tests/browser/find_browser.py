"""Finds the browsers for the tests, or gets them: on PATH, else by apt (as root); Chromium else from Playwright.

`python -m tests.browser.find_browser` says which engines there are. Without a Chromium it ends with one sentence and
exit code 1; tests that need another engine are skipped where it cannot be had.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
NONE_TO_BE_HAD = (
    "No Chromium can be found or installed, and the browser tests need one: "
    "install chromium with the system's package manager, then run make test again."
)
_FOR_CHROMIUM = ("chromium", "fonts-dejavu-core")
_FOR_THE_OTHERS = (
    "firefox-esr", "webkit2gtk-driver", "libwebkit2gtk-4.1-0", "gir1.2-webkit2-4.1", "python3-gi", "xvfb",
)  # fmt: skip
_UPDATE = ("apt-get", "update", "-qq")
_INSTALL = ("apt-get", "install", "-qq", "-y", "--no-install-recommends")
_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)


def main() -> None:
    """Install what is missing, and say which engines can be driven here."""
    if any(missing_engines().values()):
        install_with_apt()
    if (find() or install_with_playwright()) is None:
        sys.exit(NONE_TO_BE_HAD)
    for name, reason in missing_engines().items():
        print(
            f"{name}: its tests are left out, {reason.removeprefix(f'{name}: ')}"
            if reason
            else f"{name}: there"
        )


def missing_engines() -> dict[str, str]:
    """What keeps each engine from being driven here, "" where nothing does."""
    from tests.engines.engine import NAMES, Kind  # they ask this module where Chromium is

    return {name: Kind(name).missing() for name in NAMES}


def find() -> str | None:
    """The path of a Chromium that is there already: on PATH, or Playwright's."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    return on_path or _playwrights_own()


def install_with_apt() -> bool:
    """Install the distribution's browsers, where this is root and there is an apt: all, or else Chromium alone."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    if not _runs(*_UPDATE):
        return False
    return _runs(*_INSTALL, *_FOR_CHROMIUM, *_FOR_THE_OTHERS) or _runs(*_INSTALL, *_FOR_CHROMIUM)


def install_with_playwright() -> str | None:
    """Install Playwright's own Chromium for this user."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return find() if subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0 else None


def _runs(*command: str) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode == 0


def _playwrights_own() -> str | None:
    # In a process of its own: Playwright's plain API refuses to run where a test's event loop does
    asked = subprocess.run(
        [sys.executable, "-c", _ASK_PLAYWRIGHT], capture_output=True, text=True, check=False
    )
    path = asked.stdout.strip()
    return path if path and Path(path).is_file() else None


if __name__ == "__main__":
    main()
