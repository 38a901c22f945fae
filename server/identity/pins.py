"""PINs: six digits that say who is holding a shared tablet. argon2id, and never known to anybody but their owner.

A first PIN is made at the desk, shown once, works for a week, and must be changed when it is first used. Whoever
forgot theirs gets a new first PIN. A PIN is asked for online once on each tablet; the tablet then opens the person's
own keys with it and keeps no hash of it.

Decided: six digits with the guessable ones refused, and a delay that grows for each person on each tablet and, later,
for the tablet; never for the address, behind which the whole home sits.
Rejected: four digits (ten thousand); letters (gloves, nights, one hand); locking after some wrong tries (a colleague
could shut somebody out of their shift).
"""

import secrets
import sqlite3
from datetime import datetime, timedelta
from itertools import pairwise

import msgspec

from server.identity import audit
from server.identity.attempts import Counter, counter
from server.identity.instants import at, read
from server.identity.organisation import publish_staff
from server.identity.passwords import hash_pin
from server.identity.permissions import ROLE_NAMES, Role

DIGITS = 6
FIRST_PIN_DAYS = 7
_FREE_FOR_PERSON, _FREE_FOR_TABLET = 5, 30

# Those of the commonest that none of the patterns below is
_COMMONEST = """
    123654 159753 147258 258456 147852 741852 852456 456852 789456 456123 321654 963852 159357 951753 102030
    010203 520520 131415 142536 123987 100200 110110 246810 135790 147369 369258 112358 314159 271828 007007
"""
COMMONEST = frozenset(_COMMONEST.split())


class PinAccount(msgspec.Struct, frozen=True):
    """Someone who may sign in on a tablet. `kept` is the hash of their PIN ("" = they have none that works);
    `first` = it must be changed.
    """

    staff: str
    name: str
    role: str
    kept: str
    first: bool
    set_at: str

    @property
    def pin(self) -> str:
        """What the tablet is told of the PIN: "set", "first" or "none"."""
        return "none" if not self.kept else "first" if self.first else "set"


def pin_fault(pin: str) -> str:
    """Why this PIN will not do, with what to do; "" when it will."""
    if len(pin) != DIGITS or not (pin.isascii() and pin.isdigit()):
        return f"A PIN has {DIGITS} digits: choose {DIGITS} digits."
    if _is_guessable(pin):
        return "That PIN is easy to guess: choose digits that follow no pattern."
    return ""


def _is_guessable(pin: str) -> bool:
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(pin)}
    pairs = pin[0] == pin[1] and pin[2] == pin[3] and pin[4] == pin[5]
    return (
        (len(steps) == 1 and steps <= {0, 1, 9})
        or pin[:3] == pin[3:]
        or pin[:2] == pin[2:4] == pin[4:]
        or pin[:3] == pin[:2:-1]
        or pairs
        or pin in COMMONEST
    )


def people_of_tablet(connection: sqlite3.Connection, service: str, now: datetime) -> list[PinAccount]:
    """Who may sign in on a tablet of `service`: those who work there now, by name. Visitors do not record."""
    rows = connection.execute(
        """
        SELECT staff.id, staff.name, staff_role.role, min(staff_role.id), coalesce(hash, '') AS hash,
            coalesce(set_at, '') AS set_at, coalesce(first_until, '') AS first_until
        FROM staff JOIN staff_role ON staff_role.staff = staff.id LEFT JOIN staff_pin ON staff_pin.staff = staff.id
        WHERE (staff_role.service IS NULL OR staff_role.service = :service) AND role <> :visitor
            AND starts <= :now AND (ends = '' OR ends > :now) AND (left_at = '' OR left_at > :now)
        GROUP BY staff.id ORDER BY staff.name COLLATE NOCASE, staff.id
        """,
        {"service": service, "visitor": Role.VISITOR, "now": at(now)},
    )
    return [_account(row, now) for row in rows]


def find_on_tablet(
    connection: sqlite3.Connection, staff: str, service: str, now: datetime
) -> PinAccount | None:
    """The one with this id, if they may sign in on a tablet of `service`."""
    people = people_of_tablet(connection, service, now)
    return next((one for one in people if one.staff == staff), None)


def counters_for(staff: str, tablet: str) -> list[Counter]:
    """What slows wrong PINs down: this person on this tablet, and the tablet whoever it says it is."""
    person = counter("pin", f"{staff} on {tablet}", _FREE_FOR_PERSON, 900, timedelta(minutes=10))
    of_all = counter(
        "pin tablet", tablet, _FREE_FOR_TABLET, 300, timedelta(minutes=1), cleared_by_success=False
    )
    return [person, of_all]


def set_pin(
    connection: sqlite3.Connection, staff: str, hashed: str, now: datetime, first_until: str = ""
) -> str:
    """Keep a new PIN, and tell the tablets that the one before is over; the instant it is known by."""
    before = connection.execute("SELECT set_at FROM staff_pin WHERE staff = ?", (staff,)).fetchone()
    # Never the same twice: a tablet compares this instant with the one its own copy was opened with
    set_at = max(at(now), at(read(before["set_at"]), seconds=1)) if before else at(now)
    connection.execute(
        """
        INSERT INTO staff_pin (staff, hash, set_at, first_until) VALUES (?, ?, ?, ?)
        ON CONFLICT (staff) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at,
            first_until = excluded.first_until
        """,
        (staff, hashed, set_at, first_until),
    )
    publish_staff(connection, staff, now)
    return set_at


def make_first_pin(connection: sqlite3.Connection, staff: str, who: str, now: datetime) -> str:
    """A first PIN for `staff`, made by `who` at the desk: six digits to show once. It replaces what they had.

    Hashes on the writer's thread (a tenth of a second): it is made once for each person.
    """
    pin = _new_pin()
    set_pin(connection, staff, hash_pin(pin), now, at(now, days=FIRST_PIN_DAYS))
    audit.note(connection, "first_pin_made", now, who=who, about=staff)
    return pin


def _new_pin() -> str:
    while _is_guessable(pin := f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"):
        pass
    return pin


def _account(row: sqlite3.Row, now: datetime) -> PinAccount:
    over = row["first_until"] and row["first_until"] <= at(now)
    return PinAccount(
        staff=row["id"],
        name=row["name"],
        role=ROLE_NAMES[Role(row["role"])],
        kept="" if over else row["hash"],
        first=bool(row["first_until"]),
        set_at=row["set_at"],
    )
