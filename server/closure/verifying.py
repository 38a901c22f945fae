"""Decisions about closing against the audit trail, and actions against their decisions: for `sightline verify`.

The trail itself is held against the signed log (`server.log.verify_audit`), so what agrees with it is as it was signed.
"""

import re
import sqlite3
from collections.abc import Callable

from server.closure.decisions import digest_of
from server.closure.store import EVENT, event_details

_SAID = re.compile(r"[a-z]+, decision ([0-9a-f-]{36}), digest [0-9a-f]{64}")
Say = Callable[[str, str], None]


def check_closures(connection: sqlite3.Connection, say: Say) -> None:
    """Say every decision that was changed, put in or taken out, and every action closed or reopened without one."""
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'closure_decision'").fetchone():
        return
    told = {
        (row["about"], row["details"])
        for row in connection.execute("SELECT about, details FROM identity_audit WHERE what = ?", (EVENT,))
    }
    kept = set()
    for row in connection.execute("SELECT * FROM closure_decision ORDER BY at, id"):
        where = f"decision {row['id']} about closing"
        kept.add(row["id"])
        if digest_of(row) != row["digest"]:
            say(where, "changed: it is not what its digest is of")
        elif (row["action"], event_details(row["step"], row["id"], row["digest"])) not in told:
            say(where, "no event of the audit trail tells of it")
    for _, details in sorted(told):
        found = _SAID.fullmatch(details)
        if found and found[1] not in kept:
            say(f"decision {found[1]} about closing", "missing: the audit trail tells of it")
    _check_actions(connection, say)


def _check_actions(connection: sqlite3.Connection, say: Say) -> None:
    """Every step of a history that is a decision, and every action that stands closed, has its decision."""
    for row in connection.execute(
        """
        SELECT h.action, h.version, h.changed ->> '$.status[1]' AS status FROM action_history h
        WHERE h.changed ->> '$.status[1]' IN ('proposed', 'testing', 'closed', 'refused', 'reopened')
            AND NOT EXISTS (SELECT 1 FROM closure_decision d WHERE d.action = h.action AND d.version = h.version
                AND d.step = CASE h.changed ->> '$.status[1]' WHEN 'testing' THEN 'drawn'
                    ELSE h.changed ->> '$.status[1]' END)
        """
    ):
        say(f"action {row['action']}, version {row['version']}", f"{row['status']} without a decision")
    for row in connection.execute(
        """
        SELECT id, version FROM action a WHERE status = 'closed' AND NOT EXISTS (
            SELECT 1 FROM action_history h JOIN closure_decision d
                ON d.action = h.action AND d.version = h.version AND d.step = 'closed'
            WHERE h.action = a.id AND h.changed ->> '$.status[1]' = 'closed'
                AND NOT EXISTS (SELECT 1 FROM action_history l WHERE l.action = h.action AND l.version > h.version
                    AND l.changed ->> '$.status' IS NOT NULL))
        """
    ):
        say(f"action {row['id']}", "closed, and its history has no decision that closed it")
