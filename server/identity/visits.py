"""Visits: an inspector, a commissioner or the board looks in for a time, and sees only what was chosen for them.

A visitor is a member of staff with the role "visitor" until a day, and a row here that says what was chosen. Jobs for
`Database.write` and `Database.read`.
"""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from server.identity import audit
from server.identity.instants import at
from server.identity.organisation import add_staff, give_role
from server.identity.permissions import Role
from server.identity.viewer import Chosen

KINDS: Mapping[str, str] = {
    "inspector": "Inspector",
    "commissioner": "Commissioner",
    "board": "Board member",
}
LONGEST = timedelta(days=90)
LISTS = ("services", "actions", "forms")


class Choice(msgspec.Struct, frozen=True, kw_only=True):
    """What a visitor is let see. Services must be named; no action and no form means all of them. `since` and `until`
    are instants about when something happened, "" for no limit; `until` is the first one outside.
    """

    services: tuple[str, ...]
    actions: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    since: str = ""
    until: str = ""
    named: bool = False


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """One visit as its list shows it. `ended_at` is "" while nobody ended it early."""

    id: str
    staff: str
    name: str
    email: str
    organisation: str
    kind: str
    choice: Choice
    made_by: str
    made_at: str
    ends: str
    ended_at: str


def begin(
    connection: sqlite3.Connection,
    id: str,
    who: tuple[str, str],
    organisation: str,
    kind: str,
    choice: Choice,
    ends: datetime,
    made_by: str,
    now: datetime,
) -> str:
    """Let somebody in until `ends`; their staff id, which is `id`. `who` is their name and email.

    Raises `OrganisationError` when the email is taken, `ValueError` for a visit of no service or over `LONGEST`.
    """
    if not choice.services or not now < ends <= now + LONGEST:
        raise ValueError("a visit is of a service at least, and ends within 90 days")
    name, email = who
    add_staff(connection, id, name, email)
    for service in choice.services:
        give_role(connection, id, Role.VISITOR, service, now, ends)
    connection.execute(
        """
        INSERT INTO visit (id, staff, organisation, kind, since, until, named, made_by, made_at, ends)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
        (
            id,
            id,
            organisation,
            kind,
            choice.since,
            choice.until,
            int(choice.named),
            made_by,
            at(now),
            at(ends),
        ),
    )
    connection.executemany(
        "INSERT INTO visit_choice VALUES (?, ?, ?)",
        [(id, name, code) for name in LISTS for code in sorted(set(getattr(choice, name)))],
    )
    audit.note(connection, "visit_began", now, who=made_by, about=id, details=f"{kind}, until {at(ends)}")
    return id


def end(connection: sqlite3.Connection, id: str, services: Sequence[str], who: str, now: datetime) -> bool:
    """End a visit at once, signed out everywhere; twice is fine. False when there is none of these services alone."""
    known = _find(connection, id)
    if known is None or not set(known.choice.services) <= set(services):
        return False
    if not known.ended_at:
        connection.execute("UPDATE visit SET ended_at = ?, ended_by = ? WHERE id = ?", (at(now), who, id))
        connection.execute(
            "UPDATE staff_role SET ends = ? WHERE staff = ? AND role = ? AND ends > ?",
            (at(now), known.staff, Role.VISITOR, at(now)),
        )
        connection.execute(
            "UPDATE session SET ended_at = ? WHERE staff = ? AND ended_at = ''", (at(now), known.staff)
        )
        connection.execute(
            "UPDATE staff SET left_at = ? WHERE id = ? AND left_at = ''", (at(now), known.staff)
        )
        audit.note(connection, "visit_ended", now, who=who, about=id)
    return True


def read_visits(connection: sqlite3.Connection, services: Sequence[str]) -> list[Visit]:
    """The visits of which every service is one of `services`, the newest first."""
    ids = connection.execute("SELECT id FROM visit ORDER BY made_at DESC, id").fetchall()
    found = [_find(connection, id) for (id,) in ids]
    return [one for one in found if one is not None and set(one.choice.services) <= set(services)]


def read_chosen(connection: sqlite3.Connection, staff: str) -> Chosen | None:
    """What a visit shows its visitor; None when this is no visitor of whom anything was chosen."""
    row = connection.execute("SELECT id, since, until, named FROM visit WHERE staff = ?", (staff,)).fetchone()
    if row is None:
        return None
    listed = _listed(connection, row["id"])
    return Chosen(listed["forms"], listed["actions"], row["since"], row["until"], bool(row["named"]))


def _find(connection: sqlite3.Connection, id: str) -> Visit | None:
    row = connection.execute(
        """
        SELECT visit.*, staff.name, staff.email FROM visit JOIN staff ON staff.id = visit.staff WHERE visit.id = ?
        """,
        (id,),
    ).fetchone()
    if row is None:
        return None
    choice = Choice(
        **_listed(connection, id), since=row["since"], until=row["until"], named=bool(row["named"])
    )
    kept = ("id", "staff", "name", "email", "organisation", "kind", "made_by", "made_at", "ends", "ended_at")
    return Visit(choice=choice, **{name: row[name] for name in kept})


def _listed(connection: sqlite3.Connection, visit: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = dict.fromkeys(LISTS, ())
    for name, code in connection.execute(
        "SELECT list, code FROM visit_choice WHERE visit = ? ORDER BY code", (visit,)
    ):
        found[name] += (code,)
    return found
