"""One practice observation, from a tablet without a network to the ledger, in every engine."""

from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.engines.engine import Engine
from tests.engines.hands import (
    all_sent,
    be,
    begin,
    enrol,
    fill,
    save,
    waiting,
)


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
