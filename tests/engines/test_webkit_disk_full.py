"""A full disk under WebKit, where a transaction aborts and gives no error: the words stay, and nothing is claimed."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.engines.disk import Disk, small_disk
from tests.engines.engine import Engine, Kind, engines
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


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """A disk that has room for a profile, and can be filled."""
    yield from small_disk(tmp_path / "disk", MEGABYTES)


@pytest.fixture
def engine(kind: Kind, disk: Disk) -> Iterator[Engine]:
    """A window on a profile that stands on the small disk."""
    engine = kind.make(disk.folder / "profile")
    engine.start()
    yield engine
    engine.stop()


def test_what_is_typed_on_a_full_disk_stays_on_screen_and_is_kept_once_there_is_room(
    server: RunningServer, engine: Engine, disk: Disk
) -> None:
    enrol(engine, server)
    be(engine)
    draft = begin(engine)
    type_into(engine, NOTE, WORDS)
    kept(engine)
    # What fits into what SQLite holds already is kept on a full disk too; four million letters fit into nothing
    for size in (20_000, 4_000_000):
        words = WORDS * (size // len(WORDS))
        disk.fill()
        type_into(engine, NOTE, words)
        wait_until(engine, f"if (shown('#draft-not-saved')) return true; {STORED}", draft, len(words))
        assert value(engine, NOTE) == words
        assert not run(engine, "return Boolean(shown('#blocked'))")
        disk.free()
        wait_until(engine, f"if (shown('#draft-not-saved')) return false; {STORED}", draft, len(words))
        engine.kill("browser")
        engine.start()
        engine.open(f"{server.origin}/tablet/")
        be(engine)
        resume(engine, draft)
        assert value(engine, NOTE) == words
        tally.count(DISK_FULL, 1, 0)


def test_a_record_is_called_saved_on_a_full_disk_only_if_it_outlives_a_kill(
    server: RunningServer, engine: Engine, disk: Disk
) -> None:
    enrol(engine, server)
    be(engine)
    server.kill()
    claimed = set()
    for _ in range(3):
        made = begin(engine)
        fill(engine, practice_observation(), example_answers("evening_care_all_met"))
        check(engine)
        disk.fill()
        tap(engine, "#save")
        wait_for(engine, "#save-problem, #saved-heading")
        if run(engine, "return Boolean(shown('#save-problem'))"):
            disk.free()
            tap(engine, "#save")
            wait_text(engine, "#saved-heading", "Saved on this tablet")
        claimed.add(made)
        engine.kill("browser")
        disk.free()
        engine.start()
        engine.open(f"{server.origin}/tablet/")
        be(engine)
        assert claimed <= waiting(engine)
        tap(engine, ".bar-brand")
        wait_for(engine, "#start")
    server.start()
    all_sent(engine)
    assert {row["record"] for row in server.rows("SELECT record FROM entry")} == claimed
    tally.count(DISK_FULL, len(claimed), 0)
