"""The failure of iPads, made in WebKit itself: the process that keeps the store is killed under a living page.

Then every call of IndexedDB fails until the page is loaded again (PLATFORM.md, section 4). The app must hold the
screen, set aside what was being typed, load the page, and put it back.
"""

import os
import random
import time
from typing import cast

import pytest

from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.engines.engine import Engine, ScriptFailed, engines
from tests.engines.hands import (
    PATIENCE,
    all_sent,
    be,
    begin,
    check,
    enrol,
    fill,
    go,
    kept,
    lock,
    run,
    tap,
    type_into,
    unlock,
    value,
    wait_for,
    wait_text,
    wait_until,
    waiting,
)
from tests.engines.webkit import WebKit
from tests.model import tally
from tests.server.world import PIN

pytestmark = pytest.mark.parametrize("kind", [each for each in engines() if each.id == "webkit"])

STORE_DIED = 7
NOTE = '[name="went_well"]'
WORDS = "She asked before she moved the chair."
MORE = " Then she waited, and asked again."
LAST = " He said yes."
AGAIN = "The form you were in is back as it was."
# What a person saw before the page went: a window's name outlives the page in it
WATCH = """
    const seen = () => {
        const words = shown("#blocked")?.innerText.trim();
        if (words && !name.includes(words)) name += words;
        if (shown("#saved-heading")) name += `saved ${location.pathname.split("/saved/")[1]}`;
    };
    new MutationObserver(seen).observe(document.body, { subtree: true, childList: true, attributes: true });
"""
UNLOCK = """
    await awaited('#staff [data-staff="amina"]', shown, 10_000);
    await tap('#staff [data-staff="amina"]');
    await awaited(".pad:not([data-off]) .pad-key", shown, 10_000);
    for (const digit of arguments[0]) await tap(`.pad-key[data-key="${digit}"]`);
    await awaited('[data-screen]:not([data-screen="who"])', shown, 10_000);
    return !shown("#blocked");
"""
DRAFTS = """
    const there = [...document.querySelectorAll("#parked [data-draft]")].map((each) => each.dataset.draft);
    return there.sort().join() === arguments[0].join();
"""


@pytest.fixture
def webkit(engine: Engine) -> WebKit:
    """The window, with what only it can do."""
    return cast("WebKit", engine)


def test_a_form_being_typed_in_survives_twice_in_a_row_each_time_with_one_reload(
    server: RunningServer, webkit: WebKit
) -> None:
    write(webkit, server)
    kept(webkit)
    kept_words = WORDS
    for words in (WORDS + MORE, WORDS + MORE + LAST):
        run(webkit, f"name = ''; {WATCH}")
        before = webkit.loads()
        webkit.kill("network")
        typed = type_on(webkit, words)
        loaded_again(webkit, before)
        wait_text(webkit, "#announcement", AGAIN)
        seen = run(webkit, "return name")
        assert seen == "Reconnecting storage. Please wait a moment.", seen
        unlock(webkit)
        wait_for(webkit, "form.observation")
        shows = value(webkit, NOTE)
        assert shows == (words if typed else kept_words)
        kept_words = shows
        assert webkit.loads() == before + 1
        tally.count(STORE_DIED, 1, 0)
    # Loaded afresh, it is in the store again and not only on the screen
    kept(webkit)
    webkit.reload()
    unlock(webkit)
    wait_for(webkit, "form.observation")
    assert value(webkit, NOTE) == kept_words


def test_the_process_dies_again_while_the_app_starts_anew_and_what_was_typed_is_still_there(
    server: RunningServer, webkit: WebKit
) -> None:
    chance = seeded()
    enrol(webkit, server)
    be(webkit)
    begin(webkit)
    typed = ""
    for number in range(4):
        words = f"{typed}{number}: {chance.randrange(10**6)}. "
        before = webkit.loads()
        webkit.kill("network")
        if type_on(webkit, words):
            typed = words
        loaded_again(webkit, before)
        time.sleep(chance.random() * 0.5)
        webkit.kill("network")
        poke(webkit)
        recover(webkit)
        assert value(webkit, NOTE) == typed, number
    tally.count(STORE_DIED, 4, 0)


def test_the_pages_process_dies_after_the_store_and_what_was_typed_is_still_there(
    server: RunningServer, webkit: WebKit
) -> None:
    write(webkit, server)
    kept(webkit)
    before = webkit.loads()
    webkit.kill("network")
    typed = type_on(webkit, WORDS + MORE)
    loaded_again(webkit, before)
    webkit.kill("page")
    webkit.reload()
    recover(webkit)
    assert value(webkit, NOTE) == (WORDS + MORE if typed else WORDS)
    tally.count(STORE_DIED, 1, 0)


def test_at_any_moment_of_saving_the_record_is_a_draft_or_saved_and_never_both(
    server: RunningServer, webkit: WebKit
) -> None:
    chance = seeded()
    enrol(webkit, server)
    be(webkit)
    server.kill()
    promised, made = set(), set()
    for _ in range(4):
        record = begin(webkit)
        made.add(record)
        fill(webkit, practice_observation(), example_answers("evening_care_all_met"))
        check(webkit)
        run(webkit, f"name = ''; {WATCH} document.querySelector('#save').click()")
        time.sleep(chance.random() * 0.12)
        before = webkit.loads()
        webkit.kill("network")
        # The app finds out at its next look into the store, if not at once
        poke(webkit)
        loaded_again(webkit, before)
        if f"saved {record}" in str(run(webkit, "return name")):
            promised.add(record)
        be_again(webkit)
        sealed = waiting(webkit)
        assert promised <= sealed
        tap(webkit, ".bar-brand")
        # Each is in one of the two places, and in no other
        wait_until(webkit, DRAFTS, sorted(made - sealed))
    tally.count(STORE_DIED, len(made), 0)
    server.start()
    all_sent(webkit)
    stored = [row["record"] for row in server.rows("SELECT record FROM entry")]
    assert promised <= set(stored)
    assert len(stored) == len(set(stored))


def test_it_dies_while_the_tablet_is_locked_over_an_open_form(server: RunningServer, webkit: WebKit) -> None:
    write(webkit, server)
    lock(webkit)
    before = webkit.loads()
    webkit.kill("network")
    poke(webkit)
    loaded_again(webkit, before)
    recover(webkit)
    assert value(webkit, NOTE) == WORDS
    # Dead before it locks: the last words are in no store when the person has gone
    before = webkit.loads()
    webkit.kill("network")
    run(
        webkit,
        "write(arguments[0], arguments[1]); document.querySelector('#person').click()",
        NOTE,
        WORDS + MORE,
    )
    poke(webkit)
    loaded_again(webkit, before)
    recover(webkit)
    assert value(webkit, NOTE) == WORDS + MORE
    tally.count(STORE_DIED, 2, 0)


def test_it_dies_on_every_screen_and_each_comes_back(server: RunningServer, webkit: WebKit) -> None:
    enrol(webkit, server)
    be(webkit)
    for path in ("", "outbox", "sent", "actions", "people", "this-tablet", "on-call"):
        go(webkit, f"/tablet/{path}")
        before = webkit.loads()
        webkit.kill("network")
        poke(webkit)
        loaded_again(webkit, before)
        # What shows nothing of anybody stays open while the tablet is locked
        if path in ("outbox", "this-tablet"):
            go(webkit, "/tablet/who")
        be_again(webkit)
    tally.count(STORE_DIED, 7, 0)


def seeded() -> random.Random:
    """Chance that can be had again."""
    seed = int(os.environ.get("SIGHTLINE_SEED") or random.randrange(2**32))
    print(f"SIGHTLINE_SEED={seed}")
    return random.Random(seed)


def write(webkit: WebKit, server: RunningServer) -> None:
    """Enrol the tablet, unlock it, begin a form and write a few words in it."""
    enrol(webkit, server)
    be(webkit)
    begin(webkit)
    type_into(webkit, NOTE, WORDS)


def type_on(webkit: WebKit, words: str) -> bool:
    """Type, as one who has noticed nothing; False where the screen is held and takes nothing any more."""
    script = """
        const field = shown(arguments[0]);
        if (!field || field.closest("[inert]")) return false;
        change(field, arguments[1]);
        return true;
    """
    try:
        return bool(run(webkit, script, NOTE, words))
    except ScriptFailed:
        return False


def poke(webkit: WebKit) -> None:
    """The tablet is woken: the app looks whether its store answers."""
    try:
        run(webkit, "document.dispatchEvent(new Event('visibilitychange'))")
    except ScriptFailed:
        return


def recover(webkit: WebKit) -> None:
    """Unlock, which leads back into the form, wherever the app has got to."""
    be_again(webkit)
    wait_for(webkit, "form.observation")


def be_again(webkit: WebKit) -> None:
    """Unlock. Where the page goes meanwhile, the person begins anew."""
    wait_until(webkit, UNLOCK, PIN)


def loaded_again(webkit: WebKit, before: int) -> None:
    """Wait until the app has loaded its page once more than so often."""
    until = time.monotonic() + PATIENCE
    while webkit.loads() <= before:
        assert time.monotonic() < until, "the page was never loaded again"
        time.sleep(0.01)
