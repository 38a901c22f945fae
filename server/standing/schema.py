"""The tables of what was worked out and kept. Migration set "server". All of it can be thrown away.

`evidence_revision` counts, service by service, every change of what figures rest on: triggers do, so that no code can
forget it. `few` counts also what few may see. `action_kept` is what an action came to at one revision; it holds for
that revision alone.
"""

from collections.abc import Mapping

import sqlite_utils

import server.charts.schema
import server.closure.schema
import server.dated_settings.schema
import server.desk_records.schema
import server.due.schema
import server.evidence.schema
import server.floor_lists.schema
import server.measures.schema
import server.review.schema
import server.reviews.schema
import server.staffing.schema
import server.summaries.schema  # noqa: F401 the triggers below stand on their tables
from server.identity.schema import server_migrations

_OF_UNIT = "(SELECT service FROM unit WHERE id = {row}.unit)"
_OF_NOTE = "(SELECT service FROM chart_note WHERE id = {row}.note)"
_OF_DESK = "(SELECT service FROM desk_record WHERE id = {row}.desk)"
EVERY_SERVICE = "service"

MOVES: Mapping[str, str] = {
    "record_version": "{row}.service",
    "review_standing": "{row}.service",
    "due_item": "{row}.service",
    "listed": "{row}.service",
    "dated_setting": "{row}.service",
    "action": "{row}.service",
    "chart_note": "{row}.service",
    "chart_note_taken_back": _OF_NOTE,
    "custom_measure": "{row}.service",
    "closure_decision": "{row}.service",
    "review_minutes": "{row}.service",
    "summary_signed": "{row}.service",
    "staffing_typed": "{row}.service",
    "staffing_review": "{row}.service",
    "staffing_need": "{row}.service",
    "desk_record": "{row}.service",
    "desk_act": _OF_DESK,
    # Words of a case can go, with the last of its records
    "desk_said": _OF_DESK,
    "case_record": _OF_DESK,
    "unit": "{row}.service",
    "person": _OF_UNIT,
    "service": "{row}.id",
    # Notes on charts name who wrote them, whichever service they work in
    "staff": EVERY_SERVICE,
}
"""Each table that figures read, with the service whose revision a change of it moves."""

FOR_ALL: Mapping[str, str] = {
    "record_version": "{row}.restricted = 0",
    "review_standing": "NOT EXISTS (SELECT 1 FROM record_version v WHERE v.record = {row}.record AND v.restricted = 1)",
}
"""When a row is of something that all may see: what few may see moves nothing that others are told of."""

MOVES_WITH: Mapping[str, str] = {
    "answer": "record_version",
    "finding": "record_version",
    "bearing": "record_version",
    "review_act": "review_standing",
    "action_target": "action",
    "action_mark": "action",
    "action_history": "action",
    "listed_history": "listed",
    "staffing_reviewed": "staffing_review",
    # A name is shown once its owner had a role, and a role is never taken out
    "staff_role": "staff",
}
"""What is only ever written in one transaction with a row of another table, which moves the revision."""

KEPT = (
    """
    CREATE TABLE evidence_revision (
        service TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,
        few INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    "INSERT INTO evidence_revision SELECT id, 0, 0 FROM service",
    """
    CREATE TRIGGER service_begins_revision AFTER INSERT ON service
    BEGIN INSERT INTO evidence_revision VALUES (NEW.id, 0, 0); END
    """,
    # `newest` is the number of the newest entry that was counted, `version` the action's own, `holds_until` when time
    # alone changes it, `program` what worked it out
    """
    CREATE TABLE action_kept (
        shape TEXT NOT NULL CHECK (shape IN ('map', 'page')),
        action TEXT NOT NULL REFERENCES action(id),
        restricted INTEGER NOT NULL CHECK (restricted IN (0, 1)),
        service TEXT NOT NULL,
        version INTEGER NOT NULL,
        revision INTEGER NOT NULL,
        newest INTEGER NOT NULL,
        worked_out_at TEXT NOT NULL,
        holds_until TEXT NOT NULL,
        program TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (shape, action, restricted)
    ) STRICT
    """,
    "CREATE INDEX action_kept_of ON action_kept (service)",
    # What rests on a record that goes, goes with it: a figure kept may list its id
    """
    CREATE TRIGGER record_gone_forgets_kept AFTER DELETE ON record_version
    BEGIN DELETE FROM action_kept WHERE service = OLD.service; END
    """,
    "CREATE INDEX record_restricted ON record_version (service) WHERE restricted = 1",
)


def _moving(table: str, whose: str) -> tuple[str, ...]:
    """The triggers that move the revision with each row that comes, changes or goes."""
    for_all = FOR_ALL.get(table, "1")
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
    return tuple(
        f"""
        CREATE TRIGGER {table}_{verb.lower()}_moves_revision AFTER {verb} ON {table}
        BEGIN
            UPDATE evidence_revision SET few = few + 1,
                revision = revision + ({" OR ".join(for_all.format(row=row) for row in of)})
            WHERE service IN ({", ".join(whose.format(row=row) for row in of)});
        END
        """  # noqa: S608
        for verb, of in rows.items()
    )


@server_migrations()
def standing(database: sqlite_utils.Database) -> None:
    """What actions came to, kept, and the revisions of evidence that it holds for."""
    for statement in (*KEPT, *(one for table, whose in MOVES.items() for one in _moving(table, whose))):
        database.conn.execute(statement)
