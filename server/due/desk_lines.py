"""What cases ask for, on the desk's due list: worked out from the register each time, beside what the floor owes."""

import sqlite3
from datetime import datetime

import msgspec

from server.cases.register import read_lines
from server.desk_records.store import called, reach_of
from server.due.due_page import DueFilter
from server.evidence.times import write_instant
from server.identity.permissions import Permission
from server.identity.viewer import Viewer


class DeskLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a case asks for and that is not done."""

    address: str
    called: str
    what: str
    state: str
    service: str
    unit: str
    due_at: str


def read_desk_lines(
    connection: sqlite3.Connection, viewer: Viewer, wanted: DueFilter, now: datetime
) -> list[DeskLine]:
    """What is open or late in the cases that the viewer may see, the earliest first; nothing for the other states."""
    if wanted.state not in ("open", "late") or wanted.who in ("floor", "deputy"):
        return []
    reach = reach_of(viewer, Permission.READ_CASES)
    found = [
        DeskLine(
            address=f"/cases/{line.case.id}",
            called=called(line.case),
            what=clock.what,
            state=line.state(clock),
            service=line.case.service,
            unit=line.case.unit,
            due_at=write_instant(clock.due_at),
        )
        for line in read_lines(connection, reach, now)
        for clock in line.open_clocks
        if wanted.service in ("", line.case.service) and wanted.unit in ("", line.case.unit)
    ]
    return sorted(
        (line for line in found if wanted.state == "open" or line.state == "overdue"),
        key=lambda line: (line.due_at, line.called, line.what),
    )
