"""What happened to a tablet, from the audit trail. A job for `Database.read`."""

import sqlite3

import msgspec

from server.identity.audit import EVENTS
from server.identity.permissions import ROLE_NAMES, Role

_MOST = 100
# Who looked into somebody, and why what is kept of them must stay, is for whoever may read the audit trail
_NOT_HERE = ("staff_viewed", "refused", "hold_placed", "hold_lifted", "subject_exported")


class Event(msgspec.Struct, frozen=True):
    """One event: an instant, what happened in words, and who did it ("" = nobody did)."""

    at: str
    words: str
    who: str


def read_history(connection: sqlite3.Connection, id: str) -> list[Event]:
    """What is noted about the tablet or member of staff with this id, the newest first, at most a hundred."""
    rows = connection.execute(
        f"""
        SELECT at, what, coalesce(staff.name, '') AS who, details FROM identity_audit
        LEFT JOIN staff ON staff.id = who
        WHERE about = ? AND what NOT IN ({", ".join("?" * len(_NOT_HERE))})
        ORDER BY identity_audit.id DESC LIMIT ?
        """,  # noqa: S608
        (id, *_NOT_HERE, _MOST),
    )
    return [Event(row["at"], _words(row["what"], row["details"]), row["who"]) for row in rows]


def _words(what: str, details: str) -> str:
    said = EVENTS.get(what, what)
    if details in {*Role}:
        details = ROLE_NAMES[Role(details)].lower()
    return f"{said}: {details}" if details else said
