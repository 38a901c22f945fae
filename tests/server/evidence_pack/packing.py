"""Asking for a pack at the desk as a person does, and looking into a ZIP file."""

import time
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from httpx import Response

from tests.server.world import Browser

FORM: dict[str, Any] = {
    "services": ["alder"],
    "since": "2026-11-01",
    "until": "2026-11-16",
    "framework": "qs/2023",
    "why": "For the inspector who comes on Tuesday",
}
PATIENCE_SECONDS = 60


def ask(browser: Browser, /, **changed: Any) -> Response:
    """The answer to the form, redirect not followed."""
    return browser.post("/packs", data={**FORM, **changed}, follow_redirects=False)


def make(browser: Browser, /, **changed: Any) -> str:
    """Ask for a pack and wait until it is made, or not; its address."""
    answer = ask(browser, **changed)
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"]
    ends = time.monotonic() + PATIENCE_SECONDS
    while 'id="progress-title"' in browser.get(address).text:
        assert time.monotonic() < ends, "the pack was not made"
        time.sleep(0.05)
    return str(address)


def unzipped(source: Path | bytes) -> dict[str, bytes]:
    """Every file by its name."""
    with zipfile.ZipFile(BytesIO(source) if isinstance(source, bytes) else source) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """These files as a ZIP file at `path`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return path
