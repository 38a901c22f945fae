"""What came in after a handover though it happened in the shift that was handed over (issue 3, handover gate).

Only what the next shift must know: an oversight entry, an incident, entries of a safeguarding screen, an immediate
concern, and any record that raised a concern. What the handover's own tablet had sealed before was on its screen.

Decided: the items of a handover are worked out from what stands now, whenever something near it arrives, so that
the order of arrival and the size of a batch change nothing and a rebuild ends in the same rows. Rejected: adding an
item as a record arrives (a batch of a rebuild already holds what came later).
"""

import sqlite3
from datetime import timedelta

import msgspec

from server.dated_settings.store import own_value_at
from server.due.items import Item, put, settle
from server.evidence.times import clock_words, day_of, read_instant, write_instant
from server.identity.scope import Scope
from sync import Body, Stored

HANDOVER = "handover_check"
SCREEN = "safeguarding_screen"
MATERIAL = ("senior_oversight", "incident_record", "immediate_concern", SCREEN)
# No shift is longer: what happened before that was for an earlier handover
LONGEST_SHIFT = timedelta(hours=14)
_MATERIAL = msgspec.json.encode(MATERIAL).decode()
HANDOVER_WITHDRAWN, RECORD_WITHDRAWN = "The handover was taken back", "The record was taken back"


class LateArrival(msgspec.Struct, frozen=True):
    """A record that came in after a handover, for the page of the handover."""

    record: str
    title: str
    happened_at: str
    received_at: str
    outcome: str


def refresh(connection: sqlite3.Connection, stored: Stored, *, tell: bool) -> None:
    """Work out again what came in after each handover that this record may be of, or be late for."""
    body = stored.body
    # Where an earlier version of it was late
    before = connection.execute(
        "SELECT id FROM due_item WHERE cause = ? AND cause <> '' AND origin = 'late'", (body.record,)
    ).fetchall()
    found = {id.split("/")[1] for (id,) in before}
    if body.form in (HANDOVER, *MATERIAL) or stored.judged.concerns:
        found |= handovers_near(connection, body)
    for handover in sorted(found):
        refresh_one(connection, handover, tell=tell)


def read_late_arrivals(connection: sqlite3.Connection, handover: str, scope: Scope) -> list[LateArrival]:
    """What came in after the handover and is in `scope`, the first first."""
    seen, allowed = scope.records("v")
    rows = connection.execute(
        f"""
        SELECT v.record, v.title, v.happened_at, v.received_at, due_item.outcome
        FROM due_item JOIN record_current v ON v.record = due_item.source
        WHERE due_item.id >= ? AND due_item.id < ? AND due_item.outcome <> 'taken_back' AND v.restricted = 0
            AND {seen}
        ORDER BY v.received_at
        """,  # noqa: S608
        (f"late/{handover}/", f"late/{handover}0", *allowed),
    )
    return [LateArrival(**dict(row)) for row in rows]


def handovers_near(connection: sqlite3.Connection, body: Body) -> set[str]:
    """The handover itself and those of the hours after, whose shift may begin or hold what this record says."""
    latest = write_instant(read_instant(body.happened_at) + LONGEST_SHIFT)
    rows = connection.execute(
        """
        SELECT record FROM record_version INDEXED BY current_by_form
        WHERE service = ? AND form = ? AND current = 1 AND happened_at >= ? AND happened_at <= ?
        """,
        (body.service, HANDOVER, body.happened_at, latest),
    )
    return {handover for (handover,) in rows}


def refresh_one(connection: sqlite3.Connection, handover: str, *, tell: bool) -> None:
    """Work out again what came in after one handover that stands."""
    handed = _standing(connection, handover)
    late = {row["record"]: row for row in _arrived_after(connection, handed)}
    bounds = (f"late/{handover}/", f"late/{handover}0")
    for id, record in connection.execute(
        "SELECT id, cause FROM due_item WHERE id >= ? AND id < ?", bounds
    ).fetchall():
        if record not in late:
            connection.execute("DELETE FROM due_item WHERE id = ?", (id,))
            settle(connection, id, tell=tell)
    for row in late.values():
        gone = HANDOVER_WITHDRAWN if handed["withdrawn"] else RECORD_WITHDRAWN if row["withdrawn"] else ""
        put(connection, _item(connection, handed, row), taken_back=gone, tell=tell)


def _arrived_after(connection: sqlite3.Connection, handed: sqlite3.Row) -> list[sqlite3.Row]:
    """What stands of the shift that was handed over, and first came in after the handover was written."""
    earliest = write_instant(read_instant(handed["happened_at"]) - LONGEST_SHIFT)
    (before,) = connection.execute(
        """
        SELECT max(happened_at) FROM record_version INDEXED BY current_by_form
        WHERE service = ? AND form = ? AND current = 1 AND withdrawn = 0 AND happened_at >= ? AND happened_at < ?
            AND (unit = '' OR ? = '' OR unit = ?)
        """,
        (handed["service"], HANDOVER, earliest, handed["happened_at"], handed["unit"], handed["unit"]),
    ).fetchone()
    rows = connection.execute(
        """
        SELECT v.*, (SELECT min(received_at) FROM record_version f WHERE f.record = v.record) AS first_received
        FROM record_version v INDEXED BY current_by_service
        WHERE v.service = ? AND v.current = 1 AND v.restricted = 0 AND v.happened_at > ? AND v.happened_at <= ?
            AND (v.unit = '' OR ? = '' OR v.unit = ?) AND v.form <> ?
            AND (v.form IN (SELECT value FROM json_each(?)) OR v.concerns_count > 0 OR v.withdrawn = 1 AND EXISTS (
                SELECT 1 FROM record_version f JOIN concern ON concern.seq = f.seq WHERE f.record = v.record))
            AND NOT (v.tablet = ? AND v.recorded_at <= ?)
        ORDER BY v.happened_at, v.record
        """,
        (
            handed["service"], before or earliest, handed["happened_at"], handed["unit"], handed["unit"],
            HANDOVER, _MATERIAL, handed["tablet"], handed["first_recorded"],
        ),
    ).fetchall()  # fmt: skip
    return [
        row
        for row in rows
        if row["first_received"] > handed["first_recorded"] and _is_material(connection, row)
    ]


def _standing(connection: sqlite3.Connection, record: str) -> sqlite3.Row:
    row: sqlite3.Row = connection.execute(
        """
        SELECT v.*, (SELECT min(received_at) FROM record_version f WHERE f.record = v.record) AS first_received,
            (SELECT min(recorded_at) FROM record_version f WHERE f.record = v.record) AS first_recorded
        FROM record_version v WHERE v.record = ? AND v.current = 1
        """,
        (record,),
    ).fetchone()
    return row


def _is_material(connection: sqlite3.Connection, row: sqlite3.Row) -> bool:
    if row["form"] != SCREEN or row["concerns_count"]:
        return True
    found = "SELECT 1 FROM answer WHERE seq = ? AND question = 'found' AND value <> 'none' LIMIT 1"
    return connection.execute(found, (row["seq"],)).fetchone() is not None


def _item(connection: sqlite3.Connection, handed: sqlite3.Row, late: sqlite3.Row) -> Item:
    opened = f"{max(late['first_received'], handed['first_received'])[:19]}Z"
    within = int(own_value_at(connection, late["service"], "late_arrival_within", opened))
    after = f"after the handover of {clock_words(handed['happened_at'])}"
    return Item(
        id=f"late/{handed['record']}/{late['record']}",
        origin="late",
        cause=late["record"],
        service=late["service"],
        unit=late["unit"],
        form="reply",
        title="Came in after the handover",
        why=f"{late['title']} came in {after}",
        who="deputy",
        person=late["person"],
        opened_at=opened,
        due_at=write_instant(read_instant(opened) + timedelta(minutes=within)),
        source=late["record"],
        says=f"{late['title']}: happened {day_of(late['happened_at'])} at {clock_words(late['happened_at'])}, and came "
        f"in {after}. Does the next shift know? What was done?",
    )
