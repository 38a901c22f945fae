"""The tables of actions, and the indexes the evidence list adds to the tables of `sync`.

They belong to the migration set "server", after the tables of identity they refer to. Days are "2026-11-21",
instants UTC to the second. The history refuses change and deletion, as the ledger does.
"""

import sqlite3

import sqlite_utils

from server.identity.schema import server_migrations

# What counts as late (domain/4 1.8: back-dating over two hours asks a reason; a day is this project's choice)
NOTED_LATE_SECONDS = 2 * 3600
ARRIVED_LATE_SECONDS = 24 * 3600
IS_LATE = f"(noted_late_seconds > {NOTED_LATE_SECONDS} OR late_seconds > {ARRIVED_LATE_SECONDS})"

ACTIONS = (
    """
    CREATE TABLE action (
        id TEXT PRIMARY KEY,
        number INTEGER NOT NULL,
        service TEXT NOT NULL REFERENCES service(id),
        unit TEXT REFERENCES unit(id),
        version INTEGER NOT NULL,
        status TEXT NOT NULL CHECK (status IN ('open')),
        title TEXT NOT NULL,
        source TEXT NOT NULL,
        baseline TEXT NOT NULL,
        baseline_numerator INTEGER,
        baseline_denominator INTEGER,
        baseline_period TEXT NOT NULL,
        expected TEXT NOT NULL,
        measure TEXT NOT NULL,
        comparator TEXT NOT NULL,
        target_hundredths INTEGER NOT NULL,
        target_unit TEXT NOT NULL,
        window_start TEXT NOT NULL,
        window_end TEXT NOT NULL,
        risk TEXT NOT NULL CHECK (risk IN ('high', 'medium', 'low')),
        owner TEXT NOT NULL REFERENCES staff(id),
        review_route TEXT NOT NULL,
        deadline TEXT NOT NULL,
        created_at TEXT NOT NULL,
        created_by TEXT NOT NULL REFERENCES staff(id),
        changed_at TEXT NOT NULL,
        UNIQUE (service, number)
    ) STRICT
    """,
    "CREATE INDEX action_by_service ON action (service, deadline)",
    # The lists of an action: its themes, the kinds of evidence it needs, its measures
    """
    CREATE TABLE action_mark (
        action TEXT NOT NULL REFERENCES action(id),
        list TEXT NOT NULL CHECK (list IN ('themes', 'evidence_kinds', 'measures')),
        code TEXT NOT NULL,
        PRIMARY KEY (action, list, code)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE action_history (
        action TEXT NOT NULL REFERENCES action(id),
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        who TEXT NOT NULL REFERENCES staff(id),
        changed TEXT NOT NULL,
        PRIMARY KEY (action, version)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TRIGGER action_refuses_delete BEFORE DELETE ON action
    BEGIN SELECT RAISE(ABORT, 'an action is closed, never deleted'); END
    """,
    """
    CREATE TRIGGER action_history_refuses_update BEFORE UPDATE ON action_history
    BEGIN SELECT RAISE(ABORT, 'the history of an action is never changed'); END
    """,
    """
    CREATE TRIGGER action_history_refuses_delete BEFORE DELETE ON action_history
    BEGIN SELECT RAISE(ABORT, 'the history of an action is never deleted'); END
    """,
)

EVIDENCE_INDEXES = (
    f"""
    CREATE INDEX evidence_late ON record_version (service, happened_at, record)
    WHERE current = 1 AND {IS_LATE}
    """,
)


@server_migrations()
def actions(database: sqlite_utils.Database) -> None:
    """Improvement actions with their history, and the index for late evidence."""
    for statement in (*ACTIONS, *EVIDENCE_INDEXES):
        database.conn.execute(statement)


COMPLETE = (
    # A column's CHECK cannot be changed: the states move into a column of their own, which takes the old name
    """
    ALTER TABLE action ADD COLUMN state TEXT NOT NULL DEFAULT 'open' CHECK (state IN
        ('open', 'building', 'proposed', 'testing', 'closed', 'refused', 'reopened'))
    """,
    "UPDATE action SET state = status",
    "ALTER TABLE action DROP COLUMN status",
    "ALTER TABLE action RENAME COLUMN state TO status",
    *(
        f"ALTER TABLE action ADD COLUMN {name} TEXT NOT NULL DEFAULT ''"
        for name in ("changed_on", "changed_what", "learning")
    ),
    "ALTER TABLE action_history ADD COLUMN reason TEXT NOT NULL DEFAULT ''",
    # The measures of an action in their order; measure '' is one in its own words
    """
    CREATE TABLE action_target (
        action TEXT NOT NULL REFERENCES action(id),
        place INTEGER NOT NULL,
        measure TEXT NOT NULL,
        variant TEXT NOT NULL,
        how TEXT NOT NULL,
        comparator TEXT NOT NULL CHECK (comparator IN ('at_least', 'at_most', 'exactly')),
        hundredths INTEGER NOT NULL,
        unit TEXT NOT NULL CHECK (unit IN ('percent', 'count')),
        starts TEXT NOT NULL,
        ends TEXT NOT NULL,
        PRIMARY KEY (action, place),
        CHECK (measure <> '' OR how <> '')
    ) STRICT, WITHOUT ROWID
    """,
    # The lists of an action, without its measures, with its tags
    """
    CREATE TABLE action_mark_now (
        action TEXT NOT NULL REFERENCES action(id),
        list TEXT NOT NULL CHECK (list IN ('themes', 'tags', 'evidence_kinds')),
        code TEXT NOT NULL,
        PRIMARY KEY (action, list, code)
    ) STRICT, WITHOUT ROWID
    """,
)
_OLD_TARGET = ("measure", "comparator", "target_hundredths", "target_unit", "window_start", "window_end")
AFTER_THE_TARGETS = (
    "INSERT INTO action_mark_now SELECT * FROM action_mark WHERE list <> 'measures'",
    "DROP TABLE action_mark",
    "ALTER TABLE action_mark_now RENAME TO action_mark",
    *(f"ALTER TABLE action DROP COLUMN {name}" for name in _OLD_TARGET),
    """
    CREATE TRIGGER action_begins_open BEFORE INSERT ON action WHEN NEW.status <> 'open'
    BEGIN SELECT RAISE(ABORT, 'an action begins open'); END
    """,
    # There is no record of a decision yet that could bear it: whoever makes one replaces this trigger
    """
    CREATE TRIGGER action_closing_is_a_decision BEFORE UPDATE ON action
    WHEN NEW.status = 'closed' AND OLD.status <> 'closed'
    BEGIN SELECT RAISE(ABORT, 'closing an action is a decision with its own record'); END
    """,
)


@server_migrations()
def actions_complete(database: sqlite_utils.Database) -> None:
    """States, several measures each with its target and window, tags, the day practice changed, what was learned.

    What an action had as its one target becomes that of each measure it named. Its own words go with the one measure
    they explain, or make a measure of their own.
    """
    connection = database.conn
    for statement in COMPLETE:
        connection.execute(statement)
    _move_targets(connection)
    for statement in AFTER_THE_TARGETS:
        connection.execute(statement)


def _move_targets(connection: sqlite3.Connection) -> None:
    rows = connection.execute(f"SELECT id, {', '.join(_OLD_TARGET)} FROM action").fetchall()  # noqa: S608
    for id, how, *rest in rows:
        named = [
            code
            for (code,) in connection.execute(
                "SELECT code FROM action_mark WHERE action = ? AND list = 'measures' ORDER BY code", (id,)
            )
        ]
        measures = [(code, how if len(named) == 1 else "") for code in named]
        if how and len(named) != 1:
            measures.append(("", how))
        connection.executemany(
            "INSERT INTO action_target VALUES (?, ?, ?, '', ?, ?, ?, ?, ?, ?)",
            [(id, place, code, said, *rest) for place, (code, said) in enumerate(measures, 1)],
        )
