"""The register of cases as people look at it: filtered lines with what is due, the due list, the files."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from server.cases.clocks import Clock, Known, clocks
from server.cases.kinds import KINDS, PATTERNS
from server.cases.records import first_times
from server.cases.standing import assumptions, controls, facts
from server.dated_settings.store import days_of, own_value_at
from server.desk_records.store import DeskRecord, Reach, called, read_register
from server.evidence.times import read_instant, write_instant

STATES: Mapping[str, str] = {"open": "Open", "closed": "Closed", "late": "With something late"}
COLUMNS = (
    "id", "called", "service", "unit", "kind", "state", "pattern", "recognised_at", "opened_at", "decided_at",
    "reviewed_at", "outcome_by", "facts", "assumptions", "controls_in_force", "late",
)  # fmt: skip


class CaseFilter(msgspec.Struct, frozen=True):
    """What to show. "" = any."""

    service: str = ""
    kind: str = ""
    state: str = "open"

    def lets_through(self, line: "Line") -> bool:
        """Whether the line is asked for."""
        states = {"": True, "open": not line.case.closed, "closed": line.case.closed, "late": line.late > 0}
        return (
            self.service in ("", line.case.service)
            and self.kind in ("", line.case.kind)
            and states.get(self.state, True)
        )


class Line(msgspec.Struct, frozen=True):
    """One case with its clocks."""

    case: DeskRecord
    clocks: list[Clock]
    now: datetime

    @property
    def open_clocks(self) -> list[Clock]:
        """What is still to be done; of a closed case nothing."""
        return [] if self.case.closed else [clock for clock in self.clocks if clock.done_at is None]

    @property
    def late(self) -> int:
        """How many of them are late."""
        return sum(clock.state(self.now) == "overdue" for clock in self.open_clocks)

    def state(self, clock: Clock) -> str:
        """A clock's state."""
        return clock.state(self.now)


def read_filter(asked: Mapping[str, Sequence[str]]) -> CaseFilter:
    """The filter that an address names; what makes no sense is left out."""
    wanted = {name: "".join(asked.get(name, ())[:1]) for name in ("service", "kind", "state")}
    if "state" not in asked:
        wanted["state"] = "open"
    wanted["state"] = wanted["state"] if wanted["state"] in STATES else ""
    wanted["kind"] = wanted["kind"] if wanted["kind"] in KINDS else ""
    return CaseFilter(**wanted)


def read_lines(connection: sqlite3.Connection, reach: Reach, now: datetime) -> list[Line]:
    """Every case inside `reach`, what was opened last first."""
    return lines_of(connection, read_register(connection, "case", reach), now)


def lines_of(connection: sqlite3.Connection, cases: Sequence[DeskRecord], now: datetime) -> list[Line]:
    """These cases with their clocks."""
    times = first_times(connection, [case.id for case in cases])
    return [Line(case, clocks(case, known(connection, case, times.get(case.id)), now), now) for case in cases]


def line_of(connection: sqlite3.Connection, case: DeskRecord, now: datetime) -> Line:
    """One case with its clocks."""
    (line,) = lines_of(connection, [case], now)
    return line


def known(connection: sqlite3.Connection, case: DeskRecord, times: tuple[str, str] | None) -> Known:
    """What its records and the settings of its service say."""
    received, incident = times or ("", "")
    days = own_value_at(connection, case.service, "incident_review_days", incident or case.opened_at)
    return Known(
        received_at=read_instant(received) if received else None,
        incident_at=read_instant(incident) if incident else None,
        review_days=int(days),
        follow_up_ends=[
            (since, frozenset(map(int, ends.split())))
            for since, ends in days_of(connection, case.service, "follow_up_days")
        ],
    )


def cells(line: Line, names: Mapping[str, str]) -> dict[str, object]:
    """One case as the columns of a file: codes, days and counts, and nothing that was written by hand."""
    case = line.case
    decided, reviewed, planned = (case.last(what) for what in ("decided", "reviewed", "outcome_set"))
    return {
        "id": case.id,
        "called": called(case),
        "service": names.get(case.service, case.service),
        "unit": names.get(case.unit, case.unit),
        "kind": KINDS[case.kind],
        "state": "Closed" if case.closed else "Open",
        "pattern": PATTERNS.get(case.now("pattern"), ""),
        "recognised_at": case.now("recognised_at"),
        "opened_at": case.opened_at,
        "decided_at": decided.at if decided else "",
        "reviewed_at": reviewed.at if reviewed else "",
        "outcome_by": planned.get("by") if planned else "",
        "facts": len(facts(case)),
        "assumptions": len(assumptions(case)),
        "controls_in_force": len(controls(case)),
        "late": line.late,
    }


def due_at(clock: Clock) -> str:
    """When it is due, as pages write instants."""
    return write_instant(clock.due_at)
