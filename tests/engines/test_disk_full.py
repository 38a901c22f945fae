"""No room, under Firefox (its disk is full) and Chromium (its quota is): the words stay on screen, nothing is claimed.

Not Chromium on a full disk: it then throws away all that the site keeps, within seconds, whatever was promised.
"""

import random
import time

import pytest

from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.engines.chromium import Chromium
from tests.engines.disk import Disk
from tests.engines.engine import Engine, engines
from tests.engines.hands import (
    PATIENCE,
    all_sent,
    be,
    begin,
    check,
    enrol,
    fill,
    kept,
    resume,
    run,
    save,
    tap,
    type_into,
    value,
    wait_for,
    wait_until,
    waiting,
)
from tests.model import tally

FIREFOX = pytest.mark.parametrize("kind", [each for each in engines() if each.id == "firefox"])
CHROMIUM = pytest.mark.parametrize("kind", [each for each in engines() if each.id == "chromium"])

DISK_FULL = 8
MEGABYTES = 400
NOTE = '[name="went_well"]'
# Random, as a store that compresses would make nothing of words that repeat
LONG = "".join(random.Random(8).choices("abcdefghijklmnopqrstuvwxyz ", k=60_000)).strip()


@FIREFOX
def test_what_is_typed_on_a_full_disk_stays_on_screen_and_is_there_after_a_kill_once_it_is_called_kept(
    server: RunningServer, on_disk: Engine, disk: Disk
) -> None:
    enrol(on_disk, server)
    be(on_disk)
    draft = begin(on_disk)
    type_into(on_disk, NOTE, "She asked first.")
    kept(on_disk)
    disk.fill()
    type_into(on_disk, NOTE, LONG)
    # Either there was room kept for it, or it is said that there is none
    wait_until(on_disk, "return shown('#draft-not-saved') || shown('#draft-saved')")
    assert value(on_disk, NOTE) == LONG
    disk.free()
    type_into(on_disk, NOTE, f"{LONG} And then?")
    kept(on_disk)
    wait_until(on_disk, "return !shown('#draft-not-saved')")
    on_disk.kill("browser")
    on_disk.start()
    on_disk.open(f"{server.origin}/tablet/")
    be(on_disk)
    resume(on_disk, draft)
    assert value(on_disk, NOTE) == f"{LONG} And then?"
    tally.count(DISK_FULL, 1, 0)


@CHROMIUM
def test_what_is_typed_past_the_quota_is_called_not_saved_stays_on_screen_and_is_kept_once_there_is_room(
    server: RunningServer, engine: Chromium
) -> None:
    enrol(engine, server)
    be(engine)
    draft = begin(engine)
    type_into(engine, NOTE, "She asked first.")
    kept(engine)
    engine.command("Storage.overrideQuotaForOrigin", origin=server.origin, quotaSize=1)
    # Chromium goes on for some while with what it has measured before
    until = time.monotonic() + PATIENCE
    while not run(engine, "return Boolean(shown('#draft-not-saved'))"):
        assert time.monotonic() < until
        type_into(engine, NOTE, str(random.random()))
        time.sleep(1)
    type_into(engine, NOTE, LONG)
    time.sleep(1)
    assert value(engine, NOTE) == LONG
    assert run(engine, "return Boolean(shown('#draft-not-saved')) && !shown('#draft-saved')") is True
    engine.command("Storage.overrideQuotaForOrigin", origin=server.origin)
    wait_until(engine, "return !shown('#draft-not-saved')")
    kept(engine)
    engine.kill("browser")
    engine.start()
    engine.open(f"{server.origin}/tablet/")
    be(engine)
    resume(engine, draft)
    assert value(engine, NOTE) == LONG
    tally.count(DISK_FULL, 1, 0)


@FIREFOX
def test_a_record_is_called_saved_on_a_full_disk_only_if_it_outlives_a_kill(
    server: RunningServer, on_disk: Engine, disk: Disk
) -> None:
    enrol(on_disk, server)
    be(on_disk)
    server.kill()
    made = begin(on_disk)
    fill(on_disk, practice_observation(), example_answers("evening_care_all_met", went_well=LONG[:400]))
    kept(on_disk)
    check(on_disk)
    disk.fill()
    tap(on_disk, "#save")
    wait_for(on_disk, "#save-problem:not(:empty), #saved-heading")
    saved = bool(run(on_disk, "return Boolean(shown('#saved-heading'))"))
    on_disk.kill("browser")
    disk.free()
    on_disk.start()
    on_disk.open(f"{server.origin}/tablet/")
    be(on_disk)
    waits = waiting(on_disk)
    assert made in waits or not saved
    if not waits:
        tap(on_disk, ".bar-brand")
        resume(on_disk, made)
        assert save(on_disk) == made
    server.start()
    all_sent(on_disk)
    assert [row["record"] for row in server.rows("SELECT record FROM entry")] == [made]
    tally.count(DISK_FULL, 1, 0)
