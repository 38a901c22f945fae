"""One browser on one profile that outlives it, whichever engine it has: what every test here may ask of it."""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest

NAMES = ("chromium", "firefox", "webkit")


class ScriptFailed(Exception):
    """The page's script threw, or the page went away while it ran."""


class Engine(Protocol):
    """One browser on one persistent profile folder. hands.py does what people do with it."""

    name: str

    def start(self) -> None:
        """Start the browser on its profile, at the size of a tablet, with an empty page."""

    def stop(self) -> None:
        """Close the browser as a person does, and wait until it is gone. Does nothing when it is not running."""

    def open(self, url: str) -> None:
        """Go to an address and wait until it is loaded."""

    def reload(self) -> None:
        """`location.reload()`, never a hard reload, which would pass by the service worker; wait until it is loaded."""

    def run(self, script: str, *values: object) -> object:
        """What the body of an async function returns, with `values` as its `arguments`: JSON in and out.

        Raises `ScriptFailed`.
        """

    def kill(self, which: str) -> None:
        """SIGKILL "browser" (all its processes), "page" (the one that runs the page) or "network", if it has one.

        After "browser" `start` goes on, after "page" `reload`, after "network" either the page itself or `reload`.
        """

    def screenshot(self, file: Path) -> None:
        """Write what is on the screen as a PNG."""


@dataclass(frozen=True)
class Kind:
    """One engine that may be asked for: what keeps it from being driven here ("" is nothing), and how to make it."""

    name: str

    def missing(self) -> str:
        """Why it cannot be driven on this machine, in words; "" where it can."""
        try:
            module = importlib.import_module(f"tests.engines.{self.name}")
        except ModuleNotFoundError as error:
            return f"{self.name}: {error}"
        missing: Callable[[], str] = module.missing
        return missing()

    def make(self, profile: Path) -> Engine:
        """An engine on this profile folder, not started."""
        module: Any = importlib.import_module(f"tests.engines.{self.name}")
        engine: Engine = module.engine(profile)
        return engine


def engines() -> list[Any]:
    """A pytest parameter for each engine; one that cannot be driven here is skipped with its reason in words."""
    return [_parameter(Kind(name)) for name in NAMES]


def _parameter(kind: Kind) -> Any:
    missing = kind.missing()
    return pytest.param(kind, id=kind.name, marks=[pytest.mark.skip(missing)] if missing else [])
