"""Runs the `sightline` command as a process of its own, as a person would."""

import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.browser.running import free_port as free_port
from tests.fire.nursery import nursery_of_all

HOUSE = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-c", "from server.cli import main; main()"]
# A limit for what never comes
PATIENCE = 300.0
PASSWORD = "four short example words"
FIRST = [
    "--provider", "Example Care", "--service", "Alder House", "--kind", "residential", "--unit", "Ground",
    "--name", "Chidi Okafor", "--email", "chidi@example.test", "--password-stdin",
]  # fmt: skip


def sightline(*arguments: str, typed: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in a process that is forked: to read the program takes most commands' time."""
    return nursery_of_all().run(arguments, _environment(environment), typed, PATIENCE)


def make_database(path: Path) -> None:
    """A database as `sightline init` makes it."""
    made = sightline("init", *FIRST, "--database", str(path), typed=PASSWORD + "\n")
    assert made.returncode == 0, made.stderr


@contextmanager
def serving(database: Path, port: int, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """A server that answers. It is killed at the end if the test has not stopped it."""
    process = subprocess.Popen(
        [*COMMAND, "serve", "--database", str(database), "--port", str(port)],
        cwd=HOUSE,
        env=_environment(environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        wait_until_it_answers(process, f"http://127.0.0.1:{port}/tablet/kill-switch.json")
        yield process
    finally:
        process.kill()
        process.communicate()


def wait_until_it_answers(
    process: subprocess.Popen[str], address: str, verify: ssl.SSLContext | bool = True
) -> None:
    """Wait for the server's first answer; `verify`: whose certificates are good."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if process.poll() is not None:
            raise AssertionError(f"the server ended: {process.communicate()}")
        try:
            httpx.get(address, timeout=10, verify=verify)
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the server did not answer within {PATIENCE} seconds")


def _environment(changes: dict[str, str]) -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.startswith("SIGHTLINE_")}
    return {**ours, "PYTHONUNBUFFERED": "1", **changes}
