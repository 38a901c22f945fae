"""A small disk of its own, for a profile, that can be filled to the last byte."""

import errno
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


class Disk:
    """A file system in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.filler = folder / "filler"

    def mount(self, megabytes: int) -> bool:
        """Make it. Only root may, and not in every container: it says whether it could."""
        self.folder.mkdir()
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(self.folder)]
        return os.geteuid() == 0 and subprocess.run(command, capture_output=True, check=False).returncode == 0

    def unmount(self) -> None:
        """Take it away, with all that is on it."""
        subprocess.run(["umount", "--lazy", str(self.folder)], check=True)

    def fill(self) -> None:
        """Leave not one byte."""
        with self.filler.open("ab", buffering=0) as filler:
            for size in (1 << 20, 1 << 12, 1):
                try:
                    while filler.write(b"\0" * size):
                        continue
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        """Make room."""
        self.filler.unlink(missing_ok=True)


def small_disk(folder: Path, megabytes: int) -> Iterator[Disk]:
    """For a fixture: a disk that has room for a profile, and can be filled. Skips the test where none can be had."""
    disk = Disk(folder)
    if not disk.mount(megabytes):
        pytest.skip("a small disk cannot be mounted here: only root may, and not in every container")
    yield disk
    disk.unmount()
