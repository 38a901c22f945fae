"""Records that a tablet holds back because the server would not take them, each with its reason.

The tablet tells ids, numbers and what it was answered, never what is in a record. Its list replaces the one before.
"""

import sqlite3
from collections.abc import Sequence
from typing import Annotated

import msgspec

import server.fleet.schema  # noqa: F401 the tables
from server.identity.permissions import Permission
from server.identity.viewer import Viewer

MOST = 100
Number = Annotated[int, msgspec.Meta(ge=0, le=10**9)]


class ParkedRecord(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of them. `status` is the HTTP status of the last answer, `since` when it was first refused."""

    record: Annotated[str, msgspec.Meta(pattern="^[0-9a-f-]{36}$")]
    version: Number
    number: Number
    sha256: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    status: Annotated[int, msgspec.Meta(ge=0, le=999)]
    tries: Number
    since: Annotated[str, msgspec.Meta(pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$")]

    @property
    def reason(self) -> str:
        """Why the tablet parked it, and so what to do."""
        if self.status == 413:
            return "Too large for this server, or for what stands before it"
        if self.status >= 500:
            return (
                f"The server fails on it, and on no other (code {self.status}): tell whoever looks after it"
            )
        return f"The server refuses it (code {self.status}): tell whoever looks after it"


class ParkedList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that one tablet holds back now; an empty list says that nothing is."""

    parked: Annotated[list[ParkedRecord], msgspec.Meta(max_length=MOST)]


class ParkedOn(msgspec.Struct, frozen=True):
    """How many records a tablet holds back."""

    tablet: str
    name: str
    count: int


def note_parked(connection: sqlite3.Connection, tablet: str, told: ParkedList) -> None:
    """Keep what `tablet` says that it holds back."""
    connection.execute("DELETE FROM parked WHERE tablet = ?", (tablet,))
    connection.executemany(
        "INSERT OR REPLACE INTO parked VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (tablet, one.record, one.version, one.number, one.sha256, one.status, one.tries, one.since)
            for one in told.parked
        ],
    )


_NOT_HERE = "NOT EXISTS (SELECT 1 FROM entry WHERE entry.sha256 = parked.sha256)"


def read_parked(connection: sqlite3.Connection, tablet: str) -> tuple[ParkedRecord, ...]:
    """What `tablet` holds back and the server has not received another way, by number."""
    rows = connection.execute(
        f"""
        SELECT record, version, number, sha256, status, tries, since FROM parked
        WHERE tablet = ? AND {_NOT_HERE} ORDER BY number, record, version
        """,  # noqa: S608
        (tablet,),
    )
    return tuple(ParkedRecord(**dict(row)) for row in rows)


def read_parked_on(connection: sqlite3.Connection, viewer: Viewer) -> Sequence[ParkedOn]:
    """The tablets the viewer may see that hold records back."""
    where, values = viewer.scope(Permission.READ_TABLETS).places("tablet.service", "tablet.unit")
    rows = connection.execute(
        f"""
        SELECT tablet.id AS tablet, tablet.name, count(*) AS count FROM parked JOIN tablet ON tablet.id = tablet
        WHERE {where} AND {_NOT_HERE} GROUP BY tablet.id ORDER BY tablet.name COLLATE NOCASE
        """,  # noqa: S608
        values,
    )
    return [ParkedOn(**dict(row)) for row in rows]
