"""Starts the real `sightline` often and fast: each start is a fork of a process that has read the program, the forms
and the tablet's files already.

From there on it does all that `sightline serve` does, on the database alone: open, migrate, read its log, publish,
listen. What is spared is 3.5 s of processor time for reading what never changes; of another command 2 s. `python -m
tests.fire.nursery` reads one line of JSON for each start (`Start`) and answers with the process id.
"""

import ctypes
import gc
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from atexit import register
from collections.abc import Sequence
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import NamedTuple

from tests.browser.clocked import ClockedServer, shifted_now
from tests.browser.running import CHECKOUT, RunningServer

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_OPENED = (os.O_RDONLY, *[os.O_WRONLY | os.O_CREAT | os.O_APPEND] * 2)


class Start(NamedTuple):
    """What is to be started: arguments of `sightline`, its environment, files for what it reads, writes and complains;
    and where to write how it ended, empty where nobody asks.
    """

    arguments: list[str]
    environment: dict[str, str]
    ends: tuple[str, str, str]
    status: str = ""


class Forked:
    """A process that somebody else began, with the verbs of `subprocess.Popen` that are needed here."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._file = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """None while it runs."""
        return 0 if self._ended(0) else None

    def send_signal(self, how: signal.Signals) -> None:
        """Send it a signal."""
        signal.pidfd_send_signal(self._file, how)

    def wait(self, timeout: float) -> int:
        """Wait for its end."""
        if not self._ended(timeout):
            raise TimeoutError("the server does not end")
        os.close(self._file)
        return 0

    def _ended(self, seconds: float) -> bool:
        return bool(select.select([self._file], [], [], seconds)[0])


class Nursery:
    """What forks, having read what is in `checkout`. Starts with the first server that is asked of it; `close` ends it,
    and what it began ends with it.
    """

    def __init__(self, checkout: Path = CHECKOUT) -> None:
        self._checkout = checkout
        self._process: subprocess.Popen[str] | None = None
        self._turn = threading.Lock()

    def begin(self, environment: dict[str, str], log: Path) -> Forked:
        """A server with this environment besides, its output added to `log`. It may not answer yet."""
        ends = (os.devnull, str(log), str(log))
        return self._fork(Start(["serve"], {**os.environ, **environment}, ends))

    def _fork(self, start: Start) -> Forked:
        with self._turn:
            return Forked(self._ask(start))

    def _ask(self, start: Start) -> int:
        if self._process is None:
            command = [sys.executable, "-m", "tests.fire.nursery"]
            # Its own folder comes first: the rooms are that checkout's, the tests this one's
            self._process = subprocess.Popen(
                command,
                cwd=self._checkout,
                env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(start) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def run(
        self, arguments: Sequence[str], environment: dict[str, str], typed: str, seconds: float
    ) -> subprocess.CompletedProcess[str]:
        """A command to its end, with this environment and no other; TimeoutError when it takes longer."""
        with tempfile.TemporaryDirectory() as made:
            typed_in, out, errors, status = (Path(made) / name for name in ("in", "out", "errors", "status"))
            typed_in.write_text(typed, "utf-8")
            ends = (str(typed_in), str(out), str(errors))
            # One that ended before it was looked at is no process any more
            with suppress(ProcessLookupError):
                forked = self._fork(Start([*arguments], environment, ends, str(status)))
                try:
                    forked.wait(seconds)
                except TimeoutError:
                    forked.send_signal(signal.SIGKILL)
                    raise
            code = os.waitstatus_to_exitcode(int(status.read_text()))
            return subprocess.CompletedProcess(
                ["sightline", *arguments], code, out.read_text("utf-8"), errors.read_text("utf-8")
            )

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


@cache
def nursery_of_all() -> Nursery:
    """The one that all of this process share."""
    nursery = Nursery()
    register(nursery.close)
    return nursery


class QuickServer(RunningServer):
    """The real server, started by forking.

    Another checkout than this one is started as `RunningServer` does, unless it has a nursery of its own: what was read
    beforehand is not that one's.
    """

    def __init__(self, database: Path, port: int | None = None, nursery: Nursery | None = None) -> None:
        super().__init__(database, port)
        self._nursery = nursery
        self._until = 0.0

    def start(self) -> None:
        """Start it and wait until it answers."""
        if self._nursery is None and self.checkout != CHECKOUT:
            super().start()
            return
        environment = {
            "SIGHTLINE_DATABASE": str(self.database),
            "SIGHTLINE_PORT": str(self.port),
            **self.environment,
        }
        forked = (self._nursery or nursery_of_all()).begin(environment, self.database.parent / "server.log")
        self.process = forked  # type: ignore[assignment]  # has its verbs
        self._wait()

    def start_and_kill(self, seconds: float) -> None:
        """Kill it so many seconds after its process began, whether it answers by then or not."""
        self._until = time.monotonic() + seconds
        self.start()
        self._until = 0.0
        self.kill()

    def close(self) -> None:
        """Kill the server, if it runs."""
        self.kill()

    def _wait(self) -> None:
        if self._until:
            time.sleep(max(0.0, self._until - time.monotonic()))
        else:
            super()._wait()


class QuickClockedServer(QuickServer, ClockedServer):
    """The same, on a clock that a test moves."""


def main() -> None:
    """Fork a server for each line, until there are no more."""
    from server import app, cli, serve

    laid_out = app.lay_out()
    app.lay_out = lambda: laid_out
    # Nobody waits for the children here: whoever asked for one watches it
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    # What is here for ever is looked at by no collection of a child, which would copy all of it
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        start = Start(*json.loads(line))
        pid = os.fork()
        if not pid:
            _become(start)
            if file := os.environ.get("TEST_CLOCK_FILE"):
                serve.create_app = partial(app.create_app, clock=partial(shifted_now, Path(file)))  # type: ignore[attr-defined]
            sys.argv[:] = ["sightline", *start.arguments]
            sys.exit(cli.main())
        print(pid, flush=True)


def _become(start: Start) -> None:
    """What was forked takes the ends and the environment; of one whose end is asked for, that is done by its child."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    _end_with_parent()
    for end, path in enumerate(start.ends):
        os.dup2(os.open(path, _OPENED[end], 0o600), end)
    # What was read ahead was not meant for this one
    sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(start.environment)
    if start.status:
        if child := os.fork():
            Path(start.status).write_text(str(os.waitpid(child, 0)[1]))
            os._exit(0)
        _end_with_parent()


def _end_with_parent() -> None:
    """Should whoever asked for it be killed, nothing is left behind: this process ends with what forked it."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


if __name__ == "__main__":
    main()
