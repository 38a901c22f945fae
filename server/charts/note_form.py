"""What is typed about a day on a chart, read and checked."""

from collections.abc import Collection, Mapping
from datetime import date

from server.charts.store import ChartNote
from server.evidence.times import read_day
from server.measures.catalogue import MEASURES

KINDS: Mapping[str, str] = {
    "change": "Something changed on that day",
    "rebase": "Work the limits out anew from that day",
}
SHORTEST, LONGEST = 10, 500


def read_note(
    typed: Mapping[str, str],
    id: str,
    units: Mapping[str, str],
    today: date,
    measures: Collection[str] = tuple(MEASURES),
) -> tuple[ChartNote, dict[str, str]]:
    """The note as it would be kept, and what is to be put right by field. `units` are those of the chosen service,
    `measures` the codes of what has charts in it.
    """
    note = ChartNote(
        id=id,
        service=typed.get("service", ""),
        unit=typed.get("unit", ""),
        measure=typed.get("measure", ""),
        day=typed.get("day", "").strip(),
        rebases=typed.get("kind") == "rebase",
        words=" ".join(typed.get("words", "").split()),
    )
    return note, dict(_faults(note, typed.get("kind", ""), units, today, measures))


def read_why(typed: Mapping[str, str]) -> str:
    """The reason for taking a note back, or "" when it says too little."""
    why = " ".join(typed.get("why", "").split())
    return why if SHORTEST <= len(why) <= LONGEST and why.isprintable() else ""


def _faults(
    note: ChartNote, kind: str, units: Mapping[str, str], today: date, measures: Collection[str]
) -> list[tuple[str, str]]:
    day = read_day(note.day)
    checks = (
        ("measure", note.measure in measures, "Choose the measure whose chart it is."),
        ("unit", note.unit in ("", *units), "Choose the whole service, or one of its units."),
        ("kind", kind in KINDS, "Choose what the chart should show."),
        ("day", day is not None, "Choose the day."),
        ("day", day is None or day <= today, "Choose today or a day before: a chart shows what has been."),
        (
            "words",
            SHORTEST <= len(note.words) <= LONGEST and note.words.isprintable(),
            f"Write what changed and why it matters here, in {SHORTEST} to {LONGEST} letters.",
        ),
    )
    return [(field, words) for field, sound, words in checks if not sound]
