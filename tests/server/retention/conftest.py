"""A floor on which one person was supported, whose records have a word of their own, and years that pass."""

import pytest

from observation_forms import Catalogue, load_catalogue
from tests.server.evidence.floor import Floor
from tests.server.retention.years import Years
from tests.server.world import World


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Every published form."""
    return load_catalogue()


@pytest.fixture
def floor(world: World, catalogue: Catalogue) -> Floor:
    """An enrolled tablet in Alder House, on which Amina records."""
    return Floor(world, catalogue)


@pytest.fixture
def years(world: World, floor: Floor) -> Years:
    """Time that passes in leaps, people who leave."""
    return Years(world, floor)
