"""The tables of closure tests: every decision on the road, and who signs instead. Migration set "server".

Nothing in them is changed or deleted. The database itself lets an action be closed only together with the decision of
the same action and version, and takes that decision only from a third person, with all ten rules passed.
"""

import sqlite_utils

import server.evidence.schema  # noqa: F401 the table of actions, and the trigger that is replaced
from server.identity.schema import server_migrations

STEPS = ("proposed", "drawn", "sampled", "closed", "refused", "checked", "reopened")
_MOVES = "('proposed', 'drawn', 'closed', 'refused', 'reopened')"

DECISIONS = (
    # `version` is the one of the action that the step makes; of a sample and a check, the one it was about. `proposal`
    # is the proposal that the round began with; `said` is what the person wrote, `rules` what the ten rules said
    # then and `passed` how many of them passed
    f"""
    CREATE TABLE closure_decision (
        id TEXT PRIMARY KEY,
        action TEXT NOT NULL REFERENCES action(id),
        service TEXT NOT NULL REFERENCES service(id),
        version INTEGER NOT NULL,
        step TEXT NOT NULL CHECK (step IN {STEPS}),
        proposal TEXT NOT NULL REFERENCES closure_decision(id),
        who TEXT NOT NULL REFERENCES staff(id),
        at TEXT NOT NULL,
        reason TEXT NOT NULL,
        said TEXT NOT NULL,
        rules TEXT NOT NULL,
        passed INTEGER NOT NULL,
        digest TEXT NOT NULL UNIQUE
    ) STRICT, WITHOUT ROWID
    """,
    "CREATE INDEX closure_decision_of ON closure_decision (action, version, at)",
    "CREATE INDEX closure_decision_in ON closure_decision (service, step, at)",
    f"CREATE UNIQUE INDEX closure_decision_moves ON closure_decision (action, version) WHERE step IN {_MOVES}",
    """
    CREATE UNIQUE INDEX closure_decision_once ON closure_decision (proposal, step)
    WHERE step IN ('proposed', 'drawn', 'sampled', 'closed', 'refused', 'reopened')
    """,
    """
    CREATE TABLE closure_deputy (
        id TEXT PRIMARY KEY,
        service TEXT NOT NULL REFERENCES service(id),
        staff TEXT NOT NULL REFERENCES staff(id),
        since TEXT NOT NULL,
        until TEXT NOT NULL CHECK (until >= since),
        named_by TEXT NOT NULL REFERENCES staff(id) CHECK (named_by <> staff),
        at TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb.upper()} ON {table}
        BEGIN SELECT RAISE(ABORT, 'a decision about closing is never changed or deleted'); END
        """
        for table in ("closure_decision", "closure_deputy")
        for verb in ("update", "delete")
    ),
    """
    CREATE TRIGGER closing_takes_three_people BEFORE INSERT ON closure_decision
    WHEN NEW.step = 'closed' AND NOT EXISTS (
        SELECT 1 FROM closure_decision p JOIN closure_decision s ON s.proposal = p.id AND s.step = 'sampled'
        WHERE p.id = NEW.proposal AND p.step = 'proposed' AND p.action = NEW.action AND s.action = NEW.action
            AND p.who <> s.who AND NEW.who NOT IN (p.who, s.who))
    BEGIN SELECT RAISE(ABORT, 'one proposes closing an action, another samples, a third signs'); END
    """,
    """
    CREATE TRIGGER closing_takes_ten_rules BEFORE INSERT ON closure_decision
    WHEN NEW.step = 'closed' AND NEW.passed <> 10
    BEGIN SELECT RAISE(ABORT, 'an action is closed when all ten rules pass'); END
    """,
    "DROP TRIGGER action_closing_is_a_decision",
    """
    CREATE TRIGGER action_closing_is_a_decision BEFORE UPDATE ON action
    WHEN NEW.status = 'closed' AND OLD.status <> 'closed' AND (OLD.status <> 'testing'
        OR NEW.version <> OLD.version + 1
        OR NOT EXISTS (SELECT 1 FROM closure_decision d
            WHERE d.action = NEW.id AND d.version = NEW.version AND d.step = 'closed'))
    BEGIN SELECT RAISE(ABORT, 'closing an action is a decision with its own record'); END
    """,
    """
    CREATE TRIGGER action_reopening_is_a_decision BEFORE UPDATE ON action
    WHEN OLD.status = 'closed' AND NEW.status <> 'closed' AND (NEW.status <> 'reopened'
        OR NEW.version <> OLD.version + 1
        OR NOT EXISTS (SELECT 1 FROM closure_decision d
            WHERE d.action = NEW.id AND d.version = NEW.version AND d.step = 'reopened'))
    BEGIN SELECT RAISE(ABORT, 'reopening an action is a decision with its own record'); END
    """,
)


@server_migrations()
def closure_decisions(database: sqlite_utils.Database) -> None:
    """Every decision on the road to closing an action, and who signs in place of the nominated individual."""
    for statement in DECISIONS:
        database.conn.execute(statement)
