"""`sightline serve` as a process of its own, and what it costs: seconds to start, memory, processor time."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.browser.running import RunningServer

# A test puts one here that starts sooner
SERVER: Callable[[Path], RunningServer] = RunningServer


def new_server(database: Path) -> RunningServer:
    """One on this database, not yet started."""
    server = SERVER(database)
    server.environment = {"SIGHTLINE_ORIGIN": server.origin}
    return server


@dataclass(frozen=True)
class Served:
    """A server that answers. `start_seconds`: from beginning the process to its first answer."""

    origin: str
    pid: int
    start_seconds: float

    @property
    def resident(self) -> float:
        """Megabytes of memory it holds now."""
        return self._kilobytes("VmRSS") / 1000

    @property
    def peak(self) -> float:
        """The most megabytes of memory that it ever held."""
        return self._kilobytes("VmHWM") / 1000

    @property
    def processor(self) -> float:
        """Seconds of a core that it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def _kilobytes(self, name: str) -> int:
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


@contextmanager
def served(database: Path) -> Iterator[Served]:
    """Serve the database until the end of the block."""
    server = new_server(database)
    began = time.perf_counter()
    server.start()
    took = time.perf_counter() - began
    try:
        assert server.process is not None
        yield Served(server.origin, server.process.pid, took)
    finally:
        server.kill()
