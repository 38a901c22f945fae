"""The copy off the machine: starts Litestream, watches it, starts it again, stops it after the database is closed.

It is a child that dies with this process, even on SIGKILL, so two of them never copy one database. While it lives it
alone checkpoints; when it has ended, our writer does again, so the write-ahead log grows no longer than that.
"""

import asyncio
import os
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp

import msgspec

from server.operations import litestream
from server.operations.logs import log
from server.operations.side_files import beside, write_note, write_private
from server.settings import Settings, SettingsError
from sync import Database, DatabaseError
from sync.process_lock import ProcessLock

ASK_SECONDS = 10.0
NOTE_SECONDS = 60.0
LONGEST_WAIT = 60.0
STOP_SECONDS = 10.0
BEHIND_SECONDS = 300.0
# So often without any answer, it hangs
MOST_SILENT = 3
STARTING_SECONDS = 60
_LONGEST_SOCKET = 100


class CopyState(msgspec.Struct):
    """How it stands. `synced`: seconds since 1970, everything committed before is in the copy; 0: not yet known.

    `fault`: what Litestream said last, "" when all is well.
    """

    running: bool = False
    restarts: int = 0
    synced: float = 0.0
    fault: str = ""


class CopyNote(msgspec.Struct, frozen=True):
    """What the doctor reads: the state at `at`, and where to."""

    at: float
    to: str
    running: bool
    restarts: int
    synced: float
    fault: str


class Copying:
    """Litestream for one database, as the settings say."""

    def __init__(self, settings: Settings, database: Database, program: str) -> None:
        self.state = CopyState()
        self._settings = settings
        self._database = database
        self._program = program
        self._socket = _socket_for(database.path)
        self._process: Process | None = None
        self._lock: ProcessLock | None = None
        self._task: asyncio.Task[None] | None = None
        self._noted = 0.0
        self._began = time.time()
        self._may_run, self._idle = asyncio.Event(), asyncio.Event()
        self._may_run.set()
        self._idle.set()
        database.sole_use = self.paused

    @property
    def behind(self) -> bool:
        """Whether the copy has not been known to be whole for five minutes."""
        return time.time() - max(self.state.synced, self._began) > BEHIND_SECONDS

    def start(self) -> None:
        """Start it, and go on watching it."""
        self._began = time.time()
        self._task = asyncio.create_task(self._watch(), name="litestream")

    async def stop(self) -> None:
        """Once the database is closed: have the last of it copied, then end it."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        if self._process is not None and self._process.returncode is None:
            await self._ask(int(STOP_SECONDS))
            await self._end()
        self._write_note()
        self._socket.unlink(missing_ok=True)
        if self._lock is not None:
            self._lock.release()

    @asynccontextmanager
    async def paused(self) -> AsyncIterator[None]:
        """No Litestream as long as this lasts: the file is written anew, and checkpointed by us."""
        self._may_run.clear()
        try:
            if self._process is not None and self._process.returncode is None:
                await self._end()
            await self._idle.wait()
            yield
        finally:
            self._may_run.set()

    async def _watch(self) -> None:
        wait = 1.0
        while True:
            await self._may_run.wait()
            began = time.monotonic()
            try:
                await self._run_once()
            except (OSError, DatabaseError) as error:
                log().error("litestream cannot be run", error=error)
            finally:
                self.state.running = self._process is not None and self._process.returncode is None
            if not self._may_run.is_set():
                continue
            wait = 1.0 if time.monotonic() - began > LONGEST_WAIT else min(wait * 2, LONGEST_WAIT)
            log().error("litestream ended, and is started again", seconds=wait, fault=self.state.fault)
            self._write_note()
            await asyncio.sleep(wait)
            self.state.restarts += 1

    async def _run_once(self) -> None:
        """From its start to its end."""
        self._idle.clear()
        try:
            await self._run_process()
        finally:
            self._idle.set()

    async def _run_process(self) -> None:
        # The database's own lock is let go of as it is closed; the last of it may still be on its way to the copy
        self._lock = self._lock or ProcessLock(beside(self._database.path, "copying"))
        config = beside(self._database.path, "litestream.yml")
        write_private(config, litestream.config_of(self._database.path, self._settings.copy_to, self._socket))
        self._socket.unlink(missing_ok=True)
        await self._database.checkpoint_by_itself(False)
        if not self._may_run.is_set():
            await self._database.checkpoint_by_itself(True)
            return
        self._process = await asyncio.create_subprocess_exec(
            *litestream.command(self._program, config, os.getpid()),
            stdin=DEVNULL, stdout=DEVNULL, stderr=PIPE, start_new_session=True,
            env={name: value for name, value in os.environ.items() if not name.startswith("SIGHTLINE_")},
        )  # fmt: skip
        self.state.running = True
        reading = asyncio.create_task(self._read_log(self._process))
        asking = asyncio.create_task(self._keep_asking())
        try:
            await self._process.wait()
        finally:
            reading.cancel()
            asking.cancel()
            if self._process.returncode is not None:
                self.state.running = False
                with suppress(DatabaseError):
                    await self._database.checkpoint_by_itself(True)

    async def _read_log(self, process: Process) -> None:
        if process.stderr is None:
            return
        # Never stops reading: a full pipe would stop it
        while raw := await process.stderr.readline():
            said = litestream.read_line(raw)
            self.state.fault = said.get("fault") or said["words"]
            log().warning("litestream", **said)

    async def _keep_asking(self) -> None:
        # Its socket is not there at once, and late on a busy machine
        silent, most = 0, STARTING_SECONDS
        while silent < most:
            await asyncio.sleep(1.0 if silent or most == STARTING_SECONDS else ASK_SECONDS)
            if await self._ask():
                silent, most = 0, MOST_SILENT
            else:
                silent += 1
        log().error("litestream does not answer, and is ended")
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _ask(self, seconds: int = litestream.SYNC_SECONDS) -> bool:
        """Whether it answered at all."""
        asked = time.time()
        try:
            await litestream.sync_now(self._socket, self._database.path, seconds)
        except litestream.SyncError as error:
            if self.state.fault != str(error):
                self.state.fault = str(error)
                log().error("the copy is behind", fault=str(error))
        except (OSError, TimeoutError):
            return False
        else:
            if self.state.fault or not self.state.synced:
                log().info("the copy is whole")
            self.state.synced, self.state.fault = asked, ""
        if time.monotonic() - self._noted > NOTE_SECONDS or self.state.fault:
            self._write_note()
        return True

    async def _end(self) -> None:
        assert self._process is not None  # noqa: S101
        with suppress(ProcessLookupError):
            self._process.terminate()
        try:
            await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
        self.state.running = False

    def _write_note(self) -> None:
        self._noted = time.monotonic()
        state = self.state
        note = CopyNote(
            time.time(), self._settings.copy_to, state.running, state.restarts, state.synced, state.fault
        )
        with suppress(OSError):
            write_note(beside(self._database.path, "copying"), note)


def copying_of(settings: Settings, database: Database) -> Copying | None:
    """The copy that the settings ask for, if any. Raises `SettingsError` when Litestream is not installed."""
    if not settings.copy_to:
        return None
    return Copying(settings, database, require_program())


def require_program() -> str:
    """Litestream's path. Raises `SettingsError`."""
    program = litestream.find_program()
    if program is None:
        raise SettingsError(
            "SIGHTLINE_COPY_TO is set, but Litestream is not installed: install Sightline with its extra, "
            "sightline[litestream], or leave the setting out."
        )
    return program


def _socket_for(database: Path) -> Path:
    """Beside the database; a path of more than a hundred bytes is no name for a socket."""
    path = beside(database.absolute(), "copying.sock")
    return path if len(os.fsencode(path)) <= _LONGEST_SOCKET else Path(mkdtemp(prefix="sightline-")) / "s"
