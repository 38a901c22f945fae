"""Keeping what was worked out, and reading it again. Jobs for `Database.write` and `Database.read`.

What is kept is of a whole service, as everybody sees it who sees all of it; or, where there are records that few may
see, as those few do. Whoever sees less, or sees pseudonyms, is never given any of it.
"""

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any, Literal, TypeVar

import msgspec

import server.standing.schema  # noqa: F401 the tables
from server.evidence.times import day_in_london, read_instant, write_instant
from server.identity.scope import Part, Scope
from server.standing.parts import EVERY_DAY, KeptPart, keep_parts
from server.standing.program import program as program

Shape = Literal["map", "page"]
T = TypeVar("T")


class Moment(msgspec.Struct, frozen=True):
    """What a service's evidence was when something was worked out: its revision, and the newest entry there was."""

    revision: int
    newest: int


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What one action came to. `version` is the action's own; it holds until `holds_until`, and at that revision.
    `parts` were worked out with it, and are to be kept.
    """

    shape: Shape
    action: str
    restricted: bool
    service: str
    version: int
    moment: Moment
    worked_out_at: datetime
    holds_until: datetime
    body: bytes
    parts: tuple[KeptPart, ...] = ()

    def of(self, kind: type[T]) -> T:
        """What was kept."""
        return msgspec.json.decode(self.body, type=kind, dec_hook=_read_fraction)


def written(worked_out: object) -> bytes:
    """A body: fractions exact, as "7/9"."""
    return msgspec.json.encode(worked_out, enc_hook=_write_fraction)


def keep(connection: sqlite3.Connection, found: Sequence[Kept]) -> None:
    """Keep these in place of what was kept before; not what is older than it."""
    for one in found:
        if one.parts:
            keep_parts(connection, one.parts, day_in_london(one.worked_out_at))
    connection.executemany(
        """
        INSERT INTO action_kept (shape, action, restricted, service, version, revision, newest, worked_out_at,
            holds_until, program, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (shape, action, restricted) DO UPDATE SET version = excluded.version,
            revision = excluded.revision, newest = excluded.newest, worked_out_at = excluded.worked_out_at,
            holds_until = excluded.holds_until, program = excluded.program, body = excluded.body
        WHERE excluded.revision >= action_kept.revision OR excluded.program <> action_kept.program
        """,
        [
            (
                one.shape,
                one.action,
                int(one.restricted),
                one.service,
                one.version,
                one.moment.revision,
                one.moment.newest,
                write_instant(one.worked_out_at),
                write_instant(one.holds_until),
                program(),
                one.body,
            )
            for one in found
        ],
    )


def read_kept(
    connection: sqlite3.Connection, shape: Shape, actions: Sequence[str], restricted: bool
) -> dict[str, Kept]:
    """What this program kept of these actions, by their ids."""
    rows = connection.execute(
        """
        SELECT k.* FROM json_each(?) asked CROSS JOIN action_kept k
            ON k.shape = ? AND k.action = asked.value AND k.restricted = ?
        WHERE k.program = ?
        """,
        (json.dumps(list(actions)), shape, int(restricted), program()),
    )
    return {row["action"]: _kept(row) for row in rows}


def empty(connection: sqlite3.Connection) -> None:
    """Throw away all that is kept."""
    connection.execute("DELETE FROM action_kept")
    connection.execute("DELETE FROM part_kept")


def move_all(connection: sqlite3.Connection) -> None:
    """Move every service and all its days: what was worked out before holds no more, whoever still has it."""
    connection.execute("UPDATE evidence_revision SET revision = revision + 1, few = few + 1")
    connection.execute(
        """
        INSERT INTO evidence_day SELECT service, ?, few FROM evidence_revision WHERE 1
        ON CONFLICT (service, day) DO UPDATE SET moved = excluded.moved
        """,
        (EVERY_DAY,),
    )


def read_moment(connection: sqlite3.Connection, service: str, *, few: bool = False) -> Moment:
    """The moment that a service is at, for all; for the `few` who may see more, theirs."""
    (newest,) = connection.execute("SELECT coalesce(max(seq), 0) FROM record_version").fetchone()
    row = connection.execute(
        "SELECT revision, few FROM evidence_revision WHERE service = ?", (service,)
    ).fetchone()
    return Moment(row["few" if few else "revision"], newest)


def records_since(connection: sqlite3.Connection, service: str, newest: int, *, few: bool = False) -> int:
    """How many records of the service came, or were corrected, after an entry: that all may see, or the `few`."""
    row = connection.execute(
        "SELECT count(*) FROM record_version WHERE seq > ? AND +service = ? AND restricted <= ?",
        (newest, service, int(few)),
    ).fetchone()
    return int(row[0])


def has_more_than(connection: sqlite3.Connection, service: str, records: int) -> bool:
    """Whether the service has more records that stand than this."""
    row = connection.execute(
        "SELECT 1 FROM record_version WHERE service = ? AND current = 1 LIMIT 1 OFFSET ?", (service, records)
    ).fetchone()
    return row is not None


def whole_of(connection: sqlite3.Connection, scope: Scope, service: str) -> bool | None:
    """Whether `scope` sees what few may see of a service, of which it sees all; None when it sees less than all, or
    pseudonyms. Where there is nothing that few may see, all see the same.
    """
    parts = {part for part in scope.parts if part.service == service}
    if not scope.named or parts not in ({Part(service=service)}, {Part(service=service, restricted=True)}):
        return None
    return any(part.restricted for part in parts) and has_restricted(connection, service)


def has_restricted(connection: sqlite3.Connection, service: str) -> bool:
    """Whether any record of the service is one that few may see."""
    row = connection.execute(
        "SELECT 1 FROM record_version WHERE service = ? AND restricted = 1 LIMIT 1", (service,)
    ).fetchone()
    return row is not None


def _kept(row: sqlite3.Row) -> Kept:
    return Kept(
        shape=row["shape"],
        action=row["action"],
        restricted=bool(row["restricted"]),
        service=row["service"],
        version=row["version"],
        moment=Moment(row["revision"], row["newest"]),
        worked_out_at=read_instant(row["worked_out_at"]),
        holds_until=read_instant(row["holds_until"]),
        body=row["body"],
    )


def _write_fraction(value: object) -> str:
    if isinstance(value, Fraction):
        return str(value)
    raise NotImplementedError(f"{type(value)} is not kept")


def _read_fraction(kind: type, value: Any) -> Any:
    if kind is Fraction:
        return Fraction(value)
    raise NotImplementedError(f"{kind} is not kept")
