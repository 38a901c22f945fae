"""The tables, as migrations that are applied once each and never edited afterwards.

`sync` has its own set; a room above registers another with `register`, so that one call brings a database
up to date and one check knows every migration this program knows.
"""

import os
import sqlite3
from pathlib import Path

import sqlite_utils
from sqlite_utils.migrations import Migrations

from sync import schema
from sync.connections import open_writer
from sync.errors import DatabaseError, explain
from sync.log_beginning import begin_log
from sync.process_lock import ProcessLock
from sync.signed_entries import judge_unsigned

sync_migrations = Migrations("sync")
_registered: dict[str, Migrations] = {sync_migrations.name: sync_migrations}


def register(migrations: Migrations) -> None:
    """Add a room's own migrations, applied after the sets registered before it. Once per name."""
    _registered[migrations.name] = migrations


def migrate(path: Path) -> None:
    """Create the database at `path` if there is none, and bring its tables up to date.

    Raises `DatabaseError` when a server is running on it, when a newer Sightline made it, or when the file
    cannot be used.
    """
    lock = ProcessLock(path)
    try:
        _create_file(path)
        connection = open_writer(path)
        try:
            _refuse_newer(connection, path)
            database = sqlite_utils.Database(connection)
            for migrations in _registered.values():
                migrations.apply(database)
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise explain(error, path) from error
    finally:
        lock.release()


def check_schema(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `DatabaseError` "newer_schema" or "older_schema" unless the tables are exactly what this
    program knows.
    """
    _refuse_newer(connection, path)
    missing = sorted(_known() - _applied(connection))
    if missing:
        raise DatabaseError("older_schema", path, f"it lacks {_named(missing)}")


def _refuse_newer(connection: sqlite3.Connection, path: Path) -> None:
    unknown = sorted(_applied(connection) - _known())
    if unknown:
        raise DatabaseError("newer_schema", path, f"it has {_named(unknown)}")


def _known() -> set[tuple[str, str]]:
    return {
        (migrations.name, migration.name)
        for migrations in _registered.values()
        for migration in migrations._migrations
    }


def _applied(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    try:
        rows = connection.execute("SELECT migration_set, name FROM _sqlite_migrations").fetchall()
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_ERROR:
            return set()
        raise
    # The set of a room that is not loaded (a benchmark has no server) is not for this process to judge
    return {(row[0], row[1]) for row in rows if row[0] in _registered}


def _named(migrations: list[tuple[str, str]]) -> str:
    return ", ".join(f"{owner}/{name}" for owner, name in migrations)


def _create_file(path: Path) -> None:
    try:
        # Care records: nobody but the user who runs the server may read them
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except PermissionError:
        raise DatabaseError("read_only", path) from None
    except OSError:
        raise DatabaseError("cannot_open", path) from None


@sync_migrations()
def ledger_and_projections(database: sqlite_utils.Database) -> None:
    """The ledger, what is derived from it, the change feed, the server's epoch and its cursor key."""
    for statement in (
        *schema.LEDGER,
        *schema.PROJECTIONS,
        *schema.CHAIN,
        *schema.CHANGES,
        *schema.SERVER_STATE,
    ):
        database.conn.execute(statement)


@sync_migrations()
def entry_themes(database: sqlite_utils.Database) -> None:
    """Beside each entry, the themes the server knew of the actions that it bears on."""
    for statement in schema.ENTRY_THEMES:
        database.conn.execute(statement)


@sync_migrations()
def withdrawn_and_restricted(database: sqlite_utils.Database) -> None:
    """What a record version says besides: taken back, begun by another, part of an audit, for few to see."""
    for statement in schema.AFTERWARDS:
        database.conn.execute(statement)


@sync_migrations()
def destroyed(database: sqlite_utils.Database) -> None:
    """What was destroyed under a retention rule, and the one way in which an entry loses its words."""
    for statement in schema.DESTROYED:
        database.conn.execute(statement)


@sync_migrations()
def log(database: sqlite_utils.Database) -> None:
    """The Merkle log, begun with a leaf for each entry that is there already."""
    for statement in schema.LOG:
        database.conn.execute(statement)
    begin_log(database.conn)


@sync_migrations()
def tablet_health(database: sqlite_utils.Database) -> None:
    """Beside what each tablet last said of itself, how it is."""
    database.conn.execute(schema.TABLET_HEALTH)


@sync_migrations()
def record_signature(database: sqlite_utils.Database) -> None:
    """The verdicts on signatures, also of what came before anybody had a key."""
    for statement in schema.RECORD_SIGNATURE:
        database.conn.execute(statement)
    judge_unsigned(database.conn)


@sync_migrations()
def counted(database: sqlite_utils.Database) -> None:
    """How many records a list has, counted without reading one. The indexes of rooms above are made again too, in their
    order: SQLite goes by it where two are as good.
    """
    indexes = database.conn.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'record_version' AND sql <> '' "
        "ORDER BY rowid"
    ).fetchall()
    for name, _ in indexes:
        database.conn.execute(f"DROP INDEX {name}")
    for name, statement in indexes:
        database.conn.execute(schema.COUNTED.get(name, statement))
