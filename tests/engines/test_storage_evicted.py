"""The browser threw away what a tablet kept, as it may when the disk is short: that is noticed and said."""

import shutil
from pathlib import Path

from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.engines.engine import Engine
from tests.engines.hands import be, begin, enrol, fill, save, wait_text
from tests.model import tally

EVICTED = 6
# The folders of a profile that hold what scripts may keep. Cookies stand elsewhere, and stay
STORED = {
    "chromium": (
        "Default/IndexedDB",
        "Default/Local Storage",
        "Default/Service Worker",
        "Default/WebStorage",
    ),
    "firefox": ("storage",),
    "webkit": ("data/storage", "data/databases", "data/localstorage", "data/serviceworkers", "storage"),
}


def test_a_tablet_whose_storage_was_evicted_says_so_and_takes_no_answers_as_if_nothing_had_been(
    server: RunningServer, engine: Engine, tmp_path: Path
) -> None:
    enrol(engine, server)
    be(engine)
    server.kill()
    begin(engine)
    fill(engine, practice_observation(), example_answers("evening_care_all_met"))
    save(engine)
    engine.stop()
    there = [folder for name in STORED[engine.name] if (folder := tmp_path / "profile" / name).is_dir()]
    assert there
    for folder in there:
        shutil.rmtree(folder)
    server.start()
    engine.start()
    engine.open(f"{server.origin}/tablet/")
    wait_text(engine, "#notice-wiped", "store")
    tally.count(EVICTED, 1, 0)
