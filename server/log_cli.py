"""`sightline verify` and `sightline proof`, apart from asking: what they print."""

import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from server.log.proving import make_proof
from server.log.verifying import Verified, read_held, verify
from server.server_keys import open_keys
from server.settings import Settings
from sync import DatabaseError
from sync.connections import open_reader
from sync.instants import now

_SAY_EVERY = 2


def verify_now(settings: Settings, checkpoint: Path | None) -> tuple[list[str], bool]:
    """Lines to print, and whether all is well. What it is doing goes to the error stream meanwhile."""
    held = [read_held(checkpoint)] if checkpoint else []
    found = verify(settings.database, settings.keys, held, say_progress())
    return [*_faults(found), *found.notes, _verdict(found)], not found.faults


def prove(settings: Settings, record: str, version: int) -> bytes:
    """The file that proves a record; a server may be running."""
    if not settings.database.is_file():
        raise DatabaseError("missing", settings.database)
    keys = open_keys(settings.keys, may_make=False)
    with closing(open_reader(settings.database)) as connection:
        return make_proof(connection, record, version, keys, now())


def _faults(found: Verified) -> list[str]:
    return [f"{where}: {what}." for where, what in found.faults]


def _verdict(found: Verified) -> str:
    looked = f"{found.lines} lines of the log, {found.entries} entries, {found.checkpoints} checkpoints"
    if not found.faults:
        return f"Checked {looked}: all is as it was received and signed."
    count = len(found.faults)
    return (
        f"Checked {looked}: {count} {'thing is' if count == 1 else 'things are'} not as received and signed."
    )


def say_progress() -> Callable[[str, int, int], None]:
    """Says where it is, every few seconds, to whoever waits."""
    last = time.monotonic()

    def say(doing: str, done: int, total: int) -> None:
        nonlocal last
        if time.monotonic() - last >= _SAY_EVERY:
            last = time.monotonic()
            print(f"{doing}: {done} of {total}", file=sys.stderr, flush=True)

    return say
