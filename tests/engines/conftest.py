"""A house, a server and a tablet in each engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import house, server
from tests.engines.disk import Disk, small_disk
from tests.engines.engine import Engine, Kind, engines

__all__ = ["house", "server"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test here that asks for a browser: `pytest -m "not browser"` leaves it out."""
    for item in items:
        if "kind" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(params=engines())
def kind(request: pytest.FixtureRequest) -> Any:
    """Each engine in turn."""
    return request.param


@pytest.fixture
def engine(kind: Kind, tmp_path: Path) -> Iterator[Engine]:
    """A tablet's browser, started on a new profile."""
    yield from _started(kind, tmp_path)


@pytest.fixture
def disk(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Disk]:
    """A disk that can be filled, with room for a profile: as many megabytes as the module says."""
    yield from small_disk(tmp_path / "disk", request.module.MEGABYTES)


@pytest.fixture
def on_disk(kind: Kind, disk: Disk) -> Iterator[Engine]:
    """The same browser, on a profile that stands on that disk."""
    yield from _started(kind, disk.folder)


def _started(kind: Kind, folder: Path) -> Iterator[Engine]:
    engine = kind.make(folder / "profile")
    engine.start()
    yield engine
    engine.stop()
