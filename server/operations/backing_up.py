"""`sightline backup`: a copy that was read back and checked against the log before anybody relies on it."""

import errno
import re
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from server.log.verifying import verify
from server.operations.log_lines import error_facts
from server.operations.side_files import beside, read_note, write_note
from server.server_keys import KeysError, open_keys
from server.settings import Settings
from sync import DatabaseError, read_checkpoint
from sync.backup import Backup, Progress, back_up
from sync.instants import Clock, now
from sync.lacking import side_by_side

_DATED = re.compile(r"sightline-\d{8}T\d{6}Z(-\d+)?\.db")


class LastBackup(msgspec.Struct, frozen=True):
    """What the doctor and the metrics know of the last good backup; `at` is when its picture was taken."""

    at: str
    file: str
    size: int
    entries: int


class Made(msgspec.Struct, frozen=True):
    """What came of it: lines to print, and whether all is well."""

    lines: list[str]
    well: bool


def make_backup(
    settings: Settings,
    place: Path,
    *,
    force: bool,
    keep: int,
    progress: Progress,
    clock: Clock = now,
) -> Made:
    """Back the database up to `place`: a file, or with `keep` a folder in which that many dated files stay.

    Raises `BackupError`, `DatabaseError`, `OSError`.
    """
    at = clock().astimezone(UTC)
    file = _dated_name(place, at) if keep else place
    checking = _Checking(settings, progress)
    made = back_up(settings.database, file, checking, progress, force=force)
    if made.faults:
        return Made(_words_of_faults(made), False)
    _remember(settings, made, at)
    gone = _prune(place, made.file, keep) if keep and checking.complete else []
    return Made(_words(settings, made, checking, gone), checking.well)


def last_backup(database: Path) -> LastBackup | None:
    """The last good backup that was made of this database on this machine, if any."""
    return read_note(beside(database, "last-backup"), LastBackup)


class _Checking:
    """Reads the copy back against the signed log. `notes` is what else is worth saying."""

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self.notes: list[str] = []
        self.complete = True
        self.well = True

    def __call__(self, copy: Path) -> list[str]:
        try:
            found = verify(copy, self._keys(), [], self._progress)
        except Exception as error:  # noqa: BLE001 whatever it is, the copy is worth keeping
            return self._unchecked(error)
        return [f"{where}: {what}." for where, what in found.faults]

    def _unchecked(self, error: Exception) -> list[str]:
        if _no_room(error):
            self.complete = self.well = False
            self.notes.append(
                "It could not be checked against the log, for that needs as much room again. Do it where there is "
                "room: sightline verify --database THE-BACKUP"
            )
            return []
        if isinstance(error, DatabaseError) and error.code in ("older_schema", "newer_schema"):
            self.complete = False
            self.notes.append(
                f"SQLite finds it whole; it could not be checked against the log: {error.sentence}."
            )
            return []
        words = (
            str(error) if isinstance(error, DatabaseError) else f"it stopped at {error_facts(error)['kind']}"
        )
        return [f"It could not be checked against the log: {words}"]

    def _keys(self) -> Path:
        """The key file, where it can be used; else none, and the signatures are checked with the key that the database
        names: a key file that is gone must not stand in the way of a backup.
        """
        keys = self._settings.keys
        try:
            open_keys(keys, may_make=False)
        except (KeysError, OSError) as error:
            self.notes.append(str(error))
            return keys.with_name("no-key-file")
        return keys


def _no_room(error: Exception) -> bool:
    if isinstance(error, DatabaseError):
        return error.code == "disk_full"
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT)


def _dated_name(folder: Path, at: datetime) -> Path:
    name = f"sightline-{at:%Y%m%dT%H%M%SZ}"
    file, number = folder / f"{name}.db", 2
    while file.exists():
        file, number = folder / f"{name}-{number}.db", number + 1
    return file


def _prune(folder: Path, made: Path, keep: int) -> list[str]:
    """Remove the oldest of our own dated files, never the one just made, whatever the clock says."""
    others = sorted(
        (file for file in folder.iterdir() if _DATED.fullmatch(file.name) and file.name != made.name),
        key=lambda file: file.name,
        reverse=True,
    )
    gone = []
    for file in others[keep - 1 :]:
        with suppress(OSError):
            file.unlink()
            gone.append(file.name)
    return gone


def _remember(settings: Settings, made: Backup, at: datetime) -> None:
    note = LastBackup(f"{at:%Y-%m-%dT%H:%M:%SZ}", str(made.file.absolute()), made.size, made.entries)
    # Who makes the backups need not be allowed to write there
    with suppress(OSError):
        write_note(beside(settings.database, "last-backup"), note)


def _words(settings: Settings, made: Backup, checking: _Checking, gone: list[str]) -> list[str]:
    checked = "read back and checked against the signed log" if checking.complete else "read back"
    return [
        f"Backed {settings.database} up to {made.file}: {made.size / 2**20:.1f} MB, {made.entries} entries, log of "
        f"{made.lines} lines, {checked}.",
        *_checkpoint_words(made.file),
        f"The key file is not in it: keep a copy of {settings.keys} apart from it, once. Without it "
        "a restored server does not start; whoever has both can sign as this server.",
        *checking.notes,
        *([f"Removed {', '.join(sorted(gone))}: as many as were to be kept are there."] if gone else []),
    ]


def _checkpoint_words(file: Path) -> list[str]:
    """What was last signed of it, to compare with what a tablet or the page of the log shows."""
    with side_by_side(file, None) as alone:
        row = alone.execute("SELECT text FROM log_checkpoint ORDER BY size DESC LIMIT 1").fetchone()
    said = read_checkpoint(row["text"]) if row else None
    return (
        [f"Its newest signed checkpoint: {said.size} lines, root {said.root}, of {said.at}."] if said else []
    )


def _words_of_faults(made: Backup) -> list[str]:
    return [
        *made.faults,
        f"The copy is not sound, so it is kept as {made.file} and replaces nothing. Keep it, and every older backup. "
        "Then look at the database itself: sightline doctor, sightline verify.",
    ]
