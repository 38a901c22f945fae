"""The pack that a visitor was let in to read: the same bytes as in its ZIP file, for as long as the visit lasts.

Decided: the visitor reads the frozen page of one pack. Rejected: the same sections counted anew for each visitor; they
would differ from the pack by the next record, and what a service showed could not be proven.
"""

import re
import sqlite3
import zipfile
from pathlib import Path

import sqlite_utils

from server.evidence_pack import store
from server.evidence_pack.store import Kept
from server.identity.schema import server_migrations

PAGE = "pack.html"
_STYLE = re.compile(rb"style-src 'sha256-([A-Za-z0-9+/=]{44})'")
VISIT_PACK = (
    """
    CREATE TABLE visit_pack (
        visit TEXT PRIMARY KEY REFERENCES visit(id),
        pack TEXT NOT NULL REFERENCES evidence_pack(id)
    ) STRICT, WITHOUT ROWID
    """,
    *(
        f"""
        CREATE TRIGGER visit_pack_refuses_{change} BEFORE {change.upper()} ON visit_pack
        BEGIN SELECT RAISE(ABORT, 'what a visitor was shown is never changed'); END
        """
        for change in ("update", "delete")
    ),
)


@server_migrations()
def packs_of_visits(database: sqlite_utils.Database) -> None:
    """Which pack a visitor may read."""
    for statement in VISIT_PACK:
        database.conn.execute(statement)


def let_read(connection: sqlite3.Connection, visit: str, pack: str) -> None:
    """Let the visitor read the pack. A job for `Database.write`."""
    connection.execute("INSERT INTO visit_pack VALUES (?, ?)", (visit, pack))


def packs_of(connection: sqlite3.Connection) -> dict[str, str]:
    """By visit the pack that its visitor may read."""
    return {row["visit"]: row["pack"] for row in connection.execute("SELECT visit, pack FROM visit_pack")}


def pack_of_visitor(connection: sqlite3.Connection, staff: str, services: tuple[str, ...]) -> Kept | None:
    """The pack that a visitor may read, as long as it is there; every service of it must be one they may see."""
    row = connection.execute(
        "SELECT pack FROM visit_pack JOIN visit ON visit.id = visit_pack.visit WHERE visit.staff = ?",
        (staff,),
    ).fetchone()
    pack = store.find(connection, row["pack"], services) if row else None
    return pack if pack is not None and pack.state == "ready" else None


def read_page(path: Path) -> tuple[bytes, str]:
    """The page of the pack at `path`, and the policy that lets its own style through and nothing else.

    Raises `OSError`, `KeyError`, `zipfile.BadZipFile`.
    """
    with zipfile.ZipFile(path) as archive:
        body = archive.read(PAGE)
    style = _STYLE.search(body)
    allowed = f"'sha256-{style[1].decode()}'" if style else "'none'"
    said = (
        "default-src 'none'",
        f"style-src {allowed}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
    return body, "; ".join(said)
