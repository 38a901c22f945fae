"""The drills as a file: every drill of every tablet, with what was measured. Nobody is named in it."""

from collections.abc import Sequence

from server.drills.drill import Drill
from server.drills.reading import DrilledTablet
from server.evidence.evidence_export import csv_lines

_MEASURED = (
    "away_at", "saved_at", "reopened_at", "found_at", "back_at", "digest", "boot_before", "boot_after", "store",
)  # fmt: skip
HEADINGS = (
    "tablet", "unit", "service", "began_at", "outcome", "why", "doubts", *_MEASURED, "received_at",
    "seconds_to_receipt", "build", "note", "result",
)  # fmt: skip


def as_csv(tablets: Sequence[DrilledTablet], why: dict[str, str]) -> bytes:
    """The file, with a byte-order mark for Excel. `why`: the words of the codes."""
    lines = [_line(tablet, drill, why) for tablet in tablets for drill in tablet.drills]
    return b"\xef\xbb\xbf" + csv_lines([HEADINGS, *lines])


def count(tablets: Sequence[DrilledTablet]) -> int:
    """How many lines the file has."""
    return sum(len(tablet.drills) for tablet in tablets)


def _line(tablet: DrilledTablet, drill: Drill, why: dict[str, str]) -> list[object]:
    said = drill.result.answers if drill.result else {}
    seconds = drill.seconds_to_receipt
    return [
        tablet.name,
        tablet.unit,
        tablet.service,
        drill.began_at,
        drill.words,
        why.get(drill.what, drill.what),
        "; ".join(drill.doubts),
        *(said.get(name, "") for name in _MEASURED),
        drill.received_at,
        "" if seconds is None else seconds,
        drill.note.app if drill.note else "",
        drill.note.record if drill.note else "",
        drill.result.record if drill.result else "",
    ]
