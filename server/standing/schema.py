"""The tables of what was worked out and kept. Migration set "server". All of it can be thrown away.

`evidence_revision` counts, service by service, every change of what figures rest on: triggers do, so that no code can
forget it. `few` counts also what few may see. `action_kept` is what an action came to at one revision; it holds for
that revision alone.

`evidence_day` says at which revision (as `few` counts) records of a day last came, changed, were set aside or went; of
the day "", the settings of the service. `part_kept` is what records of some days came to; it holds while none of the
days it rests on moved since. Tables that no part reads move no day (`test_parts.py` watches what parts read).
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

MOVES_DAYS: Mapping[str, str] = {
    "record_version": "SELECT substr({row}.happened_at, 1, 10) AS value",
    # Of a record that was corrected, the days of each version
    "review_standing": """
        SELECT DISTINCT substr(v.happened_at, 1, 10) AS value FROM record_version v WHERE v.record = {row}.record
    """,
    "dated_setting": "SELECT '' AS value",
}
"""Each table that parts read, with the days a change of it moves: as UTC has them, or "" for every day."""

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


PARTS = (
    """
    CREATE TABLE evidence_day (
        service TEXT NOT NULL,
        day TEXT NOT NULL,
        moved INTEGER NOT NULL,
        PRIMARY KEY (service, day)
    ) STRICT, WITHOUT ROWID
    """,
    # `what` it is of; `first` and `last` are London days, `rests_from` is the first day it rests on ("" = any before).
    # `running` is a day of a week that was not over. `revision` is as `few` counts
    """
    CREATE TABLE part_kept (
        service TEXT NOT NULL,
        restricted INTEGER NOT NULL CHECK (restricted IN (0, 1)),
        what TEXT NOT NULL,
        first TEXT NOT NULL,
        last TEXT NOT NULL,
        rests_from TEXT NOT NULL,
        running INTEGER NOT NULL CHECK (running IN (0, 1)),
        revision INTEGER NOT NULL,
        program TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (service, restricted, what, first, last)
    ) STRICT
    """,
    # What rests on a record that goes, goes with it: a part may list its id
    """
    CREATE TRIGGER record_gone_forgets_parts AFTER DELETE ON record_version
    BEGIN DELETE FROM part_kept WHERE service = OLD.service; END
    """,
)


def _moving(table: str, whose: str, days: str = "") -> tuple[str, ...]:
    """The triggers that move the revision with each row that comes, changes or goes; and the days it is of."""
    for_all = FOR_ALL.get(table, "1")
    rows = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}
    return tuple(
        f"""
        CREATE TRIGGER {table}_{verb.lower()}_moves_revision AFTER {verb} ON {table}
        BEGIN
            UPDATE evidence_revision SET few = few + 1,
                revision = revision + ({" OR ".join(for_all.format(row=row) for row in of)})
            WHERE service IN ({", ".join(whose.format(row=row) for row in of)});
            {" ".join(_MOVES_DAY.format(whose=whose, days=days).format(row=row) for row in of if days)}
        END
        """  # noqa: S608
        for verb, of in rows.items()
    )


# After the revision has moved, in the same trigger: which of two triggers comes first is not said anywhere
_MOVES_DAY = """
    INSERT INTO evidence_day
    SELECT {whose}, day.value, r.few FROM ({days}) day JOIN evidence_revision r ON r.service = {whose} WHERE 1
    ON CONFLICT (service, day) DO UPDATE SET moved = excluded.moved;
"""


@server_migrations()
def standing(database: sqlite_utils.Database) -> None:
    """What actions came to, kept, and the revisions of evidence that it holds for."""
    for statement in (*KEPT, *(one for table, whose in MOVES.items() for one in _moving(table, whose))):
        database.conn.execute(statement)


@server_migrations()
def standing_parts(database: sqlite_utils.Database) -> None:
    """What parts of periods came to, kept, and the days that they rest on."""
    for statement in PARTS:
        database.conn.execute(statement)
    for table, days in MOVES_DAYS.items():
        for verb in ("insert", "update", "delete"):
            database.conn.execute(f"DROP TRIGGER {table}_{verb}_moves_revision")
        for statement in _moving(table, MOVES[table], days):
            database.conn.execute(statement)
