"""Keeping decisions about closing: each with its line in the audit trail, and so in the signed log.

Jobs for `Database.read` and `Database.write`.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

import server.closure.schema  # noqa: F401 the tables
from server.closure.decisions import Decision, digest_of, read_row, row_of
from server.identity import audit
from server.identity.instants import read

EVENT = "closure_decided"


class Deputy(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody who signs high risks in place of the nominated individual, on the London days `since` to `until`."""

    id: str
    service: str
    staff: str
    since: str
    until: str
    named_by: str
    at: str


def keep(connection: sqlite3.Connection, decision: Decision) -> None:
    """Keep it for good. The audit trail names its digest, so whoever changes the row is found out by the log."""
    row = row_of(decision)
    row["digest"] = digest_of(row)
    connection.execute(
        f"INSERT INTO closure_decision ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608
        tuple(row.values()),
    )
    audit.note(
        connection,
        EVENT,
        read(decision.at),
        who=decision.who,
        about=decision.action,
        details=event_details(decision.step, decision.id, row["digest"]),
        service=decision.service,
    )


def event_details(step: str, id: str, digest: str) -> str:
    """What the audit trail says of a decision."""
    return f"{step}, decision {id}, digest {digest}"


def decisions_on(connection: sqlite3.Connection, action: str) -> list[Decision]:
    """Every decision on an action, the oldest first."""
    rows = connection.execute(
        "SELECT * FROM closure_decision WHERE action = ? ORDER BY version, at, id", (action,)
    )
    return sorted((read_row(row) for row in rows), key=lambda one: (one.version, _place(one), one.at))


def round_of(decisions: Sequence[Decision], status: str) -> list[Decision]:
    """The decisions of the round that runs, or that closed the action; [] when closing is not proposed."""
    proposals = [one for one in decisions if one.step == "proposed"]
    if not proposals or status not in ("proposed", "testing", "closed"):
        return []
    return [one for one in decisions if one.proposal == proposals[-1].id]


def further_checks(decisions: Sequence[Decision], status: str) -> tuple[str, ...]:
    """What the last refusal asked for, while nobody has proposed closing again since."""
    if status in ("proposed", "testing", "closed") or not decisions:
        return ()
    ended = [one for one in decisions if one.step in ("refused", "reopened", "closed")]
    return ended[-1].said.further_checks if ended and ended[-1].step == "refused" else ()


def read_deputies(connection: sqlite3.Connection, services: Iterable[str]) -> list[Deputy]:
    """Everybody who was ever named, the newest first."""
    chosen = list(services)
    rows = connection.execute(
        f"SELECT * FROM closure_deputy WHERE service IN ({', '.join('?' * len(chosen))}) "  # noqa: S608
        "ORDER BY since DESC, at DESC, id",
        chosen,
    )
    return [msgspec.convert(dict(row), Deputy) for row in rows]


def is_deputy(connection: sqlite3.Connection, service: str, staff: str, today: date) -> bool:
    """Whether somebody is named to sign in a service today."""
    day = today.isoformat()
    return any(
        one.staff == staff and one.since <= day <= one.until for one in read_deputies(connection, [service])
    )


def name_deputy(connection: sqlite3.Connection, deputy: Deputy) -> None:
    """Keep who signs instead, with a line in the audit trail."""
    row = msgspec.structs.asdict(deputy)
    connection.execute(
        f"INSERT INTO closure_deputy ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",  # noqa: S608
        tuple(row.values()),
    )
    audit.note(
        connection,
        "closure_deputy_named",
        read(deputy.at),
        who=deputy.named_by,
        about=deputy.staff,
        details=f"{deputy.since} to {deputy.until}",
        service=deputy.service,
    )


def _place(decision: Decision) -> int:
    """A step that moved the action comes before those about where it then was."""
    return decision.step in ("sampled", "checked")
