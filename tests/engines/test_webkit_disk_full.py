"""A full disk under WebKit, where a transaction aborts and gives no error: the words stay, and nothing is claimed."""

import pytest

from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.engines.disk import Disk
from tests.engines.engine import Engine, engines
from tests.engines.hands import (
    all_sent,
    be,
    begin,
    check,
    enrol,
    fill,
    kept,
    resume,
    run,
    tap,
    type_into,
    value,
    wait_for,
    wait_text,
    wait_until,
    waiting,
)
from tests.model import tally

pytestmark = pytest.mark.parametrize("kind", [each for each in engines() if each.id == "webkit"])

DISK_FULL = 8
MEGABYTES = 64
NOTE = '[name="went_well"]'
WORDS = "She asked before she moved the chair. "
# How much of a draft stands in the store; its words are encrypted there
STORED = """
    const { Store } = await import("/pwa/js/database.mjs");
    const store = new Store({ onLost() {} });
    const row = await store.get("draft", arguments[0]).finally(() => store.close());
    return row.box.data.byteLength > arguments[1]"""


def test_what_is_typed_on_a_full_disk_stays_on_screen_and_is_kept_once_there_is_room(
    server: RunningServer, on_disk: Engine, disk: Disk
) -> None:
    enrol(on_disk, server)
    be(on_disk)
    draft = begin(on_disk)
    type_into(on_disk, NOTE, WORDS)
    kept(on_disk)
    # What fits into what SQLite holds already is kept on a full disk too; four million letters fit into nothing
    for size in (20_000, 4_000_000):
        words = WORDS * (size // len(WORDS))
        disk.fill()
        type_into(on_disk, NOTE, words)
        wait_until(on_disk, f"if (shown('#draft-not-saved')) return true; {STORED}", draft, len(words))
        assert value(on_disk, NOTE) == words
        assert not run(on_disk, "return Boolean(shown('#blocked'))")
        disk.free()
        wait_until(on_disk, f"if (shown('#draft-not-saved')) return false; {STORED}", draft, len(words))
        on_disk.kill("browser")
        on_disk.start()
        on_disk.open(f"{server.origin}/tablet/")
        be(on_disk)
        resume(on_disk, draft)
        assert value(on_disk, NOTE) == words
        tally.count(DISK_FULL, 1, 0)


def test_a_record_is_called_saved_on_a_full_disk_only_if_it_outlives_a_kill(
    server: RunningServer, on_disk: Engine, disk: Disk
) -> None:
    enrol(on_disk, server)
    be(on_disk)
    server.kill()
    claimed = set()
    for _ in range(3):
        made = begin(on_disk)
        fill(on_disk, practice_observation(), example_answers("evening_care_all_met"))
        check(on_disk)
        disk.fill()
        tap(on_disk, "#save")
        wait_for(on_disk, "#save-problem, #saved-heading")
        if run(on_disk, "return Boolean(shown('#save-problem'))"):
            disk.free()
            tap(on_disk, "#save")
            wait_text(on_disk, "#saved-heading", "Saved on this tablet")
        claimed.add(made)
        on_disk.kill("browser")
        disk.free()
        on_disk.start()
        on_disk.open(f"{server.origin}/tablet/")
        be(on_disk)
        assert claimed <= waiting(on_disk)
        tap(on_disk, ".bar-brand")
        wait_for(on_disk, "#start")
    server.start()
    all_sent(on_disk)
    assert {row["record"] for row in server.rows("SELECT record FROM entry")} == claimed
    tally.count(DISK_FULL, len(claimed), 0)
