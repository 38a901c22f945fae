"""Nothing asked of Chromium waits for ever, whatever became of the page or of the browser."""

import os
import signal
import time
from threading import Timer

import pytest

from tests.browser.chromium import browser_processes
from tests.engines.chromium import Chromium
from tests.engines.engine import ScriptFailed, engines
from tests.engines.processes import family, kill_all, words_of
from tests.engines.wire import PATIENCE, WireError

CHROMIUM = pytest.mark.parametrize("kind", [each for each in engines() if each.id == "chromium"])


@CHROMIUM
def test_a_page_that_dies_while_it_is_asked_and_after_fails_at_once_and_loads_again(engine: Chromium) -> None:
    engine.open("data:text/html,one")
    [browser] = browser_processes(engine.profile)
    pages = [pid for pid in family(browser) if "--type=renderer" in words_of(pid)]
    death = Timer(1, kill_all, [pages])
    began = time.monotonic()
    death.start()
    with pytest.raises(ScriptFailed, match="died"):
        engine.run("await new Promise(() => {})")
    death.join()
    with pytest.raises(ScriptFailed, match="died"):
        engine.run("return 1")
    engine.reload()
    assert engine.run("return document.body.innerText") == "one"
    assert time.monotonic() - began < PATIENCE / 2


@CHROMIUM
def test_a_browser_that_stands_still_is_given_up_in_time_and_answers_in_turn_afterwards(
    engine: Chromium,
) -> None:
    [browser] = browser_processes(engine.profile)
    os.kill(browser, signal.SIGSTOP)
    try:
        with pytest.raises(WireError, match="never answered"):
            engine.tab.wire.call("Target.getTargets", seconds=0.5)
    finally:
        os.kill(browser, signal.SIGCONT)
    assert engine.run("return 1 + 1") == 2
