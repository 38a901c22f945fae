"""What stands on the disk after a working day under Firefox and WebKit: nothing personal in clear."""

from pathlib import Path

import pytest

from tests.browser.profile_scan import LEAVE_IN_CLEAR, READ_BACK, found_in_stores, found_on_disk
from tests.browser.running import RunningServer
from tests.browser.steps import example_answers, practice_observation
from tests.browser.test_disk import CONTROL, OTTOLINE, PEREGRINE, PERSON, WORDS, ZEBULON, house
from tests.engines.engine import Engine, engines
from tests.engines.hands import (
    be,
    begin,
    enrol,
    fill,
    kept,
    lock,
    park,
    run,
    save,
    tap,
    type_into,
    unlock,
    wait_for,
)
from tests.engines.mozlz4 import unpacked
from tests.server.world import PIN

__all__ = ["house"]

NOTE = '[name="went_well"]'
# Four letters turn up by chance in the megabytes that Firefox keeps for itself; whose initials they are has a place too
NOT_BY_CHANCE = [word for word in WORDS if len(word) > 4]
# Chromium's day is longer: tests/browser/test_disk.py
OTHERS = pytest.mark.parametrize("kind", [each for each in engines() if each.id != "chromium"])


@OTHERS
def test_nothing_personal_stands_in_clear_on_the_disk_of_the_other_engines(
    server: RunningServer, engine: Engine, tmp_path: Path
) -> None:
    enrol(engine, server)
    for staff in (OTTOLINE, ZEBULON):
        be(engine, staff)
        lock(engine)
    be(engine, PEREGRINE)
    begin(engine)
    seen = {"staff_observed": [ZEBULON], "person_supported": PERSON, "went_well": "Xanthippe first, always."}
    fill(engine, practice_observation(), example_answers("evening_care_all_met", **seen))
    save(engine)
    tap(engine, "#saved-home")
    begin(engine)
    type_into(engine, NOTE, "Slipped on the marmalade.", pause=0.01)
    kept(engine)
    park(engine)
    begin(engine)
    type_into(engine, NOTE, "Moved the quagmire away.", pause=0.01)
    kept(engine)
    engine.kill("browser")
    engine.start()
    engine.open(f"{server.origin}/tablet/")
    unlock(engine, ZEBULON, "111999")
    wait_for(engine, "#pin-problem:not(:empty)")
    engine.open(f"{server.origin}/tablet/sent")
    unlock(engine, PEREGRINE)
    wait_for(engine, '[data-screen="sent"] li a')
    run(engine, f"await ({LEAVE_IN_CLEAR})(arguments[0])", CONTROL)
    stores = run(engine, f"return ({READ_BACK})()")
    assert set(found_in_stores(stores, [CONTROL])) == {CONTROL}
    assert found_in_stores(stores, WORDS) == {}
    engine.kill("browser")
    look(engine, tmp_path / "profile")
    # What a browser writes only when it is closed
    engine.start()
    engine.open(f"{server.origin}/tablet/")
    be(engine, PEREGRINE)
    engine.stop()
    look(engine, tmp_path / "profile")


def look(engine: Engine, profile: Path) -> None:
    """Every file of the profile, and what Firefox packs of its session."""
    for packed in profile.rglob("*lz4"):
        packed.with_suffix(".unpacked").write_bytes(unpacked(packed.read_bytes()))
    assert CONTROL in found_on_disk(profile, [CONTROL])
    assert found_on_disk(profile, [*NOT_BY_CHANCE, f'"{PIN}"']) == {}, engine.name


def test_a_packed_session_of_firefox_is_read() -> None:
    # Four letters, eight more from four back, one letter
    assert unpacked(b"mozLz40\0" + bytes([13, 0, 0, 0, 0x44]) + b"abcd\x04\0\x10e") == b"abcdabcdabcde"
    # A length above fourteen goes on in the next byte
    assert (
        unpacked(b"mozLz40\0" + bytes([20, 0, 0, 0, 0xF0, 5]) + b"abcdefghijklmnopqrst")
        == b"abcdefghijklmnopqrst"
    )
    assert unpacked(b"something else") == b""
