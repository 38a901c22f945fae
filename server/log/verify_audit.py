"""The audit trail against the log: each event has its line, and says what the line says."""

import sqlite3
from collections.abc import Callable

import msgspec

from server.identity.audit import EVENTS, statement_of

COLUMNS = ("id", "at", "what", "who", "about", "address", "tablet", "details", "service")


def check_audit(connection: sqlite3.Connection, say: Callable[[str, str], None]) -> None:
    """Say every event that was changed, put in or taken out."""
    columns = ", ".join(f"identity_audit.{column}" for column in COLUMNS)
    for row in connection.execute(
        f"""
        SELECT ref, statement, {columns} FROM log_leaf LEFT JOIN identity_audit ON identity_audit.id = ref
        WHERE kind = 'audit' ORDER BY log_leaf.position
        """  # noqa: S608
    ):
        then = msgspec.json.decode(row["statement"])
        where = f"event {row['ref']} of the audit trail"
        if row["id"] is None:
            what = EVENTS.get(then.get("what"), "an event")
            say(where, f"missing: the log tells of it ({what}, {then.get('at')})")
        elif {"kind": "audit", **statement_of({column: row[column] for column in COLUMNS})} != then:
            say(where, "changed: it is not what the log tells of")
    for (id,) in connection.execute(
        """
        SELECT id FROM identity_audit
        WHERE position >= 0 AND id NOT IN (SELECT ref FROM log_leaf WHERE kind = 'audit')
        """
    ):
        say(f"event {id} of the audit trail", "no line of the log tells of it")
