"""A code that lets somebody choose their own password, once, within a week.

There is no email: the code is shown once at the desk and handed over in person. It also serves whoever forgot theirs.
Jobs for `Database.write` and `Database.read`.
"""

import sqlite3
from datetime import datetime

import msgspec

import server.staff.schema  # noqa: F401 the table
from server.identity import audit
from server.identity.attempts import Begun, account, address, begin_attempt, forgive
from server.identity.instants import at
from server.identity.passwords import set_password
from server.identity.secret_tokens import hash_code, new_code

DAYS = 7


class Invited(msgspec.Struct, frozen=True):
    """Whose code it is, and what others know of them, of which no password may be made."""

    staff: str
    knows: tuple[str, ...]


def make_first_code(connection: sqlite3.Connection, staff: str, now: datetime, who: str = "") -> str:
    """A code for `staff` to show once, made by `who`. It ends the one before; a password there is goes on working
    until a new one is chosen.
    """
    # Twice as long as what enrols a tablet: it works for a week, not for minutes
    code = f"{new_code()}-{new_code()}"
    connection.execute(
        "INSERT OR REPLACE INTO first_password VALUES (?, ?, ?, ?, ?)",
        (staff, hash_code(code), who, at(now), at(now, days=DAYS)),
    )
    audit.note(connection, "first_password_made", now, who=who, about=staff)
    return code


def begin(connection: sqlite3.Connection, email: str, host: str, now: datetime) -> Begun:
    """Count a try, or say how long to wait first."""
    return begin_attempt(connection, [account("first password", email), address("sign-in", host)], now)


def find_invited(connection: sqlite3.Connection, email: str, code: str, now: datetime) -> Invited | None:
    """Whose email and code these are, if the code still works."""
    row = connection.execute(
        """
        SELECT staff.id, staff.name FROM first_password JOIN staff ON staff.id = first_password.staff
        WHERE email = ? AND code_hash = ? AND expires_at > ? AND (left_at = '' OR left_at > ?)
        """,
        (email, hash_code(code), at(now), at(now)),
    ).fetchone()
    if row is None:
        return None
    services = connection.execute("SELECT name FROM service").fetchall()
    return Invited(row["id"], (row["name"], email, *(service["name"] for service in services)))


def use(
    connection: sqlite3.Connection, staff: str, code: str, hashed: str, begun: Begun, now: datetime
) -> bool:
    """Keep the password and use up the code. False when it was used or replaced meanwhile."""
    used = connection.execute(
        "DELETE FROM first_password WHERE staff = ? AND code_hash = ? RETURNING staff",
        (staff, hash_code(code)),
    ).fetchone()
    if used is None:
        return False
    set_password(connection, staff, hashed, now)
    forgive(connection, begun)
    audit.note(connection, "password_set", now, who=staff, about=staff)
    return True
