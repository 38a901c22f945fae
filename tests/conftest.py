"""What every test may ask for. The cast and their provider are in tests/server/world.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from tests.server.world import World


@pytest.fixture
def world(tmp_path: Path) -> World:
    """A provider of its own for this test."""
    return World(tmp_path)


@pytest.fixture
def stranger(world: World) -> Iterator[TestClient[Litestar]]:
    """A browser in which nobody is signed in."""
    with world.client() as client:
        yield client


@pytest.fixture
def ben(world: World) -> Iterator[TestClient[Litestar]]:
    """The deputy's desk browser."""
    with world.signed_in("ben") as client:
        yield client


@pytest.fixture
def chidi(world: World) -> Iterator[TestClient[Litestar]]:
    """The registered manager's desk browser."""
    with world.signed_in("chidi") as client:
        yield client


@pytest.fixture
def oak(world: World) -> Iterator[TestClient[Litestar]]:
    """A tablet enrolled in Alder House."""
    with world.tablet() as client:
        yield client
