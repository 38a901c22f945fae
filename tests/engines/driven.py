"""The process of a browser that says on its output where it can be driven, and the wire to it."""

import os
import re
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.engines.processes import family, kill_all
from tests.engines.wire import PATIENCE, Wire, WireError


class Driven:
    """A browser from its start to its end.

    `listens` finds the address in what it prints, which goes to `log`; `path` comes behind the address.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: Path,
        listens: re.Pattern[str],
        heard: Callable[[dict[str, Any]], None],
        path: str = "",
    ) -> None:
        with log.open("wb") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=output, env=os.environ | environment
            )
        self.wire = Wire(self._address(log, listens) + path, heard)

    def family(self) -> list[int]:
        """Its processes, the first of them first."""
        return family(self._process.pid)

    def end(self, goodbye: str = "") -> None:
        """Say goodbye, hang up, and wait until it is gone; what does not go is killed."""
        if goodbye:
            # It may be gone before it has answered
            with suppress(WireError):
                self.wire.call(goodbye)
        self.wire.close()
        try:
            self._process.wait(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            kill_all(self.family())
            self._process.wait()

    def _address(self, log: Path, listens: re.Pattern[str]) -> str:
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            if found := listens.search(log.read_text("utf-8", "replace")):
                return found[1]
            time.sleep(0.03)
        kill_all(self.family())
        self._process.wait()
        raise RuntimeError(f"the browser did not start: {log.read_text('utf-8', 'replace')}")
