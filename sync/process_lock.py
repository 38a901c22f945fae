"""One process at a time may write to a database file.

Decided: `flock` on a side file. The kernel drops it when the process ends, however it ends, so nothing is
left to clean up. Rejected: a pid file (survives SIGKILL and then lies); SQLite's own lock (held per
transaction only, so a command could slip between two of the server's and checkpoint behind its back).
"""

import fcntl
import os
from pathlib import Path

from sync.errors import DatabaseError


class ProcessLock:
    """The right of this process to write to the database at `path`, held until `release`."""

    def __init__(self, path: Path) -> None:
        """Take the lock. Raises `DatabaseError` "in_use" when another process has it."""
        side_file = path.with_name(path.name + "-lock")
        self._file = _open(side_file, path)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.read(self._file, 20).decode("ascii", "replace").strip()
            os.close(self._file)
            raise DatabaseError("in_use", path, f" (process {holder})" if holder else "") from None
        os.ftruncate(self._file, 0)
        os.pwrite(self._file, str(os.getpid()).encode(), 0)

    def release(self) -> None:
        """Let another process write."""
        os.close(self._file)


def _open(side_file: Path, path: Path) -> int:
    try:
        return os.open(side_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except PermissionError:
        raise DatabaseError("read_only", path) from None
    except OSError:
        raise DatabaseError("cannot_open", path) from None
