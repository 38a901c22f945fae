"""The real server on a clock that a test moves: a shift of twelve hours in a minute.

Run as `python -m tests.browser.clocked serve`: `sightline serve`, but that its clock is the machine's plus the seconds
written in the file that TEST_CLOCK_FILE names.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from server import serve
from server.app import create_app
from server.cli import main
from tests.browser.running import RunningServer


class ClockedServer(RunningServer):
    """A server whose clock can be set, before it starts or while it runs."""

    program = ("-m", "tests.browser.clocked")

    def __init__(self, database: Path, port: int | None = None) -> None:
        super().__init__(database, port)
        self._file = database.parent / "clock"
        self.environment = {"TEST_CLOCK_FILE": str(self._file)}
        self.set_clock(datetime.now(UTC))

    def set_clock(self, instant: datetime) -> None:
        """From now on it is `instant` on the server, and time goes on from there."""
        # In one step: the running server may read it at any moment
        written = self._file.with_suffix(".new")
        written.write_text(str((instant - datetime.now(UTC)).total_seconds()), encoding="utf-8")
        written.replace(self._file)

    def now(self) -> datetime:
        return shifted_now(self._file)


def shifted_now(file: Path) -> datetime:
    """The machine's time plus the seconds in the file."""
    return datetime.now(UTC) + timedelta(seconds=float(file.read_text("utf-8")))


if __name__ == "__main__":
    file = Path(os.environ["TEST_CLOCK_FILE"])
    serve.create_app = partial(create_app, clock=partial(shifted_now, file))  # type: ignore[attr-defined]
    sys.exit(main())
