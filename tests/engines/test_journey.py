"""One practice observation, from a tablet without a network to the ledger, in every engine."""

import pytest

from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.engines.chromium import Chromium
from tests.engines.engine import Engine, engines
from tests.engines.firefox import Firefox
from tests.engines.hands import (
    all_sent,
    be,
    begin,
    enrol,
    fill,
    save,
    waiting,
)
from tests.model import tally

CRASH = 5


def test_an_observation_made_without_a_server_outlives_a_kill_and_is_delivered_once(
    server: RunningServer, engine: Engine
) -> None:
    enrol(engine, server)
    be(engine)
    server.kill()
    made = begin(engine)
    fill(engine, practice_observation(), example_answers("evening_care_all_met"))
    assert save(engine) == made
    engine.kill("browser")
    engine.start()
    engine.open(f"{server.origin}/tablet/outbox")
    assert waiting(engine) == {made}
    engine.reload()
    assert waiting(engine) == {made}
    server.start()
    engine.open(f"{server.origin}/tablet/")
    be(engine)
    all_sent(engine)
    assert [row["record"] for row in server.rows("SELECT record FROM entry")] == [made]
    tally.count(CRASH, 1, 0)


# WebKitGTK has no way to cut its network: the server that is gone, above, is all it can be shown
@pytest.mark.parametrize("kind", [each for each in engines() if each.id != "webkit"])
def test_an_observation_made_while_the_browser_is_offline_outlives_a_kill_and_is_delivered_once(
    server: RunningServer, engine: Chromium | Firefox
) -> None:
    enrol(engine, server)
    be(engine)
    engine.offline(True)
    assert engine.run("return navigator.onLine") is False
    made = begin(engine)
    fill(engine, practice_observation(), example_answers("evening_care_all_met"))
    assert save(engine) == made
    engine.kill("browser")
    engine.start()
    engine.offline(True)
    engine.open(f"{server.origin}/tablet/")
    be(engine)
    assert waiting(engine) == {made}
    assert server.rows("SELECT record FROM entry") == []
    engine.offline(False)
    all_sent(engine)
    assert [row["record"] for row in server.rows("SELECT record FROM entry")] == [made]
    tally.count(CRASH, 1, 0)
