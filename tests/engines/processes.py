"""The processes of a browser, as Linux knows them."""

import os
import signal
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path


def family(root: int) -> list[int]:
    """A process and all that descend from it, the oldest first."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (parent := _parent(entry)):
            children.setdefault(parent, []).append(int(entry.name))
    found = [root]
    for each in found:
        found += children.get(each, [])
    return found


def words_of(pid: int) -> list[str]:
    """The words of the command a process runs; none when it is gone."""
    try:
        # Who writes its own title into it puts spaces between
        return (Path("/proc") / str(pid) / "cmdline").read_text("utf-8", "replace").replace("\0", " ").split()
    except OSError:
        return []


def kill_all(pids: Iterable[int]) -> int:
    """SIGKILL them and wait until none of them runs. Gives back how many there were."""
    killed = []
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed.append(pid)
    while any(_runs(pid) for pid in killed):
        time.sleep(0.005)
    return len(killed)


def _runs(pid: int) -> bool:
    # A zombie keeps no file and no lock; whoever started it may take its time to look
    return _status(Path("/proc") / str(pid))[:1] not in ([], ["Z"])


def _parent(entry: Path) -> int:
    status = _status(entry)
    return int(status[1]) if status else 0


def _status(entry: Path) -> list[str]:
    # "pid (name) state parent …", and the name may hold anything
    try:
        return (entry / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return []
