"""A floor on which one person was supported and a colleague watched."""

import pytest

from observation_forms import Catalogue, load_catalogue
from tests.server.evidence.floor import Floor
from tests.server.world import World


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Every published form."""
    return load_catalogue()


@pytest.fixture
def floor(world: World, catalogue: Catalogue) -> Floor:
    """An enrolled tablet in Alder House, on which Amina records."""
    return Floor(world, catalogue)
