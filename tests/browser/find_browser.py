"""Finds a Chromium for the browser tests, or gets one: on PATH, else by apt (as root), else Playwright's own.

`python -m tests.browser.find_browser` prints its path; when none can be had, one sentence and exit code 1.
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
_ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)


def main() -> None:
    """Print the path of a Chromium, installing one where there is none."""
    path = find() or install_with_apt() or install_with_playwright()
    if path is None:
        sys.exit(NONE_TO_BE_HAD)
    print(path)


def find() -> str | None:
    """The path of a Chromium that is there already: on PATH, or Playwright's."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    return on_path or _playwrights_own()


def install_with_apt() -> str | None:
    """Install the distribution's Chromium, where this is root and there is an apt."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return None
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium", "fonts-dejavu-core"],
    ):
        if subprocess.run(command, env=environment, stdout=sys.stderr, check=False).returncode != 0:
            return None
    return find()


def install_with_playwright() -> str | None:
    """Install Playwright's own Chromium for this user."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    return find() if subprocess.run(command, stdout=sys.stderr, check=False).returncode == 0 else None


def _playwrights_own() -> str | None:
    # In a process of its own: Playwright's plain API refuses to run where a test's event loop does
    asked = subprocess.run(
        [sys.executable, "-c", _ASK_PLAYWRIGHT], capture_output=True, text=True, check=False
    )
    path = asked.stdout.strip()
    return path if path and Path(path).is_file() else None


if __name__ == "__main__":
    main()
