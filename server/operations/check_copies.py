"""The two ways in which a lost machine is survived: backups, and the copy that Litestream makes all the time."""

import time
from datetime import timedelta
from pathlib import Path

from server.evidence.times import gap_words, read_instant
from server.example import PROVIDER
from server.operations.backing_up import last_backup
from server.operations.checks import Check, Ground, bad, good, reading, watch
from server.operations.copying import BEHIND_SECONDS, NOTE_SECONDS, CopyNote
from server.operations.figures import size_of
from server.operations.litestream import clean, find_program
from server.operations.side_files import beside, read_note

_OLD = timedelta(days=2)
_TOO_OLD = timedelta(days=7)
_HOW = "sightline backup FOLDER --keep 14, every night, to another disk."
# Above this, whoever checkpoints does not
LARGEST_LOG = 256 * 2**20


def look_at_backups(ground: Ground) -> list[Check]:
    """When the last was made, and whether it is still there."""
    copied = bool(ground.settings.copy_to)
    last = last_backup(ground.settings.database)
    if last is None and _is_example(ground):
        return good("backups", "None, and none needed: this is the example.")
    if last is None:
        words = "No backup was made of this database on this machine."
        return watch("backups", words, _HOW) if copied or _is_empty(ground) else bad("backups", words, _HOW)
    age = ground.now - read_instant(last.at)
    words = f"The last good one is {gap_words(max(0, int(age.total_seconds())))} old: {last.file}"
    if not Path(last.file).exists():
        return watch("backups", f"{words}, which is not there now.", "See that it was put somewhere safe.")
    if size_of(Path(last.file)) != last.size:
        return bad("backups", f"{words}, which was changed since.", _HOW)
    if age > _TOO_OLD and not copied:
        return bad("backups", f"{words}.", _HOW)
    if age > _OLD:
        return watch("backups", f"{words}.", _HOW)
    if Path(last.file).stat().st_dev == ground.settings.database.stat().st_dev:
        return watch("backups", f"{words}, on the disk of the database.", "Keep one on another disk, too.")
    return good("backups", f"{words}, {last.entries} entries.")


def look_at_copy(ground: Ground) -> list[Check]:
    """Litestream, where it is asked for."""
    settings = ground.settings
    wal = size_of(settings.database.with_name(f"{settings.database.name}-wal"))
    if wal > LARGEST_LOG:
        return bad(
            "copy",
            f"The write-ahead log has grown to {wal / 2**20:,.0f} MB: nobody folds it into the database.",
            "Look whether a program holds the database open to read; then start the server again.",
        )
    if not settings.copy_to:
        return good("copy", "Not asked for (SIGHTLINE_COPY_TO).")
    if find_program() is None:
        return bad(
            "copy", "Litestream is not installed.", "Install Sightline with its extra, sightline[litestream]."
        )
    place = clean(settings.copy_to)
    note = read_note(beside(settings.database, "copying"), CopyNote)
    if note is None or note.to != settings.copy_to:
        return watch("copy", f"Nothing was copied to {place} yet.", "Start the server.")
    said = f" It says: {note.fault}." if note.fault else ""
    since = time.time() - note.synced
    if time.time() - note.at > BEHIND_SECONDS + NOTE_SECONDS:
        return watch(
            "copy",
            f"No server has looked after the copy for {gap_words(int(time.time() - note.at))}.",
            "Start it.",
        )
    if not note.synced or since > BEHIND_SECONDS + NOTE_SECONDS:
        behind = f"whole {gap_words(int(since))} ago" if note.synced else "never whole"
        return bad("copy", f"The copy to {place} was {behind}.{said}", "Look at the place and at the log.")
    if _same_disk(settings.copy_to, settings.database):
        return watch("copy", f"{place} is on the disk of the database.", "Copy to another one.")
    return good("copy", f"To {place}, whole {gap_words(max(0, int(since)))} ago.")


def _is_empty(ground: Ground) -> bool:
    with reading(ground) as sql:
        return sql.execute("SELECT 1 FROM entry LIMIT 1").fetchone() is None


def _is_example(ground: Ground) -> bool:
    with reading(ground) as sql:
        return sql.execute("SELECT 1 FROM provider WHERE id = ?", (PROVIDER,)).fetchone() is not None


def _same_disk(copy_to: str, database: Path) -> bool:
    try:
        return "://" not in copy_to and Path(copy_to).stat().st_dev == database.stat().st_dev
    except OSError:
        return False
