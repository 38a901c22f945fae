"""What every test may ask for. The cast and their provider are in tests/server/world.py."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.server.world import Browser, World

# On a busy machine an example may take any time, and so may making one up
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A provider of its own for this test, with its app running."""
    with World(tmp_path) as world:
        yield world


@pytest.fixture
def stranger(world: World) -> Browser:
    """A browser in which nobody is signed in."""
    return world.client()


@pytest.fixture
def ben(world: World) -> Browser:
    """The deputy's desk browser."""
    return world.signed_in("ben")


@pytest.fixture
def chidi(world: World) -> Browser:
    """The registered manager's desk browser."""
    return world.signed_in("chidi")


@pytest.fixture
def oak(world: World) -> Browser:
    """A tablet enrolled in Alder House."""
    return world.tablet()
