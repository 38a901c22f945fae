"""The table of what whole services come to, kept. Migration set "server". All of it can be thrown away."""

from typing import Literal, get_args

import sqlite_utils

import server.standing.schema  # noqa: F401 the revisions that it holds for
from server.identity.schema import server_migrations

Shape = Literal["register", "themes", "signals", "coverage"]
SHAPES: tuple[Shape, ...] = get_args(Shape)

SERVICE_KEPT = (
    # As `action_kept`; `rests_on` is what else it was worked out for, beside the evidence
    f"""
    CREATE TABLE service_kept (
        shape TEXT NOT NULL CHECK (shape IN ({", ".join(f"'{shape}'" for shape in SHAPES)})),
        service TEXT NOT NULL REFERENCES service(id),
        restricted INTEGER NOT NULL CHECK (restricted IN (0, 1)),
        rests_on TEXT NOT NULL,
        revision INTEGER NOT NULL,
        newest INTEGER NOT NULL,
        worked_out_at TEXT NOT NULL,
        holds_until TEXT NOT NULL,
        program TEXT NOT NULL,
        body BLOB NOT NULL,
        PRIMARY KEY (shape, service, restricted)
    ) STRICT
    """,
    # A signal and the coverage list the ids of records
    """
    CREATE TRIGGER record_gone_forgets_service_kept AFTER DELETE ON record_version
    BEGIN DELETE FROM service_kept WHERE service = OLD.service; END
    """,
)


@server_migrations()
def services_standing(database: sqlite_utils.Database) -> None:
    """What whole services came to, kept."""
    for statement in SERVICE_KEPT:
        database.conn.execute(statement)
