"""One drill, judged by what the server itself holds: a tablet's word that it passed is looked at again. Pure.

A drill is two records of one tablet: the note, written while the server was away and sealed before a restart, and the
result, sealed after the note's receipt. Each body says in which start of the app it was sealed, and the result names
the note's digest; so what the tablet claims can be held against the bytes that arrived.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from server.evidence.times import read_instant

NOTE_FORM, RESULT_FORM = "wifi_drill", "wifi_drill_result"
FORMS = (NOTE_FORM, RESULT_FORM)

PASSED, FAILED, STOPPED, DOUBTFUL, UNFINISHED, UNDER_WAY = (
    "passed", "failed", "stopped", "doubtful", "unfinished", "under_way",
)  # fmt: skip
WORDS: Mapping[str, str] = {
    PASSED: "Passed",
    FAILED: "Failed",
    STOPPED: "Broken off",
    DOUBTFUL: "Does not fit together",
    UNFINISHED: "Not finished",
    UNDER_WAY: "Under way",
}
# Two clocks are compared: the tablet's, put right by what it knew of ours, and ours
LEEWAY = timedelta(minutes=2)


class Sealed(msgspec.Struct, frozen=True, kw_only=True):
    """What counts of one record of a drill, as it arrived. `boot` and `offset_ms` are the body's; "" and None of one
    that was destroyed.
    """

    record: str
    form: str
    tablet: str
    happened_at: str
    recorded_at: str
    received_at: str
    spawned_by: str
    app: str
    sha256: str
    boot: str
    offset_ms: int | None
    answers: Mapping[str, str]


class Drill(msgspec.Struct, frozen=True, kw_only=True):
    """A drill as it stands. `doubts` are what does not fit, in words; `what` the code of why it did not pass."""

    tablet: str
    state: str
    began_at: str
    note: Sealed | None
    result: Sealed | None
    what: str = ""
    doubts: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """What came of it, in a word or two."""
        return WORDS[self.state]

    @property
    def received_at(self) -> str:
        """When the note arrived, by the server's clock; "" while it has not."""
        return self.note.received_at if self.note else ""

    @property
    def fault(self) -> str:
        """What whoever did it wrote of the tablet itself."""
        return str(self.note.answers.get("fault", "")) if self.note else ""

    @property
    def seconds_to_receipt(self) -> int | None:
        """From the first sign of the server to the receipt; None where the tablet did not see it come back."""
        back = self.result.answers.get("back_at", "") if self.result else ""
        if self.result is None or not back or not self.received_at:
            return None
        seconds = (read_instant(self.received_at) - _corrected(back, self.result)).total_seconds()
        return max(0, round(seconds))


def judge(note: Sealed | None, result: Sealed | None, now: datetime, finish: timedelta) -> Drill:
    """What a note and a result (one of them at least) come to. A note without a result is under way for `finish`."""
    one = result or note
    if one is None:
        raise ValueError("a drill has a note or a result")
    state, what = UNFINISHED, ""
    doubts: tuple[str, ...] = ()
    if result is None:
        state = UNDER_WAY if now - read_instant(one.received_at) < finish else UNFINISHED
    elif (state := result.answers.get("outcome", "")) == PASSED:
        doubts = tuple(_doubts(note, result))
        state = DOUBTFUL if doubts else PASSED
    else:
        state, what = state if state in (FAILED, STOPPED) else DOUBTFUL, result.answers.get("what", "")
    return Drill(
        tablet=one.tablet,
        state=state,
        began_at=one.happened_at,
        note=note,
        result=result,
        what=what,
        doubts=doubts,
    )


def _doubts(note: Sealed | None, result: Sealed) -> list[str]:
    said = result.answers
    if note is None:
        return ["its note never arrived"]
    found = []
    if note.tablet != result.tablet:
        found.append("the note came from another tablet")
    if note.sha256 != said.get("digest"):
        found.append("the note that arrived is not the one that was found")
    if note.boot != said.get("boot_before") or said.get("boot_after", "") in ("", note.boot):
        found.append("no restart lies between the two")
    reopened = said.get("reopened_at", "")
    if not reopened or read_instant(note.received_at) + LEEWAY < _corrected(reopened, result):
        found.append("the note arrived before the restart")
    return found


def _corrected(instant: str, sealed: Sealed) -> datetime:
    return read_instant(instant) + timedelta(milliseconds=sealed.offset_ms or 0)
