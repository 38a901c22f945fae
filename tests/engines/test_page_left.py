"""A page of the app is left for another one, as an address that is typed or a link in a message does it.

WebKit keeps the page that was left, for a "back". It kept it with its open transaction and its locks: nobody unlocked
the next page, and nothing was sent, until the window was closed.
"""

from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.engines.engine import Engine
from tests.engines.hands import (
    address,
    all_sent,
    be,
    begin,
    enrol,
    fill,
    kept,
    save,
    type_into,
    unlock,
    wait_for,
    wait_until,
)

NOTE = '[name="went_well"]'
BACK = "setTimeout(() => history.back(), 50)"


def test_a_page_left_right_after_saving_bars_the_next_from_nothing(
    server: RunningServer, engine: Engine
) -> None:
    enrol(engine, server)
    be(engine)
    for path in ("people", "sent"):
        begin(engine)
        fill(engine, practice_observation(), example_answers("evening_care_all_met"))
        save(engine)
        engine.open(f"{server.origin}/tablet/{path}")
        unlock(engine)
        wait_for(engine, f'[data-screen="{path}"]')
        all_sent(engine)
        engine.open(f"{server.origin}/tablet/")
        be(engine)


def test_going_back_to_a_page_that_was_left_gives_the_form_and_all_that_was_typed(
    server: RunningServer, engine: Engine
) -> None:
    enrol(engine, server)
    be(engine)
    draft = begin(engine)
    type_into(engine, NOTE, "She asked for the window to be opened.")
    if engine.name != "webkit":
        # Chromium throws the page away, and Firefox may: the last quarter of a second goes with it
        kept(engine)
    engine.run("window.left = true")
    engine.open(f"{server.origin}/tablet/people")
    unlock(engine)
    wait_for(engine, '[data-screen="people"]')
    engine.run(BACK)
    wait_until(engine, "return !window.left && location.pathname === arguments[0]", f"/tablet/form/{draft}")
    unlock(engine)
    words = wait_until(engine, "return shown(arguments[0])?.value", NOTE)
    assert words == "She asked for the window to be opened."
    assert address(engine) == f"/tablet/form/{draft}"
