"""Keeping due items: opened, taken back, settled by records, told to the tablets. Jobs for `Database.write`.

What became of an item is always worked out afresh from the records that stand (`settle`), never counted on from
before: so a correction, a withdrawal and a rebuild end in the same rows whatever came first.
"""

import sqlite3
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from sync import publish

NOT_NEEDED = "not_needed"
# The forms whose rows look at each temporary control again (domain/4 F2 section G, F4 section E)
CHECKS_CONTROLS = ("handover_check", "shift_review")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """Something that is due. `staff` is the one it is for, or "" = whoever `who` means; `closes_at` ends the time
    in which a record that does not name the item settles it all the same ("" = none does). What comes round on one
    tablet has that tablet as its `cause`: it is told to be for that tablet, and settled by a record made on it.
    """

    id: str
    origin: str
    service: str
    form: str
    title: str
    why: str
    opened_at: str
    due_at: str
    cause: str = ""
    unit: str = ""
    who: str = "floor"
    staff: str = ""
    person: str = ""
    closes_at: str = ""
    answers: str = "{}"
    source: str = ""
    says: str = ""


_FIELDS = tuple(field.name for field in msgspec.structs.fields(Item))
_UPSERT = f"""
    INSERT INTO due_item ({", ".join(_FIELDS)}, taken_back) VALUES ({", ".join("?" * len(_FIELDS))}, ?)
    ON CONFLICT (id) DO UPDATE SET taken_back = excluded.taken_back,
        {", ".join(f"{name} = excluded.{name}" for name in _FIELDS if name not in ("id", "opened_at"))}
"""  # noqa: S608 the names are our own


def prefill(answers: Mapping[str, Any]) -> str:
    """The answers an item's form begins with, as they are kept."""
    return msgspec.json.encode(answers, order="deterministic").decode()


def put(connection: sqlite3.Connection, item: Item, *, taken_back: str = "", tell: bool = True) -> None:
    """Open an item, or say anew what an open one is; with a reason, that it no longer is due. It may be settled
    already, by what came in before it. One that was removed for ever stays away.
    """
    if connection.execute("SELECT 1 FROM due_destroyed WHERE id = ?", (item.id,)).fetchone():
        return
    values = (getattr(item, name) for name in _FIELDS)
    connection.execute(_UPSERT, (*values, taken_back))
    settle(connection, item.id, tell=tell)


def take_back(connection: sqlite3.Connection, id: str, reason: str, *, tell: bool = True) -> None:
    """What was due no longer is, because what it followed from changed. It stays in the list with the reason."""
    connection.execute("UPDATE due_item SET taken_back = ? WHERE id = ? AND taken_back = ''", (reason, id))
    settle(connection, id, tell=tell)


def settle(connection: sqlite3.Connection, id: str, *, tell: bool = True) -> None:
    """Work out what became of an item, and tell the tablets; of one that is gone, that it is."""
    row = connection.execute("SELECT * FROM due_item WHERE id = ?", (id,)).fetchone()
    if row is None:
        if tell:
            _publish_gone(connection, id)
        return
    settled = _first_record(connection, row)
    if settled is not None:
        late = settled["happened_at"] > row["due_at"]
        outcome = NOT_NEEDED if settled["form"] == NOT_NEEDED else "late" if late else "done"
    else:
        outcome = "taken_back" if row["taken_back"] else ""
    by, when = (settled["record"], settled["happened_at"]) if settled else ("", "")
    if (by, when, outcome) != (row["settled_by"], row["settled_at"], row["outcome"]):
        connection.execute(
            "UPDATE due_item SET settled_by = ?, settled_at = ?, outcome = ? WHERE id = ?",
            (by, when, outcome, id),
        )
    if tell:
        _publish(connection, row, is_open=not outcome)


def remove_for_ever(connection: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Take items out with a record that is destroyed, and let nothing lay them out again, a rebuild included."""
    for id in ids:
        connection.execute("INSERT OR IGNORE INTO due_destroyed VALUES (?)", (id,))
        connection.execute("DELETE FROM due_item WHERE id = ?", (id,))
        _publish_gone(connection, id)


def publish_all(connection: sqlite3.Connection) -> None:
    """Make the feed say what the table does, after a rebuild: each row once, and none where nothing differs."""
    known = "SELECT service, id FROM change WHERE kind = 'due' AND deleted = 0 AND id NOT IN (SELECT id FROM due_item)"
    for row in connection.execute(known).fetchall():
        publish(connection, row["service"], "due", row["id"], None)
    for row in connection.execute("SELECT * FROM due_item ORDER BY due_at, id").fetchall():
        _publish(connection, row, is_open=not row["outcome"])


def feed_body(row: sqlite3.Row) -> dict[str, Any]:
    """What a tablet is told of an open item."""
    names = (
        "id",
        "form",
        "title",
        "why",
        "who",
        "staff",
        "unit",
        "person",
        "due_at",
        "opened_at",
        "source",
        "says",
    )
    body = {name: row[name] for name in names} | {"answers": msgspec.json.decode(row["answers"])}
    return body | ({"tablet": row["cause"]} if row["origin"] == "schedule" and row["cause"] else {})


def _publish_gone(connection: sqlite3.Connection, id: str) -> None:
    rows = connection.execute(
        """
        SELECT service FROM change
        WHERE service IN (SELECT id FROM service) AND kind = 'due' AND id = ? AND deleted = 0
        """,
        (id,),
    )
    for row in rows.fetchall():
        publish(connection, row["service"], "due", id, None)


def _publish(connection: sqlite3.Connection, row: sqlite3.Row, *, is_open: bool) -> None:
    publish(connection, row["service"], "due", row["id"], feed_body(row) if is_open else None)


# A clock that runs ahead must not settle what comes later: nothing happened after it was received
_HAPPENED = "min(v.happened_at, substr(v.received_at, 1, 19) || 'Z')"
_SETTLING = f"SELECT v.record, v.form, {_HAPPENED} AS happened_at, v.recorded_at FROM record_version v"  # noqa: S608
# Of the form that was asked for, or why it is not needed; a question is answered by the one who was asked, and
# what comes round in a unit is of that unit
_NAMED = f"""
    {_SETTLING} INDEXED BY current_by_cause
    WHERE v.spawned_by = :id AND v.spawned_by <> '' AND v.current = 1 AND v.withdrawn = 0
        AND v.service = :service AND v.form IN (:form, '{NOT_NEEDED}') AND :staff IN ('', v.author)
        AND (:origin <> 'schedule' OR :cause = v.tablet OR :cause = '' AND :unit IN ('', v.unit))
    ORDER BY v.recorded_at, v.record LIMIT 1
"""
# Made for nothing in particular, or for this: a record made for another item settles that one
_IN_WINDOW = f"""
    {_SETTLING} INDEXED BY current_by_form
    WHERE v.service = :service AND v.form = :form AND v.current = 1 AND v.withdrawn = 0
        AND v.happened_at >= :opened_at AND {_HAPPENED} >= :opened_at AND {_HAPPENED} < :closes_at
        AND (:cause = v.tablet OR :cause = '' AND :unit IN ('', v.unit)) AND v.spawned_by NOT LIKE '%/%'
    ORDER BY v.recorded_at, v.record LIMIT 1
"""
_CHECKED = f"""
    {_SETTLING} INDEXED BY current_by_form
    WHERE v.service = :service AND v.form = :checks AND v.current = 1 AND v.withdrawn = 0
        AND v.happened_at >= :opened_at
        AND EXISTS (SELECT 1 FROM answer WHERE answer.seq = v.seq AND instr(answer.question, :part) > 0)
    ORDER BY v.recorded_at, v.record LIMIT 1
"""  # noqa: S608


def _first_record(connection: sqlite3.Connection, row: sqlite3.Row) -> sqlite3.Row | None:
    """The record that settled the item: of those that stand, the one recorded first."""
    values = dict(row)
    found: list[sqlite3.Row] = [*connection.execute(_NAMED, values)]
    if row["origin"] == "schedule":
        found += connection.execute(_IN_WINDOW, values)
    elif row["origin"] == "control":
        values["part"] = f".{row['cause']}."
        for form in CHECKS_CONTROLS:
            found += connection.execute(_CHECKED, values | {"checks": form})
    return min(found, key=lambda one: (one["recorded_at"], one["record"]), default=None)
