"""`sightline backup`, `restore`, `doctor`: the lines they print, and whether all is well."""

from pathlib import Path

from server.log_cli import say_progress
from server.operations import doctor
from server.operations.backing_up import make_backup
from server.operations.restoring import forget_side_files, keys_words, require_backup, restored_words
from server.settings import Settings
from sync import restore
from sync.instants import now


def back_up(settings: Settings, place: Path, *, force: bool, keep: int) -> tuple[list[str], bool]:
    """Make a backup at `place`. Raises `BackupError`, `DatabaseError`, `OSError`."""
    made = make_backup(settings, place, force=force, keep=keep, progress=say_progress())
    return made.lines, made.well


def examine_all(settings: Settings, *, as_json: bool, whole: bool) -> tuple[list[str], bool]:
    """Look at everything; a server may be running."""
    findings = doctor.examine(settings, now(), whole=whole)
    return [doctor.as_json(findings)] if as_json else doctor.as_lines(findings), bool(findings.ok)


def look_at_backup(settings: Settings, backup: Path) -> list[str]:
    """What would be lacking if `backup` took the database's place. Raises `DatabaseError`."""
    require_backup(backup)
    there = settings.database if settings.database.is_file() else None
    return [
        *restored_words(backup, there, now()),
        *keys_words(backup, settings.keys),
        f"Nothing was changed. To do it, stop the server, then: sightline restore {backup}",
    ]


def restore_backup(settings: Settings, backup: Path) -> list[str]:
    """Put `backup` in the place of the database. Raises `DatabaseError`, `OSError`; then nothing was changed."""
    before = restore(backup, settings.database)
    forget_side_files(settings.database)
    return [
        f"Restored {settings.database} from {backup}. Start the server with: sightline serve",
        *([f"The database that was there is now {before}."] if before else []),
        *keys_words(settings.database, settings.keys),
        *restored_words(settings.database, before, now()),
        "When a tablet next connects, it will read its lists from the start, and offer every record it still "
        "holds: what this backup lacks is sent again. A record that its tablet no longer holds is only where it was.",
    ]
