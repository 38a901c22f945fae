"""Drills as a tablet makes them: a note, and what came of it, sealed and sent."""

import json
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from server.evidence.times import write_instant
from tests.server.due.shift import Shift

BEFORE, AFTER = "boot-before", "boot-after"


def later(instant: str, minutes: float) -> str:
    """So many minutes after an instant."""
    return write_instant(datetime.fromisoformat(instant) + timedelta(minutes=minutes))


def clock(boot: str, offset: int = 0) -> dict[str, Any]:
    """The clock of a body sealed in this start of the app, `offset` ms behind the server's."""
    return {"wall": 1_795_169_100_000, "monotonic": 60_000, "boot": boot, "offset": [offset, 10, 1000]}


def note(shift: Shift, began: str, **more: Any) -> bytes:
    """The note of a drill that began then."""
    return shift.seal("wifi_drill", began, "a_note", **{"clock": clock(BEFORE)} | more)


def result(shift: Shift, began: str, of: bytes | None, /, outcome: str = "passed", **said: Any) -> bytes:
    """What came of it, by the tablet's word. `said` changes or, with None, takes out an answer; `clock` and `record`
    are the body's.
    """
    body = {name: said.pop(name) for name in ("clock", "recorded_at", "spawned_by") if name in said}
    answers = {
        "happened_at": began,
        "outcome": outcome,
        "away_at": later(began, 0.5),
        "saved_at": later(began, 1),
        "reopened_at": later(began, 2),
        "found_at": later(began, 2.5),
        "back_at": later(began, 3),
        "received_at": later(began, 3),
        "digest": sha256(of).hexdigest() if of else "",
        "boot_before": BEFORE,
        "boot_after": AFTER,
        "store": "kept",
    } | said
    answers = {name: value for name, value in answers.items() if value}
    spawned_by = f"{json.loads(of)['record']}/result" if of else ""
    usual: dict[str, Any] = {"clock": clock(AFTER), "spawned_by": spawned_by, "recorded_at": later(began, 4)}
    return shift.tablet.seal(
        **{"form": "wifi_drill_result", "author": "amina", "unit": shift.unit, "happened_at": began}
        | {"answers": answers}
        | usual
        | body
    )


def passes(shift: Shift, began: str, after: float = 3) -> str:
    """A drill that began then and passed, the note received so many minutes later; the id of its result."""
    shift.world.clock.instant = datetime.fromisoformat(later(began, after))
    made = note(shift, began)
    shift.send(made)
    return shift.send(result(shift, began, made))
