"""The versions of a record, and what changed between two of them."""

import sqlite3
from collections.abc import Sequence

import msgspec

from observation_forms import Catalogue, Form
from server.evidence.differences import Difference, difference
from server.evidence.people import Names
from server.evidence.times import moment_words
from server.identity.scope import Scope
from sync import Body
from sync.ledger import read_entry

_read_body = msgspec.json.Decoder(Body).decode


class Version(msgspec.Struct, frozen=True):
    """One version of the record."""

    version: int
    current: bool
    withdrawn: bool
    shown: bool
    recorded: str
    author: str
    reason: str
    digest: str


def read_versions(
    connection: sqlite3.Connection, record: str, shown: int, names: Names, scope: Scope
) -> list[Version]:
    """The versions that the viewer may see, the newest first."""
    seen, allowed = scope.records("v", any_version=True)
    rows = connection.execute(
        f"""
        SELECT v.version, v.current, v.withdrawn, v.recorded_at, v.author, v.reason, entry.sha256
        FROM record_version v JOIN entry ON entry.seq = v.seq WHERE v.record = ? AND {seen}
        ORDER BY v.version DESC
        """,  # noqa: S608
        (record, *allowed),
    )
    return [
        Version(
            version=row["version"],
            current=bool(row["current"]),
            withdrawn=bool(row["withdrawn"]),
            shown=row["version"] == shown,
            recorded=moment_words(row["recorded_at"]),
            author=names.one_of_staff(row["author"]),
            reason=row["reason"],
            digest=row["sha256"],
        )
        for row in rows
    ]


def read_difference(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    versions: Sequence[Version],
    shown: tuple[Body, Form],
    names: Names,
    against: int | None,
) -> Difference | None:
    """What changed in the shown version since `against`, or else since the one before; None without one."""
    body, _ = shown
    before = _compared(connection, catalogue, versions, body.record, body.version, against)
    return (
        difference(before, shown, names, _action_names(connection, body.service, names.scope))
        if before
        else None
    )


def _compared(
    connection: sqlite3.Connection,
    catalogue: Catalogue,
    versions: Sequence[Version],
    record: str,
    shown: int,
    against: int | None,
) -> tuple[Body, Form] | None:
    """The version to compare the shown one with: the one asked for, or the one before it; None without one."""
    known = [one.version for one in versions]
    earlier = max((version for version in known if version < shown), default=None)
    chosen = against if against in known and against != shown else earlier
    if chosen is None:
        return None
    row = connection.execute(
        "SELECT seq, form_hash FROM record_version WHERE record = ? AND version = ?", (record, chosen)
    ).fetchone()
    entry, form = read_entry(connection, row["seq"]), catalogue.form(row["form_hash"])
    return (_read_body(entry.body), form) if entry and form else None


def _action_names(connection: sqlite3.Connection, service: str, scope: Scope) -> dict[str, str]:
    rows = connection.execute("SELECT id, number, title FROM action WHERE service = ?", (service,))
    return {
        row["id"]: f"Action {row['number']}, {row['title']}"
        for row in rows
        if scope.shows_action(row["id"], service)
    }
