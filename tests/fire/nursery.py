"""Starts the real `sightline serve` often and fast: each start is a fork of a process that has read the program, the
forms and the tablet's files already.

From there on it does all that `sightline serve` does, on the database alone: open, migrate, read its log, publish,
listen. What is spared is 3.5 s of processor time for reading what never changes. `python -m tests.fire.nursery` reads
one line of JSON for each start (environment, log) and answers with the process id.
"""

import ctypes
import json
import os
import select
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

from tests.browser.clocked import ClockedServer, shifted_now
from tests.browser.running import CHECKOUT, RunningServer

_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


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
    """What forks. Starts with the first server that is asked of it; `close` ends it, and what it began ends with it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def begin(self, environment: dict[str, str], log: Path) -> Forked:
        """A server with this environment, its output added to `log`. It may not answer yet."""
        if self._process is None:
            command = [sys.executable, "-m", "tests.fire.nursery"]
            self._process = subprocess.Popen(
                command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"environment": environment, "log": str(log)}) + "\n")
        self._process.stdin.flush()
        return Forked(int(self._process.stdout.readline()))

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


class QuickServer(RunningServer):
    """The real server, started by forking. `close` kills it, and ends what forks unless others share that.

    Another checkout than this one is started as `RunningServer` does: what was read beforehand is not that one's.
    """

    def __init__(self, database: Path, port: int | None = None, nursery: Nursery | None = None) -> None:
        super().__init__(database, port)
        self._own = Nursery() if nursery is None else None
        self._nursery = nursery or self._own
        self._until = 0.0

    def start(self) -> None:
        """Start it and wait until it answers."""
        if self.checkout != CHECKOUT:
            super().start()
            return
        environment = {
            "SIGHTLINE_DATABASE": str(self.database),
            "SIGHTLINE_PORT": str(self.port),
            **self.environment,
        }
        assert self._nursery is not None
        forked = self._nursery.begin(environment, self.database.parent / "server.log")
        self.process = forked  # type: ignore[assignment]  # has its verbs
        self._wait()

    def start_and_kill(self, seconds: float) -> None:
        """Kill it so many seconds after its process began, whether it answers by then or not."""
        self._until = time.monotonic() + seconds
        self.start()
        self._until = 0.0
        self.kill()

    def close(self) -> None:
        """Kill the server, if it runs, and end what forks if it is this one's own."""
        self.kill()
        if self._own is not None:
            self._own.close()

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
    for line in sys.stdin:
        asked = json.loads(line)
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            # Should whoever asked for it be killed, nothing is left behind: this process ends with what forked it
            ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)
            log = os.open(asked["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            nothing = os.open(os.devnull, os.O_RDONLY)
            for end, given in enumerate((nothing, log, log)):
                os.dup2(given, end)
            os.environ.update(asked["environment"])
            if file := os.environ.get("TEST_CLOCK_FILE"):
                serve.create_app = partial(app.create_app, clock=partial(shifted_now, Path(file)))  # type: ignore[attr-defined]
            sys.argv[:] = ["sightline", "serve"]
            sys.exit(cli.main())
        print(pid, flush=True)


if __name__ == "__main__":
    main()
