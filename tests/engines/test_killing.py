"""Each engine is killed at random moments of typing, saving and sending: nothing that was acknowledged is lost."""

import os
import random

from tests.browser.running import RunningServer
from tests.engines.engine import Engine
from tests.engines.hands import be, enrol
from tests.engines.killing import Killing
from tests.model import tally

KILLS = 4
# `make kills` holds a tablet to its quarter second; a machine busy with other tests may write later than that
GRACE_MS = 2_000
CRASH = 5


def test_nothing_acknowledged_is_lost_when_a_process_is_killed_while_somebody_types_saves_and_sends(
    server: RunningServer, engine: Engine
) -> None:
    seed = int(os.environ.get("SIGHTLINE_SEED") or random.randrange(2**32))
    print(f"SIGHTLINE_SEED={seed}")
    enrol(engine, server)
    be(engine)
    killing = Killing(engine, server, random.Random(seed))
    for _ in range(KILLS):
        killing.once(GRACE_MS)
    killing.settle()
    assert [lost for toll in killing.tolls.values() for lost in toll.lost] == []
    tally.count(CRASH, sum(toll.kills for toll in killing.tolls.values()), 0)
