"""What is written down when somebody signs in on a tablet. Jobs for `Database.write`; the PIN is checked between them
in a thread (`passwords.py`).
"""

import sqlite3
from datetime import datetime

import msgspec

from server.identity import audit
from server.identity.attempts import Begun, begin_attempt, forgive
from server.identity.pins import PinAccount, counters_for, find_on_tablet, set_pin
from server.identity.signing_keys import Certificate, certify, register_key
from server.identity.tablets import Tablet
from server.server_keys import ServerKeys


class SignedIn(msgspec.Struct, frozen=True):
    """What the tablet is told of whoever signed in."""

    staff: str
    name: str
    role: str
    key: str
    certificate: Certificate
    pin_set_at: str
    data_key: str


def begin(
    connection: sqlite3.Connection, tablet: Tablet, staff: str, now: datetime
) -> tuple[Begun, PinAccount | None]:
    """Count a try and find whose it is; None when nobody with that id may sign in on this tablet (and nothing is
    counted).
    """
    account = find_on_tablet(connection, staff, tablet.service, now)
    if account is None or not account.kept:
        return Begun(0), account
    return begin_attempt(connection, counters_for(staff, tablet.id), now), account


def refuse(connection: sqlite3.Connection, tablet: Tablet, staff: str, host: str, now: datetime) -> None:
    """A wrong PIN was tried."""
    audit.note_some(connection, "pin_wrong", now, about=staff, tablet=tablet.id, address=host)


def still_the_same(
    connection: sqlite3.Connection, account: PinAccount, tablet: Tablet, now: datetime
) -> bool:
    """Whether the PIN that was checked is still the person's: the desk may have reset it meanwhile."""
    found = find_on_tablet(connection, account.staff, tablet.service, now)
    return found is not None and found.kept == account.kept


def change_pin(
    connection: sqlite3.Connection, tablet: Tablet, account: PinAccount, hashed: str, now: datetime
) -> str:
    """Keep the person's own new PIN; the instant it is known by. Their keys on other tablets are asked for anew."""
    set_at = set_pin(connection, account.staff, hashed, now)
    what = "pin_set" if account.first else "pin_changed"
    audit.note(connection, what, now, who=account.staff, tablet=tablet.id)
    return set_at


def accept(
    connection: sqlite3.Connection,
    tablet: Tablet,
    account: PinAccount,
    begun: Begun,
    point: bytes,
    hashed: str,
    now: datetime,
    *,
    opened: bool,
) -> tuple[str, str]:
    """Take the person's new PIN, if any, and their key; (key id, since when the PIN is theirs). `opened`: the tablet
    was given its data key with it.

    Raises `KeyFault` when the key cannot be theirs.
    """
    forgive(connection, begun)
    set_at = change_pin(connection, tablet, account, hashed, now) if hashed else account.set_at
    key = register_key(connection, account.staff, tablet.id, point, now)
    details = "the tablet's store was opened by the server" if opened else ""
    audit.note(connection, "tablet_signed_in", now, who=account.staff, tablet=tablet.id, details=details)
    return key, set_at


def certificate_for(connection: sqlite3.Connection, keys: ServerKeys, log: str, key: str) -> Certificate:
    """The server's word for a key it keeps."""
    row = connection.execute("SELECT * FROM signing_key WHERE id = ?", (key,)).fetchone()
    return certify(keys, log, row["staff"], row["tablet"], row["point"], row["made_at"])


def service_of_tablet(connection: sqlite3.Connection, tablet: str) -> str:
    """The service of a tablet, in use or retired; "" when there is none such, or it was lost: whoever has that one's
    store must not have it opened by way of another tablet.
    """
    row = connection.execute(
        "SELECT service FROM tablet WHERE id = ? AND revoked_why <> 'lost'", (tablet,)
    ).fetchone()
    return row["service"] if row else ""
