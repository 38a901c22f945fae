"""What cases and complaints ask for, on the desk's due list: worked out from the registers each time, beside what the
floor owes.
"""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

import msgspec

from observation_forms import Catalogue
from server.cases import register as cases
from server.cases.clocks import Clock
from server.complaints import register as complaints
from server.desk_records.store import DeskRecord, called, reach_of
from server.due.due_page import DueFilter
from server.evidence.times import write_instant
from server.identity.permissions import Permission
from server.identity.viewer import Viewer


class DeskLine(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a case or complaint asks for and that is not done."""

    address: str
    called: str
    what: str
    state: str
    service: str
    unit: str
    due_at: str


def read_desk_lines(
    connection: sqlite3.Connection, catalogue: Catalogue, viewer: Viewer, wanted: DueFilter, now: datetime
) -> list[DeskLine]:
    """What is open or late of what the viewer may see, the earliest first; nothing for the other states."""
    if wanted.state not in ("open", "late") or wanted.who in ("floor", "deputy"):
        return []
    found = [
        DeskLine(
            address=f"/{record.register}s/{record.id}",
            called=called(record),
            what=clock.what,
            state=clock.state(now),
            service=record.service,
            unit=record.unit,
            due_at=write_instant(clock.due_at),
        )
        for record, clock in _open_clocks(connection, catalogue, viewer, now)
        if wanted.service in ("", record.service) and wanted.unit in ("", record.unit)
    ]
    return sorted(
        (line for line in found if wanted.state == "open" or line.state == "overdue"),
        key=lambda line: (line.due_at, line.called, line.what),
    )


def _open_clocks(
    connection: sqlite3.Connection, catalogue: Catalogue, viewer: Viewer, now: datetime
) -> Iterator[tuple[DeskRecord, Clock]]:
    for line in cases.read_lines(connection, reach_of(viewer, Permission.READ_CASES), now):
        for clock in line.open_clocks:
            yield line.case, clock
    reach = reach_of(viewer, Permission.READ_COMPLAINTS)
    evidence = viewer.scope(Permission.READ_EVIDENCE).within(reach.services)
    for one in complaints.read_lines(connection, catalogue, reach, evidence, now):
        for clock in one.open_clocks:
            yield one.complaint, clock
