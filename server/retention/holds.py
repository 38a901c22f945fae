"""Legal holds: what must be kept whatever its age, because of a complaint, a claim, an inquiry or the police.

The database itself refuses to destroy what a hold covers (`schema.HOLD_COVERS`), so no page and no command needs to
remember to ask.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from server.evidence.times import LONDON
from server.identity import audit
from server.identity.instants import at
from server.identity.organisation import new_id
from server.retention.at_the_desk import is_desk_held
from server.retention.schema import HOLD_COVERS

KINDS: Mapping[str, str] = {
    "person": "A person supported",
    "staff": "A member of staff",
    "action": "An action",
    "service": "Everything of this service",
    "window": "Everything of this service from one day to another",
}


class Hold(msgspec.Struct, frozen=True):
    """One hold: on what, why, who placed it and when; and the same of its end, "" while it stands."""

    id: str
    kind: str
    subject: str
    service: str
    first: str
    last: str
    why: str
    placed_at: str
    placed_by: str
    lifted_at: str
    lifted_by: str
    lifted_why: str

    @property
    def stands(self) -> bool:
        """Whether it still stops destruction."""
        return not self.lifted_at


class NoSuchHold(LookupError):
    """There is none with this id in the services asked about, or it was lifted already."""


def place(
    connection: sqlite3.Connection,
    kind: str,
    subject: str,
    service: str,
    why: str,
    who: str,
    now: datetime,
    days: tuple[str, str] = ("", ""),
) -> Hold:
    """Let nothing that the hold covers be destroyed from now on. `days` are the first and last of a window, as the
    calendar in London has them.
    """
    first, last = _window(*days) if kind == "window" else ("", "")
    hold = Hold(new_id(), kind, subject, service, first, last, why, at(now), who, "", "", "")
    connection.execute(
        f"INSERT INTO legal_hold VALUES ({', '.join('?' * 12)})",  # noqa: S608
        msgspec.structs.astuple(hold),
    )
    audit.note(connection, "hold_placed", now, who=who, about=subject, details=kind, service=service)
    return hold


def lift(
    connection: sqlite3.Connection, id: str, services: Sequence[str], why: str, who: str, now: datetime
) -> None:
    """End a hold. Raises `NoSuchHold`."""
    hold = next((one for one in read_holds(connection, services) if one.id == id and one.stands), None)
    if hold is None:
        raise NoSuchHold(id)
    connection.execute(
        "UPDATE legal_hold SET lifted_at = ?, lifted_by = ?, lifted_why = ? WHERE id = ?",
        (at(now), who, why, id),
    )
    audit.note(
        connection, "hold_lifted", now, who=who, about=hold.subject, details=hold.kind, service=hold.service
    )


def read_holds(connection: sqlite3.Connection, services: Sequence[str]) -> list[Hold]:
    """The holds of these services: those that stand first, then what was lifted, the newest first."""
    places = ", ".join("?" * len(services))
    rows = connection.execute(
        f"""
        SELECT * FROM legal_hold WHERE service IN ({places})
        ORDER BY lifted_at <> '', max(placed_at, lifted_at) DESC, id
        """,  # noqa: S608
        tuple(services),
    )
    return [Hold(**dict(row)) for row in rows]


def is_held(connection: sqlite3.Connection, subject: str) -> bool:
    """Whether a hold covers a subject of the list (`reached.py`): any of its versions is enough."""
    kind, _, id = subject.partition("/")
    if kind == "desk":
        return is_desk_held(connection, id)
    which = "e.record = ?" if kind == "record" else "e.seq = CAST(? AS INTEGER)"
    row = connection.execute(
        f"SELECT 1 FROM entry e JOIN legal_hold h WHERE {which} AND {HOLD_COVERS} LIMIT 1",  # noqa: S608
        (id,),
    ).fetchone()
    return row is not None


def _window(first: str, last: str) -> tuple[str, str]:
    """The first and the last second of these days in London."""
    ends = (datetime.fromisoformat(f"{first}T00:00:00"), datetime.fromisoformat(f"{last}T23:59:59"))
    begins, over = (at(end.replace(tzinfo=LONDON).astimezone(UTC)) for end in ends)
    return begins, over
