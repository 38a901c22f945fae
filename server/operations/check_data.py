"""What is kept: the database, its tables, its keys, its history, and what tablets still hold."""

import fcntl
import os
import sqlite3
from datetime import timedelta

from server.evidence.times import gap_words
from server.operations.checks import Check, Ground, bad, good, reading, watch
from server.operations.figures import read_tablets
from server.operations.last_seen import is_older
from server.server_keys import KeysError, known_keys, open_keys, public_names
from sync import DatabaseError, log_size, read_epoch, read_restored
from sync.errors import explain
from sync.migrations import check_schema

_QUIET = timedelta(hours=24)
_NAMES = 8


def look_at_database(ground: Ground) -> list[Check]:
    """It opens, and SQLite finds it whole."""
    path = ground.settings.database
    try:
        with reading(ground) as sql:
            (entries,) = sql.execute("SELECT count(*) FROM entry").fetchone()
            faults = _faults(sql) if ground.whole else []
    except sqlite3.Error as error:
        known = explain(error, path)
        raise known if isinstance(known, DatabaseError) else DatabaseError("not_a_database", path) from None
    if faults:
        return bad(
            "database",
            f"SQLite finds {path} damaged: {faults[0]}"
            + (f" (and {len(faults) - 1} more)." if faults[1:] else "."),
            "Stop the server. Copy the file and what lies beside it elsewhere, then restore the newest good backup: "
            "sightline restore. Tablets offer again what it lacks.",
        )
    running = _running(ground)
    how = f"process {running} is using it" if running else "no server is using it"
    whole = "SQLite finds it whole" if ground.whole else "it opens"
    return good("database", f"{path}: {entries} entries, {whole}; {how}.")


def look_at_tables(ground: Ground) -> list[Check]:
    """Those that this program knows."""
    with reading(ground) as sql:
        check_schema(sql, ground.settings.database)
    return good("tables", "As this program knows them.")


def look_at_keys(ground: Ground) -> list[Check]:
    """The key file is there, and the database's own."""
    path = ground.settings.keys
    with reading(ground) as sql:
        known = known_keys(sql)
    if not any(known.values()) and not path.exists():
        return good("keys", "None yet: the server makes them as it first starts.")
    try:
        ours = public_names(open_keys(path, may_make=False))
    except (KeysError, OSError) as error:
        return bad("keys", str(error), "Without it the server does not start.")
    if any(known.values()) and ours != known:
        return bad(
            "keys", f"{path} belongs to another server.", "Put back the one that belongs to this database."
        )
    if path.stat().st_mode & 0o077:
        return watch("keys", f"Others on this machine may read {path}.", f"chmod 600 {path}")
    return good("keys", f"{path} is there, and belongs to this database. Keep a copy of it apart.")


def look_at_history(ground: Ground) -> list[Check]:
    """The epoch, and whether the database is as long as it was when the server last saw it."""
    path = ground.settings.database
    with reading(ground) as sql:
        older, epoch, restored, size = is_older(sql, path), read_epoch(sql), read_restored(sql), log_size(sql)
    if older is not None:
        return bad(
            "history",
            f"{path} is older than it was: its log has {size} lines, and had {older.size} at {older.at}. Either an old "
            "copy was put there by hand, or the disk lost what was written. Tablets would not be asked for what is "
            "lacking.",
            f"Have them be asked: sightline restore {path}",
            loses=True,
        )
    begun = (
        f", begun when a backup was put back ({len(restored)} in all; a tablet enrolled after the backup is not known "
        "here: /tablets says so when it asks)"
        if restored
        else ""
    )
    return good("history", f"Epoch {epoch[:8]}{begun}; the log has {size} lines, none fewer than before.")


def look_at_tablets(ground: Ground) -> list[Check]:
    """Those with numbers that never came, and those that hold something and are silent."""
    with reading(ground) as sql:
        tablets = read_tablets(sql, ground.now)
        names = dict(sql.execute("SELECT id, name FROM tablet").fetchall())
    gaps = [f"{names[one.tablet]} ({one.missing})" for one in tablets if one.missing > 0]
    quiet = _QUIET.total_seconds()
    silent = [
        f"{names[one.tablet]} ({one.waiting}, {gap_words(int(one.heard_seconds))} ago)"
        for one in tablets
        if one.waiting and one.heard_seconds > quiet
    ]
    parked = [f"{names[one.tablet]} ({one.parked})" for one in tablets if one.parked]
    lost = [names[one.tablet] for one in tablets if one.lost_stores]
    found: list[Check] = []
    if lost:
        found += watch(
            "tablets",
            f"They lost their store, and nobody has looked into it: {_some(lost)}.",
            "Look at /tablets.",
        )
    if parked:
        found += watch(
            "tablets", f"They keep what the server would not take: {_some(parked)}.", "Look at their pages."
        )
    if gaps:
        found += watch(
            "tablets",
            f"Numbers that never came: {_some(gaps)}.",
            "Look at /tablets; find the tablet, and connect it.",
        )
    if silent:
        found += watch(
            "tablets",
            f"Something waits on them, and they are silent: {_some(silent)}.",
            "Find them, and connect them.",
        )
    return found or good(
        "tablets", f"{len(tablets)} that may hold something; no gaps, none silent with records."
    )


def look_at_held(ground: Ground) -> list[Check]:
    """Records that wait for a person."""
    with reading(ground) as sql:
        rows = sql.execute(
            """
            SELECT CASE standing WHEN 'held' THEN held_for ELSE 'conflict' END AS why, count(*) AS many FROM entry
            WHERE standing <> 'stored' GROUP BY why ORDER BY many DESC
            """
        ).fetchall()
    if not rows:
        return good("held", "Nothing is held.")
    words = ", ".join(f"{row['many']} {row['why'].replace('_', ' ')}" for row in rows)
    return watch("held", f"{sum(row['many'] for row in rows)} records are held: {words}.", "Look at /held.")


def _faults(sql: sqlite3.Connection) -> list[str]:
    return [line for (line,) in sql.execute("PRAGMA integrity_check(20)") if line != "ok"]


def _running(ground: Ground) -> str:
    """The process that holds the database's lock, or ""."""
    lock = ground.settings.database.with_name(f"{ground.settings.database.name}-lock")
    try:
        handle = os.open(lock, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return ""
    try:
        # Shared, and let go of at once: a server that starts in this very moment would say that another one runs
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return os.read(handle, 20).decode("ascii", "replace").strip() or "?"
    finally:
        os.close(handle)
    return ""


def _some(names: list[str]) -> str:
    more = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {more} more" if more > 0 else "")
