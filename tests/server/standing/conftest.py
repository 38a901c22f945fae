"""A floor on which whole shifts are recorded."""

import pytest

from tests.server.due.shift import Shift
from tests.server.world import World


@pytest.fixture
def shift(world: World) -> Shift:
    return Shift(world)
