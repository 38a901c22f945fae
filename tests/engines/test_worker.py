"""The service worker: it serves every address without a server, and does so again after it was stopped."""

import pytest

from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.engines.chromium import Chromium
from tests.engines.engine import Engine, engines
from tests.engines.hands import be, begin, enrol, fill, kept, save, tap, unlock, wait_for, wait_text
from tests.engines.wire import PATIENCE, until

CONTROLLED = "return Boolean(navigator.serviceWorker.controller)"


def test_every_address_opens_and_loads_again_without_a_server(server: RunningServer, engine: Engine) -> None:
    enrol(engine, server)
    be(engine)
    begin(engine)
    fill(engine, practice_observation(), example_answers("evening_care_all_met"))
    made = save(engine)
    tap(engine, "#saved-home")
    draft = begin(engine)
    kept(engine)
    server.kill()
    screens = {
        f"saved/{made}/1": ("saved", "Saved on this tablet"),
        f"form/{draft}": ("form", "When was this?"),
        f"form/{draft}/check": ("check", "to put right before it can be saved"),
        "people": ("people", "AB"),
    }
    for path, (screen, words) in screens.items():
        engine.open(f"{server.origin}/tablet/{path}")
        unlock(engine)
        wait_text(engine, f'[data-screen="{screen}"]', words)
    engine.reload()
    unlock(engine)
    wait_text(engine, '[data-screen="people"]', "AB")


def test_a_worker_that_died_with_its_process_serves_the_app_again_without_a_server(
    server: RunningServer, engine: Engine
) -> None:
    enrol(engine, server)
    be(engine)
    server.kill()
    for _ in range(2):
        engine.kill("page")
        engine.reload()
        be(engine)
        assert engine.run(CONTROLLED) is True


@pytest.mark.parametrize("kind", [each for each in engines() if each.id == "chromium"])
def test_a_worker_that_the_browser_stopped_serves_the_app_again_without_a_server(
    server: RunningServer, engine: Chromium
) -> None:
    enrol(engine, server)
    be(engine)
    server.kill()
    engine.command("ServiceWorker.enable")
    engine.command("ServiceWorker.stopAllWorkers")
    until(lambda: bool(engine.run("return true")) and "stopped" in _states(engine), PATIENCE, "its end")
    engine.reload()
    be(engine)
    wait_for(engine, '#start [data-form="F1"], #start details')
    assert engine.run(CONTROLLED) is True


def _states(engine: Chromium) -> list[str]:
    """In what states Chromium told that its workers were, one after the other."""
    told = [each["params"] for each in engine.heard if each["method"] == "ServiceWorker.workerVersionUpdated"]
    return [str(version["runningStatus"]) for each in told for version in each["versions"]]
