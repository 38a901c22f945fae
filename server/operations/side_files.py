"""Small notes beside the database file, for the next command or the next start: never in it, since it may be replaced.

A note that is missing or cannot be read says nothing. It is written in one step.
"""

import os
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import msgspec

Note = TypeVar("Note", bound=msgspec.Struct)


def beside(database: Path, end: str) -> Path:
    """`sightline.db` and "last-backup" make `sightline.db.last-backup`."""
    return database.with_name(f"{database.name}.{end}")


def read_note(path: Path, kind: type[Note]) -> Note | None:
    """What the note says, or None."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError):
        return None


def write_note(path: Path, note: msgspec.Struct) -> None:
    """Replace the note at `path`. Raises `OSError`."""
    write_private(path, msgspec.json.encode(note) + b"\n")


def write_private(path: Path, content: bytes) -> None:
    """Replace the file at `path` in one step; nobody else may read it. Raises `OSError`."""
    # One name: what a kill leaves behind is taken over by the next
    made = path.with_name(f"{path.name}-making")
    try:
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(made, path)
    finally:
        with suppress(OSError):
            made.unlink(missing_ok=True)
