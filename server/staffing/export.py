"""A staffing week as a file: a line for each shift, and all of it for a program. Nobody is named."""

from collections.abc import Sequence

import msgspec

from server.evidence.evidence_export import csv_lines
from server.staffing.reading import ABSENCE
from server.staffing.shift import ROLES, STATES, Shift
from server.staffing.week import StaffingWeek

HEADINGS = (
    "day", "shift", "unit", *(f"planned_{role}" for role in ROLES), *(f"worked_{role}" for role in ROLES), *ABSENCE,
    "source", "state", "pressure", "reviewed_at", "risk_assessed", "records",
)  # fmt: skip


class ShiftLine(msgspec.Struct, frozen=True, kw_only=True):
    """One shift. Numbers that were not said are null."""

    day: str
    shift: str
    unit: str
    planned: dict[str, int | None]
    worked: dict[str, int | None]
    agency: int | None
    sick: int | None
    uncovered_hours: int | None
    source: str
    state: str
    pressure: str
    reviewed_at: str
    risk_assessed: str
    records: list[str]


class NeedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One change in what people need."""

    day: str
    unit: str
    direction: str
    people: int


class StaffingFile(msgspec.Struct, frozen=True, kw_only=True):
    """The week with its shifts, and what stands beside staffing."""

    service: str
    week: str
    known: int
    expected: int
    exceptions: int
    waiting: int
    agency: int
    sick: int
    uncovered_hours: int
    missed_support: dict[str, int]
    samples: int
    samples_fell_short: int
    staff_feeling: dict[str, int]
    tiredness: dict[str, int]
    talks: int
    complaints: int
    feedback: int
    compliments: int
    complaints_about_staffing: int
    shifts: list[ShiftLine]
    needs: list[NeedLine]


def as_file(week: StaffingWeek, service: str) -> StaffingFile:
    """The week for a program."""
    return StaffingFile(
        service=service,
        week=week.period.label,
        known=week.known,
        expected=week.expected,
        exceptions=len(week.exceptions),
        waiting=len(week.waiting),
        agency=week.total("agency"),
        sick=week.total("sick"),
        uncovered_hours=week.total("uncovered_hours"),
        missed_support=week.missed(),
        samples=week.beside.samples,
        samples_fell_short=week.beside.fell_short,
        staff_feeling=week.said("feeling"),
        tiredness=week.said("tiredness"),
        talks=week.beside.talks,
        complaints=week.beside.received.complaints,
        feedback=week.beside.received.feedback,
        compliments=week.beside.received.compliments,
        complaints_about_staffing=week.beside.received.about_staffing,
        shifts=[_line(shift) for shift in week.shifts],
        needs=[
            NeedLine(day=str(need.day), unit=need.unit, direction=need.direction, people=need.people)
            for need in week.needs
        ],
    )


def as_csv(lines: Sequence[ShiftLine]) -> bytes:
    """The shifts as a spreadsheet, with a byte-order mark for Excel."""
    return b"\xef\xbb\xbf" + csv_lines([HEADINGS, *(_cells(line) for line in lines)])


def _line(shift: Shift) -> ShiftLine:
    figures, decision = shift.figures, shift.decision
    return ShiftLine(
        day=str(shift.day),
        shift=shift.shift,
        unit=shift.unit,
        planned=dict(figures.planned) if figures else dict.fromkeys(ROLES),
        worked=dict(figures.worked) if figures else dict.fromkeys(ROLES),
        agency=figures.agency if figures else None,
        sick=figures.sick if figures else None,
        uncovered_hours=figures.uncovered_hours if figures else None,
        source="desk" if shift.is_typed else "floor" if shift.reviews else "",
        state=STATES[shift.state],
        pressure=", ".join(sorted({review.pressure for review in shift.reviews} - {""})),
        reviewed_at=decision.at if decision else "",
        risk_assessed="" if decision is None else "yes" if decision.risk_assessed else "no",
        records=[review.record for review in shift.reviews],
    )


def _cells(line: ShiftLine) -> list[object]:
    numbers = [*line.planned.values(), *line.worked.values(), line.agency, line.sick, line.uncovered_hours]
    shown = ["" if number is None else number for number in numbers]
    rest = (
        line.source,
        line.state,
        line.pressure,
        line.reviewed_at,
        line.risk_assessed,
        " ".join(line.records),
    )
    return [line.day, line.shift, line.unit, *shown, *rest]
