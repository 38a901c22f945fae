"""The tables of identity: who there is, what they may do, how they prove it. Migration set "server".

Instants are text in UTC to the second ("2026-11-21T04:00:00Z"), so they sort; "" means "not yet" or "no end".
Secrets (session, tablet token, enrolment code) are kept as SHA-256 only; passwords as argon2id.
"""

import sqlite_utils
from sqlite_utils.migrations import Migrations

from sync.migrations import register

server_migrations = Migrations("server")
register(server_migrations)

ORGANISATION = (
    """CREATE TABLE provider (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT""",
    """CREATE TABLE service (
        id TEXT PRIMARY KEY, provider TEXT NOT NULL REFERENCES provider(id), name TEXT NOT NULL,
        kind TEXT NOT NULL CHECK (kind IN ('residential', 'supported_living', 'homecare'))) STRICT""",
    """CREATE TABLE unit (
        id TEXT PRIMARY KEY, service TEXT NOT NULL REFERENCES service(id), name TEXT NOT NULL) STRICT""",
    """CREATE INDEX unit_by_service ON unit (service)""",
    # Initials and place only, never a name (DESIGN section 1)
    """CREATE TABLE person (
        id TEXT PRIMARY KEY, unit TEXT NOT NULL REFERENCES unit(id), initials TEXT NOT NULL, place TEXT NOT
        NULL,
        left_at TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE INDEX person_by_unit ON person (unit)""",
    """CREATE TABLE staff (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, email TEXT NOT NULL UNIQUE COLLATE NOCASE,
        left_at TEXT NOT NULL DEFAULT '') STRICT""",
    # service NULL: every service of the provider
    """CREATE TABLE staff_role (
        id INTEGER PRIMARY KEY, staff TEXT NOT NULL REFERENCES staff(id), role TEXT NOT NULL,
        service TEXT REFERENCES service(id), starts TEXT NOT NULL, ends TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE INDEX staff_role_by_staff ON staff_role (staff)""",
)

SIGN_IN = (
    """CREATE TABLE password (
        staff TEXT PRIMARY KEY REFERENCES staff(id), hash TEXT NOT NULL, set_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE session (
        id INTEGER PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, staff TEXT NOT NULL REFERENCES staff(id),
        created_at TEXT NOT NULL, seen_at TEXT NOT NULL, ended_at TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE INDEX session_open ON session (staff) WHERE ended_at = ''""",
    """CREATE TABLE attempt (
        name TEXT PRIMARY KEY, failures INTEGER NOT NULL, last_at TEXT NOT NULL) STRICT""",
    """CREATE TABLE identity_audit (
        id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, what TEXT NOT NULL, who TEXT NOT NULL,
        about TEXT NOT NULL, address TEXT NOT NULL) STRICT""",
    """CREATE TRIGGER identity_audit_no_update BEFORE UPDATE ON identity_audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is never changed'); END""",
    """CREATE TRIGGER identity_audit_no_delete BEFORE DELETE ON identity_audit
        BEGIN SELECT RAISE(ABORT, 'the audit trail is never deleted'); END""",
)

TABLETS = (
    """CREATE TABLE tablet (
        id TEXT PRIMARY KEY, name TEXT NOT NULL, service TEXT NOT NULL REFERENCES service(id),
        unit TEXT NOT NULL REFERENCES unit(id), token_hash TEXT NOT NULL UNIQUE, enrolled_at TEXT NOT NULL,
        revoked_at TEXT NOT NULL DEFAULT '', revoked_by TEXT NOT NULL DEFAULT '',
        heard_at TEXT NOT NULL DEFAULT '') STRICT""",
    """CREATE INDEX tablet_by_service ON tablet (service)""",
    """CREATE TABLE enrolment_code (
        code_hash TEXT PRIMARY KEY, name TEXT NOT NULL, unit TEXT NOT NULL REFERENCES unit(id),
        made_by TEXT NOT NULL, made_at TEXT NOT NULL, expires_at TEXT NOT NULL,
        used_at TEXT NOT NULL DEFAULT '', tablet TEXT REFERENCES tablet(id)) STRICT""",
)


@server_migrations()
def identity(database: sqlite_utils.Database) -> None:
    """The provider's shape, staff and their roles, sign-in, tablets."""
    for statement in (*ORGANISATION, *SIGN_IN, *TABLETS):
        database.conn.execute(statement)


AUDIT = (
    *(
        f"ALTER TABLE identity_audit ADD COLUMN {name} TEXT NOT NULL DEFAULT ''"
        for name in ("tablet", "details", "service")
    ),
    # Where the event stands in the log; -1 for those noted before there was one
    """ALTER TABLE identity_audit ADD COLUMN position INTEGER NOT NULL DEFAULT -1""",
    """CREATE INDEX identity_audit_by_service ON identity_audit (service, id)""",
    """CREATE INDEX identity_audit_by_who ON identity_audit (who, id)""",
    """CREATE INDEX identity_audit_by_about ON identity_audit (about, id)""",
    """CREATE INDEX identity_audit_by_time ON identity_audit (at)""",
)


@server_migrations()
def audit_trail(database: sqlite_utils.Database) -> None:
    """Each event with its tablet, its service, a few words of ours, and its place in the log."""
    for statement in AUDIT:
        database.conn.execute(statement)


ACCOUNT = (
    # `sealed` under a key of the server's key file (second_factor.py); `on_at` "" until a first code was right;
    # `last_step` is the half minute of the last code that was taken, so that none is taken twice
    """CREATE TABLE second_factor (
        staff TEXT PRIMARY KEY REFERENCES staff(id), sealed TEXT NOT NULL, made_at TEXT NOT NULL,
        on_at TEXT NOT NULL DEFAULT '', last_step INTEGER NOT NULL DEFAULT 0) STRICT""",
    """CREATE TABLE recovery_code (
        staff TEXT NOT NULL REFERENCES staff(id), code_hash TEXT NOT NULL, used_at TEXT NOT NULL DEFAULT '',
        PRIMARY KEY (staff, code_hash)) STRICT, WITHOUT ROWID""",
    # Whoever gave the right password and has yet to give the code
    """CREATE TABLE half_signed_in (
        token_hash TEXT PRIMARY KEY, staff TEXT NOT NULL REFERENCES staff(id), made_at TEXT NOT NULL,
        tries INTEGER NOT NULL DEFAULT 0) STRICT""",
    """ALTER TABLE session ADD COLUMN browser TEXT NOT NULL DEFAULT ''""",
)


@server_migrations()
def account(database: sqlite_utils.Database) -> None:
    """The second factor, its recovery codes, the step between password and code; which browser a session is in."""
    for statement in ACCOUNT:
        database.conn.execute(statement)
