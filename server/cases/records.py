"""The floor records that a case holds (domain/2 1.5 D3: source floor records).

One record opens one case; a case may hold many, and a record may be added to another case too. A record that few may
see belongs to a restricted case alone.
"""

import sqlite3
from collections.abc import Mapping, Sequence

import msgspec

from server.cases.kinds import CONCERN, INCIDENT, SAFEGUARDING
from server.desk_records.store import DeskRecord, Reach, find
from server.identity.scope import Scope

OPENS: Mapping[str, str] = {
    "senior_oversight": CONCERN,
    "safeguarding_screen": SAFEGUARDING,
    "incident_record": INCIDENT,
    "immediate_concern": CONCERN,
}
"""The forms whose records open cases (F8, F9, F10, F12), with the kind that is proposed."""


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A floor record as the page of a case names it."""

    record: str
    form: str
    title: str
    service: str
    unit: str
    person: str
    happened_at: str
    received_at: str
    restricted: int


def find_record(connection: sqlite3.Connection, record: str, scope: Scope) -> Held | None:
    """A record within the scope, as it stands."""
    condition, values = scope.records("v")
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM record_version v WHERE v.record = ? AND v.current = 1 AND {condition}",  # noqa: S608
        (record, *values),
    ).fetchone()
    return Held(**dict(row)) if row else None


def opened_from(connection: sqlite3.Connection, record: str) -> str:
    """The id of the case that was opened from a record; "" for none."""
    row = connection.execute(
        "SELECT desk FROM case_record WHERE record = ? AND opened = 1", (record,)
    ).fetchone()
    return str(row["desk"]) if row else ""


def hold(connection: sqlite3.Connection, case: DeskRecord, record: str, *, opened: bool) -> None:
    """Let the case hold the record, from the case's last act on. Holding it again changes nothing."""
    connection.execute(
        "INSERT OR IGNORE INTO case_record (record, desk, opened, at) VALUES (?, ?, ?, ?)",
        (record, case.id, int(opened), case.acts[-1].at),
    )


def held_by(connection: sqlite3.Connection, case: str, scope: Scope) -> tuple[list[Held], int]:
    """The records of a case that the scope shows, and how many there are beside them."""
    condition, values = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT {_COLUMNS} FROM case_record c JOIN record_version v ON v.record = c.record AND v.current = 1
        WHERE c.desk = ? AND {condition} ORDER BY v.happened_at, v.record
        """,  # noqa: S608
        (case, *values),
    ).fetchall()
    (count,) = connection.execute("SELECT count(*) FROM case_record WHERE desk = ?", (case,)).fetchone()
    return [Held(**dict(row)) for row in rows], count - len(rows)


def read_cases_of(connection: sqlite3.Connection, record: str, reach: Reach) -> list[DeskRecord]:
    """The cases inside `reach` that hold a record, the first first."""
    rows = connection.execute(
        "SELECT desk FROM case_record WHERE record = ? ORDER BY at, desk", (record,)
    ).fetchall()
    found = (find(connection, row["desk"], "case", reach) for row in rows)
    return [case for case in found if case is not None]


def first_times(connection: sqlite3.Connection, cases: Sequence[str]) -> dict[str, tuple[str, str]]:
    """By case: when the first of its records reached the desk, and when the first of its incidents happened ("")."""
    if not cases:
        return {}
    rows = connection.execute(
        f"""
        SELECT c.desk, min(v.received_at) AS received_at,
            min(v.happened_at) FILTER (WHERE v.form = 'incident_record') AS incident_at
        FROM case_record c JOIN record_version v ON v.record = c.record AND v.current = 1
        WHERE c.desk IN ({", ".join("?" * len(cases))}) GROUP BY c.desk
        """,  # noqa: S608
        tuple(cases),
    )
    return {row["desk"]: (row["received_at"] or "", row["incident_at"] or "") for row in rows}


_COLUMNS = (
    "v.record, v.form, v.title, v.service, v.unit, v.person, v.happened_at, v.received_at, v.restricted"
)
