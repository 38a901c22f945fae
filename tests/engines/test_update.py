"""A new build arrives while a form is being answered in each of two windows."""

from contextlib import suppress
from pathlib import Path

import pytest

from tests.browser.running import RunningServer, copy_checkout, deploy
from tests.engines.chromium import Chromium
from tests.engines.engine import ScriptFailed, engines
from tests.engines.firefox import Firefox
from tests.engines.hands import (
    be,
    begin,
    enrol,
    kept,
    park,
    resume,
    run,
    tap,
    type_into,
    value,
    wait_for,
    wait_text,
    wait_until,
)

CHANGED = "pwa/js/durations.mjs"
NOTE = '[name="went_well"]'
WORDS = {"amina": "She waited for an answer.", "ben": "He put the brakes on first."}
LOOK = "await (await navigator.serviceWorker.getRegistration('/tablet/')).update()"
WAITS = "return Boolean((await navigator.serviceWorker.getRegistration('/tablet/')).waiting)"
CACHES = "return (await caches.keys()).filter((name) => name.startsWith('sightline-build-'))"


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """A checkout of the next build: this one, with one more line in one file."""
    copy = copy_checkout(tmp_path / "newer")
    with (copy / CHANGED).open("ab") as file:
        file.write(b"export const NEWER = true;\n")
    return copy


# The host for WebKit has one window
@pytest.mark.parametrize("kind", [each for each in engines() if each.id != "webkit"])
def test_a_new_build_waits_for_the_forms_of_both_windows_and_costs_neither_a_word(
    server: RunningServer, engine: Chromium | Firefox, newer: Path
) -> None:
    enrol(engine, server)
    be(engine, "amina")
    other = engine.new_tab(f"{server.origin}/tablet/")
    be(other, "ben")
    windows = {"amina": engine, "ben": other}
    drafts = {staff: begin(tab) for staff, tab in windows.items()}
    for staff, tab in windows.items():
        type_into(tab, NOTE, WORDS[staff][:12])
    old = run(engine, CACHES)

    deploy(server, newer)
    run(other, LOOK)
    wait_until(engine, WAITS)
    for staff, tab in windows.items():
        type_into(tab, NOTE, WORDS[staff])
        kept(tab)
        assert not run(tab, "return Boolean(shown('#notice-update'))")
    park(engine)
    tap(engine, "#accept-update")
    wait_text(engine, "#notice-update", "A form is open in another tab")
    assert value(other, NOTE) == WORDS["ben"]
    park(other)
    wait_for(engine, "#accept-update")
    # It takes the page away under the hand
    with suppress(ScriptFailed):
        tap(engine, "#accept-update")
    wait_until(
        engine,
        "return (await caches.keys()).length === 1 && (await caches.keys())[0] !== arguments[0]",
        old[0],
    )
    for staff, tab in windows.items():
        be(tab, staff)
        resume(tab, drafts[staff])
        assert value(tab, NOTE) == WORDS[staff]
