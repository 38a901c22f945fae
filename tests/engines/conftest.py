"""A house, a server and a tablet in each engine."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import house, nursery, server
from tests.engines.engine import Engine, Kind, engines

__all__ = ["house", "nursery", "server"]


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
    engine = kind.make(tmp_path / "profile")
    engine.start()
    yield engine
    engine.stop()
