"""The real server as a process of its own, that can be stopped, killed and started again on the same port."""

import os
import random
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from server.identity import tablets
from server.identity.secret_tokens import hash_code

CHECKOUT = Path(__file__).resolve().parents[2]
_PATIENCE = 180.0
_WHAT_RUNS = ("server", "sync", "observation_forms", "pwa")


class RunningServer:
    """`sightline serve` on a database file. `checkout` and `environment` may be changed between two starts."""

    program: tuple[str, ...] = ("-c", "from server.program import main; main()")

    def __init__(self, database: Path, port: int | None = None) -> None:
        self.database = database
        self.checkout = CHECKOUT
        self.environment: dict[str, str] = {}
        self.port = port or free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        environment = {
            **os.environ,
            "SIGHTLINE_DATABASE": str(self.database),
            "SIGHTLINE_PORT": str(self.port),
            "PYTHONPATH": str(self.checkout),
            **self.environment,
        }
        command = [sys.executable, *self.program, "serve"]
        with (self.database.parent / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd=self.checkout, stdout=log, stderr=log
            )
        self._wait()

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        self._end(signal.SIGKILL)

    def rows(self, query: str, *parameters: object) -> list[sqlite3.Row]:
        """What the database holds, read beside the running server."""
        connection = sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True, timeout=_PATIENCE)
        connection.row_factory = sqlite3.Row
        try:
            return connection.execute(query, parameters).fetchall()
        finally:
            connection.close()

    @contextmanager
    def sql(self) -> Iterator[sqlite3.Connection]:
        """The database itself, to arrange what no page does. However long the server writes, it is waited for."""
        connection = sqlite3.connect(self.database, isolation_level=None, timeout=_PATIENCE)
        connection.row_factory = sqlite3.Row
        try:
            yield connection
        finally:
            connection.close()

    def make_code(self, code: str, tablet: str, unit: str) -> str:
        """An enrolment code, put straight into the database: the page that makes one has its own test."""
        with self.sql() as connection:
            tablets.make_code(connection, hash_code(code), tablet, unit, "", self.now(), 10)
        return code

    def now(self) -> datetime:
        """What the server's clock shows."""
        return datetime.now(UTC)

    def _wait(self) -> None:
        until = time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if self.process is None or self.process.poll() is not None:
                break
            try:
                with urllib.request.urlopen(f"{self.origin}/tablet/kill-switch.json", timeout=10):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.05)
        raise RuntimeError((self.database.parent / "server.log").read_text("utf-8", "replace"))

    def _end(self, how: signal.Signals) -> None:
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(timeout=_PATIENCE)
            self.process = None


def free_port() -> int:
    """A port that nothing listens on, and that the system gives to no connection while the server is away."""
    lent = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    while True:
        port = random.SystemRandom().randrange(10_000, max(lent, 11_000))
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def copy_checkout(folder: Path) -> Path:
    """A checkout of its own, with all that runs, for a test that changes something in it."""
    for room in _WHAT_RUNS:
        shutil.copytree(CHECKOUT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def deploy(server: RunningServer, checkout: Path) -> None:
    """Start the server from another checkout, on the same port and database."""
    server.kill()
    server.checkout = checkout
    server.start()
