"""What hangs together with one record: what it followed from, what it caused, what was recorded because of that.

Jobs for `Database.read`. Only records and due items that the viewer may see are in it; the thread ends where their
sight does.
"""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

import msgspec

from server.evidence.action_store import read_actions
from server.evidence.actions import Action
from server.evidence.evidence_query import COLUMNS
from server.evidence.evidence_rows import Row, to_rows
from server.evidence.people import Names, read_names
from server.evidence.pseudonyms import pseudonymised
from server.identity.permissions import Permission
from server.identity.scope import Scope
from server.identity.viewer import Viewer

# A record that causes one that causes one: no form comes near this
_DEEPEST = 20
MOST = 200


class Thread(msgspec.Struct, frozen=True, kw_only=True):
    """`root` is where it begins, `records` all of it by id, `due` rows of `due_item`, `actions` those that any of the
    records bears on, `later` what was recorded about these afterwards, newest first.
    """

    root: str
    records: dict[str, Row]
    due: list[sqlite3.Row]
    actions: list[Action]
    later: list[Row]
    viewer: Viewer
    names: Names
    now: datetime

    @property
    def began(self) -> str:
        """The instant at which it began."""
        return self.records[self.root].happened_at

    @property
    def ids(self) -> str:
        """The ids of its records, as a query takes them."""
        return json.dumps(sorted(self.records))

    def scope(self, permission: Permission) -> Scope:
        """What the viewer may see by a permission, in the service of the root."""
        return self.viewer.scope(permission).within([self.records[self.root].service])


def read_thread(
    sql: sqlite3.Connection, viewer: Viewer, record: str, now: datetime, key: bytes | None = None
) -> Thread | None:
    """The thread that `record` is in; None for one that the viewer may not see. With a `key`, in pseudonyms."""
    every = viewer.scope(Permission.READ_EVIDENCE)
    asked = _rows(sql, every, [record])
    if not asked:
        return None
    service = asked[0]["service"]
    scope, due_scope = every.within([service]), viewer.scope(Permission.READ_DUE).within([service])
    names = read_names(sql, scope)
    if key is not None:
        names = pseudonymised(names, key)
    root = _root(sql, scope, record)
    found = {root: _rows(sql, scope, [root])[0]}
    due: dict[str, sqlite3.Row] = {}
    fresh = [root]
    for _ in range(_DEEPEST):
        items = {item["id"]: item for item in _caused(sql, fresh)}
        followed = [row for row in _made_for(sql, scope, items) if row["record"] not in found]
        due |= items
        fresh = [row["record"] for row in followed][: MOST - len(found)]
        found |= {row["record"]: row for row in followed if row["record"] in fresh}
        if not fresh:
            break
    rows = {row.record: row for row in to_rows(sql, list(found.values()), names)}
    borne = {one.action for row in rows.values() if row.counts for one in row.bearings}
    actions = read_actions(sql, viewer.scope(Permission.READ_ACTIONS).within([service]))
    thread = Thread(
        root=root,
        records=rows,
        due=_within(sql, due_scope, due),
        actions=[one for one in actions if one.id in borne],
        viewer=viewer,
        names=names,
        now=now,
        later=[],
    )
    return msgspec.structs.replace(thread, later=_later(sql, thread))


def _later(sql: sqlite3.Connection, thread: Thread) -> list[Row]:
    """The records about the thread's actions that happened after it began and are not in it, newest first: those that
    count, at most a thousand."""
    seen, allowed = thread.scope(Permission.READ_EVIDENCE).records("v")
    found: dict[str, sqlite3.Row] = {}
    for action in thread.actions:
        rows = sql.execute(
            f"""
            SELECT {COLUMNS} FROM bearing b INDEXED BY bearing_by_action
            CROSS JOIN record_version v ON v.seq = b.seq AND v.service = ?
            WHERE b.action = ? AND b.happened_at > ? AND v.current = 1 AND {seen}
            ORDER BY b.happened_at DESC, b.record DESC LIMIT 1000
            """,  # noqa: S608
            (action.service, action.id, thread.began, *allowed),
        )
        found |= {row["record"]: row for row in rows if row["record"] not in thread.records}
    ordered = sorted(found.values(), key=lambda row: (row["happened_at"], row["record"]), reverse=True)
    return [row for row in to_rows(sql, ordered[:1000], thread.names) if row.counts]


def _root(sql: sqlite3.Connection, scope: Scope, record: str) -> str:
    """The record with which it all began, as far up as the viewer sees."""
    seen = {record}
    for _ in range(_DEEPEST):
        cause = sql.execute(
            """
            SELECT coalesce(d.source, '') AS source FROM record_version v
            LEFT JOIN due_item d ON d.id = v.spawned_by WHERE v.record = ? AND v.current = 1
            """,
            (record,),
        ).fetchone()
        above = str(cause["source"]) if cause else ""
        if not above or above in seen or not _rows(sql, scope, [above]):
            return record
        seen.add(above)
        record = above
    return record


def _rows(sql: sqlite3.Connection, scope: Scope, records: Iterable[str]) -> list[sqlite3.Row]:
    seen, allowed = scope.records("v")
    return sql.execute(
        f"SELECT {COLUMNS} FROM record_version v INDEXED BY record_version_once "  # noqa: S608
        f"WHERE v.record IN (SELECT value FROM json_each(?)) AND v.current = 1 AND {seen}",
        (json.dumps(list(records)), *allowed),
    ).fetchall()


def _caused(sql: sqlite3.Connection, records: Iterable[str]) -> list[sqlite3.Row]:
    """What became due because of these records, and what was asked about them."""
    return sql.execute(
        """
        SELECT d.* FROM due_item d INDEXED BY due_item_by_cause
        WHERE d.cause IN (SELECT value FROM json_each(:ids)) AND d.cause <> '' AND d.origin IN ('record', 'late')
        UNION ALL SELECT d.* FROM review_question q JOIN due_item d ON d.id = 'question/' || q.id
        WHERE q.record IN (SELECT value FROM json_each(:ids))
        """,
        {"ids": json.dumps(list(records))},
    ).fetchall()


def _made_for(sql: sqlite3.Connection, scope: Scope, items: Iterable[str]) -> list[sqlite3.Row]:
    """The records that were made for these items, whether they settled them or not."""
    seen, allowed = scope.records("v")
    return sql.execute(
        f"SELECT {COLUMNS} FROM record_version v INDEXED BY current_by_cause "  # noqa: S608
        "WHERE v.spawned_by IN (SELECT value FROM json_each(?)) AND v.spawned_by <> '' AND v.current = 1 "
        f"AND {seen} ORDER BY v.happened_at, v.record LIMIT ?",
        (json.dumps(list(items)), *allowed, MOST),
    ).fetchall()


def _within(sql: sqlite3.Connection, scope: Scope, due: dict[str, sqlite3.Row]) -> list[sqlite3.Row]:
    condition, values = scope.due("d")
    rows = sql.execute(
        f"SELECT d.id FROM due_item d WHERE d.id IN (SELECT value FROM json_each(?)) AND {condition}",  # noqa: S608
        (json.dumps(sorted(due)), *values),
    )
    return sorted((due[id] for (id,) in rows), key=lambda row: (row["due_at"], row["id"]))
