"""The trail of sign-ins and enrolments: append-only, held so by triggers."""

import sqlite3
from datetime import datetime

from server.identity.instants import at

EVENTS = {
    "signed_in": "Signed in at the desk",
    "sign_in_refused": "Tried to sign in with a wrong email or password",
    "signed_out": "Signed out",
    "password_set": "A new password was set",
    "code_made": "Made an enrolment code",
    "code_refused": "A wrong enrolment code was tried",
    "tablet_enrolled": "A tablet was enrolled",
    "tablet_revoked": "A tablet was taken out of use",
}


def note(
    connection: sqlite3.Connection,
    what: str,
    now: datetime,
    *,
    who: str = "",
    about: str = "",
    address: str = "",
) -> None:
    """Add one event. `who` is a staff id, `about` what it happened to, `address` where from."""
    if what not in EVENTS:
        raise ValueError(f"the audit trail knows no event called {what!r}")
    connection.execute(
        "INSERT INTO identity_audit (at, what, who, about, address) VALUES (?, ?, ?, ?, ?)",
        (at(now), what, who, about, address),
    )
